/** This library, as built into dist/, on each of its devices. */
import {
  cdist,
  cholesky,
  completeMatrix,
  elasticNetPath,
  eigh,
  FlatIndex,
  inner,
  lassoCV,
  lstsq,
  nearest,
  norm,
  normalize,
  normSummary,
  openDevice,
  projectSimplex,
  qr,
  randomizedSvd,
  ridge,
  robustPca,
  shrinkSingularValues,
  softThreshold,
  solve,
  svd,
  svdvals,
  type Device,
  type SearchResult,
  type Tensor,
} from 'unitball';
import type { Peer, Searches, Session } from './peer.ts';

const peer = (kind: 'webgpu' | 'wasm' | 'cpu', threads?: number): Peer => ({
  name: 'unitball',
  device: kind,
  ...(threads === 1 && { variant: 'on one thread' }),
  hosts: threads !== undefined ? ['chrome'] : kind === 'webgpu' ? ['chrome', 'dawn'] : ['chrome', 'node', 'dawn'],
  async open() {
    const device = await openDevice({ device: kind, threads });
    if (device.info.isFallback && kind === 'wasm') throw new Error(device.info.description);
    return session(device);
  },
});

/** The wasm device also on one thread, to see what the others add. */
export const unitball: readonly Peer[] = [peer('webgpu'), peer('wasm'), peer('wasm', 1), peer('cpu')];

/** What the library's declarations keep to themselves. */
type Inside = Device & { readonly engine: { readonly backend: { kernelMs?(): number } } };

/** The last element of a tensor: there when all of it is. */
async function touch(x: Tensor): Promise<void> {
  const flat = x.reshape([-1]);
  const last = flat.slice(-1);
  await last.data();
  last.dispose();
  flat.dispose();
}

/** By their points. */
const indexes = new WeakMap<Tensor, FlatIndex>();
/** Rows of queries as plain numbers, as who asks has them: made by the first call for them. */
const plainRows = new WeakMap<Tensor, Promise<readonly Float32Array[]>>();

async function rowsOf(queries: Tensor): Promise<readonly Float32Array[]> {
  const [count = 1, dim = 1] = queries.shape;
  const values = (await queries.data()) as Float32Array;
  return Array.from({ length: count }, (_, i) => values.slice(i * dim, (i + 1) * dim));
}

type Asked = { readonly index: FlatIndex; readonly rows: readonly Float32Array[] };

const searches: Record<Searches, (asked: Asked, k: number) => Promise<SearchResult[]>> = {
  async together({ index, rows }, k) {
    return [await index.search({ data: rows.flatMap(row => [...row]), shape: [rows.length, index.dim] }, { k })];
  },
  'in one tick': ({ index, rows }, k) => Promise.all(rows.map(row => index.search(row, { k }))),
  async 'one by one'({ index, rows }, k) {
    const found: SearchResult[] = [];
    for (const row of rows) found.push(await index.search(row, { k }));
    return found;
  },
};

/** Where answers that are plain arrays already count as results. */
let host: Promise<Device> | undefined;

const session = (device: Device): Session<Tensor> => ({
  enter: async () => {},
  async upload(values, shape) {
    const x = device.tensor(values, shape);
    await touch(x);
    return x;
  },
  read: async x => (await x.data()) as Float32Array,
  settle: async list => void (await Promise.all(list.map(touch))),
  free: x => x.dispose(),
  kernelMs: () => (device as Inside).engine.backend.kernelMs?.() ?? 0,
  norm: (x, ord, axis) => norm(x, axis === undefined ? { ord } : { ord, axis }),
  pairs: (a, b, metric) => (metric === 'inner' ? inner(a, b) : cdist(a, b, metric)),
  async search(queries, points, k) {
    const { distances, indices } = await nearest(queries, points, { k, metric: 'dot' });
    return [distances, indices];
  },
  async index(points) {
    const [, dim = 1] = points.shape;
    const index = FlatIndex.create(device, { dim, metric: 'dot', keepHostCopy: false });
    await index.add(points);
    indexes.set(points, index);
  },
  async indexed(queries, points, k, how) {
    const index = indexes.get(points);
    if (!index) throw new Error('these points are in no index');
    const rows = plainRows.get(queries) ?? rowsOf(queries);
    plainRows.set(queries, rows);
    const found = await searches[how]({ index, rows: await rows }, k);
    const here = await (host ??= openDevice({ device: 'cpu' }));
    const distances = found.flatMap(one => [...one.distances]);
    const ids = found.flatMap(one => Array.from(one.ids, Number));
    return [distances, ids].map(list => here.tensor(Float32Array.from(list), [list.length]));
  },
  cholesky: a => cholesky(a),
  solve: (a, b) => solve(a, b),
  qr(a) {
    const { q, r } = qr(a);
    return [q, r];
  },
  async lstsq(a, b) {
    const { x, residuals, s } = await lstsq(a, b);
    residuals.dispose();
    s.dispose();
    return x;
  },
  async robustPca(d) {
    const { lowRank, sparse } = await robustPca(d);
    sparse.dispose();
    return lowRank;
  },
  async complete(holes, method, share) {
    const rank = Math.round(share * (holes.shape[1] ?? 0));
    // What goes on after its time is up would take that of the others.
    if (device.kind === 'cpu' && rank > 20) throw new Error('left out: it takes minutes');
    // A gap is looked for among 40 singular values: higher ranks are for who knows them.
    const options = { method, tolerance: 1e-4, ...(method === 'als' && { rank }) };
    const { approximation, iterations, dispose } = await completeMatrix(holes, undefined, options);
    const x = approximation();
    dispose();
    return [x, device.tensor([iterations], [1])];
  },
  async elasticNetPath(x, y, l1Ratio) {
    const { alphas, dualGaps, dispose } = await elasticNetPath(x, y, { l1Ratio });
    dispose();
    const targets = Float64Array.from(await y.data());
    const mean = targets.reduce((sum, value) => sum + value / y.size, 0);
    const size = targets.reduce((sum, value) => sum + (value - mean) ** 2 / y.size, 0);
    return [alphas, dualGaps.map(gap => gap / size)].map(list => device.tensor(Float32Array.from(list), [list.length]));
  },
  async lassoCV(x, y, folds) {
    const { meanErrors, dispose } = await lassoCV(x, y, { folds });
    dispose();
    return device.tensor(Float32Array.from(meanErrors), [meanErrors.length]);
  },
  async ridge(x, y, alpha) {
    const { coef, intercept } = await ridge(x, y, { alpha });
    intercept.dispose();
    return coef;
  },
  async shrink(a, tau, method) {
    const { x } = await shrinkSingularValues(a, tau, { method, values: false });
    return x;
  },
  svdvals: a => svdvals(a),
  async svd(a) {
    const { u, s, vt } = await svd(a);
    await Promise.all([touch(u), touch(vt)]);
    u.dispose();
    vt.dispose();
    return s;
  },
  async eigh(a) {
    const { eigenvalues, eigenvectors } = await eigh(a);
    await touch(eigenvectors);
    eigenvectors.dispose();
    return eigenvalues;
  },
  async randomizedSvd(a, rank) {
    const { u, s, vt } = await randomizedSvd(a, { rank });
    await Promise.all([touch(u), touch(vt)]);
    u.dispose();
    vt.dispose();
    return s;
  },
  normalize: (x, axis) => normalize(x, { axis }),
  softThreshold: (x, t) => softThreshold(x, t),
  projectSimplex: x => projectSimplex(x),
  normSummary(x, axis) {
    const { l0, l1, l2, linf, min } = normSummary(x, { axis });
    min.dispose();
    return [l0, l1, l2, linf];
  },
});
