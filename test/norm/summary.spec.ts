/** normSummary: L0, L1, L2, L∞ and the smallest magnitude, in one read of the data; each as norm would give it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { normSummary, OptionError, ShapeError, transpose, type Device, type Tensor } from '../../src/index.ts';
import { grid, sizeOf, type Grid } from '../oracle/grid.ts';
import { normSummary as oracle } from '../oracle/norm.ts';
import { slice, transpose as transposed } from '../oracle/shape.ts';
import { expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, given, gridOf, tensorOf } from '../support/tensors.ts';
import { norm as normBound } from '../tolerance.ts';

const ORDER_OF = { l0: 0, l1: 1, l2: 2, linf: Infinity, min: -Infinity } as const;
const KEYS = ['l0', 'l1', 'l2', 'linf', 'min'] as const;

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const random = (shape: readonly number[]): Grid => gridOf(shape, new Random(sizeOf(shape)).sparse(sizeOf(shape), 0.2));

function compare(
  batch: Batch,
  tensor: Tensor,
  x: Grid,
  axis?: number | readonly number[],
  keepdims?: boolean,
  note = '',
): void {
  const options = given({ axis, keepdims });
  const actual = normSummary(tensor, options);
  const expected = oracle(x, options);
  for (const key of KEYS)
    batch.expect(
      `${note}${key} of [${x.shape.join(', ')}], ${JSON.stringify(options)}`,
      () => actual[key],
      expected[key],
      precision => normBound(sizeOf(x.shape), ORDER_OF[key], precision),
    );
}

describe('normSummary', () => {
  it('of vectors, whole arrays, and along axes', async () => {
    const batch = new Batch();
    for (const shape of [[1], [5], [64], [65], [257], [5000], [4, 7], [300, 3], [3, 300], [2, 3, 4], [2, 65, 5]]) {
      const x = random(shape);
      for (const dtype of floatsOf(device)) {
        const tensor = tensorOf(device, x, dtype);
        compare(batch, tensor, x);
        compare(batch, tensor, x, undefined, true);
        for (let axis = 0; axis < shape.length; axis++) {
          compare(batch, tensor, x, axis);
          compare(batch, tensor, x, axis - shape.length, true);
        }
        if (shape.length > 1) compare(batch, tensor, x, [0, 1]);
        tensor.dispose();
      }
    }
    await batch.end();
  });

  it('has exactly its five parts', () => {
    expect(Object.keys(normSummary(device.tensor([3, -4]))).sort()).toEqual([...KEYS].sort());
  });

  it('of views', async () => {
    const batch = new Batch();
    const x = random([9, 50]);
    const base = tensorOf(device, x);
    compare(batch, base.slice(2, 9), slice(x, 2, 9), 1, false, 'rows: ');
    compare(batch, base.slice(1, 47, { axis: 1 }), slice(x, 1, 47, 1), 0, false, 'columns: ');
    compare(batch, base.slice(1, 47, { axis: 1 }), slice(x, 1, 47, 1), undefined, false, 'columns: ');
    compare(batch, transpose(base), transposed(x), 1, false, 'transposed: ');
    await batch.end();
  });

  it('of special numbers, none of which hides another part', async () => {
    const batch = new Batch();
    for (const list of [
      [NaN, 1, 0],
      [Infinity, -2, 0],
      [NaN, Infinity],
      [0, 0],
      [-0],
      [1e25, 2e25, 0],
      [3e-30, -4e-30],
      [1e25, 1e-30],
    ]) {
      const x = gridOf([list.length], list);
      for (const dtype of floatsOf(device))
        compare(batch, tensorOf(device, x, dtype), x, undefined, false, `${list}: `);
    }
    const x = gridOf([4, 3], [1, NaN, 0, 3e25, 4e25, 0, 1, 2, 3, 3e-30, 4e-30, 0]);
    for (const dtype of floatsOf(device))
      for (const axis of [0, 1]) compare(batch, tensorOf(device, x, dtype), x, axis);
    await batch.end();
  });

  it('with tiny bindings, few workgroups, and either family of kernels', async () => {
    for (const assume of [{ maxGroups: 8 }, { maxBindingBytes: 4096 }, { software: !device.info.isFallback }]) {
      const small = await openLaneDevice({ assume });
      const batch = new Batch();
      for (const [shape, axis] of [
        [[5000], undefined],
        [[3, 2000], 1],
        [[1000, 3], 1],
        [[40, 300], 0],
      ] as const) {
        const x = random(shape);
        compare(batch, tensorOf(small, x), x, axis, false, `${JSON.stringify(assume)}: `);
      }
      await batch.end();
      small.close();
    }
  });

  it('refuses an empty input, which has no maximum, and bad axes', () => {
    expectThrows(() => normSummary(device.tensor([])), ShapeError, 'normSummary', '[0]');
    expectThrows(() => normSummary(device.tensor([], [3, 0]), { axis: 1 }), ShapeError, 'normSummary', '[3, 0]');
    expectThrows(() => normSummary(device.tensor([1]), { axis: 1 }), OptionError, 'normSummary', '1');
    expectThrows(() => normSummary(device.tensor([[1]]), { axis: [0, 0] }), OptionError, 'normSummary', '0');
  });

  it('of no rows is empty', async () => {
    const batch = new Batch();
    const none = grid([0, 3], []);
    compare(batch, tensorOf(device, none), none, 1);
    await batch.end();
  });
});
