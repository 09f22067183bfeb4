/** `normSummary`: the five norms of everyday use in one read of the data. */
import { reduceTensor, type ReduceOptions } from '../arith/index.ts';
import { ShapeError } from '../errors.ts';
import { checkOptions, readFlag } from '../options.ts';
import {
  frontAxes,
  reducedShape,
  scoped,
  showShape,
  sizeOf,
  toFloat,
  toTensors,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { summary } from './reductions.ts';

export interface NormSummary {
  /** How many elements are not 0. */
  readonly l0: Tensor;
  /** Σ|x| */
  readonly l1: Tensor;
  /** √Σx² */
  readonly l2: Tensor;
  /** max|x| */
  readonly linf: Tensor;
  /** min|x|, which numpy calls ord −∞. */
  readonly min: Tensor;
}

/**
 * L0, L1, L2, L∞ and min|x| along axes (or over all elements), for one read of the data.
 *
 * ```ts
 * const { l0, l1, l2, linf, min } = normSummary([3, 0, -4]);
 * await l2.item(); // 5
 * ```
 */
export function normSummary(x: TensorLike, options: ReduceOptions = {}): NormSummary {
  const op = 'normSummary';
  return scoped(scope => {
    checkOptions(op, options, ['axis', 'keepdims', 'device']);
    const keepdims = readFlag(op, 'keepdims', options.keepdims);
    const [given] = toTensors([x], op, scope, options.device) as [Tensor];
    const axes = frontAxes(options.axis, given.ndim, op);
    if (sizeOf(axes.map(axis => given.shape[axis] ?? 0)) === 0)
      throw new ShapeError(
        `${op}: the shape ${showShape(given.shape)} has nothing along the reduced axes, and nothing has no largest element. Check size first.`,
      );
    const source = toFloat(given, op, scope);
    const shape = reducedShape(given.shape, axes, keepdims);
    const planes = scope.keep(
      reduceTensor(op, summary, source, axes, { dtype: source.dtype, shape, planes: 5 }, scope),
    );
    const [l0, l1, l2, linf, min] = [0, 1, 2, 3, 4].map(plane => planes.row(plane)) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    return { l0, l1, l2, linf, min };
  });
}
