/** Bounds of linear models, which are found in doubles on every device and rounded to its float at the end. */
import { ROUNDING, type Precision, type Tolerance } from './steps.ts';

/** A gap, as a share of ‖y‖², at which models are compared with a reference. */
export const TIGHT = 1e-13;

/**
 * A coefficient beside scikit-learn's, times the size of its column and beside the largest of them: 1e-6 is what the library promises,
 * for doubles; others are rounded besides.
 */
export const coefficient = (precision: Precision, largest: number): Tolerance => ({
  relative: precision === 'double' ? 0 : 2 * ROUNDING.float32,
  absolute: 1e-6 * largest,
});

/**
 * How far the optimality conditions may be missed, beside ‖xⱼ‖·‖y‖: a step along a coordinate with the derivative d gains d²/(2·‖xⱼ‖²),
 * which is no more than the gap, tol·‖y‖². Rounded coefficients of p columns add a rounding each.
 */
export const missed = (precision: Precision, tol: number, p: number): number =>
  Math.sqrt(2 * tol) + 8 * p * (precision === 'double' ? ROUNDING.float64 : ROUNDING.float32);

/** Solutions of normal equations in doubles beside another way to the same, with a condition number up to 1e4. */
export const equations = (precision: Precision, largest: number): Tolerance => ({
  relative: precision === 'double' ? 0 : 2 * ROUNDING.float32,
  absolute: 1e-10 * largest,
});

/** Numbers found on the host, in doubles, beside those of another program: α, criteria, gaps. */
export const HOST: Tolerance = { relative: 1e-9, absolute: 0 };

/** Predictions beside doubles: a product of p terms, of numbers as large as `size` in sum. */
export const prediction = (precision: Precision, p: number, size: number): Tolerance => ({
  relative: 0,
  absolute: (p + 4) * size * 2 * (precision === 'double' ? ROUNDING.float64 : ROUNDING.float32),
});

/** A probability by logits of some ten, which coefficients within 1e-6 of the largest change, beside scikit-learn's. */
export const PROBABILITY: Readonly<Record<Precision, Tolerance>> = {
  double: { relative: 0, absolute: 1e-6 },
  rounded: { relative: 0, absolute: 1e-6 },
  single: { relative: 0, absolute: 1e-5 },
};
