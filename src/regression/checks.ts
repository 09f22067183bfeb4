/** Options of linear models that more than one function takes, checked. */
import { OptionError } from '../errors.ts';
import { show } from '../options.ts';

export function checkNumber(
  value: unknown,
  name: string,
  isFit: (x: number) => boolean,
  wanted: string,
  op: string,
): number {
  if (!(typeof value === 'number' && isFit(value)))
    throw new OptionError(`${op}: ${name} is ${show(value)}. Give ${wanted}.`);
  return value;
}

const isNotNegative = (x: number): boolean => x >= 0 && x < Infinity;

export const checkAlpha = (value: unknown, op: string, name = 'alpha'): number =>
  checkNumber(value, name, isNotNegative, 'a finite number ≥ 0', op);

export const checkRatio = (value: unknown, op: string): number =>
  checkNumber(value, 'l1Ratio', x => x >= 0 && x <= 1, 'a number from 0 to 1', op);

export const checkTol = (value: unknown, op: string): number =>
  checkNumber(value, 'tol', isNotNegative, 'a finite number ≥ 0', op);

export const checkCount = (value: unknown, name: string, op: string): number =>
  checkNumber(value, name, x => Number.isSafeInteger(x) && x >= 1, 'a whole number from 1', op);
