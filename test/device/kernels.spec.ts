/**
 * `device.info.kernels` of a wasm device against what primitives really have. A battery of every public operation is run while
 * the engine is watched; each primitive that it meets must stand in the table exactly if it has a wasm kernel.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src/device/index.ts';
import * as unitball from '../../src/index.ts';
import type { Device, MetricName, Tensor } from '../../src/index.ts';

const metrics: readonly MetricName[] = [
  'braycurtis',
  'canberra',
  'chebyshev',
  'cityblock',
  'correlation',
  'cosine',
  'dice',
  'dot',
  'euclidean',
  'hamming',
  'hellinger',
  'jaccard',
  'jensenshannon',
  'kl',
  'kulczynski1',
  'minkowski',
  'rogerstanimoto',
  'russellrao',
  'sokalmichener',
  'sokalsneath',
  'sqeuclidean',
  'yule',
];
const ofBits: readonly MetricName[] = [
  'dice',
  'hamming',
  'jaccard',
  'kulczynski1',
  'rogerstanimoto',
  'russellrao',
  'sokalmichener',
  'sokalsneath',
  'yule',
];

let device: Device;
/** The primitives met, and whether they have a wasm kernel. */
const met = new Map<string, boolean>();
const { run } = Engine.prototype;

beforeAll(async () => {
  device = await unitball.openDevice({ device: 'wasm' });
  Engine.prototype.run = function watched(this: Engine, ...args) {
    const [{ primitive }] = args;
    met.set(primitive.name, primitive.wasm !== undefined);
    Reflect.apply(run, this, args);
  };
});
afterAll(() => {
  Engine.prototype.run = run;
  device.close();
});

/** Every public operation that computes something, on floats and, where it takes them, on whole numbers and bits. */
async function battery(): Promise<void> {
  const u = unitball;
  const x = device.tensor([
    [1, 2, 3],
    [4, 5, 7],
    [0.5, 2, 1],
    [2, 2, 9],
  ]);
  const whole = device.tensor(Uint32Array.of(3, 1, 2, 5), [2, 2]);
  const flags = device.tensor([
    [true, false, true],
    [false, false, true],
  ]);
  const results: Tensor[] = [];
  const add = (...some: readonly Tensor[]): number => results.push(...some);
  for (const t of [x, whole]) {
    add(u.add(t, t), u.sub(t, t), u.mul(t, t), u.square(t), u.clip(t, 1, 2), u.where(t, t, t));
    add(u.sum(t), u.min(t), u.max(t), u.argmin(t, { axis: 1 }), u.argmax(t, { axis: 1 }));
    add(u.take(t, [0, 1]), u.contiguous(u.transpose(t)), u.concat([t, t]));
  }
  add(u.div(x, 2), u.neg(x), u.abs(x), u.sqrt(x), u.exp(x), u.log(x), u.mean(x));
  add(u.cast(whole, 'float32'), u.cast(x, 'uint32'), u.cast(flags, 'float32'), u.cast(x, 'bool'));
  for (const ord of [0, 1, 2, 3, 2.5, Infinity, -Infinity]) add(u.norm(x, { ord, axis: 1 }));
  add(...Object.values(u.normSummary(x)), u.normalize(x), u.normalize(x, { eps: 1 }));
  add(u.softThreshold(x, 1), u.hardThreshold(x, 1), u.huberProx(x, 1), u.groupSoftThreshold(x, 1));
  add(u.projectL1Ball(x, 1), u.projectSimplex(x), u.projectL2Ball(x), u.projectLinfBall(x));
  add(u.fgsm(x, x, { epsilon: 1 }));
  const optimizer = u.adam();
  for (let k = 0; k < 2; k++) add(...optimizer.step([x], [x]));
  add(u.topk(x, 2).values, u.argsort(x), u.sort(x));
  const square = u.gram(x.slice(0, 3));
  add(
    u.matmul(x, square),
    u.cholesky(
      u.add(
        square,
        device.tensor([
          [9, 0, 0],
          [0, 9, 0],
          [0, 0, 9],
        ]),
      ),
    ),
  );
  const { sign, logabsdet } = u.slogdet(square);
  add(u.solve(square, square.row(0)), u.inv(square), u.det(square), sign, logabsdet, u.solveTriangular(square, square));
  add(u.covariance(x, { shrinkage: 0.5 }));
  add(await u.svdvals(x), await u.eigvalsh(square), u.qr(x, { mode: 'r' }), u.spectralNorm(x));
  add((await u.randomizedSvd(x, { rank: 1 })).s, (await u.lowRank(x, { rank: 1 })).s, (await u.pca(x)).mean);
  add((await u.completeMatrix(x, u.cast(u.clip(x, 0, 1), 'bool'), { rank: 1, maxIterations: 2 })).s);
  add((await u.lassoCV(x, [1, 2, 3, 5], { folds: 2, count: 2 })).coef);
  // Of so many numbers that doubles are worth their way to the device.
  const tall = device.tensor(
    Float32Array.from({ length: 40_000 }, (_, k) => Math.sin(k * k)),
    [1000, 40],
  );
  add((await u.ridge(tall, u.sum(tall, { axis: 1 }))).coef);
  const ones = device.tensor([
    [1, 0, 1],
    [0, 0, 1],
  ]);
  for (const metric of metrics) {
    const rows = ofBits.includes(metric) ? ones : x;
    add(u.cdist(rows, rows.slice(1), metric === 'minkowski' ? { metric, p: 2.5 } : metric));
  }
  for (const metric of ofBits) add(u.cdist(flags, flags.slice(1), metric));
  add(u.cdist(x, x.slice(1), 'seuclidean'), u.cosineSimilarity(x), u.inner(x, x.slice(1)));
  add(
    u.cdist(x.slice(0, 4, { axis: 0 }), x, {
      metric: 'mahalanobis',
      VI: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    }),
  );
  add(
    u.cdist(
      device.tensor([
        [0, 1],
        [1, 0],
      ]),
      device.tensor([[0, 2]]),
      'haversine',
    ),
  );
  const scored = await u.mahalanobisScores(u.concat([x, u.mul(x, x)]), { quantile: 0.5, shrinkage: 0.5 });
  add(scored.scores);
  add(u.squareform(u.pdist(x)), u.squareform(u.squareform(u.pdist(x))));
  for (const reduce of ['argmin', 'min', 'sum'] as const) add(u.pairwiseReduce(x, x, { reduce }));
  const found = await u.nearest(x, x, { k: 2, filter: [true, false, true, true] });
  add(found.indices);
  await Promise.all(results.map(result => result.data()));
}

describe('the kernels of a wasm device', () => {
  it('are those that info.kernels names', async () => {
    await battery();
    const { others, ...named } = device.info.kernels;
    expect(others).toBe('cpu');
    const own = [...met].flatMap(([name, has]) => (has ? [name] : []));
    expect(Object.keys(named).toSorted()).toEqual(own.toSorted());
    expect([...new Set(Object.values(named))]).toEqual(['wasm']);
  });
});
