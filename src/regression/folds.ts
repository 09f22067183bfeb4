/** Folds of cross-validation: which rows a model is fitted to, and which it is tried on. */
import { OptionError } from '../errors.ts';
import { show } from '../options.ts';

/** Rows to fit to, and rows to try on. */
export interface Split {
  readonly train: ArrayLike<number>;
  readonly test: ArrayLike<number>;
}

/**
 * How many folds of neighbouring rows, none longer by more than one than another, as scikit-learn's `KFold`; or a list with the rows
 * that each fold is tried on, and fitted to the rest; or with the rows for both.
 */
export type Folds = number | readonly (ArrayLike<number> | Split)[];

export interface Fold {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
  /** True where `train` is all rows but `test`. */
  readonly isRest: boolean;
}

/** Folds of `n` rows; without a word of which, five. */
export function foldsOf(given: Folds = 5, n: number, op: string): readonly Fold[] {
  if (typeof given === 'number') return neighbours(given, n, op);
  if (!Array.isArray(given) || given.length === 0)
    throw new OptionError(
      `${op}: folds is ${show(given)}. Give a number of folds, or a list with the test rows of each.`,
    );
  return given.map((one: ArrayLike<number> | Split, k) => {
    if ('test' in one && 'train' in one)
      return { train: rowsOf(one.train, n, k, 'train', op), test: rowsOf(one.test, n, k, 'test', op), isRest: false };
    return restOf(rowsOf(one, n, k, 'test', op), n, k, op);
  });
}

function neighbours(count: number, n: number, op: string): readonly Fold[] {
  if (!Number.isInteger(count) || count < 2 || count > n)
    throw new OptionError(`${op}: folds is ${count}, for ${n} rows. Give a whole number from 2 to the number of rows.`);
  const [least, longer] = [Math.floor(n / count), n % count];
  return Array.from({ length: count }, (_, k) => {
    const first = k * least + Math.min(k, longer);
    return restOf(
      Uint32Array.from({ length: least + Number(k < longer) }, (_row, i) => first + i),
      n,
      k,
      op,
    );
  });
}

function restOf(test: Uint32Array, n: number, fold: number, op: string): Fold {
  const isTest = new Uint8Array(n);
  for (const row of test) isTest[row] = 1;
  const train = Uint32Array.from({ length: n }, (_, row) => row).filter(row => isTest[row] === 0);
  if (train.length === 0)
    throw new OptionError(
      `${op}: fold ${fold} is tried on all ${n} rows, and none are left to fit to. Leave some out.`,
    );
  return { train, test, isRest: true };
}

function rowsOf(given: ArrayLike<number>, n: number, fold: number, name: string, op: string): Uint32Array {
  const rows = typeof given?.length === 'number' ? Array.from(given) : [];
  if (rows.length === 0)
    throw new OptionError(`${op}: fold ${fold} has no ${name} rows. Give the numbers of some rows.`);
  const wrong = rows.find(row => !Number.isInteger(row) || row < 0 || row >= n);
  if (wrong !== undefined)
    throw new OptionError(
      `${op}: fold ${fold} has the ${name} row ${show(wrong)}, and x has ${n} rows. Give whole numbers from 0 to ${n - 1}.`,
    );
  if (new Set(rows).size < rows.length)
    throw new OptionError(`${op}: fold ${fold} has a ${name} row twice. Give each row once.`);
  return Uint32Array.from(rows);
}
