/** Bounds of coordinate descent on Gram matrices, whose columns have lengths and whose target has a size of about 1. */
import type { Precision, Tolerance } from './steps.ts';

/**
 * How far the optimality conditions may be missed: a sweep that moved nothing by more than 1e-6 (1e-12 in doubles), the least that specs
 * ask for, leaves some ten such moves of others behind each coefficient.
 */
export const STATIONARY: Readonly<Record<Precision, number>> = { double: 1e-11, rounded: 1e-5, single: 1e-5 };

/** A coefficient, where the least eigenvalue of the Gram matrix is not below a tenth: ten times what the conditions are missed by. */
export const descent = (precision: Precision): Tolerance => ({ relative: 0, absolute: 10 * STATIONARY[precision] });
