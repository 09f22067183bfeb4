/** Thresholds on singular values: numpy's answers, what defines a proximal point, and the ways against each other. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ConvergenceError,
  hardThresholdSingularValues,
  matmul,
  NonFiniteError,
  norm,
  OptionError,
  ShapeError,
  shrinkSingularValues,
  sub,
  transpose,
  type Device,
  type Progress,
  type Tensor,
} from '../../src/index.ts';
import seed from '../golden/seed/prox.json';
import { singularValues } from '../oracle/eigen.ts';
import type { Grid } from '../oracle/grid.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { goldenGrid, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { labelOf, sideOf, singularCases, singularInput } from '../support/singular.ts';
import { floatsOf, given, gridOf, tensorOf } from '../support/tensors.ts';
import { inputRounding, plus, precisionOf, spectrum, thresholded, type Tolerance } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const METHODS = ['svd', 'randomized', 'polar'] as const;

interface Answer {
  readonly x: GoldenArray;
  readonly s: GoldenArray;
  readonly rank: number;
}

const lengthOf = (x: Grid): number => Math.hypot(...Array.from(x.data));
const boundOf = (x: Grid, like: Tensor): Tolerance => thresholded(sideOf(x), precisionOf(like), lengthOf(x));

/** A matrix whose singular values are those of columns that shrink by `ratio`. */
function falling(m: number, n: number, ratio: number): Grid {
  const data = new Random(m + n).normal(m * n);
  return gridOf(
    [m, n],
    data.map((value, at) => value * ratio ** (at % n)),
  );
}

describe("numpy's answers", () => {
  it('shrinkSingularValues, in every way', async () => {
    const findings = new Findings();
    const cases = singularCases<Answer>('shrinkSingularValues');
    for (const dtype of floatsOf(device))
      for (const [k, one] of cases.entries()) {
        const x = singularInput(one.x[0] ?? '');
        const method = METHODS[k % METHODS.length];
        const found = await shrinkSingularValues(tensorOf(device, x, dtype), one.tau ?? NaN, given({ method }));
        await compare(findings, found, one.expected, x, `${labelOf(one)} by ${method} (${dtype})`);
      }
    findings.end();
  });

  it('hardThresholdSingularValues, by thresholds and ranks', async () => {
    const findings = new Findings();
    for (const dtype of floatsOf(device))
      for (const [k, one] of singularCases<Answer>('hardThresholdSingularValues').entries()) {
        const x = singularInput(one.x[0] ?? '');
        const { threshold, rank } = one;
        const method = METHODS[k % 2] as 'svd';
        const options = given({ threshold, rank, method });
        const found = await hardThresholdSingularValues(tensorOf(device, x, dtype), options);
        await compare(findings, found, one.expected, x, `${labelOf(one)} by ${method} (${dtype})`);
      }
    findings.end();
  });

  it('the worked cases', async () => {
    const findings = new Findings();
    const worked = seed.cases.filter(one => one.function === 'shrinkSingularValues') as unknown as readonly {
      readonly id: string;
      readonly inputs: { readonly x: GoldenArray };
      readonly options: { readonly tau: number };
      readonly expected: GoldenArray;
    }[];
    for (const dtype of floatsOf(device))
      for (const { id, inputs, options, expected } of worked)
        for (const method of METHODS) {
          const x = goldenGrid(inputs.x);
          const found = await shrinkSingularValues(tensorOf(device, x, dtype), options.tau, { method });
          const bound = plus(boundOf(x, found.x), inputRounding(precisionOf(found.x)));
          findings.close(await found.x.data(), goldenGrid(expected).data, bound, `${id} by ${method} (${dtype})`);
        }
    findings.end();
  });

  async function compare(
    findings: Findings,
    found: { readonly x: Tensor; readonly s: Tensor; readonly rank: number },
    expected: Answer,
    x: Grid,
    label: string,
  ): Promise<void> {
    findings.check(found.rank === expected.rank, `${label}: rank ${found.rank}, where it is ${expected.rank}`);
    findings.shape(found.x.shape, expected.x.shape, `${label}: x`);
    findings.close(await found.x.data(), goldenGrid(expected.x).data, boundOf(x, found.x), `${label}: x`);
    const bound = spectrum(sideOf(x), precisionOf(found.s), lengthOf(x));
    findings.close(await found.s.data(), goldenGrid(expected.s).data, bound, `${label}: s`);
  }
});

describe('a proximal point', () => {
  it('leaves a rest no longer than τ in any direction, and aligned with it', async () => {
    const findings = new Findings();
    for (const [m, n, ratio, tau] of [
      [24, 16, 0.8, 1.5],
      [10, 26, 1, 3],
      [30, 8, 0.9, 0.2],
    ] as const) {
      const x = falling(m, n, ratio);
      const a = tensorOf(device, x);
      for (const method of METHODS) {
        const label = `[${m}, ${n}] by ${method}`;
        const found = await shrinkSingularValues(a, tau, { method });
        const rest = sub(a, found.x);
        const precision = precisionOf(rest);
        // ‖A − X‖₂ ≤ τ, and ⟨A − X, X⟩ = τ·‖X‖_*: with that, (A − X)/τ is a subgradient of the norm at X.
        const [largest = NaN] = singularValues(gridOf([m, n], await rest.data()));
        const off = boundOf(x, found.x).absolute;
        findings.check(largest <= tau + off, `${label}: the rest has norm ${largest}`);
        const [left, right, s] = await Promise.all([rest.data(), found.x.data(), found.s.data()]);
        const inner = Array.from(left, Number).reduce((sum, value, at) => sum + value * Number(right[at]), 0);
        const nuclear = Array.from(s, Number).reduce((sum, value) => sum + value, 0);
        findings.close([inner], [tau * nuclear], { relative: 0, absolute: 2 * off * lengthOf(x) }, label);
        findings.close(
          s,
          singularValues(x)
            .slice(0, found.rank)
            .map(value => value - tau),
          spectrum(Math.max(m, n), precision, lengthOf(x)),
          label,
        );
      }
    }
    findings.end();
  });

  it('is the same for a transposed view, and in units of any power', async () => {
    const findings = new Findings();
    const x = falling(12, 9, 0.7);
    for (const method of METHODS) {
      const a = tensorOf(device, x);
      const plain = await shrinkSingularValues(a, 0.5, { method });
      const turned = await shrinkSingularValues(transpose(a), 0.5, { method });
      findings.close(await transpose(turned.x).data(), await plain.x.data(), boundOf(x, plain.x), `${method}: turned`);
      for (const power of [-66, 66]) {
        const scaled = tensorOf(
          device,
          gridOf(
            x.shape,
            Array.from(x.data, value => value * 2 ** power),
          ),
        );
        const found = await shrinkSingularValues(scaled, 0.5 * 2 ** power, { method });
        const back = Array.from(await found.x.data(), value => Number(value) * 2 ** -power);
        findings.close(back, await plain.x.data(), boundOf(x, plain.x), `${method}: times 2^${power}`);
      }
    }
    findings.end();
  });
});

describe('the ways', () => {
  it('find leading values however many there turn out to be, and begin with what an earlier call found', async () => {
    const findings = new Findings();
    const x = falling(60, 45, 0.9);
    const values = singularValues(x);
    const a = tensorOf(device, x);
    const exact = await shrinkSingularValues(a, (values[20] ?? NaN) * 0.99, { method: 'svd' });
    const rounds: number[] = [];
    let basis: Tensor | undefined;
    for (const guess of [1, 21]) {
      let round = 0;
      const onProgress = ({ done }: Progress): void => void (round = done);
      const options = { method: 'randomized', guess, basis, returnBasis: true, onProgress, seed: 7 } as const;
      const found = await shrinkSingularValues(a, (values[20] ?? NaN) * 0.99, options);
      findings.check(found.rank === 21, `guess ${guess}: rank ${found.rank}`);
      findings.close(await found.x.data(), await exact.x.data(), boundOf(x, found.x), `guess ${guess}`);
      findings.shape(found.basis?.shape ?? [], [45, 21], `guess ${guess}: basis`);
      rounds.push(round);
      basis = found.basis;
    }
    findings.check((rounds[1] ?? NaN) < (rounds[0] ?? NaN), `a good beginning saves rounds: ${String(rounds)}`);
    findings.end();
  });

  it('are chosen by what they cost, and agree', async () => {
    const findings = new Findings();
    const [m, n] = [150, 140];
    const left = new Random(3).normal(m * 4);
    const right = new Random(4).normal(4 * n);
    const low = matmul(device.tensor(left, [m, 4]), device.tensor(right, [4, n]));
    const x = gridOf([m, n], await low.data());
    const stages = new Set<string>();
    const onProgress = ({ stage }: Progress): void => void stages.add(stage);
    const found = await shrinkSingularValues(low, 10, { onProgress });
    const exact = await shrinkSingularValues(low, 10, { method: 'polar', values: false });
    findings.check(found.rank === 4 && exact.rank === 4, `rank ${found.rank} and ${exact.rank}`);
    findings.check(stages.has('round'), `the leading values were looked for: ${[...stages].join(', ')}`);
    findings.check(!('s' in exact), 'no singular values where nobody asked for them');
    findings.close(await found.x.data(), await exact.x.data(), boundOf(x, found.x), 'both');
    findings.end();
  });

  it('read a few numbers a row and a round, never a matrix', async () => {
    const { engine } = device;
    const { backend } = engine;
    const { read: own } = backend;
    const x = falling(96, 80, 0.8);
    const a = tensorOf(device, x);
    for (const method of ['randomized', 'polar'] as const) {
      let bytes = 0;
      let rounds = 0;
      backend.read = ranges => {
        bytes += ranges.reduce((sum, range) => sum + range.bytes, 0);
        return own.call(backend, ranges);
      };
      try {
        const onProgress = (): void => void rounds++;
        await shrinkSingularValues(a, 4, { method, values: false, guess: 12, onProgress });
      } finally {
        backend.read = own;
      }
      // Magnitudes of rows and columns, norms; and for each round, or its small decomposition's sweeps, a number a column.
      const [rows, width] = [96 + 80, 2 * 22];
      expect(bytes).toBeLessThan(8 * (rows + 64 + rounds * (4 * width + 32)));
      expect(bytes).toBeLessThan(4 * x.data.length);
    }
  });

  it('keep nothing of nothing, and nothing of what lies below the threshold', async () => {
    const shapes = [
      [0, 3],
      [3, 0],
      [3, 2],
    ] as const;
    for (const shape of shapes)
      for (const method of METHODS) {
        const found = await shrinkSingularValues(device.tensor(new Float32Array(shape[0] * shape[1]), shape), 1, {
          method,
        });
        expect([found.rank, [...found.s.shape], [...found.x.shape]]).toEqual([0, [0], [...shape]]);
        expect([...(await found.x.data())]).toEqual(Array.from({ length: found.x.size }, () => 0));
      }
    const whole = device.tensor(new Uint32Array([3, 0, 0, 4]), [2, 2]);
    expect(await (await hardThresholdSingularValues(whole, { rank: 1 })).x.toArray()).toEqual([
      [0, 0],
      [0, expect.closeTo(4, 5)],
    ]);
  });

  it('stop at a signal, and leave no memory behind', async () => {
    const a = tensorOf(device, falling(24, 18, 0.9));
    const before = device.memory().live;
    for (const method of METHODS) {
      const stop = new AbortController();
      const reason = new ConvergenceError('enough');
      stop.abort(reason);
      await expect(shrinkSingularValues(a, 1, { method, signal: stop.signal })).rejects.toBe(reason);
      const { x, s } = await shrinkSingularValues(a, 1, { method });
      x.dispose();
      s.dispose();
      // What earlier specs forgot may be collected meanwhile.
      await expect.poll(() => device.memory().live).toBeLessThanOrEqual(before);
    }
  });

  it('agree over norms: what is dropped is what the result is off by', async () => {
    const x = falling(20, 14, 0.75);
    const a = tensorOf(device, x);
    const { x: kept } = await hardThresholdSingularValues(a, { rank: 5 });
    const rest = Math.hypot(...singularValues(x).slice(5));
    const off = await norm(sub(a, kept)).item();
    expect(Math.abs(off - rest)).toBeLessThan(boundOf(x, kept).absolute);
  });
});

describe('refused', () => {
  const a = [
    [1, 2],
    [3, 4],
  ];

  it('are thresholds, ranks and options that cannot be', async () => {
    const op = 'shrinkSingularValues';
    for (const tau of [-1, NaN, Infinity, '1', undefined])
      await expectRejects(shrinkSingularValues(a, tau as number, { device }), OptionError, op, 'tau');
    for (const [options, word] of [
      [{ method: 'exact' }, 'method'],
      [{ guess: -1 }, 'guess'],
      [{ seed: 0.5 }, 'seed'],
      [{ basis: [1] }, 'basis'],
      [{ basis: device.tensor([[1]]) }, 'basis'],
      [{ values: 1 }, 'values'],
      [{ method: 'polar', returnBasis: true }, 'polar'],
      [{ rank: 1 }, "'rank'"],
    ] as const)
      await expectRejects(shrinkSingularValues(a, 1, { device, ...(options as object) }), OptionError, op, word);
    const hard = 'hardThresholdSingularValues';
    for (const options of [
      {},
      { rank: 1, threshold: 1 },
      { rank: 1.5 },
      { threshold: -1 },
      { rank: 1, method: 'polar' },
    ])
      await expectRejects(
        hardThresholdSingularValues(a, { device, ...(options as { rank: number }) }),
        OptionError,
        hard,
        /rank|threshold|polar/,
      );
  });

  it('are vectors, stacks, and what is not finite', async () => {
    for (const method of METHODS) {
      const op = 'shrinkSingularValues';
      await expectRejects(shrinkSingularValues([1, 2], 1, { device, method }), ShapeError, op, '[2]');
      await expectRejects(shrinkSingularValues([a], 1, { device, method }), ShapeError, op, '[1, 2, 2]');
      for (const wrong of [NaN, Infinity])
        await expectRejects(
          shrinkSingularValues(
            [
              [1, 2],
              [3, wrong],
            ],
            1,
            { device, method },
          ),
          NonFiniteError,
          op,
          'row 1',
        );
    }
  });
});
