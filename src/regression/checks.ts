/** Options of linear models that more than one function takes, checked. */
import { checkNumber, isCount, isNotNegative } from '../options.ts';

export const checkAlpha = (value: unknown, op: string, name = 'alpha'): number =>
  checkNumber(value, name, isNotNegative, 'a finite number ≥ 0', op);

export const checkRatio = (value: unknown, op: string): number =>
  checkNumber(value, 'l1Ratio', x => x >= 0 && x <= 1, 'a number from 0 to 1', op);

export const checkTol = (value: unknown, op: string): number =>
  checkNumber(value, 'tol', isNotNegative, 'a finite number ≥ 0', op);

export const checkCount = (value: unknown, name: string, op: string): number =>
  checkNumber(value, name, isCount, 'a whole number from 1', op);
