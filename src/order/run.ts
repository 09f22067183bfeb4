/**
 * Selecting along an axis of a tensor: what `topk`, `argsort` and `sort` share, and the form in which other rooms use the
 * primitive. Which results are wanted, and what they are called, is the callers'.
 */
import { DtypeError, ShapeError } from '../errors.ts';
import {
  castTensor,
  copyRowMajor,
  emptyTensor,
  launch,
  mergeAxes,
  showShape,
  sizeOf,
  type Scope,
  type Tensor,
} from '../tensor/index.ts';
import { selectPrimitive, type RowsAt, type SelectPlan } from './select/select.ts';

export interface Selection {
  /** Counted from the front. */
  readonly axis: number;
  readonly k: number;
  /** Larger numbers first. */
  readonly largest: boolean;
  /** Ids of the elements: uint32, in the shape of the numbers, or one row of them for all. Default: places along the axis. */
  readonly ids?: Tensor;
}

/** The results that are wanted, in a shape with the axis replaced by k. */
export interface Selected {
  readonly values: Tensor | undefined;
  readonly indices: Tensor | undefined;
}

/**
 * The first k elements along an axis, sorted: smaller numbers first (or larger ones), of equal ones the smaller id; −0 equals
 * 0 and comes back as 0, NaN comes last whichever way. k is from 0 to the length of the axis. Results outlive the scope.
 * @internal
 */
export function select(
  op: string,
  x: Tensor,
  selection: Selection,
  keep: { values: boolean; ids: boolean },
  scope: Scope,
): Selected {
  const numbers = x.dtype === 'bool' ? scope.keep(castTensor(x, 'uint32', op)) : x;
  const shape = x.shape.map((own, at) => (at === selection.axis ? selection.k : own));
  const values = keep.values ? scope.keep(emptyTensor(x.device, shape, numbers.dtype, op)) : undefined;
  const indices = keep.ids ? scope.keep(emptyTensor(x.device, shape, 'uint32', op)) : undefined;
  launchSelect(op, numbers, selection, { values, indices }, {}, scope);
  return { values: values && scope.result(values), indices: indices && scope.result(indices) };
}

/** Rows of pairs, of which a selection becomes a part: from `column` on, `width` of each row. */
export interface Lists {
  /** [rows, places] */
  readonly values: Tensor;
  /** The same, uint32. */
  readonly indices: Tensor;
}

/**
 * Selects the k smallest of each row of a matrix into rows of lists, from place `column` of each. `firstId` is added
 * to ids: to those that are given, or to places.
 * @internal
 */
export function selectInto(
  op: string,
  x: Tensor,
  { k, ids }: { readonly k: number; readonly ids?: Tensor | undefined },
  into: Lists & { readonly row?: number; readonly column?: number },
  firstId: number,
  scope: Scope,
): void {
  const places = into.values.shape[1] ?? 0;
  const out = { offset: (into.row ?? 0) * places + (into.column ?? 0), stride: places };
  const selection = { axis: 1, k, largest: false, ...(ids && { ids }) };
  launchSelect(op, x, selection, into, { out, firstId }, scope);
}

function launchSelect(
  op: string,
  x: Tensor,
  { axis, k, largest, ids }: Selection,
  { values, indices }: Selected,
  more: Pick<SelectPlan, 'firstId' | 'out'>,
  scope: Scope,
): void {
  const length = x.shape[axis] ?? 0;
  const others = sizeOf(x.shape.filter((_, at) => at !== axis));
  const outputs = [values, indices].filter(one => one !== undefined);
  if (others * k === 0 || outputs.length === 0) return;
  const rows = asRows(x, axis, op, scope);
  const given = ids && idRows(ids, x, axis, op, scope);
  const plan = {
    op,
    dtype: x.dtype,
    rows: others,
    length,
    k,
    largest,
    values: rows.at,
    ids: given?.at,
    keep: { values: values !== undefined, ids: indices !== undefined },
    inner: sizeOf(x.shape.slice(axis + 1)),
    ...more,
  };
  launch(op, selectPrimitive, plan, [rows.tensor, ...(given ? [given.tensor] : [])], outputs);
}

/** A tensor whose elements along the axis lie side by side and whose rows are equally far apart: itself, or a copy. */
function asRows(x: Tensor, axis: number, op: string, scope: Scope): { tensor: Tensor; at: RowsAt } {
  const others = x.shape.map((_, k) => k).filter(k => k !== axis);
  const turned = scope.keep(x.permuted([...others, axis]));
  const found = rowsOf(turned);
  if (found) return { tensor: turned, at: found };
  const tensor = scope.keep(copyRowMajor(turned, op));
  return { tensor, at: { offset: tensor.offset, stride: tensor.shape.at(-1) ?? 1 } };
}

function rowsOf(x: Tensor): RowsAt | undefined {
  const walk = mergeAxes(x.shape.slice(0, -1), [x.strides.slice(0, -1)]);
  if (walk.shape.length > 1 || (x.strides.at(-1) !== 1 && x.shape.at(-1) !== 1)) return undefined;
  return { offset: x.offset, stride: walk.strides[0]?.[0] ?? 0 };
}

function idRows(ids: Tensor, x: Tensor, axis: number, op: string, scope: Scope): { tensor: Tensor; at: RowsAt } {
  if (ids.dtype !== 'uint32')
    throw new DtypeError(`${op}: the ids are ${ids.dtype}. Give a uint32 tensor (cast(ids, 'uint32')).`);
  if (ids.ndim === 1 && ids.size === x.shape[axis]) {
    const tensor = ids.isRowMajor ? ids : scope.keep(copyRowMajor(ids, op));
    return { tensor, at: { offset: tensor.offset, stride: 0 } };
  }
  if (ids.ndim !== x.ndim || ids.shape.some((length, k) => length !== x.shape[k]))
    throw new ShapeError(
      `${op}: the ids of shape ${showShape(ids.shape)} do not fit numbers of shape ${showShape(x.shape)}. Give one id an element, or one row of ids for all rows.`,
    );
  return asRows(ids, axis, op, scope);
}
