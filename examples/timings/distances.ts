/** Distances: matrices of them by every metric, and what is made of them without one. */
import {
  cdist,
  cdistChunks,
  cosineSimilarity,
  defineMetric,
  gram,
  inner,
  mahalanobisScores,
  pairwiseReduce,
  pdist,
  squareform,
  sum,
  type Metric,
  type MetricName,
  type PairwiseReduceOptions,
  type Tensor,
} from 'unitball';
import { stories } from '../metrics.ts';
import {
  cells,
  chosen,
  columns,
  first,
  matrixOf,
  of,
  plainly,
  rows,
  second,
  type Answer,
  type Op,
  type Size,
  type Wish,
} from './op.ts';

const own = 'of one’s own';

/** Σ|x − y|^1.25, as an example of what anybody may define. */
const mixed = defineMetric({
  name: 'mixed',
  js: (x, y) => x.reduce((total, value, k) => total + Math.abs(value - (y[k] ?? 0)) ** 1.25, 0),
  wgsl: `
    alias Pair = f32;
    fn pair_start() -> Pair { return 0.0; }
    fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair { return pair + dot(w, pow(abs(x - y), vec4f(1.25))); }
    fn pair_join(a: Pair, b: Pair) -> Pair { return a + b; }
    fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 { return pair; }`,
});

const names = Object.keys(stories);
const isName = (choice: string): choice is MetricName => choice in stories;
const rowsOf = (choice: string): string => (isName(choice) ? stories[choice].rows : 'numbers');
const metricOf = (choice: string): Metric => (isName(choice) ? choice : mixed);
const written = (choice: string): string => (isName(choice) ? `'${choice}'` : 'defineMetric({ … })');
const metrics = { label: 'Metric', of: names };

const others: Size = { letter: 'm', label: 'other rows', start: 1000, most: 1e4 };

/** Places have two columns, whatever the slider says. */
const widthOf = ({ sizes, choice }: Wish): number => (rowsOf(choice) === 'places' ? 2 : of(sizes, 'd'));

/** Truths are 0 and 1, shares positive; latitudes and longitudes are small in radians as they are. */
function prepare(operands: readonly Float32Array[], { choice }: Wish): void {
  const kind = rowsOf(choice);
  for (const values of operands)
    if (kind === 'truths') values.forEach((value, k) => (values[k] = Number(value > 0)));
    else if (kind === 'shares') values.forEach((value, k) => (values[k] = 0.1 + Math.abs(value)));
}

const pairs = ({ sizes }: Wish): number => of(sizes, 'n') * of(sizes, 'm');

/** n rows beside m others. */
const ofPairs = (
  name: string,
  choice: NonNullable<Op['choice']>,
  call: Op['call'],
  run: (a: Tensor, b: Tensor, choice: string) => Answer | Promise<Answer>,
  more: Partial<Op> = {},
): Op => ({
  name,
  room: 'Distances',
  choice,
  call,
  sizes: [rows(1000, 1e4), others, columns(128)],
  operands: wish => [
    [of(wish.sizes, 'n'), widthOf(wish)],
    [of(wish.sizes, 'm'), widthOf(wish)],
  ],
  prepare,
  results: sizes => of(sizes, 'n') * of(sizes, 'm'),
  flops: wish => 2 * pairs(wish) * widthOf(wish),
  begin: plainly((operands, wish) => run(first(operands), second(operands), wish.choice)),
  ...more,
});

const products: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = { inner, cosineSimilarity };

const reductions: Readonly<Record<string, PairwiseReduceOptions>> = {
  min: { reduce: 'min' },
  argmin: { reduce: 'argmin' },
  sum: { reduce: 'sum' },
  countBelow: { reduce: 'countBelow', threshold: 8 },
};

/** Σ of each row of the matrix of distances, a block of rows at a time. */
async function sumsInBlocks(a: Tensor, b: Tensor, choice: string): Promise<ArrayLike<number>> {
  const sums: number[] = [];
  for await (const { distances } of cdistChunks(a, b, { metric: metricOf(choice), memory: 2 ** 22 })) {
    const block = sum(distances, { axis: 1 });
    sums.push(...(await block.data()));
    block.dispose();
  }
  return sums;
}

export const distances: readonly Op[] = [
  ofPairs(
    'cdist',
    { label: 'Metric', of: [...names, own] },
    choice => `cdist(a, b, ${written(choice)})`,
    (a, b, choice) => cdist(a, b, metricOf(choice)),
  ),
  {
    name: 'pdist',
    room: 'Distances',
    choice: metrics,
    call: choice => `pdist(x, '${choice}')`,
    sizes: [rows(1000, 5000), columns(128)],
    operands: wish => [[of(wish.sizes, 'n'), widthOf(wish)]],
    prepare,
    results: sizes => of(sizes, 'n') ** 2 / 2,
    flops: wish => of(wish.sizes, 'n') ** 2 * widthOf(wish),
    begin: plainly((operands, { choice }) => pdist(first(operands), metricOf(choice))),
  },
  ofPairs(
    'cdist in blocks',
    metrics,
    choice => `for await (const { distances } of cdistChunks(a, b, { metric: '${choice}' })) …`,
    sumsInBlocks,
    { results: () => 2 ** 20 },
  ),
  ofPairs(
    'products and angles',
    { label: 'Function', of: Object.keys(products) },
    choice => `${choice}(a, b)`,
    (a, b, choice) => chosen(products, choice)(a, b),
  ),
  {
    name: 'gram',
    room: 'Distances',
    call: () => 'gram(x)',
    sizes: [rows(1000, 5000), columns(128)],
    operands: wish => [matrixOf(wish)],
    results: sizes => of(sizes, 'n') ** 2,
    flops: ({ sizes }) => of(sizes, 'n') ** 2 * of(sizes, 'd'),
    begin: plainly(operands => gram(first(operands))),
  },
  ofPairs(
    'distances without their matrix',
    { label: 'What becomes of them', of: Object.keys(reductions) },
    choice => `pairwiseReduce(a, b, { reduce: '${choice}'${choice === 'countBelow' ? ', threshold: 8' : ''} })`,
    (a, b, choice) => pairwiseReduce(a, b, chosen(reductions, choice)),
    // A row with nobody below in one rounding may have somebody in the other.
    { results: sizes => of(sizes, 'n'), apart: 0.01 },
  ),
  {
    name: 'squareform',
    room: 'Distances',
    call: () => 'squareform(condensed)',
    sizes: [rows(1000, 5000)],
    operands: ({ sizes }) => [[Math.max(1, (of(sizes, 'n') * (of(sizes, 'n') - 1)) / 2)]],
    results: sizes => of(sizes, 'n') ** 2,
    bytes: ({ sizes }) => 6 * of(sizes, 'n') ** 2,
    begin: plainly(operands => squareform(first(operands))),
  },
  {
    name: 'mahalanobisScores',
    room: 'Distances',
    call: () => 'await mahalanobisScores(x)',
    sizes: [rows(10_000, 1e6), columns(20, 200)],
    operands: wish => [matrixOf(wish)],
    results: cells,
    flops: ({ sizes }) => 2 * cells(sizes) * of(sizes, 'd'),
    begin: plainly(async operands => (await mahalanobisScores(first(operands))).scores),
  },
];
