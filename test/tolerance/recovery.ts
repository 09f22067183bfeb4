/** Bounds of transforms and of sparse vectors that were recovered. */
import { ROUNDING, roundings, SMALLEST_NORMAL, type Precision, type Tolerance } from './steps.ts';

/**
 * An element of an orthonormal transform of n numbers, where `length` is ‖x‖: up to three sums one after the other, each of terms that
 * are √2·‖x‖ together at most, with factors that are rounded.
 */
export const orthonormal = (n: number, precision: Precision, length: number): Tolerance => ({
  relative: precision === 'rounded' ? ROUNDING.float32 : 0,
  absolute:
    3 *
      Math.SQRT2 *
      length *
      (precision === 'single' ? (roundings(n) + 4) * ROUNDING.float32 : (n + 8) * ROUNDING.float64) +
    (precision === 'double' ? 0 : SMALLEST_NORMAL),
});

/**
 * ‖x − x*‖ / ‖x*‖ of a sparse vector beside the true one: what regressions promise of coefficients. Iterations end at steps of 1e-10 and
 * 2.5e-7 (where y is float32) times ‖x‖, some hundred times closer, as long as steps shrink by a hundredth at least.
 */
export const RECOVERED_SPARSE: Readonly<Record<Precision, number>> = { double: 1e-6, rounded: 1e-4, single: 1e-4 };

/** The mark of compressed sensing, for spikes out of a quarter of the samples. */
export const SPIKES = 1e-5;
