/** Bounds of proximal operators and projections. */
import { elementwise, norm, plus, ROUNDING, SMALLEST_NORMAL, type Precision, type Tolerance } from './steps.ts';

const epsilon = (precision: Precision): number => (precision === 'single' ? ROUNDING.float32 : ROUNDING.float64);
const rounded = (precision: Precision): Tolerance =>
  precision === 'double' ? { relative: 0, absolute: 0 } : { relative: 2 * ROUNDING.float32, absolute: SMALLEST_NORMAL };

/** An element of size `magnitude` that is divided, multiplied and made smaller: what is left of it may be much smaller. */
export const thresholdedElement = (precision: Precision, magnitude: number): Tolerance =>
  plus(rounded(precision), elementwise('div', precision), {
    relative: 0,
    absolute: 8 * epsilon(precision) * magnitude,
  });

/** The same of an element of a group of n, whose length comes into it. */
export const thresholdedGroup = (n: number, precision: Precision, magnitude: number): Tolerance => ({
  relative: 0,
  absolute:
    (norm(n, 2, precision).relative + elementwise('div', precision).relative + 4 * epsilon(precision)) * magnitude +
    SMALLEST_NORMAL,
});

/** Roundings of a sum of sums of 32, 32 of those in one, by one lane: and a few around it. */
const chain = (n: number): number => 72 + n / 1024;

/**
 * An element of a projection onto a simplex or a 1-norm ball of radius r: the root is off by what the sum is, shared among its terms,
 * so that r bounds it all. In doubles numbers are measured from the largest one, `peak`, which costs a rounding of that.
 */
export function projectedElement(n: number, precision: Precision, radius: number, peak = 0): Tolerance {
  const own = rounded(precision);
  const terms = precision === 'single' ? chain(n) * ROUNDING.float32 : (n + 64) * ROUNDING.float64;
  return { relative: own.relative, absolute: own.absolute + terms * radius + 4 * ROUNDING.float64 * peak };
}

/** How far the sum of such a projection may be from r, in doubles: the rounding of its terms, and of the sums that found it. */
export function projectedSum(n: number, precision: Precision, radius: number): Tolerance {
  const terms = precision === 'single' ? chain(n) : precision === 'rounded' ? 2 : 0;
  return { relative: 0, absolute: (terms * ROUNDING.float32 + (n + 64) * ROUNDING.float64) * radius };
}

/** x·r/‖x‖ of n elements. */
export const projectedOntoSphere = (n: number, precision: Precision): Tolerance =>
  plus(norm(n, 2, precision), elementwise('div', precision), elementwise('mul', precision));
