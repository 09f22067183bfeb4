/** concat, take, transpose and cast: no number changes, only places do. Compared exactly, on every dtype. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cast, concat, take, transpose, type Device, type Tensor } from '../../src/index.ts';
import { grid, sizeOf, type Grid } from '../oracle/grid.ts';
import * as oracle from '../oracle/shape.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { exact } from '../tolerance.ts';

const random = (shape: readonly number[], seed = 1): Grid =>
  gridOf(shape, new Random(seed + sizeOf(shape)).normal(sizeOf(shape)));
const coins = (shape: readonly number[]): Grid => grid(shape, new Random(sizeOf(shape)).ints(sizeOf(shape), 0, 2));
const words = (shape: readonly number[]): Grid =>
  grid(shape, new Random(sizeOf(shape)).ints(sizeOf(shape), 0, 2 ** 32));

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const boolTensor = (x: Grid): Tensor => device.tensor(Float64Array.from(x.data), x.shape, { dtype: 'bool' });
const wordTensor = (x: Grid): Tensor => device.tensor(Uint32Array.from(x.data), x.shape);

describe('concat', () => {
  it('joins along every axis', async () => {
    const batch = new Batch();
    for (const [shapes, axis] of [
      [[[1], [1]], 0],
      [[[63], [1], [64], [65]], 0],
      [[[3], [0], [2]], 0],
      [
        [
          [2, 5],
          [3, 5],
        ],
        0,
      ],
      [
        [
          [4, 1],
          [4, 64],
          [4, 7],
        ],
        1,
      ],
      [
        [
          [4, 3],
          [4, 2],
        ],
        -1,
      ],
      [
        [
          [2, 1, 4],
          [2, 3, 4],
        ],
        1,
      ],
      [
        [
          [2, 3, 4],
          [2, 3, 1],
        ],
        2,
      ],
      [
        [
          [1, 3, 4],
          [2, 3, 4],
        ],
        -3,
      ],
      [[[7, 9]], 1],
    ] as const) {
      const list = shapes.map((shape, i) => random(shape, i));
      for (const dtype of floatsOf(device))
        batch.expect(
          `concat ${JSON.stringify(shapes)}, axis ${axis}`,
          () =>
            concat(
              list.map(x => tensorOf(device, x, dtype)),
              { axis },
            ),
          oracle.concat(list, axis),
          exact,
        );
    }
    const many = Array.from({ length: 40 }, (_, i) => random([1 + (i % 3), 5], i));
    batch.expect('forty at once', () => concat(many.map(x => tensorOf(device, x))), oracle.concat(many), exact);
    await batch.end();
  });

  it('takes views and plain arrays', async () => {
    const batch = new Batch();
    const x = random([6, 20]);
    const base = tensorOf(device, x);
    const parts = [oracle.slice(x, 3, 17, 1), oracle.transpose(random([14, 6], 2))];
    batch.expect(
      'views',
      () => concat([base.slice(3, 17, { axis: 1 }), transpose(tensorOf(device, random([14, 6], 2)))], { axis: 1 }),
      oracle.concat(parts, 1),
      exact,
    );
    batch.expect('plain', () => concat([device.tensor([1, 2]), [3, 4, 5]]), grid([5], [1, 2, 3, 4, 5]), exact);
    batch.expect('all plain', () => concat([[1], [2, 3]], { device }), grid([3], [1, 2, 3]), exact);
    await batch.end();
  });

  it('joins uint32 and bool, which stay what they are', async () => {
    const batch = new Batch();
    const a = words([3, 33]);
    const b = words([3, 2]);
    batch.expect('uint32', () => concat([wordTensor(a), wordTensor(b)], { axis: 1 }), oracle.concat([a, b], 1), exact);
    const [p, q] = [coins([4, 40]), coins([2, 40])];
    batch.expect('bool rows', () => concat([boolTensor(p), boolTensor(q)]), oracle.concat([p, q]), exact);
    await batch.end();
    expect(concat([wordTensor(a), wordTensor(b)], { axis: 1 }).dtype).toBe('uint32');
    expect(concat([boolTensor(p), boolTensor(q)]).dtype).toBe('bool');
  });
});

describe('take', () => {
  it('picks along every axis, with repeats', async () => {
    const batch = new Batch();
    for (const [shape, axis] of [
      [[5], 0],
      [[300], 0],
      [[9, 4], 0],
      [[9, 65], 0],
      [[4, 9], 1],
      [[3, 70, 2], 1],
      [[2, 3, 5], -1],
    ] as const) {
      const x = random(shape);
      const picked = new Random(7).ints(67, 0, shape.at(axis) ?? 1);
      for (const dtype of floatsOf(device)) {
        const tensor = tensorOf(device, x, dtype);
        batch.expect(
          `take [${shape}], axis ${axis}`,
          () => take(tensor, picked, { axis }),
          oracle.take(x, picked, axis),
          exact,
        );
        batch.expect(
          `take by a tensor [${shape}], axis ${axis}`,
          () => take(tensor, device.tensor(new Uint32Array(picked)), { axis }),
          oracle.take(x, picked, axis),
          exact,
        );
      }
    }
    await batch.end();
  });

  it('from views, and by what argmax would give', async () => {
    const batch = new Batch();
    const x = random([8, 30]);
    const base = tensorOf(device, x);
    batch.expect(
      'columns',
      () => take(base.slice(4, 29, { axis: 1 }), [24, 0], { axis: 1 }),
      oracle.take(oracle.slice(x, 4, 29, 1), [24, 0], 1),
      exact,
    );
    batch.expect('transposed', () => take(transpose(base), [29, 3]), oracle.take(oracle.transpose(x), [29, 3]), exact);
    batch.expect('nothing', () => take(base, []), grid([0, 30], []), exact);
    await batch.end();
  });

  it('uint32 and bool rows', async () => {
    const batch = new Batch();
    const a = words([7, 5]);
    batch.expect('uint32', () => take(wordTensor(a), [6, 0, 6]), oracle.take(a, [6, 0, 6]), exact);
    const p = coins([7, 50]);
    batch.expect('bool', () => take(boolTensor(p), [6, 0, 6]), oracle.take(p, [6, 0, 6]), exact);
    await batch.end();
  });
});

describe('transpose', () => {
  it('turns axes to every order', async () => {
    const batch = new Batch();
    for (const [shape, axes] of [
      [[], undefined],
      [[5], undefined],
      [[65, 3], undefined],
      [
        [3, 65],
        [1, 0],
      ],
      [
        [64, 64],
        [1, 0],
      ],
      [[2, 33, 4], undefined],
      [
        [2, 33, 4],
        [1, 2, 0],
      ],
      [
        [2, 33, 4],
        [0, 2, 1],
      ],
      [
        [2, 3, 4, 5],
        [3, 1, 0, 2],
      ],
      [
        [2, 3, 4, 5],
        [-1, 0, -2, 1],
      ],
      [[0, 4], undefined],
    ] as const) {
      const x = random(shape);
      for (const dtype of floatsOf(device))
        batch.expect(
          `transpose [${shape}], axes ${axes}`,
          () => transpose(tensorOf(device, x, dtype), axes),
          oracle.transpose(x, axes),
          exact,
        );
    }
    await batch.end();
  });

  it('twice is what it was, and reshapes as it reads', async () => {
    const batch = new Batch();
    const x = random([6, 35]);
    const tensor = tensorOf(device, x);
    batch.expect('twice', () => transpose(transpose(tensor)), x, exact);
    batch.expect('reshaped', () => transpose(tensor).reshape([7, 30]), grid([7, 30], oracle.transpose(x).data), exact);
    batch.expect('a row', () => transpose(tensor).row(2), grid([6], oracle.slice(x, 2, 3, 1).data), exact);
    await batch.end();
  });

  it('uint32', async () => {
    const batch = new Batch();
    const a = words([7, 5]);
    batch.expect('uint32', () => transpose(wordTensor(a)), oracle.transpose(a), exact);
    await batch.end();
  });
});

describe('cast', () => {
  it('between floats, words and bools', async () => {
    const x = device.tensor(new Float32Array([0, 0.9, 1, 2.5, 16_777_216, 4_000_000_000]));
    const words_ = cast(x, 'uint32');
    expect(words_.dtype).toBe('uint32');
    expect([...(await words_.data())]).toEqual([0, 0, 1, 2, 16_777_216, 4_000_000_000]);
    const bools = cast(x, 'bool');
    expect(bools.dtype).toBe('bool');
    expect([...(await bools.data())]).toEqual([0, 1, 1, 1, 1, 1]);
    expect([...(await cast(bools, 'float32').data())]).toEqual([0, 1, 1, 1, 1, 1]);
    expect([...(await cast(words_, 'float32').data())]).toEqual([0, 0, 1, 2, 16_777_216, 4_000_000_000]);
    expect([...(await cast(device.tensor(new Float32Array([NaN, -0, -1])), 'bool').data())]).toEqual([1, 0, 1]);
  });

  it('packs and unpacks rows of every length', async () => {
    const batch = new Batch();
    for (const shape of [[1], [31], [32], [33], [65], [3, 31], [3, 33], [5, 64], [2, 3, 40], [0], [3, 0], []]) {
      const p = coins(shape);
      batch.expect(`to bool [${shape}]`, () => cast(tensorOf(device, p), 'bool'), p, exact);
      batch.expect(`from bool [${shape}]`, () => cast(boolTensor(p), 'float32'), p, exact);
      batch.expect(`to words [${shape}]`, () => cast(boolTensor(p), 'uint32'), p, exact);
    }
    await batch.end();
  });

  it('to its own dtype is the same numbers, and a handle of its own', async () => {
    const x = device.tensor(new Float32Array([1, 2]));
    const y = cast(x, 'float32');
    x.dispose();
    expect([...(await y.data())]).toEqual([1, 2]);
  });
});

for (const [name, assume] of [
  ['8 workgroups in a dimension', { maxGroups: 8 }],
  ['bindings of 4,096 bytes', { maxBindingBytes: 4096 }],
] as const) {
  it(`with ${name}`, async () => {
    const small = await openLaneDevice({ assume });
    const batch = new Batch();
    const x = random([70, 90]);
    const y = random([20, 90]);
    const picked = new Random(3).ints(2000, 0, 70);
    batch.expect('concat rows', () => concat([tensorOf(small, x), tensorOf(small, y)]), oracle.concat([x, y]), exact);
    batch.expect(
      'concat columns',
      () => concat([tensorOf(small, x), tensorOf(small, x)], { axis: 1 }),
      oracle.concat([x, x], 1),
      exact,
    );
    batch.expect('take rows', () => take(tensorOf(small, x), picked), oracle.take(x, picked), exact);
    batch.expect('take columns', () => take(tensorOf(small, x), picked, { axis: 1 }), oracle.take(x, picked, 1), exact);
    batch.expect(
      'transpose',
      () => transpose(tensorOf(small, x)).reshape([6300]),
      grid([6300], oracle.transpose(x).data),
      exact,
    );
    await batch.end();
    small.close();
  });
}
