/**
 * Precisions and the bounds of single steps: exact, element-wise, reductions, norms. Those of larger operations are made of them.
 *
 * A *precision* says what arithmetic was at work:
 * - `double`: float64 tensors, doubles throughout;
 * - `rounded`: float32 tensors on a cpu device, doubles inside and one rounding at the end;
 * - `single`: float32 throughout (GPUs, wasm).
 */

export type Precision = 'double' | 'rounded' | 'single';

/** An error may be `absolute + relative · |expected|`. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** One rounding to the nearest number: half a unit in the last place, relative to the value. */
export const ROUNDING: { readonly float32: number; readonly float64: number } = {
  float32: 2 ** -24,
  float64: 2 ** -53,
};

/** Below it float32 numbers are subnormal, and GPUs may flush those to zero. */
export const SMALLEST_NORMAL: number = 2 ** -126;

/** One unit in the last place of a float32, at most, relative to the value: WGSL's accuracy table counts in these. */
const ULP = 2 ** -23;

/** The precision that a tensor's arithmetic has. */
export function precisionOf(tensor: { readonly dtype: string; readonly device: { readonly kind: string } }): Precision {
  if (tensor.dtype === 'float64') return 'double';
  return tensor.device.kind === 'cpu' ? 'rounded' : 'single';
}

/** Equal numbers (NaN equals NaN, 0 equals −0). */
export const exact: Tolerance = { relative: 0, absolute: 0 };

/** Errors of steps that follow each other. */
export const plus = (...steps: readonly Tolerance[]): Tolerance => ({
  relative: steps.reduce((sum, step) => sum + step.relative, 0),
  absolute: steps.reduce((sum, step) => sum + step.absolute, 0),
});

/** What rounding double inputs to float32 does to a result that grows in proportion to them. */
export const inputRounding = (precision: Precision): Tolerance => ({
  relative: precision === 'double' ? 0 : ROUNDING.float32,
  absolute: precision === 'double' ? 0 : SMALLEST_NORMAL,
});

export type ElementwiseOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'neg'
  | 'abs'
  | 'square'
  | 'sqrt'
  | 'exp'
  | 'log'
  | 'clip'
  | 'where';

/** ULPs that WGSL allows; sqrt is 1/inverseSqrt there (2 + 2.5). Copies and signs are exact. */
const WGSL_ULPS: Record<Exclude<ElementwiseOp, 'exp' | 'log'>, number> = {
  add: 1,
  sub: 1,
  mul: 1,
  div: 2.5,
  neg: 0,
  abs: 0,
  square: 1,
  sqrt: 4.5,
  clip: 0,
  where: 0,
};

/** One element-wise operation. `argument` is the largest |x| that goes into an `exp`: its error grows with it. */
export function elementwise(op: ElementwiseOp, precision: Precision, argument = 0): Tolerance {
  if (op === 'neg' || op === 'abs' || op === 'clip' || op === 'where') return exact;
  // Doubles: V8's exp and log are within an ulp or two of numpy's.
  if (precision === 'double') return { relative: 4 * ROUNDING.float64, absolute: 0 };
  if (precision === 'rounded') return { relative: ROUNDING.float32 * (1 + 2 ** -20), absolute: SMALLEST_NORMAL };
  if (op === 'exp') return { relative: (3 + 2 * argument) * ULP, absolute: SMALLEST_NORMAL };
  if (op === 'log') return { relative: 3 * ULP, absolute: 2 ** -21 };
  return { relative: WGSL_ULPS[op] * ULP, absolute: SMALLEST_NORMAL };
}

/**
 * Roundings that a blocked pairwise float32 sum of n terms may collect: log2(n), but never less than ten, since short
 * sums are serial and a WGSL square root alone may be wrong by nine.
 */
export const roundings = (n: number): number => Math.max(Math.log2(Math.max(n, 1)), 10);

/**
 * A sum (or mean) of n terms. Terms of both signs cancel, so the error is measured against Σ|terms|, which the caller
 * gives as `magnitude` (of the mean: Σ|terms| / n).
 */
export function reduction(n: number, precision: Precision, magnitude: number): Tolerance {
  const size = Number.isFinite(magnitude) ? magnitude : 0;
  if (precision === 'double') return { relative: 0, absolute: (n + 4) * ROUNDING.float64 * size };
  if (precision === 'rounded')
    return { relative: ROUNDING.float32, absolute: (n + 4) * ROUNDING.float64 * size + SMALLEST_NORMAL };
  return { relative: 0, absolute: roundings(n) * ROUNDING.float32 * size + SMALLEST_NORMAL };
}

export type NormOrd = number | 'fro' | undefined;

/**
 * A p-norm of n elements, relative to the norm itself.
 *
 * float32 throughout: p = 0 and ±∞ are exact; p = 1 and 2 are within 2⁻²⁴·log₂(n) (and not less than ten roundings);
 * any other |p| ≥ ½ within 2⁻²²·(4 + log₂(n)/|p|): the exp2 and log2 of WGSL at both ends, and a sum of n terms
 * whose error the root divides by p.
 */
export function norm(n: number, ord: NormOrd, precision: Precision): Tolerance {
  const p = ord === undefined || ord === 'fro' ? 2 : ord;
  if (p === Infinity || p === -Infinity) return exact;
  if (p === 0) return exact;
  // The reference's own power of a large number is good to about |ln x| roundings: 64 covers 1e±30.
  const doubles = (2 * n + 64) * ROUNDING.float64;
  if (precision === 'double') return { relative: doubles, absolute: 0 };
  if (precision === 'rounded') return { relative: ROUNDING.float32 + doubles, absolute: SMALLEST_NORMAL };
  const relative =
    p === 1 || p === 2 ? roundings(n) * ROUNDING.float32 : (4 + Math.log2(Math.max(n, 1)) / Math.abs(p)) * 2 ** -22;
  return { relative, absolute: SMALLEST_NORMAL };
}

/** x / ‖x‖: the norm's error, and a division. */
export const normalized = (n: number, ord: NormOrd, precision: Precision): Tolerance =>
  plus(norm(n, ord, precision), elementwise('div', precision));

/**
 * What `norm(x, { ord, axis })` may be off by, for x of this shape. A matrix's 1-norm and the like are the largest of sums
 * of absolute values, and so as good as each sum.
 */
export function normOf(
  shape: readonly number[],
  { ord, axis }: { readonly ord?: NormOrd; readonly axis?: number | readonly number[] | undefined },
  precision: Precision,
): Tolerance {
  const axes = axis === undefined ? shape.map((_, k) => k) : [axis].flat();
  const terms = axes.reduce((product, one) => product * (shape.at(one) ?? 1), 1);
  const ofSums = axes.length === 2 && ord !== undefined && ord !== 'fro';
  return norm(terms, ofSums ? 1 : ord, precision);
}

/** An identity between several results, each within its own bound: the bounds add up. */
export const identity = (parts: readonly Tolerance[]): Tolerance => plus(...parts);

/** What an iteration stops at. */
export const iterative = (tol: number): Tolerance => ({ relative: tol, absolute: tol });
