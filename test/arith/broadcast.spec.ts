/** Element-wise functions of random arrays that stretch to each other, against plain loops; views, mixed dtypes, limits. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  abs,
  add,
  cast,
  clip,
  div,
  exp,
  log,
  mul,
  neg,
  sqrt,
  square,
  sub,
  transpose,
  where,
  type Device,
} from '../../src/index.ts';
import { BINARY, clip as clipped, map, UNARY, where as chosen } from '../oracle/elementwise.ts';
import { grid, sizeOf, type Grid } from '../oracle/grid.ts';
import { slice, transpose as transposed } from '../oracle/shape.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { elementwise, exact } from '../tolerance.ts';

const binary = { add, sub, mul, div };
const unary = { neg, abs, sqrt, square, exp, log };
const BINARY_OPS = ['add', 'sub', 'mul', 'div'] as const;
const UNARY_OPS = ['neg', 'abs', 'sqrt', 'square', 'exp', 'log'] as const;

const PAIRS: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[1], [1]],
  [[5], []],
  [[], []],
  [[64], [64]],
  [[65], [1]],
  [[257], [257]],
  [[4, 7], [7]],
  [
    [4, 7],
    [4, 1],
  ],
  [
    [1, 7],
    [4, 1],
  ],
  [[3, 300], [300]],
  [[300, 3], [3]],
  [
    [300, 3],
    [300, 1],
  ],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [
    [2, 1, 4],
    [3, 1],
  ],
  [
    [5, 1, 6],
    [1, 7, 1],
  ],
  [
    [2, 1, 3, 1],
    [4, 1, 5],
  ],
  [
    [2, 3, 4, 5],
    [2, 1, 4, 1],
  ],
  [
    [1, 1, 1],
    [2, 3, 4],
  ],
  [
    [2, 2, 2, 2, 2],
    [2, 1, 2, 1, 2],
  ],
  [[0], [1]],
  [[3, 0], [1]],
  [
    [2, 0, 3],
    [2, 1, 1],
  ],
];

const random = (shape: readonly number[], seed: number): Grid => gridOf(shape, new Random(seed).normal(sizeOf(shape)));
const positive = (shape: readonly number[], seed: number): Grid =>
  gridOf(shape, new Random(seed).uniform(sizeOf(shape), 0.01, 20));

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('broadcasting', () => {
  for (const op of BINARY_OPS) {
    it(`${op}, both ways`, async () => {
      const batch = new Batch();
      for (const [left, right] of PAIRS) {
        const [a, b] = [random(left, 1), random(right, 2)];
        for (const dtype of floatsOf(device)) {
          const [x, y] = [tensorOf(device, a, dtype), tensorOf(device, b, dtype)];
          const label = `${op}([${left}], [${right}])`;
          batch.expect(
            label,
            () => binary[op](x, y),
            map(BINARY[op], a, b),
            precision => elementwise(op, precision),
          );
          batch.expect(
            `${label} turned`,
            () => binary[op](y, x),
            map(BINARY[op], b, a),
            precision => elementwise(op, precision),
          );
        }
      }
      await batch.end();
    });
  }

  it('where and clip, all three operands', async () => {
    const batch = new Batch();
    for (const [one, two, three] of [
      [[4, 7], [7], [4, 1]],
      [[7], [4, 1], []],
      [[], [2, 3], [3]],
      [[5, 1, 6], [7, 1], [6]],
      [[64], [64], [64]],
      [[3, 1], [1, 300], []],
    ] as const) {
      const [a, b, c] = [random(one, 3), random(two, 4), random(three, 5)];
      const condition = gridOf(
        one,
        Array.from(a.data, x => (x > 0 ? 0 : x)),
      );
      for (const dtype of floatsOf(device)) {
        const [x, y, z] = [a, b, c].map(g => tensorOf(device, g, dtype)) as [
          ReturnType<typeof tensorOf>,
          ReturnType<typeof tensorOf>,
          ReturnType<typeof tensorOf>,
        ];
        batch.expect(
          'where',
          () => where(tensorOf(device, condition, dtype), y, z),
          map(chosen, condition, b, c),
          exact,
        );
        batch.expect('clip', () => clip(x, y, z), map(clipped, a, b, c), exact);
      }
    }
    await batch.end();
  });
});

describe('one operand', () => {
  for (const op of UNARY_OPS) {
    it(op, async () => {
      const batch = new Batch();
      for (const shape of [
        [],
        [1],
        [3],
        [4],
        [5],
        [63],
        [64],
        [65],
        [255],
        [257],
        [1025],
        [7, 9],
        [2, 3, 4, 5],
        [0],
        [2, 0],
      ]) {
        const x = op === 'sqrt' || op === 'log' ? positive(shape, 6) : random(shape, 6);
        for (const dtype of floatsOf(device))
          batch.expect(
            `${op}([${shape}])`,
            () => unary[op](tensorOf(device, x, dtype)),
            map(UNARY[op], x),
            precision => elementwise(op, precision, 6),
          );
      }
      await batch.end();
    });
  }
});

describe('views as operands', () => {
  it('slices, rows and transposes, mixed with whole tensors', async () => {
    const batch = new Batch();
    const a = random([9, 35], 7);
    const b = random([35, 9], 8);
    const [x, y] = [tensorOf(device, a), tensorOf(device, b)];
    const bound = elementwise('add', 'single');
    const sum = (left: Grid, right: Grid): Grid => map(BINARY.add, left, right);
    batch.expect('transposed', () => add(x, transpose(y)), sum(a, transposed(b)), bound);
    batch.expect('both transposed', () => add(transpose(x), y), sum(transposed(a), b), bound);
    for (const start of [1, 2, 3, 5]) {
      batch.expect(
        `rows from ${start}`,
        () => add(x.slice(start, start + 4), x.slice(0, 4)),
        sum(slice(a, start, start + 4), slice(a, 0, 4)),
        bound,
      );
      batch.expect(
        `columns from ${start}`,
        () => add(x.slice(start, start + 20, { axis: 1 }), 1),
        sum(slice(a, start, start + 20, 1), grid([], [1])),
        bound,
      );
      batch.expect(
        `row ${start}`,
        () => add(x, x.row(start)),
        sum(a, grid([35], slice(a, start, start + 1).data)),
        bound,
      );
      batch.expect(
        `a slice negated`,
        () => neg(x.slice(start, 30, { axis: 1 })),
        map(UNARY.neg, slice(a, start, 30, 1)),
        exact,
      );
      batch.expect(
        `a part of a transpose`,
        () => sub(transpose(y).slice(start, 9), x.slice(start, 9)),
        map(BINARY.sub, slice(transposed(b), start, 9), slice(a, start, 9)),
        bound,
      );
    }
    batch.expect('with itself', () => mul(x, x), map(UNARY.square, a), elementwise('mul', 'single'));
    await batch.end();
  });
});

describe('plain operands', () => {
  it('numbers and nested arrays land on the other operand’s device', async () => {
    const batch = new Batch();
    const x = device.tensor([
      [1, 2],
      [3, 4],
    ]);
    batch.expect('number', () => add(x, 0.5), grid([2, 2], [1.5, 2.5, 3.5, 4.5]), exact);
    batch.expect('number first', () => sub(10, x), grid([2, 2], [9, 8, 7, 6]), exact);
    batch.expect('array', () => mul(x, [10, 100]), grid([2, 2], [10, 200, 30, 400]), exact);
    batch.expect('nested', () => add([[1], [2]], x), grid([2, 2], [2, 3, 5, 6]), exact);
    batch.expect('typed', () => sub(x, new Float32Array([1, 1])), grid([2, 2], [0, 1, 2, 3]), exact);
    batch.expect('data with shape', () => add(x, { data: [1, 2], shape: [2, 1] }), grid([2, 2], [2, 3, 5, 6]), exact);
    await batch.end();
    expect(add(x, 0.5).device).toBe(device);
    expect(add([1], x).device).toBe(device);
  });
});

describe('dtypes', () => {
  it('a plain number does not widen a float32 tensor', () => {
    const x = device.tensor(new Float32Array([1, 2]));
    expect(add(x, 0.5).dtype).toBe('float32');
    expect(mul(2, x).dtype).toBe('float32');
    expect(clip(x, 0, 1).dtype).toBe('float32');
  });

  it('uint32 with uint32 stays uint32, and is exact beyond 2²⁴', async () => {
    const a = device.tensor(new Uint32Array([2 ** 24 + 1, 7, 4_000_000_000]));
    const b = device.tensor(new Uint32Array([2, 5, 1]));
    for (const [result, expected] of [
      [add(a, b), [2 ** 24 + 3, 12, 4_000_000_001]],
      [sub(a, b), [2 ** 24 - 1, 2, 3_999_999_999]],
    ] as const) {
      expect(result.dtype).toBe('uint32');
      expect([...(await result.data())]).toEqual(expected);
    }
  });

  it('uint32 with a float is a float', async () => {
    const result = mul(device.tensor(new Uint32Array([1, 2, 3])), device.tensor(new Float32Array([0.5, 0.5, 0.5])));
    expect(result.dtype).toMatch(/^float/);
    expect([...(await result.data())]).toEqual([0.5, 1, 1.5]);
  });

  it('bools are conditions and count as 0 and 1', async () => {
    const condition = device.tensor([true, false, true]);
    expect([...(await where(condition, device.tensor([1, 2, 3]), 0).data())]).toEqual([1, 0, 3]);
    expect([...(await add(condition, device.tensor(new Float32Array([1, 1, 1]))).data())]).toEqual([2, 1, 2]);
    expect([...(await cast(condition, 'float32').data())]).toEqual([1, 0, 1]);
  });
});

for (const [name, assume] of [
  ['8 workgroups in a dimension', () => ({ maxGroups: 8 })],
  ['bindings of 4,096 bytes', () => ({ maxBindingBytes: 4096 })],
  ["the other family's kernels", () => ({ software: !device.info.isFallback })],
] as const) {
  it(`with ${name}`, async () => {
    const small = await openLaneDevice({ assume: assume() });
    const batch = new Batch();
    const a = random([41, 130], 9);
    const long = random([20_001], 10);
    const [x, y] = [tensorOf(small, a), tensorOf(small, long)];
    const column = random([41, 1], 11);
    const row = random([130], 12);
    batch.expect('rows', () => add(x, tensorOf(small, row)), map(BINARY.add, a, row), elementwise('add', 'single'));
    batch.expect(
      'columns',
      () => mul(tensorOf(small, column), x),
      map(BINARY.mul, column, a),
      elementwise('mul', 'single'),
    );
    batch.expect(
      'outer',
      () => sub(tensorOf(small, column), tensorOf(small, row)),
      map(BINARY.sub, column, row),
      elementwise('sub', 'single'),
    );
    batch.expect(
      'transposed',
      () => add(transpose(x), tensorOf(small, random([41], 13))),
      map(BINARY.add, transposed(a), random([41], 13)),
      elementwise('add', 'single'),
    );
    batch.expect('long', () => div(y, 3), map(BINARY.div, long, grid([], [3])), elementwise('div', 'single'));
    batch.expect('long where', () => where(y, y, -1), map(chosen, long, long, grid([], [-1])), exact);
    batch.expect(
      'cast',
      () => cast(y, 'bool'),
      grid(
        [20_001],
        Array.from(long.data, v => (v === 0 ? 0 : 1)),
      ),
      exact,
    );
    await batch.end();
    small.close();
  });
}
