/** Randomised singular value decompositions: how close they come, what they do to awkward matrices, and what they read. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  NonFiniteError,
  OptionError,
  randomizedSvd,
  ShapeError,
  transpose,
  type Device,
  type Progress,
  type Svd,
} from '../../src/index.ts';
import { Engine } from '../../src/device/index.ts';
import type { Grid } from '../oracle/grid.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { apart, readGrid, skew } from '../support/qr.ts';
import { flipped } from '../support/solve.ts';
import { Random } from '../support/random.ts';
import { areSigned, composed, withSpectrum } from '../support/spectra.ts';
import { floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { orthogonalFactors, precisionOf, SKETCHED } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** Orthonormal factors with their signs fixed, values that descend, and U·diag(s)·Vᵀ as close to A as `least` allows. */
async function check(findings: Findings, found: Svd, a: Grid, least: number, label: string): Promise<void> {
  const [m = 0, n = 0] = a.shape;
  const [u, s, vt] = [await readGrid(found.u), await readGrid(found.s), await readGrid(found.vt)];
  const [rank = 0] = s.shape;
  const bound = orthogonalFactors(Math.max(m, n), precisionOf(found.u));
  findings.shape(u.shape, [m, rank], `${label}: U`);
  findings.shape(vt.shape, [rank, n], `${label}: Vᵀ`);
  findings.check(skew(u) <= bound, `${label}: UᵀU is ${skew(u)} away from I, allowed ${bound}`);
  findings.check(skew(flipped(vt)) <= bound, `${label}: VᵀV is ${skew(flipped(vt))} away from I, allowed ${bound}`);
  findings.check(areSigned(u), `${label}: signs`);
  findings.check(
    Array.from(s.data).every((value, k) => value >= 0 && (k === 0 || value <= (s.data[k - 1] ?? 0))),
    `${label}: the values descend`,
  );
  const error = apart(composed(u, s.data, vt), a);
  findings.check(error <= least + bound, `${label}: the error is ${error}, allowed ${least} + ${bound}`);
}

const falling = (count: number, f: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => f(i));

/** √Σ_{i ≥ k} σᵢ² over √Σσᵢ²: the least error of rank k. */
const leastError = (values: readonly number[], k: number): number =>
  values.length > k ? Math.hypot(...values.slice(k)) / Math.hypot(...values) : 0;

describe('randomizedSvd', () => {
  it('comes within a hundredth of the least error, however the values fall', async () => {
    const findings = new Findings();
    for (const [name, values, rank, [m, n], seed] of [
      ['fast', falling(40, i => 10 ** (-i / 4)), 6, [90, 40], 0],
      ['slow', falling(40, i => 1 / (i + 1)), 6, [40, 50], 1],
      ['hardly', falling(40, i => 1 - i / 80), 3, [90, 40], 12_345_678_901],
      ['two steps', falling(40, i => (i < 5 ? 1 : 0.1)), 5, [40, 50], 3],
    ] as const) {
      const a = withSpectrum(m, n, values);
      const found = await randomizedSvd(tensorOf(device, a), { rank, seed });
      await check(findings, found, a, SKETCHED * leastError(values, rank), `${name} [${m}, ${n}], seed ${seed}`);
    }
    findings.end();
  });

  it('finds all there is where the rank is low', async () => {
    const findings = new Findings();
    const low = withSpectrum(60, 35, [4, 2, 1]);
    for (const dtype of floatsOf(device))
      for (const options of [{}, { iterations: 0 }, { oversample: 0 }, { iterations: 2, oversample: 1 }]) {
        const found = await randomizedSvd(tensorOf(device, low, dtype), { rank: 3, ...options });
        // The matrix itself was rounded to float32.
        await check(
          findings,
          found,
          low,
          orthogonalFactors(60, 'rounded'),
          `rank 3, ${JSON.stringify(options)}, ${dtype}`,
        );
      }
    const more = await randomizedSvd(tensorOf(device, low), { rank: 8 });
    await check(findings, more, low, orthogonalFactors(60, 'rounded'), 'more than the rank');
    findings.end();
  });

  it('of any shape and magnitude, zero, and as many values as there are', async () => {
    const findings = new Findings();
    const some = falling(12, i => 2 ** -i);
    const times = (a: Grid, factor: number): Grid =>
      gridOf(
        a.shape,
        Array.from(a.data, value => value * factor),
      );
    const plain = withSpectrum(30, 12, some);
    for (const [label, a, rank] of [
      ['1e20', times(plain, 1e20), 4],
      ['1e-20', times(plain, 1e-20), 4],
      ['1e30', times(plain, 1e30), 12],
      ['zero', times(plain, 0), 3],
      ['a row', gridOf([1, 7], [1, -2, 3, 0, 1, 2, -9]), 1],
      ['a column', gridOf([7, 1], [1, -2, 3, 0, 1, 2, -9]), 1],
      ['one number', gridOf([1, 1], [-3]), 1],
      ['all values', plain, 12],
    ] as const) {
      const found = await randomizedSvd(tensorOf(device, a), { rank });
      if (label === 'zero') findings.exact((await readGrid(found.s)).data, [0, 0, 0], 'zero');
      else await check(findings, found, a, SKETCHED * leastError(some, rank), label);
    }
    const view = await randomizedSvd(transpose(tensorOf(device, plain)), { rank: 5 });
    await check(findings, view, flipped(plain), SKETCHED * leastError(some, 5), 'a view');
    const long = gridOf([1, 130_000], new Random(8).normal(130_000));
    await check(findings, await randomizedSvd(tensorOf(device, long), { rank: 1 }), long, 0, 'a long one');
    const whole = await randomizedSvd(device.tensor(Uint32Array.of(3, 0, 0, 4), [2, 2]), { rank: 2 });
    findings.close(
      (await readGrid(whole.s)).data,
      [4, 3],
      { relative: orthogonalFactors(2, 'single'), absolute: 0 },
      'whole numbers',
    );
    findings.end();
  });

  it('depends on its seed alone', async () => {
    const a = tensorOf(
      device,
      withSpectrum(
        50,
        40,
        falling(40, i => 1 - i / 80),
      ),
    );
    const valuesOf = async (seed?: number): Promise<ArrayLike<number>> =>
      (await readGrid((await randomizedSvd(a, { rank: 3, iterations: 0, seed })).s)).data;
    expect(await valuesOf(5)).toEqual(await valuesOf(5));
    expect(await valuesOf()).toEqual(await valuesOf(0));
    expect(await valuesOf(1)).not.toEqual(await valuesOf(2));
    expect(await valuesOf(1)).not.toEqual(await valuesOf(1 + 2 ** 32));
  });

  it('reads magnitudes and a small square, never the matrix', async () => {
    const [m, n, rank] = [300, 120, 4];
    const a = tensorOf(device, withSpectrum(m, n, [5, 4, 3, 2, 1, 0.5]));
    await a.data();
    let bytes = 0;
    const { read } = Engine.prototype;
    Engine.prototype.read = function counted(this: Engine, ...args) {
      bytes += args[2];
      return Reflect.apply(read, this, args);
    };
    try {
      await randomizedSvd(a, { rank });
    } finally {
      Engine.prototype.read = read;
    }
    const width = rank + 10;
    // A magnitude of each row and column, and what becomes of a square of `width`; on a cpu device in doubles.
    const most = m + n + 2 * width * width;
    expect(bytes).toBeLessThanOrEqual(most * (device.kind === 'cpu' ? 8 : 4));
    expect(bytes).toBeLessThan(m * n * 4);
  });

  it('tells how far it is, and stops when it is told to', async () => {
    const a = tensorOf(device, withSpectrum(40, 30, [3, 2, 1]));
    const seen: Progress[] = [];
    await randomizedSvd(a, { rank: 2, iterations: 3, onProgress: progress => seen.push(progress) });
    const own = seen.filter(({ stage }) => stage === 'iterate');
    expect(own).toEqual([0, 1, 2, 3].map(done => ({ stage: 'iterate', done, total: 3 })));
    const stopped = AbortSignal.abort(new Error('enough'));
    await expect(randomizedSvd(a, { rank: 2, signal: stopped })).rejects.toThrow('enough');
  });

  it('refuses what it cannot do, as a rejection', async () => {
    const of = (shape: readonly number[]) => device.tensor(new Float32Array(shape.reduce((p, q) => p * q, 1)), shape);
    const a = of([6, 4]);
    for (const rank of [0, 5, 1.5, NaN, undefined as unknown as number])
      await expectRejects(randomizedSvd(a, { rank }), OptionError, 'randomizedSvd', 'rank', 'from 1 to 4');
    await expectRejects(randomizedSvd(a, { rank: 1, oversample: -1 }), OptionError, 'randomizedSvd', 'oversample');
    await expectRejects(
      randomizedSvd(a, { rank: 1, iterations: 0.5 }),
      OptionError,
      'randomizedSvd',
      'iterations',
      "'auto'",
    );
    await expectRejects(randomizedSvd(a, { rank: 1, seed: -1 }), OptionError, 'randomizedSvd', 'seed');
    await expectRejects(randomizedSvd(a, { rank: 1, k: 2 } as { rank: number }), OptionError, 'randomizedSvd', "'k'");
    await expectRejects(randomizedSvd(of([2, 3, 4]), { rank: 1 }), ShapeError, 'randomizedSvd', '[2, 3, 4]');
    await expectRejects(randomizedSvd(of([3]), { rank: 1 }), ShapeError, 'randomizedSvd', '[3]');
    await expectRejects(randomizedSvd(of([0, 3]), { rank: 1 }), OptionError, 'randomizedSvd', '[0, 3]');
    for (const bad of [NaN, Infinity, -Infinity]) {
      const data = Float32Array.from({ length: 24 }, (_, at) => at);
      data[13] = bad;
      const given = device.tensor(data, [6, 4]);
      await expectRejects(randomizedSvd(given, { rank: 2 }), NonFiniteError, 'randomizedSvd', 'row 3 ', '[6, 4]');
    }
  });
});
