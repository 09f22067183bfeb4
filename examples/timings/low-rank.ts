/** Low rank: approximations, components, thresholds on singular values, matrices with holes, and with what does not belong in them. */
import {
  completeMatrix,
  hardThresholdSingularValues,
  lowRank,
  norm,
  pca,
  robustPca,
  shrinkSingularValues,
  stablePca,
  type CompleteMatrixOptions,
  type Tensor,
} from 'unitball';
import {
  cells,
  chosen,
  columns,
  first,
  makeLowRank,
  matrixOf,
  numbersIn,
  of,
  only,
  plainly,
  rows,
  type Company,
  type Op,
  type Wish,
} from './op.ts';

const rankOf = ({ sizes }: Wish): number => Math.min(of(sizes, 'k'), of(sizes, 'n'), of(sizes, 'd'));
const rank = { letter: 'k', label: 'rank', start: 10, most: 50 } as const;
/** What the SVD of a matrix takes. */
const svdFlops = ({ sizes }: Wish): number => 22 * cells(sizes) * Math.min(of(sizes, 'n'), of(sizes, 'd'));

/** Lengths of columns, in place of a matrix that nobody wants. */
function lengthsOf(x: Tensor, ...others: readonly (Tensor | undefined)[]): Tensor {
  const lengths = norm(x, { axis: 0 });
  only(x, ...others).dispose();
  return lengths;
}

const methods: Readonly<Record<string, { readonly call: string; readonly options: CompleteMatrixOptions }>> = {
  als: { call: 'rank: 3', options: { method: 'als', rank: 3 } },
  svt: { call: "method: 'svt'", options: { method: 'svt' } },
  'soft-impute': { call: "method: 'soft-impute'", options: { method: 'soft-impute' } },
  'hard-impute': { call: "method: 'hard-impute', rank: 3", options: { method: 'hard-impute', rank: 3 } },
  proximal: { call: "method: 'proximal', tau: 1", options: { method: 'proximal', tau: 1 } },
};

type Separate = (d: Tensor, company: Company) => ReturnType<typeof robustPca>;

const separations: Readonly<Record<string, { readonly call: string; readonly run: Separate }>> = {
  robustPca: { call: 'await robustPca(d)', run: (d, company) => robustPca(d, company) },
  stablePca: {
    call: 'await stablePca(d, { deviation: 0.01 })',
    run: (d, company) => stablePca(d, { deviation: 0.01, ...company }),
  },
};

/** Rank 3, and every twentieth number off by up to 10. */
function spoil(values: Float32Array, { sizes }: Wish): void {
  const spikes = values.map((value, k) => (k % 20 === (k >> 8) % 20 ? 10 * value : 0));
  makeLowRank(values, of(sizes, 'n'), of(sizes, 'd'));
  spikes.forEach((spike, k) => (values[k] = (values[k] ?? 0) + spike));
}

/** Rank 3, of which seven in ten are seen. */
function hide(values: Float32Array, { sizes }: Wish): void {
  const hidden = values.map(value => Number(value < -0.4));
  makeLowRank(values, of(sizes, 'n'), of(sizes, 'd'));
  hidden.forEach((is, k) => is && (values[k] = NaN));
}

export const lowRanks: readonly Op[] = [
  {
    name: 'shrinkSingularValues',
    room: 'Low rank',
    call: () => 'await shrinkSingularValues(a, tau, { values: false })',
    sizes: [rows(200, 2000), columns(100, 1000)],
    operands: wish => [matrixOf(wish)],
    results: cells,
    flops: svdFlops,
    begin: plainly(async (operands, { sizes }, company) => {
      // About half of the largest.
      const tau = 0.3 * (Math.sqrt(of(sizes, 'n')) + Math.sqrt(of(sizes, 'd')));
      const { x } = await shrinkSingularValues(first(operands), tau, { values: false, ...company });
      return lengthsOf(x);
    }),
  },
  {
    name: 'hardThresholdSingularValues',
    room: 'Low rank',
    call: () => 'await hardThresholdSingularValues(a, { rank })',
    sizes: [rows(200, 2000), columns(100, 1000), rank],
    operands: wish => [matrixOf(wish)],
    results: cells,
    flops: svdFlops,
    begin: plainly(async (operands, wish, company) => {
      const { x, s } = await hardThresholdSingularValues(first(operands), { rank: rankOf(wish), ...company });
      return only(s, x);
    }),
  },
  {
    name: 'lowRank',
    room: 'Low rank',
    call: () => 'await lowRank(a, { rank })',
    sizes: [rows(1000, 2e4), columns(300, 2000), rank],
    operands: wish => [matrixOf(wish)],
    flops: ({ sizes }) => 32 * cells(sizes) * (of(sizes, 'k') + 10),
    begin: plainly(async (operands, wish, company) => {
      const { u, s, vt } = await lowRank(first(operands), { rank: rankOf(wish), ...company });
      return only(s, u, vt);
    }),
  },
  {
    name: 'pca',
    room: 'Low rank',
    call: () => 'await pca(x, { components })',
    sizes: [rows(1000, 2e4), columns(100, 2000), { ...rank, label: 'components' }],
    operands: wish => [matrixOf(wish)],
    flops: ({ sizes }) => 32 * cells(sizes) * (of(sizes, 'k') + 10),
    begin: plainly(async (operands, wish, company) => {
      const found = await pca(first(operands), { components: rankOf(wish), ...company });
      return numbersIn(found.explainedVariance, found);
    }),
  },
  {
    name: 'completeMatrix',
    room: 'Low rank',
    choice: { label: 'Method', of: Object.keys(methods) },
    call: choice => `await completeMatrix(observed, undefined, { ${chosen(methods, choice).call} })`,
    sizes: [rows(200, 2000), columns(200, 2000)],
    operands: wish => [matrixOf(wish)],
    prepare: ([x], wish) => x && hide(x, wish),
    results: cells,
    apart: 0.02,
    begin: plainly(async (operands, { choice }, company) => {
      const found = await completeMatrix(first(operands), undefined, {
        ...chosen(methods, choice).options,
        ...company,
      });
      const lengths = lengthsOf(found.approximation());
      found.dispose();
      return lengths;
    }),
  },
  {
    name: 'robust components',
    room: 'Low rank',
    choice: { label: 'Function', of: Object.keys(separations) },
    call: choice => chosen(separations, choice).call,
    sizes: [rows(200, 2000), columns(200, 2000)],
    operands: wish => [matrixOf(wish)],
    prepare: ([x], wish) => x && spoil(x, wish),
    results: sizes => 2 * cells(sizes),
    apart: 0.01,
    begin: plainly(async (operands, { choice }, company) => {
      const found = await chosen(separations, choice).run(first(operands), company);
      return lengthsOf(found.lowRank, found.sparse);
    }),
  },
];
