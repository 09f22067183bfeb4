/**
 * The operations that the page on timings offers: what each is called with, how many bytes and operations it takes at least, and
 * what of its answer is compared among devices. No page in here.
 */
import {
  cdist,
  cholesky,
  eigh,
  lstsq,
  matmul,
  nearest,
  norm,
  normalize,
  normSummary,
  qr,
  randomizedSvd,
  shrinkSingularValues,
  softThreshold,
  solve,
  spectralNorm,
  sum,
  svd,
  svdvals,
  topk,
  type MetricName,
  type Tensor,
} from 'unitball';

/** Sizes by their letters. */
export type Sizes = Readonly<Record<string, number>>;

export interface Size {
  readonly letter: string;
  readonly label: string;
  readonly most: number;
  readonly start: number;
}

export interface Op {
  /** What the list shows, and a code of the address. */
  readonly name: string;
  readonly room: 'Norms' | 'Distances' | 'Search' | 'Linear algebra' | 'Low rank' | 'Elements';
  readonly call: string;
  readonly sizes: readonly Size[];
  /** The shapes of the operands; they are random numbers in (−1, 1). */
  readonly operands: (sizes: Sizes) => readonly (readonly number[])[];
  readonly prepare?: (values: Float32Array, sizes: Sizes) => void;
  /** The least bytes that have to move, where they are what takes time; else the additions and multiplications. */
  readonly bytes?: (sizes: Sizes) => number;
  readonly flops?: (sizes: Sizes) => number;
  /** Computes, gives back what nobody looks at, and leaves something small that tells whether it is right. */
  readonly run: (operands: readonly Tensor[], sizes: Sizes) => Tensor | Promise<Tensor>;
}

const rows = (start: number, most = 1e6): Size => ({ letter: 'n', label: 'rows', start, most });
const columns = (start: number, most = 1e4): Size => ({ letter: 'd', label: 'columns', start, most });
const order = (start: number, most: number): Size => ({ letter: 'n', label: 'order', start, most });
const of = (sizes: Sizes, letter: string): number => sizes[letter] ?? 1;
const floats = (...counts: readonly number[]): number => 4 * counts.reduce((product, count) => product * count, 1);

/** The last element alone: there when all of it is. */
function last(x: Tensor): Tensor {
  const flat = x.reshape([-1]);
  const one = flat.slice(-1);
  flat.dispose();
  x.dispose();
  return one;
}

/** Gives back all but one. */
function only(kept: Tensor, ...others: readonly Tensor[]): Tensor {
  others.forEach(other => other.dispose());
  return kept;
}

const first = (operands: readonly Tensor[]): Tensor => operand(operands, 0);
const second = (operands: readonly Tensor[]): Tensor => operand(operands, 1);

function operand(operands: readonly Tensor[], at: number): Tensor {
  const found = operands[at];
  if (!found) throw new Error(`this operation was given ${operands.length} operands`);
  return found;
}

/** One operand of n rows and d columns, which is read once. */
const ofRows = (
  name: string,
  call: string,
  run: Op['run'],
  written: (sizes: Sizes) => number = sizes => of(sizes, 'n'),
): Op => ({
  name,
  room: 'Norms',
  call,
  sizes: [rows(50_000), columns(128)],
  operands: sizes => [[of(sizes, 'n'), of(sizes, 'd')]],
  bytes: sizes => floats(of(sizes, 'n'), of(sizes, 'd')) + floats(written(sizes)),
  run,
});

const everything = (sizes: Sizes): number => of(sizes, 'n') * of(sizes, 'd');

const distances = (metric: MetricName): Op => ({
  name: `cdist, ${metric}`,
  room: 'Distances',
  call: `cdist(a, b, '${metric}')`,
  sizes: [rows(1000, 1e4), { letter: 'm', label: 'other rows', start: 1000, most: 1e4 }, columns(128)],
  operands: sizes => [
    [of(sizes, 'n'), of(sizes, 'd')],
    [of(sizes, 'm'), of(sizes, 'd')],
  ],
  flops: sizes => 2 * of(sizes, 'n') * of(sizes, 'm') * of(sizes, 'd'),
  run: operands => last(cdist(first(operands), second(operands), metric)),
});

/** A factorisation of a square matrix, in multiples of n³ operations. */
const square = (name: string, call: string, times: number, start: number, run: Op['run'], more?: Partial<Op>): Op => ({
  name,
  room: 'Linear algebra',
  call,
  sizes: [order(start, 2000)],
  operands: sizes => [[of(sizes, 'n'), of(sizes, 'n')]],
  flops: sizes => times * of(sizes, 'n') ** 3,
  run,
  ...more,
});

/** A diagonal as large as no sum of a row, and as the matrix has to be symmetric, what is below it above it, too. */
function makeDefinite(values: Float32Array, sizes: Sizes): void {
  const n = of(sizes, 'n');
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) values[j * n + i] = values[i * n + j] ?? 0;
    values[i * (n + 1)] = n;
  }
}

export const ops: readonly Op[] = [
  ofRows('norm of each row', 'norm(x, { axis: 1 })', x => norm(first(x), { axis: 1 })),
  ofRows('L1 norm of each row', 'norm(x, { ord: 1, axis: 1 })', x => norm(first(x), { ord: 1, axis: 1 })),
  ofRows(
    'norm of each column',
    'norm(x, { axis: 0 })',
    x => norm(first(x), { axis: 0 }),
    sizes => of(sizes, 'd'),
  ),
  ofRows(
    'norm of all',
    'norm(x)',
    x => norm(first(x)),
    () => 1,
  ),
  ofRows(
    'five norms of each row',
    'normSummary(x, { axis: 1 })',
    operands => {
      const { l0, l1, l2, linf, min } = normSummary(first(operands), { axis: 1 });
      return only(l2, l0, l1, linf, min);
    },
    sizes => 5 * of(sizes, 'n'),
  ),
  ofRows('rows to unit length', 'normalize(x, { axis: 1 })', x => last(normalize(first(x), { axis: 1 })), everything),
  distances('euclidean'),
  distances('cosine'),
  distances('cityblock'),
  distances('chebyshev'),
  {
    name: 'nearest',
    room: 'Search',
    call: 'nearest(queries, points, { k })',
    sizes: [
      { letter: 'q', label: 'queries', start: 10, most: 1e4 },
      { letter: 'n', label: 'points', start: 50_000, most: 1e6 },
      columns(128, 2000),
      { letter: 'k', label: 'k', start: 10, most: 1000 },
    ],
    operands: sizes => [
      [of(sizes, 'q'), of(sizes, 'd')],
      [of(sizes, 'n'), of(sizes, 'd')],
    ],
    flops: sizes => 2 * of(sizes, 'q') * of(sizes, 'n') * of(sizes, 'd'),
    async run(operands, sizes) {
      const k = Math.min(of(sizes, 'k'), of(sizes, 'n'));
      const found = await nearest(first(operands), second(operands), { k });
      return only(found.distances, found.indices);
    },
  },
  square('matmul', 'matmul(a, b)', 2, 500, x => last(matmul(first(x), second(x))), {
    operands: sizes => [
      [of(sizes, 'n'), of(sizes, 'n')],
      [of(sizes, 'n'), of(sizes, 'n')],
    ],
  }),
  square('cholesky', 'cholesky(a)', 1 / 3, 500, x => last(cholesky(first(x))), { prepare: makeDefinite }),
  square('solve', 'solve(a, b)', 2 / 3, 500, x => solve(first(x), second(x)), {
    operands: sizes => [[of(sizes, 'n'), of(sizes, 'n')], [of(sizes, 'n')]],
    prepare: (values, sizes) => {
      // Of the right side there is no diagonal.
      if (values.length > of(sizes, 'n')) makeDefinite(values, sizes);
    },
  }),
  square('qr', 'qr(a)', 4 / 3, 300, operands => {
    const { q, r } = qr(first(operands));
    q.dispose();
    // Signs are a matter of taste: lengths of columns are those of A.
    const lengths = norm(r, { axis: 0 });
    r.dispose();
    return lengths;
  }),
  square('svd', 'await svd(a)', 22, 150, async operands => {
    const { u, s, vt } = await svd(first(operands));
    return only(s, u, vt);
  }),
  square('svdvals', 'await svdvals(a)', 8 / 3, 150, operands => svdvals(first(operands))),
  square(
    'eigh',
    'await eigh(a)',
    9,
    150,
    async operands => {
      const { eigenvalues, eigenvectors } = await eigh(first(operands));
      return only(eigenvalues, eigenvectors);
    },
    { prepare: makeDefinite },
  ),
  {
    name: 'lstsq',
    room: 'Linear algebra',
    call: 'await lstsq(a, b)',
    sizes: [rows(2000, 1e5), columns(50, 500)],
    operands: sizes => [[of(sizes, 'n'), of(sizes, 'd')], [of(sizes, 'n')]],
    flops: sizes => 2 * of(sizes, 'n') * of(sizes, 'd') ** 2,
    async run(operands) {
      const { x, residuals, s } = await lstsq(first(operands), second(operands));
      return only(x, residuals, s);
    },
  },
  {
    name: 'randomizedSvd',
    room: 'Linear algebra',
    call: 'await randomizedSvd(a, { rank })',
    sizes: [rows(2000, 2e4), columns(300, 2000), { letter: 'k', label: 'rank', start: 10, most: 50 }],
    operands: sizes => [[of(sizes, 'n'), of(sizes, 'd')]],
    // Sixteen products with some columns more than the rank.
    flops: sizes => 32 * of(sizes, 'n') * of(sizes, 'd') * (of(sizes, 'k') + 10),
    async run(operands, sizes) {
      const rank = Math.min(of(sizes, 'k'), of(sizes, 'n'), of(sizes, 'd'));
      const { u, s, vt } = await randomizedSvd(first(operands), { rank, seed: 0 });
      return only(s, u, vt);
    },
  },
  {
    name: 'spectralNorm',
    room: 'Linear algebra',
    call: 'await spectralNorm(a)',
    sizes: [rows(1000, 2e4), columns(300, 2000)],
    operands: sizes => [[of(sizes, 'n'), of(sizes, 'd')]],
    bytes: sizes => floats(of(sizes, 'n'), of(sizes, 'd')),
    run: operands => spectralNorm(first(operands)),
  },
  {
    name: 'shrinkSingularValues',
    room: 'Low rank',
    call: 'await shrinkSingularValues(a, tau)',
    sizes: [rows(200, 2000), columns(100, 1000)],
    operands: sizes => [[of(sizes, 'n'), of(sizes, 'd')]],
    flops: sizes => 22 * Math.max(of(sizes, 'n'), of(sizes, 'd')) * Math.min(of(sizes, 'n'), of(sizes, 'd')) ** 2,
    async run(operands, sizes) {
      // About half of the largest.
      const tau = 0.3 * (Math.sqrt(of(sizes, 'n')) + Math.sqrt(of(sizes, 'd')));
      const { x } = await shrinkSingularValues(first(operands), tau, { values: false });
      const lengths = norm(x, { axis: 0 });
      x.dispose();
      return lengths;
    },
  },
  { ...ofRows('sum of each row', 'sum(x, { axis: 1 })', x => sum(first(x), { axis: 1 })), room: 'Elements' },
  {
    ...ofRows('softThreshold', 'softThreshold(x, 0.5)', x => last(softThreshold(first(x), 0.5)), everything),
    room: 'Elements',
  },
  {
    name: 'topk of each row',
    room: 'Elements',
    call: 'topk(x, k)',
    sizes: [rows(100, 1e5), columns(10_000, 1e6), { letter: 'k', label: 'k', start: 10, most: 1000 }],
    operands: sizes => [[of(sizes, 'n'), of(sizes, 'd')]],
    bytes: sizes => floats(of(sizes, 'n'), of(sizes, 'd')),
    run(operands, sizes) {
      const { values, indices } = topk(first(operands), Math.min(of(sizes, 'k'), of(sizes, 'd')));
      return only(values, indices);
    },
  },
];

export const opNamed = (name: string): Op | undefined => ops.find(op => op.name === name);
