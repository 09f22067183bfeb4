/**
 * The documented error bounds at ten million elements, against doubles summed with compensation: relative 2⁻²⁴·log₂(n)
 * for p = 1 and 2, nothing at all for ±∞ and 0, and the stated bound for general p. On data that favour no rounding:
 * positive numbers, which make naive sums drift, and normal ones.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { norm, normSummary, type Device } from '../../src/index.ts';
import { grid } from '../oracle/grid.ts';
import { vectorNorm } from '../oracle/norm.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { Batch } from '../support/tensors.ts';
import { norm as normBound } from '../tolerance.ts';

const N = 10_000_000;
/** Powers are slow to check: fewer elements, the same bound. */
const N_POWERS = 1_000_000;

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** Ten million numbers by repeating a block of odd length, each time a little larger: quick to make, hard to sum. */
function drifting(n: number, block: Float32Array): Float32Array {
  const out = new Float32Array(n);
  for (let i = 0; i < n; i++) out[i] = (block[i % block.length] ?? 0) * (1 + i / n);
  return out;
}

async function compare(x: Float32Array, ords: readonly number[]): Promise<void> {
  const batch = new Batch();
  const tensor = device.tensor(x);
  for (const ord of ords)
    batch.expect(
      `ord ${ord} of ${x.length}`,
      () => norm(tensor, { ord }),
      grid([], [vectorNorm(x, ord)]),
      precision => normBound(x.length, ord, precision),
    );
  await batch.end();
  tensor.dispose();
}

describe('at ten million elements', () => {
  it(
    'p = 1, 2, ±∞ and 0 of positive numbers',
    () => compare(drifting(N, new Random(1).uniform(99_991, 0.1, 1)), [1, 2, Infinity, -Infinity, 0]),
    60_000,
  );

  it(
    'p = 1, 2 and ∞ of normal numbers',
    () => compare(drifting(N, new Random(2).normal(99_991)), [1, 2, Infinity]),
    60_000,
  );

  it('the summary, in one read', async () => {
    const x = drifting(N, new Random(3).sparse(99_991, 0.3));
    const batch = new Batch();
    const summary = normSummary(device.tensor(x));
    for (const [key, p] of [
      ['l0', 0],
      ['l1', 1],
      ['l2', 2],
      ['linf', Infinity],
      ['min', -Infinity],
    ] as const)
      batch.expect(
        key,
        () => summary[key],
        grid([], [vectorNorm(x, p)]),
        precision => normBound(N, p, precision),
      );
    await batch.end();
  }, 60_000);
});

describe('equal numbers, whose roundings all go the same way', () => {
  it('p = 1 and 2 of rows of every constant', async () => {
    const batch = new Batch();
    const constants = new Random(6).uniform(200, 0.5, 1);
    for (const n of [3, 16, 63, 64, 100, 256, 1000, 4096, 10_001]) {
      const x = new Float32Array(200 * n);
      constants.forEach((value, i) => x.fill(value, i * n, (i + 1) * n));
      const rows = device.tensor(x, [200, n]);
      for (const ord of [1, 2])
        batch.expect(
          `rows of ${n}, ord ${ord}`,
          () => norm(rows, { ord, axis: 1 }),
          grid(
            [200],
            Array.from(constants, value => value * n ** (1 / ord)),
          ),
          precision => normBound(n, ord, precision),
        );
    }
    await batch.end();
  }, 60_000);

  it('p = 1 and 2 of long vectors', async () => {
    const batch = new Batch();
    for (const value of new Random(7).uniform(4, 0.5, 1)) {
      const x = device.tensor(new Float32Array(2_000_000).fill(value));
      for (const ord of [1, 2])
        batch.expect(
          `${value}, ord ${ord}`,
          () => norm(x, { ord }),
          grid([], [value * 2_000_000 ** (1 / ord)]),
          precision => normBound(2_000_000, ord, precision),
        );
      x.dispose();
    }
    await batch.end();
  }, 60_000);
});

describe('at a million elements', () => {
  it(
    'general p',
    () => compare(drifting(N_POWERS, new Random(4).normal(99_991)), [3, 4, 0.5, 1.5, 2.5, -0.5, -1, -2, 10]),
    60_000,
  );

  it('rows and columns', async () => {
    const [rows, width] = [50, 20_000];
    const x = drifting(N_POWERS, new Random(5).uniform(9_973, 0.1, 1));
    const batch = new Batch();
    const tensor = device.tensor(x, [rows, width]);
    const tall = device.tensor(x, [width, rows]);
    const lines = Array.from({ length: rows }, (_, i) => x.subarray(i * width, (i + 1) * width));
    const columns = Array.from({ length: rows }, (_, j) =>
      Float32Array.from({ length: width }, (__, i) => x[i * rows + j] ?? NaN),
    );
    for (const ord of [1, 2, Infinity]) {
      const bound = (precision: Parameters<typeof normBound>[2]) => normBound(width, ord, precision);
      batch.expect(
        `rows, ord ${ord}`,
        () => norm(tensor, { ord, axis: 1 }),
        grid(
          [rows],
          lines.map(line => vectorNorm(line, ord)),
        ),
        bound,
      );
      batch.expect(
        `columns, ord ${ord}`,
        () => norm(tall, { ord, axis: 0 }),
        grid(
          [rows],
          columns.map(column => vectorNorm(column, ord)),
        ),
        bound,
      );
    }
    await batch.end();
  }, 60_000);
});
