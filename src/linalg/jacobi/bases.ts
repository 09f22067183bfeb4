/**
 * Orthonormal rows, as the factorisations of this room hand them out: put in order, completed to a basis, their signs fixed.
 * Stacks are [batches, rows, length]; everything is made of other operations, on any device.
 */
import { add, argmax, argmin, cast, clip, concat, max, min, neg, sub, take, where } from '../../arith/index.ts';
import {
  castTensor,
  copyInto,
  copyRowMajor,
  emptyTensor,
  type Scope,
  type Shape,
  type Tensor,
} from '../../tensor/index.ts';
import { qr } from '../qr.ts';
import { stretched } from '../views.ts';

/** The identity [n, n], as each matrix of a stack. */
export function identity(n: number, like: Tensor, batches: number, op: string, scope: Scope): Tensor {
  const places = scope.keep(
    like.device.upload(
      Float64Array.from({ length: n }, (_, i) => i),
      [n, 1],
      like.dtype,
      op,
    ),
  );
  const differences = scope.keep(sub(places, scope.keep(places.reshape([1, n]))));
  return scope.keep(stretched(scope.keep(where(differences, 0, 1)), [batches, n, n], op));
}

/** Matrices side by side, in dense memory of their own. */
export function joined(parts: readonly Tensor[], op: string, scope: Scope): Tensor {
  const [batches = 0, rows = 0] = parts[0]?.shape ?? [];
  const width = parts.reduce((sum, part) => sum + (part.shape[2] ?? 0), 0);
  const [first] = parts;
  if (!first) throw new Error('broken invariant: nothing to join');
  const out = scope.keep(emptyTensor(first.device, [batches, rows, width], first.dtype, op));
  let at = 0;
  for (const part of parts) {
    copyInto(out, part, at, [rows * width, width, 1], op);
    at += part.shape[2] ?? 0;
  }
  return out;
}

/** Which rows to take from a stack of matrices, each of as many rows as its list is long: lists count within a matrix. */
export function picksOf(order: readonly (readonly number[])[], like: Tensor, op: string, scope: Scope): Tensor {
  const rows = order[0]?.length ?? 0;
  const picks = Uint32Array.from(order.flatMap((own, b) => own.map(row => b * rows + row)));
  return scope.keep(like.device.upload(picks, [order.length, rows], 'uint32', op));
}

/** Rows [batches, rows, length] in another order. */
export function reordered(x: Tensor, picks: Tensor, op: string, scope: Scope): Tensor {
  const [batches = 0, rows = 0, length = 0] = x.shape;
  const dense = x.isRowMajor ? x : scope.keep(copyRowMajor(x, op));
  return scope.keep(take(scope.keep(dense.reshape([batches * rows, length])), picks));
}

/** One number for each row of a stack: [batches, rows, 1]. */
export const columnOf = (numbers: ArrayLike<number>, like: Tensor, op: string, scope: Scope): Tensor =>
  scope.keep(like.device.upload(Float64Array.from(numbers), [...like.shape.slice(0, 2), 1], like.dtype, op));

/**
 * 1 or −1 for each row [batches, rows, 1]: the sign that makes its element of largest magnitude positive, the first of
 * several.
 */
export function signsOf(x: Tensor, scope: Scope): Tensor {
  const most = scope.keep(max(x, { axis: 2, keepdims: true }));
  const least = scope.keep(min(x, { axis: 2, keepdims: true }));
  // Of a positive and a negative one that are as large, whichever comes first.
  const [placeOfMost, placeOfLeast] = [argmax, argmin].map(find =>
    scope.keep(cast(scope.keep(find(x, { axis: 2, keepdims: true })), x.dtype)),
  ) as [Tensor, Tensor];
  const lead = scope.keep(add(most, least));
  const tie = scope.keep(sub(placeOfLeast, placeOfMost));
  const isNegative = scope.keep(clip(scope.keep(neg(scope.keep(where(lead, lead, tie)))), 0, 1));
  return scope.keep(where(isNegative, -1, 1));
}

/**
 * Orthonormal rows with more of them behind, `count` in all, that are orthonormal too. Of matrix b only the first `known[b]`
 * rows count. Householder's complete basis has what is missing.
 */
export function completed(x: Tensor, known: readonly number[], count: number, op: string, scope: Scope): Tensor {
  const [batches = 0, , length = 0] = x.shape;
  if (known.every(rows => rows === count)) return x;
  const further = (rows: Tensor): Tensor => {
    const { q, r } = qr(scope.keep(rows.permuted([0, 2, 1])), { mode: 'complete' });
    scope.keep(r);
    const all = scope.keep(scope.keep(q).permuted([0, 2, 1]));
    return scope.keep(all.slice(rows.shape[1] ?? 0, count, { axis: 1 }));
  };
  const complete = (rows: Tensor): Tensor => {
    const own = rows.shape[1] ?? 0;
    if (own === count) return rows;
    if (own === 0) return scope.keep(identity(length, x, rows.shape[0] ?? 0, op, scope).slice(0, count, { axis: 1 }));
    return scope.keep(concat([rows, further(rows)], { axis: 1 }));
  };
  if (known.every(rows => rows === known[0])) return complete(scope.keep(x.slice(0, known[0] ?? 0, { axis: 1 })));
  const each = Array.from({ length: batches }, (_, b) =>
    complete(scope.keep(scope.keep(x.slice(b, b + 1)).slice(0, known[b] ?? 0, { axis: 1 }))),
  );
  return scope.keep(concat(each));
}

/** A stack of matrices as its caller gets it: dense, with the axes and the dtype that `source` came with. */
export function asResult(x: Tensor, shape: Shape, source: Tensor, op: string, scope: Scope): Tensor {
  const dense = x.isRowMajor ? x : scope.keep(copyRowMajor(x, op));
  const own = scope.keep(castTensor(dense, source.dtype, op));
  return own.reshape([...source.shape.slice(0, -2), ...shape]);
}

/** Numbers of each matrix as a tensor. */
export function valuesTensor(values: readonly Float64Array[], k: number, source: Tensor, op: string): Tensor {
  const flat = new Float64Array(values.length * k);
  values.forEach((own, b) => flat.set(own, b * k));
  return source.device.upload(flat, [...source.shape.slice(0, -2), k], source.dtype, op);
}
