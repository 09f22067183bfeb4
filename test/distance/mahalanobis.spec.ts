/** Distances to the centroid: numpy's scores, its quantile and the rows above it; the ways out of a singular covariance. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  mahalanobisScores,
  NotPositiveDefiniteError,
  OptionError,
  ShapeError,
  type Device,
  type MahalanobisOptions,
} from '../../src/index.ts';
import golden from '../golden/mahalanobis.json';
import seed from '../golden/seed/distance.json';
import { expectClose, expectRejects, Findings } from '../support/expect.ts';
import { goldenGrid, namedInput, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import type { ScoreCase } from '../support/linalg.ts';
import { Random } from '../support/random.ts';
import { floatsOf, given, tensorOf } from '../support/tensors.ts';
import { mahalanobis as bound, precisionOf, type Tolerance } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const op = 'mahalanobisScores';
const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;
const cases = golden.cases as unknown as readonly ScoreCase[];

/** True where no score is so near to the threshold, without being it, that rounding may decide. */
const decided = (scores: ArrayLike<number>, threshold: number, { absolute }: Tolerance): boolean =>
  Array.from(scores).every(score => score === threshold || Math.abs(score - threshold) > 2 * absolute);

describe("numpy's answers", () => {
  for (const name of new Set(cases.map(one => one.x)))
    it(name, async () => {
      const findings = new Findings();
      for (const dtype of floatsOf(device))
        for (const one of cases.filter(candidate => candidate.x === name)) {
          const x = namedInput(inputs, one.x);
          const operand = (key: string | undefined) => key && tensorOf(device, namedInput(inputs, key), dtype);
          const options = {
            quantile: one.quantile,
            ddof: one.ddof,
            shrinkage: one.shrinkage,
            mean: operand(one.mean),
            covariance: operand(one.covariance),
          } as MahalanobisOptions;
          const label = `${name} ${JSON.stringify({ ...one, scores: undefined })} ${dtype}`;
          const { scores, threshold, anomalies } = await mahalanobisScores(tensorOf(device, x, dtype), given(options));
          const expected = goldenGrid(one.scores).data;
          const tolerance = bound(
            x.shape[1] ?? 0,
            precisionOf(scores),
            // numpy itself loses six digits of scores of rows that are far off the origin.
            one.condition * (name === 'far' && precisionOf(scores) === 'double' ? 1e6 : 1),
            Math.max(...Array.from(expected)),
          );
          findings.shape(scores.shape, one.scores.shape, label);
          findings.close(await scores.data(), expected, tolerance, label);
          findings.close([threshold], [one.threshold], tolerance, `${label}, threshold`);
          if (decided(expected, one.threshold, tolerance))
            findings.exact(anomalies, one.anomalies, `${label}, anomalies`);
          scores.dispose();
        }
      findings.end();
    });

  it('the worked case', async () => {
    const one = seed.cases.find(({ id }) => id === 'mahalanobis-anomalies') as unknown as {
      inputs: { x: GoldenArray };
      options: { quantile: number };
      expected: { scores: GoldenArray; threshold: number; anomalies: readonly number[] };
    };
    const x = goldenGrid(one.inputs.x);
    for (const dtype of floatsOf(device)) {
      const { scores, threshold, anomalies } = await mahalanobisScores(tensorOf(device, x, dtype), one.options);
      const expected = goldenGrid(one.expected.scores).data;
      const precision = dtype === 'float64' ? 'double' : 'single';
      // Columns are correlated to 0.9988: rounding the rows moves scores by that condition as well.
      const tolerance = bound(2, precision, 1700, Math.max(...Array.from(expected)));
      expectClose(await scores.data(), expected, tolerance, `scores of ${dtype}`);
      expectClose([threshold], [one.expected.threshold], tolerance, 'threshold');
      expect([...anomalies]).toEqual(one.expected.anomalies);
    }
  });
});

describe('ways out', () => {
  const dependent = (): number[][] =>
    Array.from({ length: 9 }, (_, i) => [i % 3, (i * 7) % 4, (i % 3) + ((i * 7) % 4)]);

  it('a singular covariance is told, and shrinkage makes it regular', async () => {
    await expectRejects(
      mahalanobisScores(dependent(), { device }),
      NotPositiveDefiniteError,
      op,
      'shrinkage',
      'column 2',
    );
    const constant = dependent().map(row => [...row.slice(0, 2), 1000]);
    await expectRejects(mahalanobisScores(constant, { device }), NotPositiveDefiniteError, op, 'constant', 'column 2');
    for (const shrinkage of ['ledoit-wolf', 0.1, 1] as const) {
      const { scores } = await mahalanobisScores(dependent(), { device, shrinkage });
      expect((await scores.data()).every(score => score > 0 && score < 9)).toBe(true);
    }
  });

  it('too few rows are told at once', async () => {
    const few = new Random(5).normal(12);
    const x = device.tensor(few, [3, 4]);
    await expectRejects(mahalanobisScores(x), ShapeError, op, '3 rows of 4', 'at least 5', 'shrinkage');
    await expectRejects(mahalanobisScores(x, { shrinkage: 0 }), ShapeError, op, 'shrinkage');
    const { scores } = await mahalanobisScores(x, { shrinkage: 'ledoit-wolf' });
    expect(scores.shape).toEqual([3]);
  });

  it('huge and tiny columns beside each other', async () => {
    const plain = new Random(6).normal(90);
    const factors = [1e25, 1, 1e-30];
    const scaled = device.tensor(
      plain.map((value, at) => value * (factors[at % 3] ?? 1)),
      [30, 3],
    );
    const { scores: some } = await mahalanobisScores(scaled);
    const { scores: same } = await mahalanobisScores(device.tensor(plain, [30, 3]));
    const expected = await same.data();
    expectClose(await some.data(), expected, bound(3, 'single', 8, Math.max(...expected)), 'scores whatever the units');
  });

  it('NaN in one row is NaN in every score, and no anomaly', async () => {
    const x = Array.from({ length: 8 }, (_, i) => [i === 2 ? NaN : i, i * i]);
    const { scores, threshold, anomalies } = await mahalanobisScores(x, { device });
    expect([...(await scores.data())].every(Number.isNaN)).toBe(true);
    expect(threshold).toBeNaN();
    expect(anomalies).toHaveLength(0);
  });
});

describe('bad input', () => {
  it('of options and shapes', async () => {
    const x = [
      [1, 2],
      [3, 5],
      [4, 4],
    ];
    const bad = (options: object) => mahalanobisScores(x, { device, ...options });
    await expectRejects(bad({ quantile: 1.5 }), OptionError, op, '1.5');
    await expectRejects(bad({ quantile: '95%' }), OptionError, op, '95%');
    await expectRejects(bad({ shrinkage: 2 }), OptionError, op, 'ledoit-wolf');
    await expectRejects(bad({ shrinkage: 'oas' }), OptionError, op, "'oas'");
    await expectRejects(bad({ ddof: 0.5 }), OptionError, op, '0.5');
    await expectRejects(bad({ colour: 1 }), OptionError, op, 'colour');
    await expectRejects(bad({ ddof: 3 }), ShapeError, op, 'ddof 3');
    await expectRejects(bad({ mean: [1, 2, 3] }), ShapeError, op, '[3]', '[2]');
    await expectRejects(bad({ covariance: [[1]] }), ShapeError, op, '[1, 1]', '[2, 2]');
    await expectRejects(
      bad({
        covariance: [
          [1, 0],
          [0, 1],
        ],
        ddof: 0,
      }),
      OptionError,
      op,
      'ddof',
    );
    await expectRejects(
      bad({
        covariance: [
          [1, 2],
          [2, 1],
        ],
      }),
      NotPositiveDefiniteError,
      op,
    );
    await expectRejects(mahalanobisScores([1, 2, 3], { device }), ShapeError, op, 'reshape([3, 1])');
    await expectRejects(mahalanobisScores(device.tensor(new Float32Array(0), [0, 2])), ShapeError, op, '[0, 2]');
  });
});
