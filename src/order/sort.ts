/** `argsort` and `sort`: whole rows in order. */
import { checkOptions, readFlag } from '../options.ts';
import { frontAxis, scoped, toTensors, type Device, type Tensor, type TensorLike } from '../tensor/index.ts';
import { select } from './run.ts';

export interface SortOptions {
  /** The axis to sort along; the last one where left out. Negative ones count from the end. */
  readonly axis?: number | undefined;
  /** Larger elements first. */
  readonly descending?: boolean | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

/** One of the two results, all of a row in order. */
function ordered(op: 'argsort' | 'sort', x: TensorLike, options: SortOptions): Tensor {
  checkOptions(op, options, ['axis', 'descending', 'device']);
  const largest = readFlag(op, 'descending', options.descending);
  return scoped(scope => {
    const [given] = toTensors([x], op, scope, options.device) as [Tensor];
    const axis = frontAxis(options.axis ?? -1, given.ndim, op);
    const keep = { values: op === 'sort', ids: op === 'argsort' };
    const { values, indices } = select(op, given, { axis, k: given.shape[axis] ?? 0, largest }, keep, scope);
    const result = values ?? indices;
    if (!result) throw new Error('broken invariant: one result was asked for');
    return result;
  });
}

/**
 * The indices that put x in order along an axis, as uint32: `take(x, argsort(x))` of a vector is sorted.
 *
 * Stable whichever way: equal elements stay in the order in which they are, −0 equals 0. NaN comes last, ascending (as in
 * numpy) and descending; so a descending order is not an ascending one reversed.
 *
 * ```ts
 * await argsort([3, 1, 2]).toArray();                            // [1, 2, 0]
 * await argsort([1, NaN, 5, 1], { descending: true }).toArray(); // [2, 0, 3, 1]
 * ```
 */
export const argsort = (x: TensorLike, options: SortOptions = {}): Tensor => ordered('argsort', x, options);

/**
 * The elements of x in order along an axis, NaN last whichever way; −0 comes back as 0. bool counts as uint32.
 *
 * ```ts
 * await sort([[3, 1, 2], [6, 5, 4]]).toArray();         // [[1, 2, 3], [4, 5, 6]]
 * await sort([3, 1, 2], { descending: true }).toArray(); // [3, 2, 1]
 * ```
 */
export const sort = (x: TensorLike, options: SortOptions = {}): Tensor => ordered('sort', x, options);
