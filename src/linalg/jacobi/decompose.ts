/**
 * The singular value decomposition of a stack of matrices, made of the jacobi primitive and of other operations.
 *
 * The rows of a matrix W are rotated until they are orthogonal, J·W = Σ·Z with an orthogonal J; U and V follow from what W was:
 *
 *     small and about square     W = Aᵀ     J·Aᵀ = Σ·Z,     U = Zᵀ, V = Jᵀ
 *     else, with A·P = Q·R       W = R      J·R = Σ·Z,      U = Q·Jᵀ, V = P·Zᵀ
 *
 * P sorts the columns by size. R·Rᵀ is nearer to a diagonal matrix than Aᵀ·A, which saves up to half of all rotations, and rows
 * are only n long (Drmač and Veselić 2008; they choose P while they factor, which saved no whole sweep on any matrix tried
 * here). What Householder's R loses of a column is a few roundings of that column, so columns of very different lengths keep
 * their accuracy. J is found by rotating the rows of Qᵀ, or of the identity, along with those of W.
 *
 * A row of Z whose σ is nothing says nothing: it is replaced by whatever completes the basis.
 */
import { mul } from '../../arith/index.ts';
import { pairs } from '../../pairwise/index.ts';
import {
  castTensor,
  copyRowMajor,
  defaultFloat,
  sizeOf,
  type LongOptions,
  type NumberArray,
  type Scope,
  type Tensor,
} from '../../tensor/index.ts';
import { product } from '../product.ts';
import { qr, thinQr } from '../qr.ts';
import { completed, identity, joined, reordered, signsOf, timesRows } from './bases.ts';
import { orthogonalize } from './orthogonalize.ts';
import { NOTHING, TOP, type JacobiPlan } from './plan.ts';
import { scaledMatrices } from './scale.ts';

export interface Decomposition {
  /** σ of each matrix, descending. */
  readonly values: readonly Float64Array[];
  /** Uᵀ and Vᵀ, [batches, k, m] and [batches, k, n], in A's dtype, where they were asked for; signs fixed. */
  readonly vectors: readonly [Tensor, Tensor] | undefined;
}

/** Up to as many columns are rotated as they are; and matrices that are higher than this times their width are not. */
const SMALL = 64;
const TALL = 1.2;

/** Decomposes matrices of floats. What is returned belongs to the scope. */
export async function decompose(
  a: Tensor,
  wantsVectors: boolean,
  options: LongOptions,
  op: string,
  scope: Scope,
): Promise<Decomposition> {
  options.signal?.throwIfAborted();
  const [m = 0, n = 0] = a.shape.slice(-2);
  const batches = sizeOf(a.shape.slice(0, -2));
  const k = Math.min(m, n);
  if (k * batches === 0) {
    const empty = (length: number): Tensor =>
      scope.keep(a.device.upload(new Float64Array(0), [batches, 0, length], floatOf(a), op));
    const values = Array.from({ length: batches }, () => new Float64Array(0));
    return { values, vectors: wantsVectors ? [empty(m), empty(n)] : undefined };
  }
  const floats = scope.keep(castTensor(a, floatOf(a), op));
  const given = await scaledMatrices(scope.keep(floats.reshape([batches, m, n])), a.shape, TOP[floatOf(a)], op, scope);
  const isWide = m < n;
  const tall = isWide ? turned(given.matrices, scope) : given.matrices;
  const sizes = isWide ? given.rows : given.columns;
  const [high, wide] = isWide ? [n, m] : [m, n];
  const found =
    wide > SMALL || high > TALL * wide
      ? await decomposeReduced(tall, sizes, wantsVectors, options, op, scope)
      : await decomposeAsIs(tall, wantsVectors, options, op, scope);
  const values = found.values.map((own, b) => own.map(value => value * 2 ** -(given.exponents[b] ?? 0)));
  if (!found.vectors) return { values, vectors: undefined };
  const [first, second] = found.vectors.map(rows => scope.keep(castTensor(rows, a.dtype, op)));
  const [left, right] = isWide ? [second, first] : [first, second];
  if (!left || !right) throw new Error('broken invariant: vectors come in twos');
  // Of numbers as they are handed out: rounding may have made another element the first of the largest.
  const signs = signsOf(left, scope);
  return { values, vectors: [scope.keep(mul(left, signs)), scope.keep(mul(right, signs))] };
}

/** The float in which a device computes: doubles on a CPU, whatever comes in. */
const floatOf = ({ device }: Tensor): JacobiPlan['dtype'] => defaultFloat(device.kind) as JacobiPlan['dtype'];

const turned = (x: Tensor, scope: Scope): Tensor => scope.keep(x.permuted([0, 2, 1]));

/** W = Aᵀ. */
async function decomposeAsIs(
  tall: Tensor,
  wantsVectors: boolean,
  options: LongOptions,
  op: string,
  scope: Scope,
): Promise<Decomposition> {
  const [batches = 0, m = 0, n = 0] = tall.shape;
  const columns = turned(tall, scope);
  const work = wantsVectors
    ? joined([columns, identity(n, tall, batches, op, scope)], op, scope)
    : scope.keep(copyRowMajor(columns, op));
  const squares = await orthogonalize(work, m, options, op, scope);
  const { values, order, known } = ranked(squares.first, tall);
  if (!squares.second) return { values, vectors: undefined };
  const left = unitRows(part(work, 0, m, scope), squares.first, order, op, scope);
  const right = unitRows(part(work, m, m + n, scope), squares.second, order, op, scope);
  return { values, vectors: [completed(left, known, n, op, scope), right] };
}

/** W = R of A·P = Q·R. */
async function decomposeReduced(
  tall: Tensor,
  sizes: NumberArray,
  wantsVectors: boolean,
  options: LongOptions,
  op: string,
  scope: Scope,
): Promise<Decomposition> {
  const [batches = 0, m = 0, n = 0] = tall.shape;
  const sorting = Array.from({ length: batches }, (_, b) => descending(sizes.subarray(b * n, (b + 1) * n)));
  const sorted = turned(reordered(turned(tall, scope), sorting, op, scope), scope);
  if (!wantsVectors) {
    const work = scope.keep(qr(sorted, { mode: 'r' }));
    const { first } = await orthogonalize(work, n, options, op, scope);
    return { values: ranked(first, tall).values, vectors: undefined };
  }
  const { q, r } = thinQr(sorted, op, scope);
  const turnedQ = turned(q, scope);
  // J·Qᵀ is wanted in the end: Qᵀ itself is rotated where it is as large as the identity.
  const work = joined([r, m === n ? turnedQ : identity(n, tall, batches, op, scope)], op, scope);
  const squares = await orthogonalize(work, n, options, op, scope);
  const { values, order, known } = ranked(squares.first, tall);
  if (!squares.second) throw new Error('broken invariant: Q was rotated along');
  const rotations = unitRows(part(work, n, 2 * n, scope), squares.second, order, op, scope);
  const left = m === n ? rotations : pairs(op, product, { a: rotations, b: q }, scope);
  const z = completed(unitRows(part(work, 0, n, scope), squares.first, order, op, scope), known, n, op, scope);
  const places = sorting.map(own => inverse(own));
  const right = turned(reordered(turned(z, scope), places, op, scope), scope);
  return { values, vectors: [scope.keep(left), right] };
}

/** Elements `from` to `to` of each row. */
const part = (work: Tensor, from: number, to: number, scope: Scope): Tensor =>
  scope.keep(work.slice(from, to, { axis: 2 }));

/** What the lengths of rows say: σ, which row comes where, and how many rows say something. */
function ranked(
  squares: NumberArray,
  { shape: [batches = 0, , n = 0], dtype }: Tensor,
): { values: Float64Array[]; order: number[][]; known: number[] } {
  const each = Array.from({ length: batches }, (_, b) => squares.subarray(b * n, (b + 1) * n));
  const order = each.map(descending);
  return {
    values: each.map((own, b) => Float64Array.from(order[b] ?? [], row => Math.sqrt(own[row] ?? 0))),
    order,
    known: each.map(own => own.filter(square => square > NOTHING[dtype as JacobiPlan['dtype']]).length),
  };
}

/** Rows in order, each divided by its length; those that are nothing become 0. */
function unitRows(
  x: Tensor,
  squares: NumberArray,
  order: readonly (readonly number[])[],
  op: string,
  scope: Scope,
): Tensor {
  const rows = x.shape[1] ?? 0;
  const nothing = NOTHING[x.dtype as JacobiPlan['dtype']];
  const factors = order.flatMap((own, b) =>
    own.map(row => squares[b * rows + row] ?? 0).map(square => (square > nothing ? 1 / Math.sqrt(square) : 0)),
  );
  return timesRows(reordered(x, order, op, scope), factors, op, scope);
}

/** Places in descending order of what stands there; of equal ones the first comes first. */
const descending = (values: NumberArray): number[] =>
  [...values.keys()].toSorted((i, j) => (values[j] ?? 0) - (values[i] ?? 0));

function inverse(order: readonly number[]): number[] {
  const places = new Array<number>(order.length).fill(0);
  order.forEach((from, to) => (places[from] = to));
  return places;
}
