/** Linear algebra: products, systems, factorisations, and what they tell of a matrix. */
import {
  cholesky,
  cond,
  covariance,
  det,
  eigh,
  eigvalsh,
  inv,
  lstsq,
  matmul,
  matrixRank,
  norm,
  pinv,
  qr,
  randomizedSvd,
  slogdet,
  solve,
  solveTriangular,
  svd,
  svdvals,
  type Tensor,
} from 'unitball';
import {
  cells,
  chosen,
  columns,
  first,
  makeDefinite,
  matrixOf,
  of,
  only,
  order,
  plainly,
  rows,
  second,
  type Company,
  type Op,
  type Sizes,
  type Wish,
} from './op.ts';

const square = ({ sizes }: Wish): readonly number[] => [of(sizes, 'n'), of(sizes, 'n')];
const squared = (sizes: Sizes): number => of(sizes, 'n') ** 2;

type Run = (a: Tensor, company: Company, choice: string) => Tensor | Promise<Tensor>;

/** A square matrix, in multiples of n³ operations. */
const ofSquare = (
  name: string,
  call: string | Op['call'],
  times: number,
  start: number,
  run: Run,
  more: Partial<Op> = {},
): Op => ({
  name,
  room: 'Linear algebra',
  call: typeof call === 'string' ? () => call : call,
  sizes: [order(start, 2000)],
  operands: wish => [square(wish)],
  results: squared,
  flops: ({ sizes }) => times * of(sizes, 'n') ** 3,
  begin: plainly((operands, { choice }, company) => run(first(operands), company, choice)),
  ...more,
});

const definite: Partial<Op> = {
  prepare: ([a], { sizes }) => a && makeDefinite(a, of(sizes, 'n')),
};

const inverses: Readonly<Record<string, { readonly call: string; readonly run: Run }>> = {
  inv: { call: 'inv(a)', run: a => inv(a) },
  pinv: { call: 'await pinv(a)', run: (a, company) => pinv(a, company) },
};
const figures: Readonly<Record<string, { readonly call: string; readonly run: Run }>> = {
  slogdet: {
    call: 'slogdet(a)',
    run: a => {
      const { logabsdet, sign } = slogdet(a);
      return only(logabsdet, sign);
    },
  },
  det: { call: 'det(a)', run: a => det(a) },
  cond: { call: 'await cond(a)', run: (a, company) => cond(a, 2, company) },
  matrixRank: { call: 'await matrixRank(a)', run: (a, company) => matrixRank(a, company) },
};
const systems: Readonly<Record<string, { readonly call: string; readonly run: (a: Tensor, b: Tensor) => Tensor }>> = {
  solve: { call: 'solve(a, b)', run: (a, b) => solve(a, b) },
  'solve, definite': { call: "solve(a, b, { assume: 'pos' })", run: (a, b) => solve(a, b, { assume: 'pos' }) },
  solveTriangular: { call: 'solveTriangular(a, b)', run: (a, b) => solveTriangular(a, b) },
};

export const linearAlgebra: readonly Op[] = [
  ofSquare('matmul', 'matmul(a, b)', 2, 500, a => a, {
    operands: wish => [square(wish), square(wish)],
    begin: plainly(operands => matmul(first(operands), second(operands))),
  }),
  {
    name: 'systems',
    room: 'Linear algebra',
    choice: { label: 'Function', of: Object.keys(systems) },
    call: choice => chosen(systems, choice).call,
    sizes: [order(500, 2000)],
    operands: wish => [square(wish), [of(wish.sizes, 'n')]],
    ...definite,
    flops: ({ sizes, choice }) =>
      choice === 'solveTriangular' ? squared(sizes) : (choice === 'solve' ? 2 / 3 : 1 / 3) * of(sizes, 'n') ** 3,
    begin: plainly((operands, { choice }) => chosen(systems, choice).run(first(operands), second(operands))),
  },
  ofSquare(
    'inverses',
    choice => chosen(inverses, choice).call,
    2,
    300,
    (a, company, choice) => chosen(inverses, choice).run(a, company, choice),
    {
      ...definite,
      choice: { label: 'Function', of: Object.keys(inverses) },
    },
  ),
  ofSquare(
    'numbers of a matrix',
    choice => chosen(figures, choice).call,
    2 / 3,
    150,
    (a, company, choice) => chosen(figures, choice).run(a, company, choice),
    {
      ...definite,
      choice: { label: 'Function', of: Object.keys(figures) },
      results: () => 1,
    },
  ),
  ofSquare('cholesky', 'cholesky(a)', 1 / 3, 500, a => cholesky(a), definite),
  ofSquare('qr', 'qr(a)', 4 / 3, 300, a => {
    const { q, r } = qr(a);
    q.dispose();
    // Signs are a matter of taste: lengths of columns are those of A.
    const lengths = norm(r, { axis: 0 });
    r.dispose();
    return lengths;
  }),
  ofSquare('svd', 'await svd(a)', 22, 150, async (a, company) => {
    const { u, s, vt } = await svd(a, company);
    return only(s, u, vt);
  }),
  ofSquare('svdvals', 'await svdvals(a)', 8 / 3, 150, (a, company) => svdvals(a, company)),
  ofSquare(
    'eigh',
    choice => `await ${choice}(a)`,
    9,
    150,
    async (a, company, choice) => {
      if (choice === 'eigvalsh') return eigvalsh(a, company);
      const { eigenvalues, eigenvectors } = await eigh(a, company);
      return only(eigenvalues, eigenvectors);
    },
    { ...definite, choice: { label: 'Function', of: ['eigh', 'eigvalsh'] } },
  ),
  {
    name: 'lstsq',
    room: 'Linear algebra',
    call: () => 'await lstsq(a, b)',
    sizes: [rows(2000, 1e5), columns(50, 500)],
    operands: wish => [matrixOf(wish), [of(wish.sizes, 'n')]],
    flops: ({ sizes }) => 2 * cells(sizes) * of(sizes, 'd'),
    begin: plainly(async operands => {
      const { x, residuals, s } = await lstsq(first(operands), second(operands));
      return only(x, residuals, s);
    }),
  },
  {
    name: 'covariance',
    room: 'Linear algebra',
    call: () => 'covariance(x)',
    sizes: [rows(10_000, 1e6), columns(100, 2000)],
    operands: wish => [matrixOf(wish)],
    results: sizes => of(sizes, 'd') ** 2,
    flops: ({ sizes }) => cells(sizes) * of(sizes, 'd'),
    begin: plainly(operands => covariance(first(operands))),
  },
  {
    name: 'randomizedSvd',
    room: 'Linear algebra',
    call: () => 'await randomizedSvd(a, { rank })',
    sizes: [rows(2000, 2e4), columns(300, 2000), { letter: 'k', label: 'rank', start: 10, most: 50 }],
    operands: wish => [matrixOf(wish)],
    // Sixteen products with some columns more than the rank.
    flops: ({ sizes }) => 32 * cells(sizes) * (of(sizes, 'k') + 10),
    begin: plainly(async (operands, { sizes }, company) => {
      const rank = Math.min(of(sizes, 'k'), of(sizes, 'n'), of(sizes, 'd'));
      const { u, s, vt } = await randomizedSvd(first(operands), { rank, seed: 0, ...company });
      return only(s, u, vt);
    }),
  },
];
