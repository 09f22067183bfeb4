/**
 * What only values tell: numbers that are no truth values, negative weights, NaN. Plain data throw at the call, tensors
 * when a result, or anything made of it, is read.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  add,
  cdist,
  cdistChunks,
  cosineSimilarity,
  OptionError,
  pairwiseReduce,
  pdist,
  sum,
  type Device,
  type Tensor,
  type TensorLike,
} from '../../src/index.ts';
import { BOOLEAN_METRICS, type MetricName } from '../oracle/distance.ts';
import { expectRejects, expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const of = (shape: readonly number[]): Tensor =>
  device.tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape);

/** The operations that take a metric. */
const WITH_METRIC: Readonly<
  Record<string, (a: TensorLike, b: TensorLike, options: { metric: MetricName; device: Device }) => unknown>
> = {
  cdist: (a, b, options) => cdist(a, b, options),
  pdist: (a, _, options) => pdist(a, options),
  pairwiseReduce: (a, b, options) => pairwiseReduce(a, b, { reduce: 'min', ...options }),
  cdistChunks: (a, b, options) => cdistChunks(a, b, options),
};

describe('boolean metrics', () => {
  it('of plain numbers other than 0 and 1 throw at the call, with the place', () => {
    for (const metric of BOOLEAN_METRICS) {
      const fine = [[0, 1, 1]];
      const wrong = [
        [0, 1, 1],
        [1, 0.5, 0],
      ];
      for (const [op, run] of Object.entries(WITH_METRIC))
        expectThrows(() => run(wrong, fine, { metric, device }), OptionError, op, metric, 'row 1', 'column 1');
      expectThrows(() => cdist(fine, wrong, { metric, device }), OptionError, 'cdist', metric, 'b', 'row 1');
      expectThrows(() => cdist([[2]], [[1]], { metric, device }), OptionError, 'cdist', metric);
      expectThrows(() => cdist([[NaN]], [[1]], { metric, device }), OptionError, 'cdist', metric);
    }
  });

  it('of tensors with other numbers reject at the read', async () => {
    const fine = of([40, 33]);
    const values = new Float32Array(40 * 33).fill(1);
    values[33 * 17 + 5] = 3;
    const wrong = device.tensor(values, [40, 33]);
    for (const metric of ['dice', 'yule', 'russellrao'] as const) {
      await expectRejects(cdist(wrong, fine, metric).data(), OptionError, 'cdist', metric, 'a', 'row 17', 'column 5');
      await expectRejects(cdist(fine, wrong, metric).data(), OptionError, 'cdist', metric, 'b', 'row 17', 'column 5');
      await expectRejects(pdist(wrong, metric).data(), OptionError, 'pdist', metric, 'row 17');
      const w = new Float32Array(33).fill(0.5);
      await expectRejects(cdist(wrong, fine, { metric, w }).data(), OptionError, 'cdist', metric, 'row 17');
      await expectRejects(
        pairwiseReduce(fine, wrong, { metric, reduce: 'min' }).data(),
        OptionError,
        'pairwiseReduce',
        metric,
      );
    }
    const words = device.tensor(new Uint32Array([0, 1, 2, 1]), [2, 2]);
    await expectRejects(cdist(words, words, 'dice').data(), OptionError, 'cdist', 'dice', 'row 1', 'column 0');
    const spoiled = device.tensor(new Float32Array([1, NaN]), [1, 2]);
    await expectRejects(cdist(spoiled, spoiled, 'dice').data(), OptionError, 'cdist', 'dice', 'column 1');
    const part = wrong.slice(18, 40);
    expect((await cdist(part, fine, 'dice').data()).every(x => x === 0)).toBe(true);
  });

  it('hamming and jaccard take any numbers', async () => {
    const rows = device.tensor([[3, 0.5, NaN]]);
    expect(await cdist(rows, [[3, 1, 2]], 'hamming').item()).toBeCloseTo(2 / 3, 6);
    expect(await cdist(rows, [[3, 1, 2]], 'jaccard').item()).toBeCloseTo(2 / 3, 6);
  });
});

describe('weights', () => {
  it('weights in tensors at the read, of the result and of what is made of it', async () => {
    const rows = of([2, 3]);
    const w = device.tensor(new Float32Array([1, 0, -2]));
    const result = cdist(rows, rows, { w });
    await expectRejects(result.data(), OptionError, 'cdist', 'w[2]');
    await expectRejects(sum(add(result, 1)).item(), OptionError, 'cdist', 'w[2]');
    await expectRejects(pdist(rows, { metric: 'cityblock', w }).data(), OptionError, 'pdist', 'w[2]');
    await expectRejects(
      pairwiseReduce(rows, rows, { metric: 'hamming', w, reduce: 'sum' }).data(),
      OptionError,
      'pairwiseReduce',
      'w[2]',
    );
    await expectRejects(cosineSimilarity(rows, rows, { w }).data(), OptionError, 'cosineSimilarity', 'w[2]');
    await expectRejects(cdistChunks(rows, rows, { w }).next(), OptionError, 'cdistChunks', 'w[2]');
    const fine = cdist(rows, rows, { w: device.tensor(new Float32Array([1, 0, 2])) });
    expect([...(await fine.data())]).toEqual([0, 0, 0, 0]);
  });
});

describe('NaN rows', () => {
  it('are NaN away from everything, but where numbers are only told apart', async () => {
    const rows = device.tensor([
      [NaN, 1],
      [1, 2],
    ]);
    for (const metric of [
      'euclidean',
      'cityblock',
      'chebyshev',
      'canberra',
      'cosine',
      'correlation',
      'dot',
      'hellinger',
      'kl',
      'jensenshannon',
      'braycurtis',
      'haversine',
      'sqeuclidean',
    ] as const) {
      const values = [...(await cdist(rows, rows, metric).data())].slice(0, 3);
      expect({ metric, values }).toEqual({ metric, values: [NaN, NaN, NaN] });
    }
    expect([...(await cdist(rows, rows, 'hamming').data())]).toEqual([0.5, 1, 1, 0]);
  });
});
