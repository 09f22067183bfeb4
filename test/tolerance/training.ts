/** Bounds of losses, and of parameters after some steps. */
import { elementwise, plus, reduction, ROUNDING, SMALLEST_NORMAL, type Precision, type Tolerance } from './steps.ts';

const rounded = (precision: Precision): number => (precision === 'double' ? ROUNDING.float64 : ROUNDING.float32);

/** A loss or a slope of one element, from a difference of numbers up to `magnitude`: some roundings, the first of the difference. */
export const lossElement = (precision: Precision, magnitude: number): Tolerance => ({
  relative: 8 * rounded(precision),
  absolute: 4 * rounded(precision) * magnitude + SMALLEST_NORMAL,
});

/** A mean or a sum of n losses that add up to `total`, or a slope divided by such a sum. */
export const lossOfMany = (n: number, precision: Precision, magnitude: number, total: number): Tolerance =>
  plus(lossElement(precision, magnitude), reduction(n, precision, total), elementwise('div', precision), {
    relative: 16 * rounded(precision),
    absolute: 0,
  });

/**
 * A parameter after `steps` steps of length `length`: each rounds the parameter, and its own length some times over. The root of a mean
 * square is good to a few units in the last place.
 */
export const stepped = (steps: number, precision: Precision, magnitude: number, length: number): Tolerance => ({
  relative: 0,
  absolute: steps * rounded(precision) * (2 * magnitude + 24 * length) + SMALLEST_NORMAL,
});

/** What power iteration is off by after `steps` steps, in shares of σ: (σ₂/σ₁)² a step there and back. */
export const followed = (ratio: number, steps: number, precision: Precision): number =>
  ratio ** (4 * steps) + 64 * rounded(precision);
