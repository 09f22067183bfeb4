/** Covariances where they are hard: far off the origin, over more rows than one block, with weights, NaN, shrunk. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  add,
  covariance,
  OptionError,
  ShapeError,
  transpose,
  type CovarianceOptions,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import type { Grid } from '../oracle/grid.ts';
import { covariance as oracle } from '../oracle/linalg.ts';
import { expectRejects, expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { covariance as bound } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** Rows of normal numbers around an offset; each column is a bit of the one before. */
function rows(n: number, d: number, deviation = 1, offset = 0): Grid {
  const data = new Random(n * 31 + d).normal(n * d, deviation);
  return gridOf(
    [n, d],
    Float64Array.from(data, (value, at) => offset + value + (at % d === 0 ? 0 : 0.5 * (data[at - 1] ?? 0))),
  );
}

type Options = Omit<CovarianceOptions, 'weights' | 'device'> & { readonly weights?: ArrayLike<number> };

/** Enqueues covariances of the same rows for all float dtypes. */
function compare(batch: Batch, x: Grid, options: Options, label: string): void {
  const { covariance: expected, magnitudes } = oracle(x, options);
  const { weights, ...rest } = options;
  for (const dtype of floatsOf(device))
    batch.expect(
      `${label} [${x.shape.join()}] ${JSON.stringify(rest)} of ${dtype}`,
      () => covariance(tensorOf(device, x, dtype), { ...rest, ...(weights && { weights: Array.from(weights) }) }),
      expected,
      precision => index => bound(x.shape[0] ?? 0, precision, magnitudes.data[index] ?? 0),
    );
}

describe('covariance', () => {
  it('of near-duplicates, however far from the origin', async () => {
    const batch = new Batch();
    for (const offset of [0, 10, 1000, -1e6]) compare(batch, rows(200, 5, 1e-3, offset), {}, `offset ${offset}`);
    await batch.end();
  });

  it('of numbers of every magnitude', async () => {
    const batch = new Batch();
    for (const deviation of [1e-15, 1e-6, 1e6, 1e15])
      compare(batch, rows(50, 4, deviation), {}, `deviation ${deviation}`);
    await batch.end();
  });

  it('on both sides of a block of rows', async () => {
    const batch = new Batch();
    for (const n of [2, 3, 1023, 1025, 2047, 2048, 2049, 5003]) compare(batch, rows(n, 3), { ddof: n % 2 }, 'blocks');
    compare(batch, rows(2500, 1), {}, 'one column');
    compare(batch, rows(70, 66), {}, 'many columns');
    await batch.end();
  });

  it('with weights, also those that leave rows out', async () => {
    const batch = new Batch();
    for (const n of [20, 2100]) {
      const x = rows(n, 3, 1, 100);
      const random = new Random(n);
      compare(batch, x, { weights: random.uniform(n, 0, 3) }, 'weights');
      compare(batch, x, { weights: random.uniform(n).map(w => (w < 0.5 ? 0 : w)), ddof: 0 }, 'weights with zeros');
      compare(batch, x, { weights: random.uniform(n), shrinkage: 0.4 }, 'shrunk');
    }
    await batch.end();
  });

  it("shrunk by a share, and by Ledoit and Wolf's", async () => {
    const batch = new Batch();
    for (const [n, d, deviation] of [
      [40, 4, 1],
      [5, 9, 1e-12],
      [300, 12, 1e9],
    ] as const)
      for (const shrinkage of [0, 0.01, 1, 'ledoit-wolf'] as const)
        compare(batch, rows(n, d, deviation, deviation), { shrinkage }, 'shrunk');
    await batch.end();
  });

  it('is symmetric and takes views and whole numbers', async () => {
    const batch = new Batch();
    const x = rows(9, 4);
    const { covariance: expected, magnitudes } = oracle(x);
    const turned = gridOf(
      [4, 9],
      Array.from({ length: 36 }, (_, at) => x.data[(at % 9) * 4 + Math.floor(at / 9)] ?? NaN),
    );
    batch.expect(
      'a transposed view',
      () => covariance(transpose(tensorOf(device, turned))),
      expected,
      precision => index => bound(9, precision, magnitudes.data[index] ?? 0),
    );
    await batch.end();
    const data = await covariance(tensorOf(device, x)).data();
    for (let at = 0; at < 16; at++) expect(data[at]).toBe(data[(at % 4) * 4 + Math.floor(at / 4)]);
    const counts = device.tensor(new Uint32Array([1, 4, 2, 2, 3, 0]), [3, 2]);
    expect(await covariance(counts).toArray()).toEqual([
      [1, -2],
      [-2, 4],
    ]);
    expect(covariance(device.tensor(new Float32Array(0), [3, 0])).shape).toEqual([0, 0]);
  });

  it('keeps NaN to the columns that have one', async () => {
    const x = rows(30, 4);
    const data = Float64Array.from(x.data);
    data[5 * 4 + 2] = NaN;
    for (const options of [{}, { ddof: 0 }, { weights: new Array<number>(30).fill(2) }]) {
      const found = await covariance(device.tensor(data, [30, 4]), options).data();
      found.forEach((value, at) => expect(Number.isNaN(value)).toBe(at % 4 === 2 || Math.floor(at / 4) === 2));
    }
    const shrunk = await covariance(device.tensor(data, [30, 4]), { shrinkage: 'ledoit-wolf' }).data();
    expect(shrunk.every(Number.isNaN)).toBe(true);
  });

  it('refuses what is no matrix of rows, and what leaves nothing to divide by', () => {
    const of = (shape: readonly number[]): Tensor =>
      tensorOf(device, gridOf(shape, new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(1)));
    expectThrows(() => covariance(of([5])), ShapeError, 'covariance', '[5]', 'reshape([5, 1])');
    expectThrows(() => covariance(of([2, 2, 2])), ShapeError, 'covariance', '[2, 2, 2]');
    expectThrows(() => covariance(of([1, 3])), ShapeError, 'covariance', '1 row with ddof 1', 'more than 1');
    expectThrows(() => covariance(of([0, 3]), { ddof: 0 }), ShapeError, 'covariance', '0 rows');
    expectThrows(() => covariance(of([4, 2]), { ddof: 4 }), ShapeError, 'covariance', 'ddof 4');
    expectThrows(() => covariance(of([4, 2]), { ddof: 0.5 }), OptionError, 'covariance', '0.5');
    expectThrows(() => covariance(of([4, 2]), { shrinkage: -0.1 }), OptionError, 'covariance', '-0.1', 'ledoit-wolf');
    expectThrows(() => covariance(of([4, 2]), { shrinkage: 'oas' as never }), OptionError, 'covariance', "'oas'");
    expectThrows(() => covariance(of([4, 2]), { rowvar: true } as never), OptionError, 'covariance', 'rowvar', 'ddof');
  });

  it('refuses weights that are none: plain ones at the call, tensors at the read', async () => {
    const x = tensorOf(device, rows(4, 2));
    expectThrows(() => covariance(x, { weights: [1, 2, 3] }), ShapeError, 'covariance', '[3] for 4 rows');
    expectThrows(() => covariance(x, { weights: [1, 1, -2, 1] }), OptionError, 'covariance', 'weights[2]');
    expectThrows(
      () => covariance(x, { weights: [1, 1, 1, 1], shrinkage: 'ledoit-wolf' }),
      OptionError,
      'covariance',
      'weights',
    );
    const failed = covariance(x, { weights: device.tensor([1, 1, -2, 1]) });
    await expectRejects(failed.data(), OptionError, 'covariance', 'weights[2]');
    await expectRejects(add(failed, 1).data(), OptionError, 'covariance', 'weights[2]');
  });
});
