/**
 * Singular values made smaller without any singular vector: with the polar decomposition X = W·H, H symmetric with the singular
 * values as its eigenvalues, U·(Σ − τ)₊·Vᵀ = W·(H − τ·I)₊, and (M)₊ = M·(I + sign M)/2 (J.-F. Cai, S. Osher: Fast singular value
 * thresholding without singular value decomposition, 2013). W need not be right where σ < τ: it stays between 0 and 1
 * there, which keeps those eigenvalues of H below τ. All of it is products of matrices.
 */
import { mul, sum } from '../../arith/index.ts';
import { Pace, type LongOptions, type Scope, type Tensor } from '../../tensor/index.ts';
import { factorsAtPace } from '../householder/factor.ts';
import { rowProducts, turned } from '../paced.ts';
import { diagonalOf } from '../views.ts';
import { polarFactor, shifted, stepsOf, symmetrized, type PolarRun } from './polar.ts';

export interface PolarShrunk {
  readonly x: Tensor;
  /** How many singular values were above τ; those that are within `NEAR` of it may be counted either way. */
  readonly rank: number;
}

/**
 * Eigenvalues of H − τ·I this close to 0, in shares of σ₁, are not told from 0: what that changes is less than they are. Each
 * factor of 4 is three more products.
 */
const NEAR = { float32: 2 ** -16, float64: 2 ** -45 } as const;
const nearOf = ({ dtype }: Tensor): number => NEAR[dtype as keyof typeof NEAR];

/** Rows for each column from which a triangular factor is worth its making. */
const TALL = 2.5;

/** Multiplications that `polarShrunk` takes, about, for [m, n] with m ≥ n. */
export function polarCost(a: Tensor, tau: number, bound: number): number {
  const [n = 0, m = 0] = a.shape.toSorted((x, y) => x - y);
  const rows = m >= TALL * n ? n : m;
  const steps = (least: number): number => stepsOf(a, least).length;
  const polar = steps(Math.max(tau / bound, nearOf(a))) * (2 * rows + n);
  const sign = steps(nearOf(a)) * 3 * n;
  return (polar + sign + 3 * rows) * n * n + (rows < m ? 4 * m * n * n : 0);
}

/** A matrix [m, n], m ≥ n, in the device's own float with its singular values lowered by τ > 0; none is above `bound`. */
export async function polarShrunk(
  a: Tensor,
  tau: number,
  bound: number,
  { signal, onProgress }: LongOptions,
  op: string,
  scope: Scope,
): Promise<PolarShrunk> {
  const [m = 0, n = 0] = a.shape;
  const pace = new Pace(op, signal);
  const runOf = (stage: string): PolarRun => ({
    op,
    pace,
    onStep: (done, total) => onProgress?.({ stage, done, total }),
  });
  const { q, r } = m >= TALL * n ? await factorsAtPace(a, 'reduced', op, scope, pace) : { r: a };
  const x = scope.keep(mul(r, 1 / bound));
  const near = nearOf(x);
  const t = tau / bound;
  const w = await polarFactor(x, Math.max(0.99 * t, near), false, runOf('polar'), scope);
  const h = symmetrized(await rowProducts(turned(w, op, scope), turned(x, op, scope), op, scope, pace), scope);
  const rest = shifted(h, -t, op, scope);
  const scaled = scope.keep(mul(rest, 1 / Math.max(t, 1 - t)));
  const sign = await polarFactor(scaled, near, true, runOf('sign'), scope);
  // Both are symmetric, so that rows are columns.
  const projector = shifted(scope.keep(mul(sign, 0.5)), 0.5, op, scope);
  const trace = scope.keep(sum(scope.keep(diagonalOf(projector, op))));
  const positive = symmetrized(await rowProducts(rest, projector, op, scope, pace), scope);
  const small = scope.keep(mul(await rowProducts(w, positive, op, scope, pace), bound));
  const whole = q ? await rowProducts(q, turned(small, op, scope), op, scope, pace) : small;
  return { x: whole, rank: Math.round(await trace.item()) };
}
