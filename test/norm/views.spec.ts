/** norm of views: they begin at any element, skip along any axis, run backwards in their axes – and need no copy first. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { transpose, type Device } from '../../src/index.ts';
import { slice, transpose as transposed } from '../oracle/shape.ts';
import { openLaneDevice } from '../support/lane.ts';
import { compareNorm, holed } from '../support/norms.ts';
import { Batch, tensorOf } from '../support/tensors.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('norms of views', () => {
  it('begin at any element', async () => {
    const batch = new Batch();
    const x = holed([300]);
    const base = tensorOf(device, x);
    for (let start = 0; start <= 9; start++) {
      for (const length of [1, 4, 5, 64, 131, 290 - start]) {
        const view = base.slice(start, start + length);
        compareNorm(batch, view, slice(x, start, start + length), { ord: 2 }, `from ${start}: `);
        compareNorm(batch, view, slice(x, start, start + length), { ord: Infinity }, `from ${start}: `);
        view.dispose();
      }
    }
    base.dispose();
    await batch.end();
  });

  it('rows and blocks of rows', async () => {
    const batch = new Batch();
    for (const width of [1, 3, 33, 64, 257]) {
      const x = holed([9, width]);
      const base = tensorOf(device, x);
      for (const i of [0, 1, 5, 8]) {
        const row = base.row(i);
        const expected = slice(x, i, i + 1);
        compareNorm(batch, row, { shape: [width], data: expected.data }, { ord: 1 }, `row ${i}: `);
        const block = base.slice(i, 9);
        compareNorm(batch, block, slice(x, i, 9), { ord: 2, axis: 1 }, `rows from ${i}: `);
        compareNorm(batch, block, slice(x, i, 9), { ord: 1, axis: 0 }, `rows from ${i}: `);
        compareNorm(batch, block, slice(x, i, 9), { ord: -Infinity, axis: [0, 1] }, `rows from ${i}: `);
      }
    }
    await batch.end();
  });

  it('slices along every axis', async () => {
    const batch = new Batch();
    const x = holed([6, 9, 70]);
    const base = tensorOf(device, x);
    for (const [cut, start, end] of [
      [0, 1, 5],
      [1, 2, 9],
      [1, 3, 4],
      [2, 1, 66],
      [2, 5, 69],
      [-1, 69, 70],
    ] as const) {
      const view = base.slice(start, end, { axis: cut });
      const expected = slice(x, start, end, cut);
      for (const options of [
        {},
        { ord: 2, axis: 0 },
        { ord: 1, axis: 1 },
        { ord: Infinity, axis: 2 },
        { ord: 3, axis: 2 },
        { ord: 1, axis: [0, 2] },
        { ord: Infinity, axis: [2, 1] },
      ])
        compareNorm(batch, view, expected, options, `slice ${start}:${end} on ${cut}: `);
    }
    await batch.end();
  });

  it('transposed, and slices of what is transposed', async () => {
    const batch = new Batch();
    const x = holed([5, 66, 7]);
    const base = tensorOf(device, x);
    for (const axes of [
      [2, 1, 0],
      [1, 0, 2],
      [0, 2, 1],
      [1, 2, 0],
    ]) {
      const turned = transpose(base, axes);
      const expected = transposed(x, axes);
      for (const options of [
        {},
        { ord: 2, axis: 0 },
        { ord: 1, axis: 1 },
        { ord: Infinity, axis: 2 },
        { ord: 1, axis: [0, 1] },
      ])
        compareNorm(batch, turned, expected, options, `axes ${axes}: `);
      const part = turned.slice(1, 4, { axis: 1 });
      compareNorm(batch, part, slice(expected, 1, 4, 1), { ord: 2, axis: 2 }, `part of axes ${axes}: `);
      compareNorm(batch, part, slice(expected, 1, 4, 1), { ord: -Infinity, axis: 1 }, `part of axes ${axes}: `);
      compareNorm(batch, part, slice(expected, 1, 4, 1), {}, `part of axes ${axes}: `);
    }
    await batch.end();
  });

  it('reshaped', async () => {
    const batch = new Batch();
    const x = holed([12, 35]);
    const base = tensorOf(device, x);
    for (const shape of [[420], [35, 12], [2, 6, 35], [1, 420], [420, 1], [3, 4, 5, 7]]) {
      const same = { shape, data: x.data };
      const view = base.reshape(shape);
      compareNorm(batch, view, same, {}, 'reshaped ');
      compareNorm(batch, view, same, { ord: 1, axis: 0 }, 'reshaped ');
      compareNorm(batch, view, same, { ord: Infinity, axis: -1 }, 'reshaped ');
    }
    await batch.end();
  });
});
