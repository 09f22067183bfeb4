/**
 * What is measured against size, as a table: an op of this library, which of its sizes goes up by half decades while the others stay,
 * and what it has to move or to compute there at least. Nothing here knows of time; sizes.ts measures. What PyTorch has of it,
 * native/torch_ops.py computes under the same names.
 */
import {
  cdist,
  cholesky,
  completeMatrix,
  lassoPath,
  matmul,
  nearest,
  norm,
  svd,
  svdvals,
  topk,
  type Tensor,
} from 'unitball';

export interface Sweep {
  readonly op: string;
  /** What is varied, by the letter that it has in `shape`. */
  readonly varies: string;
  /** In words, with the letter that varies: `n × 128`. */
  readonly shape: string;
  readonly sizes: readonly number[];
  /** The shapes of the operands at a size. */
  readonly operands: (size: number) => readonly (readonly number[])[];
  /** How many of each row are looked for, where that is asked. */
  readonly k?: (size: number) => number;
  /** What is made of the random numbers: a definite matrix, say. */
  readonly prepare?: (operands: readonly Float32Array[], size: number) => void;
  /** The least bytes that have to move, where they are what takes time; else additions and multiplications. Neither where the numbers decide. */
  readonly bytes?: (size: number) => number;
  readonly flops?: (size: number) => number;
  readonly run: (operands: readonly Tensor[], size: number) => Promise<void>;
}

/** 10, 32, 100, … */
function halfDecades(from: number, to: number): number[] {
  const sizes: number[] = [];
  for (let step = 0; ; step++) {
    const size = Math.round(from * 10 ** (step / 2));
    if (size > to) return sizes;
    sizes.push(size);
  }
}

/** The last element: there when all of it is. */
async function touch(x: Tensor): Promise<void> {
  const flat = x.reshape([-1]);
  const last = flat.slice(-1);
  await last.data();
  for (const one of [last, flat, x]) one.dispose();
}

const ofOne =
  (run: (x: Tensor) => Tensor | Promise<Tensor>): Sweep['run'] =>
  async ([x]) => {
    if (x) await touch(await run(x));
  };
const ofTwo =
  (run: (a: Tensor, b: Tensor) => Tensor): Sweep['run'] =>
  async ([a, b]) => {
    if (a && b) await touch(run(a, b));
  };

const norms: Pick<Sweep, 'op' | 'run'> = {
  op: 'norm of rows',
  run: async ([x]) => {
    if (!x) return;
    const all = norm(x, { axis: 1 });
    await all.data();
    all.dispose();
  },
};
const pairs: Pick<Sweep, 'op' | 'run'> = { op: 'euclidean cdist', run: ofTwo((a, b) => cdist(a, b)) };
const products: Pick<Sweep, 'op' | 'run'> = { op: 'matmul', run: ofTwo((a, b) => matmul(a, b)) };

const searches = (k: (size: number) => number): Pick<Sweep, 'op' | 'k' | 'run'> => ({
  op: 'nearest',
  k,
  run: async ([queries, points], size) => {
    if (!queries || !points) return;
    const { distances, indices } = await nearest(queries, points, { k: k(size) });
    await Promise.all([distances.data(), indices.data()]);
    distances.dispose();
    indices.dispose();
  },
});

const selections = (k: (size: number) => number): Pick<Sweep, 'op' | 'k' | 'run'> => ({
  op: 'topk',
  k,
  run: async ([x], size) => {
    if (!x) return;
    const { values, indices } = topk(x, k(size));
    await Promise.all([values.data(), indices.data()]);
    values.dispose();
    indices.dispose();
  },
});

/** y is the sum of ten columns, and noise. */
function plant([x, y]: readonly Float32Array[]): void {
  if (!x || !y) return;
  const p = x.length / y.length;
  y.forEach((noise, i) => {
    let sum = noise;
    for (let j = 0; j < Math.min(10, p); j++) sum += x[i * p + j] ?? 0;
    y[i] = sum;
  });
}

const paths: Pick<Sweep, 'op' | 'prepare' | 'run'> = {
  op: 'lasso path',
  prepare: plant,
  run: async ([x, y]) => {
    if (!x || !y) return;
    const path = await lassoPath(x, y);
    await path.coefs.data();
    path.dispose();
  },
};

/** A product of two random matrices [n, rank] and [rank, n], of which half of the numbers are seen. */
const completions = (rank: (size: number) => number): Pick<Sweep, 'op' | 'k' | 'prepare' | 'run'> => ({
  op: 'completion',
  k: rank,
  prepare([x], size) {
    if (!x) return;
    const [n, r] = [Math.sqrt(x.length), rank(size)];
    const hidden = x.map(value => Number(value < 0));
    const [u, v] = [x.slice(0, n * r), x.slice(n * r, 2 * n * r)];
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < r; k++) sum += (u[i * r + k] ?? 0) * (v[j * r + k] ?? 0);
        x[i * n + j] = hidden[i * n + j] === 1 ? NaN : sum;
      }
  },
  run: async ([x], size) => {
    if (!x) return;
    const found = await completeMatrix(x, undefined, { rank: rank(size) });
    await found.s.data();
    found.dispose();
  },
});

export const sweeps: readonly Sweep[] = [
  {
    ...norms,
    varies: 'n',
    shape: 'n × 128',
    sizes: halfDecades(100, 1e6),
    operands: n => [[n, 128]],
    bytes: n => 4 * 129 * n,
  },
  {
    ...norms,
    varies: 'd',
    shape: '1,000 × d',
    sizes: halfDecades(10, 1e5),
    operands: d => [[1000, d]],
    bytes: d => 4000 * (d + 1),
  },
  {
    ...pairs,
    varies: 'n',
    shape: 'n × n × 64',
    sizes: halfDecades(10, 1e4),
    operands: n => [
      [n, 64],
      [n, 64],
    ],
    flops: n => 128 * n * n,
  },
  {
    ...pairs,
    varies: 'd',
    shape: '256 × 256 × d',
    sizes: halfDecades(10, 1e5),
    operands: d => [
      [256, d],
      [256, d],
    ],
    flops: d => 2 * 256 * 256 * d,
  },
  {
    ...searches(() => 10),
    varies: 'n',
    shape: '1 query, n points × 128, k = 10',
    sizes: halfDecades(100, 1e6),
    operands: n => [
      [1, 128],
      [n, 128],
    ],
    bytes: n => 4 * 128 * n,
  },
  {
    ...searches(() => 10),
    varies: 'batch',
    shape: 'batch queries, 10,000 points × 128, k = 10',
    sizes: halfDecades(1, 1e4),
    operands: batch => [
      [batch, 128],
      [10_000, 128],
    ],
    flops: batch => 2 * 128 * 10_000 * batch,
  },
  {
    ...searches(() => 10),
    varies: 'd',
    shape: '1 query, 10,000 points × d, k = 10',
    sizes: halfDecades(10, 1e4),
    operands: d => [
      [1, d],
      [10_000, d],
    ],
    bytes: d => 40_000 * d,
  },
  {
    ...searches(k => k),
    varies: 'k',
    shape: '16 queries, 100,000 points × 16',
    sizes: halfDecades(1, 1e4),
    operands: () => [
      [16, 16],
      [100_000, 16],
    ],
    flops: () => 2 * 16 * 16 * 100_000,
  },
  {
    ...selections(() => 10),
    varies: 'd',
    shape: '100 rows of d, k = 10',
    sizes: halfDecades(100, 1e5),
    operands: d => [[100, d]],
    bytes: d => 400 * d,
  },
  {
    ...selections(() => 10),
    varies: 'n',
    shape: 'n rows of 1,000, k = 10',
    sizes: halfDecades(10, 1e4),
    operands: n => [[n, 1000]],
    bytes: n => 4000 * n,
  },
  {
    ...selections(k => k),
    varies: 'k',
    shape: '16 rows of 100,000',
    sizes: halfDecades(1, 1e4),
    operands: () => [[16, 100_000]],
    bytes: () => 16 * 400_000,
  },
  {
    ...products,
    varies: 'n',
    shape: 'n × n × n',
    sizes: halfDecades(10, 1e4),
    operands: n => [
      [n, n],
      [n, n],
    ],
    flops: n => 2 * n ** 3,
  },
  {
    ...products,
    varies: 'd',
    shape: '256 × d × 256',
    sizes: halfDecades(10, 1e5),
    operands: d => [
      [256, d],
      [d, 256],
    ],
    flops: d => 2 * 256 * 256 * d,
  },
  {
    ...products,
    varies: 'batch',
    shape: 'batch of 32 × 32 × 32',
    sizes: halfDecades(1, 1e4),
    operands: batch => [
      [batch, 32, 32],
      [batch, 32, 32],
    ],
    flops: batch => 2 * 32 ** 3 * batch,
  },
  {
    op: 'cholesky',
    varies: 'n',
    shape: 'n × n',
    sizes: halfDecades(10, 1e4),
    operands: n => [[n, n]],
    // Definite by its diagonal, and as large below as above it.
    prepare([a], n) {
      if (!a) return;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) a[j * n + i] = a[i * n + j] ?? 0;
        a[i * (n + 1)] = n;
      }
    },
    flops: n => n ** 3 / 3,
    run: ofOne(a => cholesky(a)),
  },
  {
    op: 'svd',
    varies: 'n',
    shape: 'n × n',
    sizes: halfDecades(10, 3200),
    operands: n => [[n, n]],
    flops: n => 22 * n ** 3,
    run: ofOne(async a => {
      const { u, s, vt } = await svd(a);
      u.dispose();
      vt.dispose();
      return s;
    }),
  },
  {
    op: 'svdvals',
    varies: 'n',
    shape: 'n × n',
    sizes: halfDecades(10, 3200),
    operands: n => [[n, n]],
    flops: n => (8 / 3) * n ** 3,
    run: ofOne(a => svdvals(a)),
  },
  {
    op: 'svdvals',
    varies: 'batch',
    shape: 'batch of 16 × 16',
    sizes: halfDecades(1, 1e4),
    operands: batch => [[batch, 16, 16]],
    flops: batch => (8 / 3) * 16 ** 3 * batch,
    run: ofOne(a => svdvals(a)),
  },
  {
    ...paths,
    varies: 'n',
    shape: 'n rows of 50, 100 α',
    sizes: halfDecades(100, 1e5),
    operands: n => [[n, 50], [n]],
  },
  {
    ...paths,
    varies: 'd',
    shape: '200 rows of d, 100 α',
    sizes: halfDecades(10, 1e4),
    operands: d => [[200, d], [200]],
  },
  {
    ...completions(() => 3),
    varies: 'n',
    shape: 'n × n of rank 3, half of it seen',
    sizes: halfDecades(32, 3200),
    operands: n => [[n, n]],
  },
  {
    ...completions(k => k),
    varies: 'k',
    shape: '200 × 200 of rank k, half of it seen',
    sizes: halfDecades(1, 32),
    operands: () => [[200, 200]],
  },
];
