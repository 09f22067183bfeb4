/** `topk`: the best k elements along an axis, with their places. */
import { OptionError } from '../errors.ts';
import { checkOptions, readFlag, show } from '../options.ts';
import { frontAxis, scoped, showShape, toTensors, type Device, type Tensor, type TensorLike } from '../tensor/index.ts';
import { select } from './run.ts';

export interface TopkOptions {
  /** The axis to look along; the last one where left out. Negative ones count from the end. */
  readonly axis?: number | undefined;
  /** Default true: the largest. False: the smallest. */
  readonly largest?: boolean | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

export interface Topk {
  /** The best elements, best first. */
  readonly values: Tensor;
  /** Their places along the axis, uint32. */
  readonly indices: Tensor;
}

/**
 * The k largest (or smallest) elements along an axis, best first, and where they are. Both results have the shape of x with
 * the axis replaced by k, which may be anything from 0 to the length of the axis.
 *
 * ```ts
 * const { values, indices } = topk([[3, 1, 2], [4, 6, 6]], 2);
 * await values.toArray();  // [[3, 2], [6, 6]]
 * await indices.toArray(); // [[0, 2], [1, 2]]
 * await topk([3, 1, NaN, 2], 3, { largest: false }).values.toArray(); // [1, 2, 3]
 * ```
 *
 * Of equal elements the one with the lower index comes first, on every device. NaN comes last whichever way: it is selected
 * only where there is nothing else. −0 equals 0, and comes back as 0. bool counts as uint32.
 */
export function topk(x: TensorLike, k: number, options: TopkOptions = {}): Topk {
  const op = 'topk';
  checkOptions(op, options, ['axis', 'largest', 'device']);
  const largest = readFlag(op, 'largest', options.largest, true);
  return scoped(scope => {
    const [given] = toTensors([x], op, scope, options.device) as [Tensor];
    const axis = frontAxis(options.axis ?? -1, given.ndim, op);
    const length = given.shape[axis] ?? 0;
    if (!Number.isInteger(k) || k < 0 || k > length)
      throw new OptionError(
        `${op}: k is ${show(k)}, and axis ${axis} of ${showShape(given.shape)} has ${length} elements. Give a whole number from 0 to ${length}.`,
      );
    const { values, indices } = select(op, given, { axis, k, largest }, { values: true, ids: true }, scope);
    if (!values || !indices) throw new Error('broken invariant: both results were asked for');
    return { values, indices };
  });
}
