/** norm of seeded random arrays against the textbook loop, and a GPU's against the cpu device in doubles. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { norm, openDevice, type Device } from '../../src/index.ts';
import { sizeOf } from '../oracle/grid.ts';
import { norm as oracle } from '../oracle/norm.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, given, gridOf, tensorOf } from '../support/tensors.ts';
import { normOf } from '../tolerance.ts';

const VECTOR_ORDS = [undefined, 0, 1, 2, Infinity, -Infinity, 3, 4, 0.5, 1.5, -1, -2, 17] as const;
const MATRIX_ORDS = [undefined, 'fro', 1, -1, Infinity, -Infinity] as const;

let device: Device;
let reference: Device;
beforeAll(async () => {
  device = await openLaneDevice();
  reference = await openDevice({ device: 'cpu', debug: true });
});
afterAll(() => {
  device.close();
  reference.close();
});

/** Compares with the oracle, and the cpu device (in doubles) with it as well. */
async function compare(
  batch: Batch,
  shape: readonly number[],
  ords: readonly (number | 'fro' | undefined)[],
  axes: readonly (number | readonly number[] | undefined)[],
  random: Random,
): Promise<void> {
  const x = gridOf(shape, random.sparse(sizeOf(shape), 0.1));
  const places = floatsOf(device).map(dtype => tensorOf(device, x, dtype));
  const doubles = tensorOf(reference, x, 'float64');
  for (const axis of axes) {
    for (const ord of ords) {
      for (const keepdims of [false, true]) {
        const options = given({ ord, axis, keepdims });
        const expected = oracle(x, { ord, axis, keepdims });
        const label = `norm([${shape.join(', ')}], ${JSON.stringify({ ord: String(ord), axis, keepdims })})`;
        for (const tensor of [...places, doubles])
          batch.expect(
            label,
            () => norm(tensor, options),
            expected,
            precision => normOf(shape, { ord, axis }, precision),
          );
      }
    }
    await batch.flush();
  }
  for (const tensor of [...places, doubles]) tensor.dispose();
}

describe('norm of random arrays', () => {
  it('vectors', async () => {
    const batch = new Batch();
    for (const n of [1, 2, 37, 100, 2047, 5000]) await compare(batch, [n], VECTOR_ORDS, [undefined, 0], new Random(n));
    await batch.end();
  });

  it('matrices along one axis', async () => {
    const batch = new Batch();
    for (const shape of [
      [5, 7],
      [64, 33],
      [3, 1030],
      [700, 6],
    ])
      await compare(batch, shape, VECTOR_ORDS, [0, -1], new Random(shape[0] ?? 0));
    await batch.end();
  });

  it('matrices as matrices', async () => {
    const batch = new Batch();
    for (const shape of [
      [5, 7],
      [64, 33],
      [3, 1030],
      [700, 6],
      [1, 9],
    ])
      await compare(batch, shape, MATRIX_ORDS, [undefined, [0, 1], [1, 0]], new Random(shape[1] ?? 0));
    await batch.end();
  });

  it('three dimensions along one axis', async () => {
    const batch = new Batch();
    for (const shape of [
      [4, 5, 6],
      [2, 70, 3],
      [9, 2, 65],
    ])
      await compare(batch, shape, VECTOR_ORDS, [0, 1, 2], new Random(31));
    await batch.end();
  });

  it('three and four dimensions along pairs of axes', async () => {
    const batch = new Batch();
    await compare(
      batch,
      [4, 17, 6],
      MATRIX_ORDS,
      [
        [0, 1],
        [1, 0],
        [0, 2],
        [2, 0],
        [-1, 1],
        [1, 2],
      ],
      new Random(41),
    );
    await compare(
      batch,
      [2, 3, 5, 7],
      MATRIX_ORDS,
      [
        [0, 1],
        [3, 0],
        [1, 3],
        [2, 1],
        [-1, -2],
      ],
      new Random(42),
    );
    await batch.end();
  });

  it('four dimensions along one axis and over everything', async () => {
    const batch = new Batch();
    await compare(batch, [2, 3, 5, 7], [undefined, 1, Infinity, 0, 3], [0, 1, 2, 3, -3], new Random(43));
    await compare(batch, [2, 3, 5, 7], [undefined], [undefined], new Random(44));
    await compare(batch, [1, 1, 3, 1], [undefined], [undefined, 2, 1], new Random(45));
    await batch.end();
  });
});
