/** Chains of problems for the descend primitive: designs of columns that have something in common, and the primitive at work on them. */
import type { Primitive } from '../../src/device/index.ts';
import { descendPrimitive, type DescendPlan } from '../../src/regression/gram/descend.ts';
import { launch, emptyTensor } from '../../src/tensor/index.ts';
import type { Device } from '../../src/index.ts';
import type { GramCase } from '../oracle/gram-descent.ts';
import { Random } from './random.ts';

export interface Chains {
  readonly p: number;
  readonly grams: readonly Float64Array[];
  /** Of each chain. */
  readonly which: readonly number[];
  readonly q: readonly Float64Array[];
  readonly squares: readonly number[];
  readonly lambdas: readonly (readonly (readonly [number, number])[])[];
  readonly positive: boolean;
}

/** XᵀX, Xᵀy and yᵀy. */
export interface Normal {
  readonly gram: Float64Array;
  readonly q: Float64Array;
  readonly square: number;
}

/** Those of `n` rows whose columns have correlation `rho`, in units that make the columns' lengths about 1; rounded to float32. */
export function gramOf(p: number, n: number, rho: number, seed: number): Normal {
  const random = new Random(seed);
  const common = random.normal(n);
  const columns = Array.from({ length: p }, () => {
    const own = random.normal(n);
    return own.map((value, i) => (Math.sqrt(rho) * (common[i] ?? NaN) + Math.sqrt(1 - rho) * value) / Math.sqrt(n));
  });
  const y = random.normal(n, 0.3 / Math.sqrt(n));
  columns
    .slice(0, 5)
    .forEach((column, j) => column.forEach((value, i) => (y[i] = (y[i] ?? NaN) + value * (j % 2 ? -1 : 1))));
  const product = (a: Float32Array, b: Float32Array): number =>
    Math.fround(a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0));
  return {
    gram: Float64Array.from({ length: p * p }, (_, at) =>
      product(columns[Math.floor(at / p)] ?? y, columns[at % p] ?? y),
    ),
    q: Float64Array.from(columns, column => product(column, y)),
    square: product(y, y),
  };
}

/** A path of `steps` from max |q| down to `least` of it, for every Gram matrix and share of λ₁. */
export function chainsOf(
  problems: readonly Normal[],
  {
    steps,
    least,
    ratios,
    positive = false,
  }: { steps: number; least: number; ratios: readonly number[]; positive?: boolean },
): Chains {
  const pairs = problems.flatMap((problem, g) => ratios.map(ratio => ({ problem, g, ratio })));
  return {
    p: problems[0]?.q.length ?? 0,
    grams: problems.map(({ gram }) => gram),
    which: pairs.map(({ g }) => g),
    q: pairs.map(({ problem }) => problem.q),
    squares: pairs.map(({ problem }) => problem.square),
    lambdas: pairs.map(({ problem, ratio }) =>
      Array.from({ length: steps }, (_, k) => {
        const lambda = Math.max(...problem.q.map(Math.abs)) * least ** (k / Math.max(1, steps - 1));
        return [Math.fround(lambda), Math.fround((lambda * (1 - ratio)) / ratio)] as const;
      }),
    ),
    positive,
  };
}

/** One problem as the oracle takes it. */
export const caseOf = ({ p, grams, which, q, lambdas, positive }: Chains, chain: number, step: number): GramCase => {
  const [lambda1, lambda2] = lambdas[chain]?.[step] ?? [NaN, NaN];
  return { p, gram: grams[which[chain] ?? 0] ?? [], q: q[chain] ?? [], lambda1, lambda2, positive };
};

type Limits = Partial<Pick<DescendPlan, 'tolerance' | 'least' | 'maxSweeps'>>;

export const planOf = (chains: Chains, dtype: DescendPlan['dtype'], options: Limits = {}): DescendPlan => ({
  op: 'lassoCV',
  dtype,
  p: chains.p,
  grams: chains.grams.length,
  chains: chains.which.length,
  steps: chains.lambdas[0]?.length ?? 0,
  fromChain: 0,
  toChain: chains.which.length,
  fromStep: 0,
  toStep: chains.lambdas[0]?.length ?? 0,
  positive: chains.positive,
  tolerance: 0,
  least: dtype === 'float64' ? 2 ** -50 : 2 ** -22,
  maxSweeps: 2000,
  ...options,
});

const flat = (lists: readonly ArrayLike<number>[]): number[] => lists.flatMap(list => Array.from(list));

/** The operands in the order of the primitive's reads. */
export const operandsOf = ({ p, grams, which, q, squares, lambdas }: Chains): readonly number[][] => [
  flat(grams),
  q.flatMap((own, chain) => [...own, squares[chain] ?? NaN]),
  [...which],
  lambdas.flat(2),
  which.flatMap(() => Array.from({ length: p }, () => 0)),
];

export interface Descended {
  /** [chains, steps, p] */
  readonly w: ArrayLike<number>;
  /** [chains, steps, 2] */
  readonly went: ArrayLike<number>;
}

/** The primitive on a device, in one call for each of `parts`; or another one of the same operands. */
export async function descendOn(
  device: Device,
  chains: Chains,
  plan: DescendPlan,
  parts: readonly Partial<DescendPlan>[] = [{}],
  primitive: Primitive<DescendPlan> = descendPrimitive,
): Promise<Descended> {
  const { p, dtype } = plan;
  const reads = operandsOf(chains).map((values, k) =>
    device.tensor(values, [values.length], { dtype: k === 2 ? 'uint32' : dtype }),
  );
  const problems = plan.chains * plan.steps;
  const writes = [problems * p, problems * 2].map(length => emptyTensor(device, [length], dtype, 'descend'));
  for (const part of parts) launch('descend', primitive, { ...plan, ...part }, reads, writes);
  const [w = [], went = []] = await Promise.all(writes.map(one => one.data()));
  for (const one of [...reads, ...writes]) one.dispose();
  return { w, went };
}
