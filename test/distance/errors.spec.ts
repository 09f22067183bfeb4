/** Distances of bad input: a typed error that begins with the operation, names the values and says what to do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cdist,
  cdistChunks,
  cosineSimilarity,
  DeviceClosedError,
  DeviceMismatchError,
  DisposedError,
  DtypeError,
  gram,
  inner,
  openDevice,
  OptionError,
  pairwiseReduce,
  pdist,
  ShapeError,
  squareform,
  UnitballError,
  type Device,
  type Tensor,
  type TensorLike,
} from '../../src/index.ts';
import { METRICS, UNWEIGHTED, type MetricName } from '../oracle/distance.ts';
import { expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';

let device: Device;
let other: Device;
beforeAll(async () => {
  device = await openLaneDevice();
  other = await openDevice({ device: 'cpu' });
});
afterAll(() => {
  device.close();
  other.close();
});

const of = (shape: readonly number[], value = 1): Tensor =>
  device.tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value), shape);

/** Options that types would not let through. */
const loose = (options: object): never => options as never;

/** The operations that take a metric and its options. */
const WITH_METRIC: Readonly<Record<string, (a: TensorLike, b: TensorLike, options: object) => unknown>> = {
  cdist: (a, b, options) => cdist(a, b, loose(options)),
  pdist: (a, _, options) => pdist(a, loose(options)),
  pairwiseReduce: (a, b, options) => pairwiseReduce(a, b, loose({ reduce: 'min', ...options })),
  cdistChunks: (a, b, options) => cdistChunks(a, b, loose(options)),
};

/** All operations of two sets of rows. */
const OF_TWO: Readonly<Record<string, (a: TensorLike, b: TensorLike) => unknown>> = {
  cdist: (a, b) => cdist(a, b),
  pairwiseReduce: (a, b) => pairwiseReduce(a, b, { reduce: 'min' }),
  cdistChunks: (a, b) => cdistChunks(a, b),
  cosineSimilarity: (a, b) => cosineSimilarity(a, b),
  inner: (a, b) => inner(a, b),
};
const OF_ONE: Readonly<Record<string, (a: TensorLike) => unknown>> = {
  pdist: a => pdist(a),
  gram: a => gram(a),
  cosineSimilarity: a => cosineSimilarity(a),
};

describe('shapes', () => {
  it('of rows that are not equally long', () => {
    for (const [op, run] of Object.entries(OF_TWO))
      expectThrows(() => run(of([2, 3]), of([4, 5])), ShapeError, op, '[2, 3]', '[4, 5]', '3', '5');
  });

  it('that are no matrices, with the way out', () => {
    for (const [op, run] of Object.entries(OF_TWO)) {
      expectThrows(() => run(of([3]), of([4, 3])), ShapeError, op, '[3]', 'reshape([1, 3])');
      expectThrows(() => run(of([4, 3]), of([3])), ShapeError, op, '[3]', 'reshape([1, 3])');
      expectThrows(() => run(of([2, 2, 3]), of([4, 3])), ShapeError, op, '[2, 2, 3]');
      expectThrows(() => run(of([]), of([4, 3])), ShapeError, op, '[]');
    }
    for (const [op, run] of Object.entries(OF_ONE)) {
      expectThrows(() => run(of([3])), ShapeError, op, '[3]', 'reshape([1, 3])');
      expectThrows(() => run(of([2, 2, 3])), ShapeError, op, '[2, 2, 3]');
    }
  });

  it('of weights, V and VI', () => {
    const rows = of([4, 3]);
    for (const [op, run] of Object.entries(WITH_METRIC)) {
      for (const w of [[1, 2], [1, 2, 3, 4], [[1, 2, 3]], of([2]), of([3, 1])])
        expectThrows(() => run(rows, rows, { w }), ShapeError, op, 'w', '3', '[3]');
      for (const V of [[1, 2], [[1, 2, 3]], of([4])])
        expectThrows(() => run(rows, rows, { metric: 'seuclidean', V }), ShapeError, op, 'V', '3');
      for (const VI of [
        [1, 2, 3],
        [
          [1, 2],
          [3, 4],
        ],
        of([3, 4]),
        of([4, 4]),
        of([1, 3, 3]),
      ])
        expectThrows(() => run(rows, rows, { metric: 'mahalanobis', VI }), ShapeError, op, 'VI', '[3, 3]');
    }
  });

  it('of places on a globe', () => {
    for (const columns of [1, 3])
      for (const [op, run] of Object.entries(WITH_METRIC))
        expectThrows(
          () => run(of([2, columns]), of([2, columns]), { metric: 'haversine' }),
          ShapeError,
          op,
          'haversine',
          String(columns),
        );
  });

  it('of too few rows for a covariance, with the way out', () => {
    for (const [op, run] of Object.entries(WITH_METRIC)) {
      const rows = of([2, 5]);
      expectThrows(() => run(rows, of([2, 5]), { metric: 'mahalanobis' }), ShapeError, op, '5', 'shrinkage');
    }
  });
});

describe('metrics', () => {
  it('that nobody knows, and lists those that there are', () => {
    const rows = of([2, 3]);
    for (const [op, run] of Object.entries(WITH_METRIC))
      for (const metric of ['manhattan', 'Euclidean', '', 'l2', 'toString', 'constructor'])
        expectThrows(() => run(rows, rows, { metric }), OptionError, op, `'${metric}'`, ...METRICS, 'defineMetric');
    expectThrows(() => cdist(rows, rows, 'l1' as 'cosine'), OptionError, 'cdist', "'l1'", 'cityblock');
    expectThrows(() => pdist(rows, 'l1' as 'cosine'), OptionError, 'pdist', "'l1'", 'cityblock');
    for (const metric of [3, true, Symbol('x'), []])
      expectThrows(() => cdist(rows, rows, { metric: metric as unknown as 'cosine' }), OptionError, 'cdist', 'metric');
  });

  it('with options that they do not have, and names those who do', () => {
    const rows = of([2, 3]);
    const wrong: readonly (readonly [MetricName, object, string])[] = [
      ['euclidean', { p: 3 }, 'minkowski'],
      ['cosine', { V: [1, 1, 1] }, 'seuclidean'],
      ['cityblock', { VI: of([3, 3]) }, 'mahalanobis'],
      ['euclidean', { zeroVector: 1 }, 'cosine'],
      ['seuclidean', { shrinkage: 0.1 }, 'mahalanobis'],
      ['mahalanobis', { V: [1, 1, 1] }, 'seuclidean'],
    ];
    for (const [op, run] of Object.entries(WITH_METRIC)) {
      for (const [metric, options, others] of wrong) {
        const [option = ''] = Object.keys(options);
        expectThrows(() => run(rows, rows, { metric, ...options }), OptionError, op, metric, option, others);
      }
      for (const metric of UNWEIGHTED)
        expectThrows(() => run(of([2, 2]), of([2, 2]), { metric, w: [1, 1] }), OptionError, op, metric, 'w');
    }
  });

  it('with options that nobody has', () => {
    const rows = of([2, 3]);
    for (const [op, run] of Object.entries(WITH_METRIC)) {
      expectThrows(() => run(rows, rows, { metrics: 'cosine' }), OptionError, op, 'metrics');
      expectThrows(() => run(rows, rows, { weights: [1, 1, 1] }), OptionError, op, 'weights');
    }
    expectThrows(
      () => cosineSimilarity(rows, rows, loose({ metric: 'dot' })),
      OptionError,
      'cosineSimilarity',
      'metric',
    );
    expectThrows(() => inner(rows, rows, loose({ w: [1, 1, 1] })), OptionError, 'inner', 'w');
    expectThrows(() => gram(rows, loose({ out: rows })), OptionError, 'gram', 'out');
    expectThrows(() => pdist(rows, loose({ out: rows })), OptionError, 'pdist', 'out');
  });
});

describe('numbers that steer', () => {
  it('p must be above 0', () => {
    const rows = of([2, 3]);
    for (const [op, run] of Object.entries(WITH_METRIC))
      for (const p of [0, -1, -Infinity, NaN, '2', null, [2]])
        expectThrows(() => run(rows, rows, { metric: 'minkowski', p }), OptionError, op, 'p');
    expectThrows(() => cdist(rows, rows, { metric: 'minkowski', p: -0.5 }), OptionError, 'cdist', '-0.5', 'Infinity');
  });

  it('weights and V must not be negative: plain ones at the call', () => {
    const rows = of([2, 3]);
    for (const [op, run] of Object.entries(WITH_METRIC)) {
      expectThrows(() => run(rows, rows, { w: [1, -2, 0] }), OptionError, op, 'w[1]');
      expectThrows(() => run(rows, rows, { w: new Float32Array([1, 1, -0.5]) }), OptionError, op, 'w[2]');
      expectThrows(() => run(rows, rows, { w: [NaN, 1, 1] }), OptionError, op, 'w[0]');
      expectThrows(() => run(rows, rows, { metric: 'cosine', w: [1, -1, 1] }), OptionError, op, 'w[1]');
      expectThrows(() => run(rows, rows, { metric: 'seuclidean', V: [1, 1, -1] }), OptionError, op, 'V[2]');
    }
    expectThrows(() => cosineSimilarity(rows, rows, { w: [-1, 1, 1] }), OptionError, 'cosineSimilarity', 'w[0]');
  });

  it('zeroVector and shrinkage', () => {
    const rows = of([9, 3]);
    for (const zeroVector of ['1', true, [1]])
      expectThrows(
        () => cdist(rows, rows, loose({ metric: 'cosine', zeroVector })),
        OptionError,
        'cdist',
        'zeroVector',
      );
    for (const shrinkage of [-0.1, 1.5, NaN, 'oas', true])
      expectThrows(
        () => cdist(rows, rows, loose({ metric: 'mahalanobis', shrinkage })),
        OptionError,
        'cdist',
        'shrinkage',
      );
    expectThrows(
      () => cdist(rows, rows, loose({ metric: 'mahalanobis', VI: of([3, 3]), shrinkage: 0.1 })),
      OptionError,
      'cdist',
      'VI',
      'shrinkage',
    );
  });
});

describe('out', () => {
  it('must be a tensor of the shape and dtype of the result, of its own', () => {
    const [a, b] = [of([2, 3]), of([4, 3])];
    const refuse = (out: unknown, type: typeof UnitballError, ...mentions: string[]): Error =>
      expectThrows(() => cdist(a, b, loose({ out })), type, 'cdist', 'out', ...mentions);
    refuse(of([4, 2]), ShapeError, '[4, 2]', '[2, 4]');
    refuse(of([8]), ShapeError, '[8]', '[2, 4]');
    refuse(device.tensor(new Uint32Array(8), [2, 4]), DtypeError, 'uint32', 'float32');
    refuse([[0]], OptionError);
    refuse(new Float32Array(8), OptionError);
    refuse(of([4, 6]).slice(0, 2).slice(0, 4, { axis: 1 }), OptionError, 'strided');
    const base = of([12, 3]);
    expectThrows(
      () => cdist(base.slice(0, 3), base.slice(3, 6), { out: base.slice(6, 9) }),
      OptionError,
      'cdist',
      'out',
      'memory',
    );
    expectThrows(
      () => cdist(a, b, { out: other.tensor(new Float32Array(8), [2, 4]) }),
      DeviceMismatchError,
      'cdist',
      't.to(device)',
    );
    const gone = of([2, 4]);
    gone.dispose();
    expectThrows(() => cdist(a, b, { out: gone }), DisposedError, 'cdist');
  });

  it('is written to and returned', async () => {
    const [a, b] = [of([2, 3], 2), of([4, 3], 1)];
    const out = of([2, 4], 7);
    const result = cdist(a, b, { metric: 'cityblock', out });
    expect(result).toBe(out);
    expect([...(await out.data())]).toEqual(Array.from({ length: 8 }, () => 3));
    const frame = of([6, 4], 7);
    cdist(a, b, { metric: 'sqeuclidean', out: frame.slice(2, 4) });
    expect([...(await frame.data())]).toEqual([...Array(8).fill(7), ...Array(8).fill(3), ...Array(8).fill(7)]);
  });
});

describe('pairwiseReduce', () => {
  const run = (options: object) => () =>
    pairwiseReduce(of([2, 3]), of([4, 3]), options as Parameters<typeof pairwiseReduce>[2]);

  it('must know how to reduce', () => {
    for (const kind of [undefined, 'max', 'argmax', 'mean', 3, null])
      expectThrows(
        run({ reduce: kind }),
        OptionError,
        'pairwiseReduce',
        'reduce',
        'argmin',
        'min',
        'sum',
        'countBelow',
      );
    expectThrows(
      () => pairwiseReduce(of([2, 3]), of([4, 3]), undefined as unknown as { reduce: 'min' }),
      OptionError,
      'pairwiseReduce',
      'reduce',
    );
  });

  it('has a threshold where it counts, and nowhere else', () => {
    for (const threshold of [undefined, NaN, '3', null])
      expectThrows(run({ reduce: 'countBelow', threshold }), OptionError, 'pairwiseReduce', 'threshold');
    for (const kind of ['min', 'argmin', 'sum'])
      expectThrows(run({ reduce: kind, threshold: 3 }), OptionError, 'pairwiseReduce', 'threshold', kind);
  });

  it('of nothing has no smallest', () => {
    for (const kind of ['min', 'argmin'] as const)
      expectThrows(
        () => pairwiseReduce(of([2, 3]), of([0, 3]), { reduce: kind }),
        ShapeError,
        'pairwiseReduce',
        '[0, 3]',
        kind,
      );
  });
});

describe('operands', () => {
  it('of two devices', () => {
    const foreign = other.tensor([[1, 2, 3]]);
    for (const [op, run] of Object.entries(OF_TWO))
      expectThrows(() => run(of([2, 3]), foreign), DeviceMismatchError, op, 't.to(device)');
    for (const [op, run] of Object.entries(WITH_METRIC)) {
      const w = other.tensor([1, 1, 1]);
      expectThrows(() => run(of([2, 3]), of([2, 3]), { w }), DeviceMismatchError, op, 't.to(device)');
      expectThrows(() => run(of([2, 3]), of([2, 3]), { device: other }), DeviceMismatchError, op, 't.to(device)');
    }
  });

  it('that were disposed', () => {
    const gone = of([2, 3]);
    gone.dispose();
    for (const [op, run] of Object.entries(OF_TWO)) {
      expectThrows(() => run(gone, of([2, 3])), DisposedError, op, '[2, 3]');
      expectThrows(() => run(of([2, 3]), gone), DisposedError, op, '[2, 3]');
    }
    for (const [op, run] of Object.entries({ ...OF_ONE, squareform }))
      expectThrows(() => run(gone), DisposedError, op, '[2, 3]');
    const w = of([3]);
    w.dispose();
    expectThrows(() => cdist(of([2, 3]), of([2, 3]), { w }), DisposedError, 'cdist', '[3]');
  });

  it('of a closed device', async () => {
    const closed = await openLaneDevice();
    const x = closed.tensor([[1, 2, 3]]);
    closed.close();
    for (const [op, run] of Object.entries(OF_TWO)) expectThrows(() => run(x, x), DeviceClosedError, op, 'openDevice');
    for (const [op, run] of Object.entries(OF_ONE)) expectThrows(() => run(x), DeviceClosedError, op, 'openDevice');
  });

  it('that are no numbers', () => {
    const wrong: readonly unknown[] = [null, 'rows', {}, [['1']], [[null]], new Map()];
    for (const [op, run] of Object.entries(OF_TWO)) {
      for (const data of wrong) {
        expectThrows(() => run(of([2, 3]), data as number[]), OptionError, op);
        expectThrows(() => run(data as number[], of([2, 3])), OptionError, op);
      }
      const ragged = [[1, 2, 3], [1]];
      expectThrows(() => run(of([2, 3]), ragged), ShapeError, op, 'ragged');
      const missing = undefined as unknown as number[];
      expectThrows(() => run(missing, of([2, 3])), OptionError, op, 'undefined');
      // The similarity of rows with themselves.
      if (op !== 'cosineSimilarity') expectThrows(() => run(of([2, 3]), missing), OptionError, op, 'undefined');
    }
  });
});

describe('what is refused', () => {
  it('leaves no memory behind, and the device working', async () => {
    const rows = of([4, 3]);
    const foreign = other.tensor([1, 1, 1]);
    const before = device.memory().live;
    const plain = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    const attempts: (() => unknown)[] = [
      () => cdist(plain, rows, 'l2' as 'cosine'),
      () => cdist(plain, rows, { w: [1] }),
      () => cdist(plain, rows, { w: [1, 1, -1] }),
      () => cdist(plain, rows, { w: foreign }),
      () => cdist(plain, [[1, 2]], { device }),
      () => cdist(plain, rows, 'dice'),
      () => cdist(plain, rows, { metric: 'mahalanobis', VI: [[1]] }),
      () => cdist([[1, 2, 3]], [[1, 2, 3]], { metric: 'mahalanobis', device }),
      () => cdist(plain, rows, { out: rows }),
      () => pdist([1, 2], { device }),
      () => pairwiseReduce(plain, rows, { reduce: 'countBelow' }),
      () => cdistChunks(plain, rows, { metric: 'seuclidean', V: [1] }),
      () => cosineSimilarity(plain, rows, { w: [-1, 1, 1] }),
      () => inner(plain, [[1]], { device }),
      () => squareform([1, 2], { device }),
    ];
    for (const attempt of attempts) expect(attempt).toThrow(UnitballError);
    expect(device.memory().live).toBe(before);
    expect(await cdist(rows, rows).toArray()).toEqual(Array.from({ length: 4 }, () => [0, 0, 0, 0]));
  });
});
