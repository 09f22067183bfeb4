/**
 * `qr`: an orthonormal basis of a matrix's columns and the triangle that they are in it; and the same as the other files of this
 * room use it, `thinQr`.
 */
import type { DeviceOption } from '../arith/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import {
  copyRowMajor,
  emptyTensor,
  launch,
  mergeAxes,
  scoped,
  showShape,
  sizeOf,
  toFloat,
  toTensors,
  type Scope,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { householderPrimitive, type HouseholderPlan } from './householder/householder.ts';

export type QrMode = 'reduced' | 'complete' | 'r';

export interface QrOptions extends DeviceOption {
  /** 'reduced' (the default): Q [m, k] and R [k, n], k = min(m, n). 'complete': Q [m, m] and R [m, n]. 'r': the reduced R alone. */
  readonly mode?: QrMode | undefined;
}

const MODES: readonly QrMode[] = ['reduced', 'complete', 'r'];

/**
 * The factors A = Q·R of a matrix [m, n], or of each matrix of a stack (over all axes but the last two): Q has orthonormal
 * columns, QᵀQ = I, and R is upper triangular. By Householder's reflections, so that Q is orthonormal whatever the rank of A.
 *
 * The signs are LAPACK's and numpy's: a column is mapped to minus the sign of its element on the diagonal, so that Rⱼⱼ is
 * often negative; a column that has nothing below the diagonal stays as it is. Any magnitudes that float32 holds may stand
 * in a matrix. NaN and ∞ make NaN.
 *
 * ```ts
 * const { q, r } = qr([[3, 1], [4, 2]]);
 * await r.toArray(); // [[-5, -2.2], [0, 0.4]]
 * await q.toArray(); // [[-0.6, -0.8], [-0.8, 0.6]]
 * ```
 */
export function qr(a: TensorLike, options: QrOptions & { readonly mode: 'r' }): Tensor;
export function qr(
  a: TensorLike,
  options?: QrOptions & { readonly mode?: 'reduced' | 'complete' | undefined },
): { q: Tensor; r: Tensor };
export function qr(a: TensorLike, options?: QrOptions): Tensor | { q: Tensor; r: Tensor };
export function qr(a: TensorLike, options: QrOptions = {}): Tensor | { q: Tensor; r: Tensor } {
  const op = 'qr';
  checkOptions(op, options, ['mode', 'device']);
  const { mode = 'reduced' } = options;
  if (!MODES.includes(mode))
    throw new OptionError(`${op}: mode is ${show(mode)}. Give one of ${MODES.map(show).join(', ')}.`);
  return scoped(scope => {
    const [given] = toTensors([a], op, scope, options.device) as [Tensor];
    if (given.ndim < 2)
      throw new ShapeError(
        `${op}: the shape ${showShape(given.shape)} is no matrix or stack of them. Give [m, n], or [..., m, n].`,
      );
    const { q, r } = reflectionsOf(toFloat(given, op, scope), mode, op, scope);
    return q ? { q: scope.result(q), r: scope.result(r) } : scope.result(r);
  });
}

/** Q [..., m, k] and R [..., k, n] of floats, k = min(m, n); both belong to the scope. The signs of R may be any. */
export function thinQr(a: Tensor, op: string, scope: Scope): { q: Tensor; r: Tensor } {
  return reflectionsOf(a, 'reduced', op, scope) as { q: Tensor; r: Tensor };
}

/** Q and R of floats, by one call of the primitive. */
function reflectionsOf(a: Tensor, mode: QrMode, op: string, scope: Scope): { q?: Tensor; r: Tensor } {
  const batch = a.shape.slice(0, -2);
  const [rows = 0, columns = 0] = a.shape.slice(-2);
  const reflections = Math.min(rows, columns);
  const heightR = mode === 'complete' ? rows : reflections;
  const widthQ = mode === 'r' ? 0 : heightR;
  const fresh = (shape: readonly number[]): Tensor =>
    scope.keep(emptyTensor(a.device, [...batch, ...shape], a.dtype, op));
  const r = fresh([heightR, columns]);
  const q = mode === 'r' ? undefined : fresh([rows, widthQ]);
  if (r.size + (q?.size ?? 0) === 0) return q ? { q, r } : { r };
  let source = a;
  let walk = mergeAxes(batch, [a.strides.slice(0, -2)]);
  if (walk.shape.length > 1) {
    source = scope.keep(copyRowMajor(a, op));
    walk = mergeAxes(batch, [source.strides.slice(0, -2)]);
  }
  const plan: HouseholderPlan = {
    dtype: a.dtype as HouseholderPlan['dtype'],
    batches: sizeOf(batch),
    rows,
    columns,
    offset: source.offset,
    batchStride: walk.strides[0]?.[0] ?? 0,
    rowStride: source.strides.at(-2) ?? 0,
    columnStride: source.strides.at(-1) ?? 0,
    heightR,
    widthQ,
  };
  launch(op, householderPrimitive, plan, [source], q ? [r, q] : [r]);
  return q ? { q, r } : { r };
}
