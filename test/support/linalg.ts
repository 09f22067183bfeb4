/** The golden cases of linear algebra, matrices to factor, and how factors are judged: what its specs share. */
import type { Tensor } from '../../src/index.ts';
import golden from '../golden/linalg.json';
import { grid, sizeOf, type Grid } from '../oracle/grid.ts';
import { factored, precisionOf } from '../tolerance.ts';
import type { Findings } from './expect.ts';
import { namedInput, type GoldenArray, type GoldenOutcome } from './golden.ts';
import { Random } from './random.ts';
import { gridOf } from './tensors.ts';

interface GoldenCase {
  readonly op: string;
  readonly x: readonly string[];
  readonly ddof?: number;
  readonly shrinkage?: number | 'ledoit-wolf';
  readonly expected: GoldenOutcome;
}

export interface LinalgCase {
  readonly label: string;
  readonly operands: readonly Grid[];
  readonly options: { readonly ddof?: number; readonly shrinkage?: number | 'ledoit-wolf' };
  readonly expected: GoldenOutcome;
}

/** One of golden/mahalanobis.json. */
export interface ScoreCase {
  readonly x: string;
  readonly mean?: string;
  readonly covariance?: string;
  readonly quantile?: number;
  readonly ddof?: number;
  readonly shrinkage?: number | 'ledoit-wolf';
  /** Of the covariance, scaled to a diagonal of ones. */
  readonly condition: number;
  readonly scores: GoldenArray;
  readonly threshold: number;
  readonly anomalies: readonly number[];
}

const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;

/** The cases of one operation. */
export function linalgCases(op: string): LinalgCase[] {
  const cases = (golden.cases as unknown as readonly GoldenCase[]).filter(one => one.op === op);
  return cases.map(({ x, ddof, shrinkage, expected }) => {
    const options = { ...(ddof !== undefined && { ddof }), ...(shrinkage !== undefined && { shrinkage }) };
    return {
      label: `${op}(${x.join(', ')}; ${JSON.stringify(options)})`,
      operands: x.map(name => namedInput(inputs, name)),
      options,
      expected,
    };
  });
}

/** The matrices of a stack. */
export function matricesOf(x: Grid): Grid[] {
  const shape = x.shape.slice(-2);
  const size = sizeOf(shape);
  return Array.from({ length: sizeOf(x.shape.slice(0, -2)) }, (_, k) =>
    grid(
      shape,
      Array.from({ length: size }, (__, i) => x.data[k * size + i] ?? NaN),
    ),
  );
}

/** Symmetric, with eigenvalues that spread more the fewer terms it has. */
export function definite(d: number, seed = d, scale = 1): Grid {
  const rows = gridOf([d, d], new Random(seed).normal(d * d));
  const data = timesItself(rows);
  return gridOf(
    [d, d],
    Array.from(data, (value, at) => scale * (value / d + (at % (d + 1) === 0 ? 0.01 : 0))),
  );
}

/** X·Xᵀ */
function timesItself({ shape: [d = 0], data }: Grid): Float64Array {
  const out = new Float64Array(d * d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++)
      for (let k = 0; k < d; k++)
        out[i * d + j] = (out[i * d + j] ?? 0) + (data[i * d + k] ?? NaN) * (data[j * d + k] ?? NaN);
  return out;
}

/** L·Lᵀ beside A, below the diagonal; zeros above it. */
export async function checkFactor(findings: Findings, factor: Tensor, a: Grid, label: string): Promise<void> {
  const d = a.shape.at(-1) ?? 0;
  const actual = grid(a.shape, Float64Array.from(await factor.data()));
  matricesOf(actual).forEach((lower, k) => {
    const own = matricesOf(a)[k]?.data ?? [];
    const back = timesItself(lower);
    const on = (at: number): boolean => at % d <= Math.floor(at / d);
    const size = (at: number): number =>
      Math.sqrt((own[Math.floor(at / d) * (d + 1)] ?? 0) * (own[(at % d) * (d + 1)] ?? 0));
    findings.close(
      Array.from(back, (value, at) => (on(at) ? value : 0)),
      Array.from(own, (value, at) => (on(at) ? value : 0)),
      at => factored(d, precisionOf(factor), size(at)),
      `${label}, matrix ${k}`,
    );
    findings.check(
      Array.from(lower.data).every((value, at) => on(at) || value === 0),
      `${label}, matrix ${k}: zeros above the diagonal`,
    );
  });
}
