/**
 * norm on both sides of every boundary that a kernel or a plan has: lengths about workgroup sizes and blocks, rows and
 * columns and middle axes, views that begin anywhere, few workgroups to a dimension, tiny bindings, and the kernels for
 * software and for real adapters whatever this one is.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { norm, transpose, type Device } from '../../src/index.ts';
import { sizeOf, type Grid } from '../oracle/grid.ts';
import { norm as oracle, type NormOptions } from '../oracle/norm.ts';
import { slice, transpose as transposed } from '../oracle/shape.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, given, gridOf, tensorOf } from '../support/tensors.ts';
import { normOf } from '../tolerance.ts';

const LENGTHS = [
  0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 513, 1023, 1024,
  1025,
];
const EDGES = [1, 3, 4, 5, 63, 64, 65, 255, 256, 257, 1023, 1024, 1025];

type Ord = NormOptions['ord'];

/** Holes make counting non-trivial; no value is ever all of a fibre's. */
const random = (shape: readonly number[]): Grid =>
  gridOf(shape, new Random(sizeOf(shape) + shape.length).sparse(sizeOf(shape), 0.1));

/** Enqueues norms of the same numbers for all float dtypes of the device. */
function compare(batch: Batch, device: Device, x: Grid, list: readonly NormOptions[], note = ''): void {
  for (const dtype of floatsOf(device)) {
    const tensor = tensorOf(device, x, dtype);
    for (const options of list) check(batch, tensor, x, options, note);
    tensor.dispose();
  }
}

function check(batch: Batch, tensor: Parameters<typeof norm>[0], x: Grid, options: NormOptions, note = ''): void {
  const { ord, axis } = options;
  batch.expect(
    `${note}norm([${x.shape.join(', ')}], ${JSON.stringify({ ord: String(ord), axis })})`,
    () => norm(tensor, given(options)),
    oracle(x, options),
    precision => normOf(x.shape, options, precision),
  );
}

const along = (axis: number | undefined, ords: readonly Ord[]): NormOptions[] => ords.map(ord => ({ ord, axis }));

describe('lengths', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openLaneDevice();
  });
  afterAll(() => device.close());

  const lengthsOf = (ord: Ord): number[] =>
    ord === Infinity || ord === -Infinity ? LENGTHS.filter(n => n > 0) : LENGTHS;
  const ORDS: readonly Ord[] = [2, 1, Infinity, -Infinity, 0, 3];

  for (const [name, shapeOf, axis] of [
    ['of a vector', (n: number) => [n], undefined],
    ['of rows', (n: number) => [7, n], 1],
    ['of columns', (n: number) => [n, 5], 0],
    ['of a middle axis', (n: number) => [3, n, 4], 1],
  ] as const) {
    it(name, async () => {
      const batch = new Batch();
      for (const ord of ORDS)
        for (const n of lengthsOf(ord)) compare(batch, device, random(shapeOf(n)), along(axis, [ord]));
      await batch.end();
    });
  }

  it('of what is left beside them', async () => {
    const batch = new Batch();
    for (const n of LENGTHS) {
      compare(batch, device, random([n, 3]), along(1, [2, Infinity]));
      compare(batch, device, random([6, n]), along(0, [2, -Infinity]));
      compare(batch, device, random([2, 3, n]), along(1, [1, 0]));
    }
    await batch.end();
  });

  it('of matrices', async () => {
    const batch = new Batch();
    for (const n of EDGES) {
      const options = (['fro', 1, -1, Infinity, -Infinity] as const).map(ord => ({ ord, axis: [0, 1] }));
      compare(batch, device, random([n, 6]), options);
      compare(batch, device, random([6, n]), options);
    }
    await batch.end();
  });

  it('long vectors, on both sides of powers of two', async () => {
    const batch = new Batch();
    for (const n of [4095, 4097, 16_383, 16_385, 65_535, 65_536, 65_537, 262_145])
      compare(batch, device, random([n]), along(undefined, [2, 1, Infinity, 0, 3]));
    await batch.end();
  });
});

describe('views', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openLaneDevice();
  });
  afterAll(() => device.close());

  it('begin at any element', async () => {
    const batch = new Batch();
    const x = random([300]);
    const base = tensorOf(device, x);
    for (let start = 0; start <= 9; start++) {
      for (const length of [1, 4, 5, 64, 131, 290 - start]) {
        const view = base.slice(start, start + length);
        check(batch, view, slice(x, start, start + length), { ord: 2 }, `from ${start}: `);
        check(batch, view, slice(x, start, start + length), { ord: Infinity }, `from ${start}: `);
        view.dispose();
      }
    }
    base.dispose();
    await batch.end();
  });

  it('rows and blocks of rows', async () => {
    const batch = new Batch();
    for (const width of [1, 3, 33, 64, 257]) {
      const x = random([9, width]);
      const base = tensorOf(device, x);
      for (const i of [0, 1, 5, 8]) {
        const row = base.row(i);
        const expected = slice(x, i, i + 1);
        check(batch, row, { shape: [width], data: expected.data }, { ord: 1 }, `row ${i}: `);
        const block = base.slice(i, 9);
        check(batch, block, slice(x, i, 9), { ord: 2, axis: 1 }, `rows from ${i}: `);
        check(batch, block, slice(x, i, 9), { ord: 1, axis: 0 }, `rows from ${i}: `);
        check(batch, block, slice(x, i, 9), { ord: -Infinity, axis: [0, 1] }, `rows from ${i}: `);
      }
    }
    await batch.end();
  });

  it('slices along every axis', async () => {
    const batch = new Batch();
    const x = random([6, 9, 70]);
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
        check(batch, view, expected, options, `slice ${start}:${end} on ${cut}: `);
    }
    await batch.end();
  });

  it('transposed, and slices of what is transposed', async () => {
    const batch = new Batch();
    const x = random([5, 66, 7]);
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
        check(batch, turned, expected, options, `axes ${axes}: `);
      const part = turned.slice(1, 4, { axis: 1 });
      check(batch, part, slice(expected, 1, 4, 1), { ord: 2, axis: 2 }, `part of axes ${axes}: `);
      check(batch, part, slice(expected, 1, 4, 1), { ord: -Infinity, axis: 1 }, `part of axes ${axes}: `);
      check(batch, part, slice(expected, 1, 4, 1), {}, `part of axes ${axes}: `);
    }
    await batch.end();
  });

  it('reshaped', async () => {
    const batch = new Batch();
    const x = random([12, 35]);
    const base = tensorOf(device, x);
    for (const shape of [[420], [35, 12], [2, 6, 35], [1, 420], [420, 1], [3, 4, 5, 7]]) {
      const same = { shape, data: x.data };
      const view = base.reshape(shape);
      check(batch, view, same, {}, 'reshaped ');
      check(batch, view, same, { ord: 1, axis: 0 }, 'reshaped ');
      check(batch, view, same, { ord: Infinity, axis: -1 }, 'reshaped ');
    }
    await batch.end();
  });
});

const ASSUMPTIONS = [
  ['8 workgroups in a dimension', { maxGroups: 8 }],
  ['bindings of 4,096 bytes', { maxBindingBytes: 4096 }],
  ['8 workgroups and bindings of 4,096 bytes', { maxGroups: 8, maxBindingBytes: 4096 }],
  ['the kernels for software adapters', { software: true }],
  ['the kernels for real adapters', { software: false }],
] as const;

for (const [name, assume] of ASSUMPTIONS) {
  describe(`with ${name}`, () => {
    let device: Device;
    beforeAll(async () => {
      device = await openLaneDevice({ assume });
    });
    afterAll(() => device.close());

    it('lengths', async () => {
      const batch = new Batch();
      for (const n of EDGES) {
        compare(batch, device, random([n]), along(undefined, [2, Infinity]));
        compare(batch, device, random([7, n]), along(1, [2, 1, 0]));
        compare(batch, device, random([n, 5]), along(0, [2, -Infinity]));
        compare(batch, device, random([3, n, 4]), along(1, [1, 3]));
        compare(batch, device, random([n, 3]), along(1, [2]));
        compare(batch, device, random([4, n]), along(0, [1]));
      }
      await batch.end();
    });

    it('more rows, columns and elements than fit at once', async () => {
      const batch = new Batch();
      compare(batch, device, random([5000]), along(undefined, [2, 1, Infinity, -Infinity, 0, 2.5]));
      compare(batch, device, random([40_001]), along(undefined, [2, Infinity]));
      compare(batch, device, random([5003, 3]), along(1, [2, 1, Infinity]));
      compare(batch, device, random([5003, 3]), along(0, [2, 1, Infinity]));
      compare(batch, device, random([3, 5003]), along(1, [2, 0, -Infinity]));
      compare(batch, device, random([3, 5003]), along(0, [2, 1, Infinity]));
      compare(batch, device, random([1200, 17]), along(1, [2, 3]));
      compare(batch, device, random([17, 1200]), along(0, [2, 3]));
      compare(batch, device, random([5, 90, 60]), along(1, [2, Infinity]));
      compare(batch, device, random([90, 60]), [
        { ord: 1, axis: [0, 1] },
        { ord: -Infinity, axis: [0, 1] },
        { ord: 'fro', axis: [0, 1] },
        { ord: 1, axis: [1, 0] },
      ]);
      await batch.end();
    });

    it('views', async () => {
      const batch = new Batch();
      const x = random([60, 70]);
      const base = tensorOf(device, x);
      for (const start of [1, 3, 7]) {
        check(batch, base.slice(start, 60), slice(x, start, 60), { ord: 2, axis: 1 });
        check(batch, base.slice(start, 60), slice(x, start, 60), { ord: 1, axis: 0 });
        check(batch, base.slice(start, 66, { axis: 1 }), slice(x, start, 66, 1), { ord: 2, axis: 1 });
        check(batch, base.slice(start, 66, { axis: 1 }), slice(x, start, 66, 1), { ord: Infinity, axis: 0 });
        check(batch, base.slice(start, 66, { axis: 1 }), slice(x, start, 66, 1), {});
      }
      check(batch, transpose(base), transposed(x), { ord: 2, axis: 1 });
      check(batch, transpose(base), transposed(x), { ord: 1, axis: 0 });
      check(batch, transpose(base), transposed(x), {});
      await batch.end();
    });
  });
}
