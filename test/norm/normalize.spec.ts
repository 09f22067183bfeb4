/** normalize: rows of length one; zero rows stay zero, and nothing turns into NaN but what was NaN. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { normalize, norm, OptionError, transpose, type Device, type Tensor } from '../../src/index.ts';
import { grid, sizeOf, type Grid } from '../oracle/grid.ts';
import { normalize as oracle } from '../oracle/norm.ts';
import { slice, transpose as transposed } from '../oracle/shape.ts';
import { expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { norm as normBound, normalized as normalizedBound } from '../tolerance.ts';

const ORDS = [1, 2, Infinity] as const;

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const random = (shape: readonly number[], seed = 3): Grid => gridOf(shape, new Random(seed).sparse(sizeOf(shape), 0.1));

function compare(batch: Batch, tensor: Tensor, x: Grid, ord: number, axis = -1, note = ''): void {
  const terms = x.shape.at(axis) ?? 1;
  batch.expect(
    `${note}normalize([${x.shape.join(', ')}], ord ${ord}, axis ${axis})`,
    () => normalize(tensor, { ord, axis }),
    oracle(x, { ord, axis }).normalized,
    precision => normalizedBound(terms, ord, precision),
  );
}

describe('normalize', () => {
  it('along every axis of random arrays', async () => {
    const batch = new Batch();
    for (const shape of [[1], [7], [300], [5, 3], [4, 64], [3, 257], [70, 2], [2, 5, 6], [3, 1, 4], [2, 3, 2, 5]]) {
      const x = random(shape);
      for (const dtype of floatsOf(device)) {
        const tensor = tensorOf(device, x, dtype);
        for (const ord of ORDS)
          for (let axis = -shape.length; axis < shape.length; axis++) compare(batch, tensor, x, ord, axis);
        tensor.dispose();
      }
    }
    await batch.end();
  });

  it('takes the 2-norm of the last axis when told nothing', async () => {
    const batch = new Batch();
    const x = random([6, 9]);
    batch.expect(
      'plain',
      () => normalize(tensorOf(device, x)),
      oracle(x).normalized,
      precision => normalizedBound(9, 2, precision),
    );
    batch.expect(
      "'inf'",
      () => normalize(tensorOf(device, x), { ord: 'inf' }),
      oracle(x, { ord: Infinity }).normalized,
      precision => normalizedBound(9, Infinity, precision),
    );
    await batch.end();
  });

  it('gives the norms beside', async () => {
    const batch = new Batch();
    const x = random([6, 9]);
    for (const dtype of floatsOf(device))
      for (const ord of ORDS) {
        const { normalized, norms } = normalize(tensorOf(device, x, dtype), { ord, axis: 1, returnNorms: true });
        const expected = oracle(x, { ord, axis: 1 });
        batch.expect(
          `normalized, ord ${ord}`,
          () => normalized,
          expected.normalized,
          precision => normalizedBound(9, ord, precision),
        );
        batch.expect(
          `norms, ord ${ord}`,
          () => norms.reshape([6, 1]),
          expected.norms,
          precision => normBound(9, ord, precision),
        );
      }
    await batch.end();
  });

  it('leaves zero rows zero, whatever stands beside them', async () => {
    const batch = new Batch();
    const data = random([5, 33]).data;
    const x = grid(
      [5, 33],
      Float64Array.from(data, (v, i) => (Math.floor(i / 33) % 2 === 1 ? 0 : v)),
    );
    for (const dtype of floatsOf(device)) for (const ord of ORDS) compare(batch, tensorOf(device, x, dtype), x, ord, 1);
    const zeros = grid([3, 2], new Float64Array(6));
    for (const axis of [0, 1]) compare(batch, tensorOf(device, zeros), zeros, 2, axis);
    await batch.end();
  });

  it('neither overflows nor underflows', async () => {
    const batch = new Batch();
    for (const factor of [1e25, 1e-30, 1e-20, 2 ** -63]) {
      const x = gridOf(
        [4, 70],
        Float64Array.from(random([4, 70]).data, v => v * factor),
      );
      for (const dtype of floatsOf(device))
        for (const ord of ORDS)
          for (const axis of [0, 1]) compare(batch, tensorOf(device, x, dtype), x, ord, axis, `× ${factor}: `);
    }
    await batch.end();
  });

  it('divides by eps at least', async () => {
    const batch = new Batch();
    const x = gridOf([3, 2], [3e-3, 4e-3, 3, 4, 0, 0]);
    for (const dtype of floatsOf(device))
      batch.expect(
        'eps',
        () => normalize(tensorOf(device, x, dtype), { eps: 0.5 }),
        oracle(x, { eps: 0.5 }).normalized,
        precision => normalizedBound(2, 2, precision),
      );
    await batch.end();
  });

  it('spreads NaN and infinities within their row alone', async () => {
    const batch = new Batch();
    const x = grid([4, 3], [1, NaN, 2, 3, 4, 0, Infinity, 1, 0, 5, 12, 0]);
    for (const dtype of floatsOf(device)) for (const ord of ORDS) compare(batch, tensorOf(device, x, dtype), x, ord, 1);
    await batch.end();
  });

  it('takes views and empty arrays', async () => {
    const batch = new Batch();
    const x = random([6, 40]);
    const base = tensorOf(device, x);
    compare(batch, base.slice(1, 6), slice(x, 1, 6), 2, 1, 'rows: ');
    compare(batch, base.slice(3, 38, { axis: 1 }), slice(x, 3, 38, 1), 2, 1, 'columns: ');
    compare(batch, base.slice(3, 38, { axis: 1 }), slice(x, 3, 38, 1), 1, 0, 'columns: ');
    compare(batch, transpose(base), transposed(x), 2, 1, 'transposed: ');
    compare(batch, transpose(base), transposed(x), Infinity, 0, 'transposed: ');
    const none = grid([0, 3], []);
    compare(batch, tensorOf(device, none), none, 2, 1, 'no rows: ');
    const narrow = grid([3, 0], []);
    for (const ord of ORDS)
      batch.expect(
        `no columns, ord ${ord}`,
        () => normalize(tensorOf(device, narrow), { ord }),
        narrow,
        precision => normalizedBound(1, ord, precision),
      );
    await batch.end();
  });

  it('gives rows of norm one', async () => {
    const batch = new Batch();
    const x = gridOf([20, 130], new Random(9).normal(20 * 130));
    for (const dtype of floatsOf(device))
      for (const ord of ORDS)
        batch.expect(
          `ord ${ord}`,
          () => norm(normalize(tensorOf(device, x, dtype), { ord }), { ord, axis: 1 }),
          grid([20], new Float64Array(20).fill(1)),
          precision => {
            const one = normalizedBound(130, ord, precision);
            const two = normBound(130, ord, precision);
            return { relative: one.relative + two.relative, absolute: 0 };
          },
        );
    await batch.end();
  });

  it('runs with tiny bindings and few workgroups', async () => {
    for (const assume of [{ maxGroups: 8 }, { maxBindingBytes: 4096 }, { software: !device.info.isFallback }]) {
      const small = await openLaneDevice({ assume });
      const batch = new Batch();
      for (const shape of [
        [3, 2000],
        [2000, 3],
        [700, 30],
      ]) {
        const x = random(shape);
        const tensor = tensorOf(small, x);
        for (const axis of [0, 1]) compare(batch, tensor, x, 2, axis, `${JSON.stringify(assume)}: `);
      }
      await batch.end();
      small.close();
    }
  });

  it('keeps its input as it was, and its dtype', async () => {
    const x = device.tensor([3, 4]);
    const unit = normalize(x);
    expect(unit.dtype).toBe(x.dtype);
    expect([...(await x.data())]).toEqual([3, 4]);
  });

  it('refuses what it cannot do', () => {
    const x = device.tensor([[1, 2]]);
    expectThrows(() => normalize(x, { ord: 3 }), OptionError, 'normalize', '3');
    expectThrows(() => normalize(x, { ord: 'l2' as 'inf' }), OptionError, 'normalize', 'l2');
    expectThrows(() => normalize(x, { axis: 2 }), OptionError, 'normalize', '2');
    expectThrows(() => normalize(x, { axis: -3 }), OptionError, 'normalize', '-3');
    expectThrows(() => normalize(x, { eps: -1 }), OptionError, 'normalize', '-1');
    expectThrows(() => normalize(x, { eps: NaN }), OptionError, 'normalize', 'NaN');
  });
});
