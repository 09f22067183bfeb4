/** Bounds of coordinate descent on Gram matrices, whose columns have lengths and whose target has a size of about 1. */
import { ROUNDING, type Precision, type Tolerance } from './steps.ts';

/**
 * How far the optimality conditions may be missed where sweeps go on until they move nothing but roundings (2⁻²², in doubles 2⁻⁵⁰): some
 * forty such moves of others are left behind each coefficient, those of doubles among them.
 */
export const STATIONARY: Readonly<Record<Precision, number>> = { double: 1e-11, rounded: 1e-5, single: 1e-5 };

/** A coefficient, where the least eigenvalue of the Gram matrix is not below a tenth: ten times what the conditions are missed by. */
export const descent = (precision: Precision): Tolerance => ({ relative: 0, absolute: 10 * STATIONARY[precision] });

/**
 * Errors of folds beside a reference whose problems are solved to the last digit, where ours move by roundings: coefficients may be off by
 * some hundred of them along what the rows that they are fitted to hardly tell apart, and errors by twice that.
 */
export const foldError = (precision: Precision): Tolerance => ({
  relative: precision === 'single' ? 1e-4 : 1e-6,
  absolute: 0,
});

/** The same where both sides end at scikit-learn's default, a dual gap of 1e-4·‖y‖², which digits of the error may differ by: ten times that. */
export const LOOSE_FOLD_ERROR: Tolerance = { relative: 1e-3, absolute: 0 };

/**
 * A coefficient of a model that was fitted in doubles to a gap of 1e-10, in units in which its column is of size 1: what the issue asks
 * for, and rounded to float32 where the device has no doubles.
 */
export const fitted = (precision: Precision): Tolerance => ({
  relative: precision === 'double' ? 0 : ROUNDING.float32,
  absolute: precision === 'double' ? 1e-6 : 2e-6,
});

/** A squared error of one row, of which the largest is `largest`: it may be near 0, and is as far off as its root times that of others. */
export const leftOut = (precision: Precision, largest: number): Tolerance => ({
  relative: foldError(precision).relative,
  absolute: (precision === 'single' ? 2e-5 : 1e-10) * largest,
});
