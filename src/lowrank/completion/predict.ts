/** Single entries of a completed matrix, at places that a caller names. */
import { ShapeError } from '../../errors.ts';
import { emptyTensor, launch, scoped, type Tensor } from '../../tensor/index.ts';
import { centerAt, type Center } from './center.ts';
import { readIndices } from './observations.ts';
import { sampledPrimitive } from './sparse.ts';

interface Completed {
  readonly m: number;
  readonly n: number;
  /** U·diag(s) [m, r] and V [n, r]. */
  readonly left: Tensor;
  readonly right: Tensor;
  readonly center: Center;
}

/** center + left·rightᵀ at [rows[k], columns[k]]. */
export function predicted(
  rows: ArrayLike<number>,
  columns: ArrayLike<number>,
  { m, n, left, right, center }: Completed,
): Tensor {
  const op = 'predict';
  if (rows.length !== columns.length)
    throw new ShapeError(`${op}: ${rows.length} rows and ${columns.length} columns. Give as many of each.`);
  const [i, j] = [readIndices(rows, m, 'row', op), readIndices(columns, n, 'column', op)];
  const { device } = left;
  const dtype = device.kind === 'cpu' ? 'float64' : 'float32';
  const means = Float64Array.from(i, (row, k) => centerAt(center, row, j[k]));
  return scoped(scope => {
    const base = scope.keep(device.upload(means, [i.length], dtype, op));
    const [, width = 0] = left.shape;
    if (width === 0 || i.length === 0) return scope.result(base);
    const [ofRows, ofColumns] = [i, j].map(list => scope.keep(device.upload(list, [list.length], 'uint32', op)));
    if (!ofRows || !ofColumns) throw new Error('broken invariant: two lists were uploaded');
    const out = scope.keep(emptyTensor(device, [i.length], dtype, op));
    const plan = { dtype, count: i.length, width, sign: 1, m, n } as const;
    launch(op, sampledPrimitive, plan, [ofRows, ofColumns, left, right, base], [out]);
    return scope.result(out);
  });
}
