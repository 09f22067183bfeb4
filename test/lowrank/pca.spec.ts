/** Principal components, against scikit-learn's. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  NonFiniteError,
  OptionError,
  pca,
  ShapeError,
  type Device,
  type PcaOptions,
  type Tensor,
} from '../../src/index.ts';
import golden from '../golden/linalg-qr.json';
import { expectRejects, expectThrows, Findings } from '../support/expect.ts';
import { goldenGrid, namedInput, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { readGrid } from '../support/qr.ts';
import { Random } from '../support/random.ts';
import { floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { orthogonalFactors, type Precision, type Tolerance } from '../tolerance.ts';

interface PcaCase {
  readonly x: string;
  readonly options: PcaOptions;
  /** The least difference of singular values of directions that count, and the largest value itself, which it is a share of. */
  readonly gap: number;
  readonly size: number;
  readonly components: GoldenArray;
  readonly explainedVariance: GoldenArray;
  readonly explainedVarianceRatio: GoldenArray;
  readonly singularValues: GoldenArray;
  readonly mean: GoldenArray;
  readonly noiseVariance: number;
  readonly transformed: GoldenArray;
  readonly back: GoldenArray;
}

const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;
const cases = golden.cases.filter(one => one.op === 'pca') as unknown as readonly PcaCase[];

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** Principal components are found in doubles on a cpu device, whatever comes in. */
const precision = (): Precision => (device.kind === 'cpu' ? 'double' : 'single');

const within = (absolute: number): Tolerance => ({ relative: 0, absolute });

describe('pca', () => {
  it("is scikit-learn's", async () => {
    const findings = new Findings();
    for (const one of cases)
      for (const dtype of floatsOf(device)) {
        const x = namedInput(inputs, one.x);
        const label = `pca(${one.x}, ${JSON.stringify(one.options)}), ${dtype}`;
        const given = tensorOf(device, x, dtype);
        const found = await pca(given, one.options);
        const n = x.shape[0] ?? 0;
        const error = 4 * orthogonalFactors(Math.max(...x.shape), precision());
        const largest = (one.size ** 2 / (n - 1)) * error;
        const offset = Math.max(...Array.from(x.data, Math.abs)) * error;
        const compare = async (
          actual: Tensor,
          expected: GoldenArray,
          bound: Tolerance,
          name: string,
        ): Promise<void> => {
          findings.shape(actual.shape, expected.shape, `${label}: ${name}`);
          findings.close((await readGrid(actual)).data, goldenGrid(expected).data, bound, `${label}: ${name}`);
        };
        await compare(found.components, one.components, within(error / one.gap), 'components');
        await compare(found.singularValues, one.singularValues, within(one.size * error), 'singular values');
        await compare(found.explainedVariance, one.explainedVariance, within(2 * largest), 'variances');
        await compare(found.explainedVarianceRatio, one.explainedVarianceRatio, within(2 * error), 'ratios');
        await compare(found.mean, one.mean, within(offset), 'mean');
        findings.close([found.noiseVariance], [one.noiseVariance], within(2 * largest), `${label}: noise`);
        const least = Math.min(...Array.from(goldenGrid(one.singularValues).data)) / one.size;
        const there = found.transform(given);
        const ofScores = one.options.whiten ? (error * Math.sqrt(n)) / (one.gap * least) : (one.size * error) / one.gap;
        await compare(there, one.transformed, within(ofScores), 'coordinates');
        await compare(
          found.inverseTransform(there),
          one.back,
          within((one.size * error) / one.gap + offset),
          'and back',
        );
        found.dispose();
      }
    findings.end();
  });

  it('by sketches, where few of many are wanted', async () => {
    const findings = new Findings();
    const x = gridOf(
      [60, 30],
      Array.from(new Random(4).normal(1800), (value, at) => 5 + value / (1 + (at % 30)) ** 2),
    );
    const given = tensorOf(device, x);
    const options = { components: 3, whiten: true };
    const [exact, sketched] = [
      await pca(given, { ...options, method: 'exact' }),
      await pca(given, { ...options, method: 'randomized', seed: 3 }),
    ];
    const error = 40 * orthogonalFactors(60, 'single');
    for (const name of ['components', 'explainedVariance', 'explainedVarianceRatio', 'singularValues', 'mean'] as const)
      findings.close(
        (await readGrid(sketched[name])).data,
        (await readGrid(exact[name])).data,
        within(10 * error),
        name,
      );
    findings.close([sketched.noiseVariance], [exact.noiseVariance], within(error), 'noise');
    findings.end();
  });

  it('rows of any depth, and rows that were not there', async () => {
    const findings = new Findings();
    const x = gridOf([20, 3], new Random(5).normal(60));
    const { transform, inverseTransform } = await pca(tensorOf(device, x), { components: 2 });
    const all = transform(tensorOf(device, x));
    const one = transform(tensorOf(device, x).row(4));
    findings.shape(one.shape, [2], 'one row');
    const bound = within(orthogonalFactors(20, precision()));
    findings.close((await readGrid(one)).data, (await readGrid(all.row(4))).data, bound, 'one row');
    const deep = transform(tensorOf(device, x).reshape([4, 5, 3]));
    findings.shape(deep.shape, [4, 5, 2], 'a stack');
    findings.shape(inverseTransform(deep).shape, [4, 5, 3], 'a stack');
    findings.shape(inverseTransform([1, 2]).shape, [3], 'plain numbers');
    findings.shape(transform(device.tensor(new Float32Array(0), [0, 3])).shape, [0, 2], 'no rows');
    findings.end();
  });

  it('a direction without variance is white nowhere', async () => {
    const line = device.tensor(
      Float32Array.from({ length: 20 }, (_, at) => Math.floor(at / 2)),
      [10, 2],
    );
    const { transform, explainedVarianceRatio } = await pca(line, { whiten: true });
    const white = await readGrid(transform(line));
    expect(Array.from(white.data).filter((value, at) => at % 2 === 1 && value !== 0)).toEqual([]);
    const findings = new Findings();
    findings.close(
      (await readGrid(explainedVarianceRatio)).data,
      [1, 0],
      within(orthogonalFactors(10, 'single')),
      'shares',
    );
    findings.end();
    const same = await pca(
      [
        [1, 2],
        [1, 2],
      ],
      { device },
    );
    expect(Array.from((await readGrid(same.explainedVarianceRatio)).data)).toEqual([0, 0]);
    expect(same.noiseVariance).toBe(0);
  });

  it('refuses what it cannot do', async () => {
    const x = tensorOf(device, gridOf([6, 4], new Random(6).normal(24)));
    for (const components of [0, 5, 1.5, -0.5, NaN])
      await expectRejects(pca(x, { components }), OptionError, 'pca', 'components', 'from 1 to 4');
    await expectRejects(pca(x, { components: 0.5, method: 'randomized' }), OptionError, 'pca', '0.5');
    await expectRejects(pca(x, { whiten: 1 as unknown as boolean }), OptionError, 'pca', 'whiten');
    await expectRejects(pca(x, { n: 3 } as object), OptionError, 'pca', "'n'");
    await expectRejects(pca(x.row(0)), ShapeError, 'pca', '[4]');
    await expectRejects(pca(x.slice(0, 1)), ShapeError, 'pca', '[1, 4]');
    const holes = Float32Array.from({ length: 24 }, (_, at) => at);
    holes[9] = NaN;
    for (const method of ['exact', 'randomized'] as const)
      await expectRejects(
        pca(device.tensor(holes, [6, 4]), { method, components: 2 }),
        NonFiniteError,
        'pca',
        'row 2 ',
      );
    const { transform, inverseTransform } = await pca(x, { components: 2 });
    expectThrows(() => transform([[1, 2, 3]]), ShapeError, 'transform', '[1, 3]', '4');
    expectThrows(() => inverseTransform([1, 2, 3]), ShapeError, 'inverseTransform', '[3]', '2');
  });
});
