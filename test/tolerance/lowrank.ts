/** Bounds of sketches, robust components and completed matrices. */
import { type Precision, type Tolerance } from './steps.ts';

/** How many times the least error (Eckart and Young's) that of a sketch with scikit-learn's defaults may be. */
export const SKETCHED = 1.01;

/** How far from orthonormal a basis that products are enough for may be, where the columns were well apart. */
export const CONDITIONED = 0.05;

/**
 * How far off the part of low rank may be, in shares of its Frobenius norm, that robust principal components find of a matrix with
 * gross errors, at the sizes of the paper: ten times the residual that an iteration ends at, for doubles and for float32.
 */
export const SEPARATED: Readonly<Record<Precision, number>> = { double: 1e-6, rounded: 1e-6, single: 2e-5 };

/**
 * The same beside the minimum or another program's iterates, for an iteration that ends at residuals and changes of `tol` times ‖D‖_F:
 * what is left of the way is some ten times the last step, as long as steps shrink by a tenth at least. Both may be as far off, and it
 * is measured in ‖L‖_F, of which ‖D‖_F is half as much again: 30.
 */
export const separated = (tol: number, precision: Precision): number =>
  30 * Math.max(tol, precision === 'single' ? 2 ** -22 : 0);

/**
 * An element of a completed matrix after as many steps as a reference took, or at the same minimum, in shares of ‖X‖_F: what some
 * hundred steps are rounded by, and what is left of the way where both stop short of the end.
 */
export const completed = (precision: Precision, length: number): Tolerance => ({
  relative: 0,
  absolute: (precision === 'single' ? 2e-5 : 1e-9) * length,
});

/**
 * ‖X − X₀‖_F / ‖X₀‖_F of singular value thresholding whose subspace is multiplied once a step, beside one with whole decompositions:
 * the subspace lags by a step or two, in which X moves by some thousandths.
 */
export const FOLLOWED = 1e-3;

/** ‖X − M‖_F / ‖M‖_F of a matrix of low rank that least squares found again. */
export const RECOVERED = 1e-5;

/**
 * The problems of the paper on singular value thresholding, for n = 1000: rank, how many times as many entries are seen as there are degrees
 * of freedom, the iterations that the paper has, how far the mean of five other problems may be from that, and the relative error of each.
 */
export const BY_SVT: readonly {
  readonly rank: number;
  readonly times: number;
  readonly iterations: number;
  readonly within: number;
  readonly error: number;
}[] = [
  { rank: 10, times: 6, iterations: 117, within: 3, error: 1.7e-4 },
  { rank: 50, times: 4, iterations: 114, within: 3, error: 1.7e-4 },
  { rank: 100, times: 3, iterations: 129, within: 4, error: 1.8e-4 },
];
