/**
 * norm on both sides of every length that a kernel or a plan treats apart: workgroups, blocks, fours; as vectors, rows,
 * columns and middle axes. With the kernels that this adapter gets, and with those of the other family of adapters:
 * software ones reduce without workgroup memory, real ones with it.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { norm, type Device } from '../../src/index.ts';
import { type NormOptions } from '../oracle/norm.ts';
import { expectExact } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { along, compareNorms, holed } from '../support/norms.ts';
import { Random } from '../support/random.ts';
import { Batch } from '../support/tensors.ts';

const LENGTHS = [
  0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 513, 1023, 1024,
  1025,
];
const EDGES = [1, 3, 4, 5, 63, 64, 65, 255, 256, 257, 1023, 1024, 1025];
const ORDS: readonly NormOptions['ord'][] = [2, 1, Infinity, -Infinity, 0, 3];

let device: Device;
/** The same adapter, taken for one of the other family. */
let other: Device;
beforeAll(async () => {
  device = await openLaneDevice();
  other = await openLaneDevice({ assume: { software: !device.info.isFallback } });
});
afterAll(() => {
  device.close();
  other.close();
});

/** Every order has kernels of its own for rows and for columns, which take a while to compile: not all orders everywhere. */
const LAYOUTS = [
  ['of a vector', (n: number) => [n], undefined, ORDS],
  ['of rows', (n: number) => [7, n], 1, [2, Infinity]],
  ['of columns', (n: number) => [n, 5], 0, ORDS],
  ['of a middle axis', (n: number) => [3, n, 4], 1, [2, 0]],
] as const;

describe('lengths', () => {
  for (const [name, shapeOf, axis, ords] of LAYOUTS) {
    it(name, async () => {
      const batch = new Batch();
      for (const n of LENGTHS)
        compareNorms(
          batch,
          device,
          holed(shapeOf(n)),
          // The largest and the smallest of nothing are refused.
          along(axis, n === 0 ? ords.filter(ord => ord !== Infinity && ord !== -Infinity) : ords),
        );
      await batch.end();
    });
  }

  it('of what is left beside them', async () => {
    const batch = new Batch();
    for (const n of LENGTHS) {
      compareNorms(batch, device, holed([n, 3]), along(1, [2, Infinity]));
      compareNorms(batch, device, holed([6, n]), along(0, [2, -Infinity]));
      compareNorms(batch, device, holed([2, 3, n]), along(1, [2]));
    }
    await batch.end();
  });

  it('of matrices', async () => {
    const batch = new Batch();
    for (const n of EDGES) {
      const options = (['fro', 1, -1, Infinity, -Infinity] as const).map(ord => ({ ord, axis: [0, 1] }));
      compareNorms(batch, device, holed([n, 6]), options);
      compareNorms(batch, device, holed([6, n]), options);
    }
    await batch.end();
  });

  it('of long vectors, about powers of two', async () => {
    const batch = new Batch();
    for (const n of [4095, 4097, 16_383, 16_385, 65_535, 65_536, 65_537, 262_145])
      compareNorms(batch, device, holed([n]), along(undefined, [2, 1, Infinity, 0, 3]));
    await batch.end();
  });
});

describe('many', () => {
  it('rows: more workgroups than one dimension of a dispatch takes', async () => {
    const rows = 65_536 * 64 + 5;
    const data = new Random(8).uniform(2 * rows, -1, 1);
    const x = device.tensor(data, [rows, 2]);
    const largest = norm(x, { ord: Infinity, axis: 1 });
    const expected = Float32Array.from({ length: rows }, (_, i) =>
      Math.max(Math.abs(data[2 * i] ?? NaN), Math.abs(data[2 * i + 1] ?? NaN)),
    );
    expectExact(await largest.data(), expected, 'largest of each row');
    x.dispose();
    largest.dispose();
  });
});

describe("lengths, with the other family's kernels", () => {
  for (const [name, shapeOf, axis] of LAYOUTS) {
    it(name, async () => {
      const batch = new Batch();
      for (const n of EDGES) compareNorms(batch, other, holed(shapeOf(n)), along(axis, [2]));
      await batch.end();
    });
  }

  it('of every order', async () => {
    const batch = new Batch();
    compareNorms(batch, other, holed([9, 700]), along(1, [...ORDS, 2.5, -1]));
    compareNorms(batch, other, holed([700, 9]), along(0, [...ORDS, 2.5, -1]));
    await batch.end();
  });

  it('of long vectors and many rows', async () => {
    const batch = new Batch();
    for (const n of [65_535, 65_537, 262_145]) compareNorms(batch, other, holed([n]), along(undefined, [2]));
    compareNorms(batch, other, holed([5003, 3]), along(1, [2]));
    compareNorms(batch, other, holed([3, 5003]), along(0, [2]));
    await batch.end();
  });
});
