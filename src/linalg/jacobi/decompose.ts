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
  Pace,
  sizeOf,
  type LongOptions,
  type NumberArray,
  type Scope,
  type Tensor,
} from '../../tensor/index.ts';
import { factorsAtPace } from '../householder/factor.ts';
import { inNameOf } from '../matrices.ts';
import { product } from '../product.ts';
import { columnOf, completed, identity, joined, picksOf, reordered, signsOf } from './bases.ts';
import { orthogonalize, type OrthogonalRows } from './orthogonalize.ts';
import { TOP, type JacobiPlan } from './plan.ts';
import { magnitudesOf, scaledBy } from './scale.ts';

export interface Decomposition {
  /** σ of each matrix, descending. */
  readonly values: readonly Float64Array[];
  /**
   * Makes Uᵀ and Vᵀ, [batches, k, m] and [batches, k, n], in A's dtype, with signs fixed; they belong to the scope. Does not
   * wait for anything, so that all of it is one submit to a GPU.
   */
  readonly vectors: () => readonly [Tensor, Tensor];
}

/** Up to as many columns are rotated as they are; and matrices that are higher than this times their width are not. */
const SMALL = 64;
const TALL = 1.2;
/**
 * Where no vectors are wanted, R of Rᵀ is taken so many times over: steps of the QR algorithm, which cost half a sweep each
 * and bring R·Rᵀ nearer to a diagonal matrix. They save a third of the rotations.
 */
const STEPS = 3;

/** Decomposes matrices of floats. Vectors may be asked for where they are wanted. */
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
  if (m * n * batches === 0) {
    const empty = (length: number): Tensor =>
      scope.keep(a.device.upload(new Float64Array(0), [batches, 0, length], a.dtype, op));
    const values = Array.from({ length: batches }, () => new Float64Array(Math.min(m, n)));
    return { values, vectors: () => [empty(m), empty(n)] };
  }
  const dtype = defaultFloat(a.device.kind) as JacobiPlan['dtype'];
  const floats = scope.keep(scope.keep(castTensor(a, dtype, op)).reshape([batches, m, n]));
  const sizes = await magnitudesOf(floats, a.shape, op, scope);
  const { rows, columns, matrices, exponents } = scaledBy(sizes, floats, TOP[dtype], op, scope);
  const isWide = m < n;
  const tall = isWide ? turned(matrices, scope) : matrices;
  const [high, wide] = isWide ? [n, m] : [m, n];
  const found =
    wide > SMALL || high > TALL * wide
      ? await inNameOf(op, 'qr', reduced(tall, isWide ? rows : columns, wantsVectors, options, op, scope))
      : await asIs(tall, wantsVectors, options, op, scope);
  return {
    values: found.values.map((own, b) => own.map(value => value * 2 ** -(exponents[b] ?? 0))),
    vectors() {
      const [first, second] = found.vectors().map(own => scope.keep(castTensor(own, a.dtype, op)));
      const [left, right] = isWide ? [second, first] : [first, second];
      if (!left || !right) throw new Error('broken invariant: vectors come in twos');
      // Of numbers as they are handed out: rounding may have made another element the first of the largest.
      const signs = signsOf(left, scope);
      return [scope.keep(mul(left, signs)), scope.keep(mul(right, signs))];
    },
  };
}

const turned = (x: Tensor, scope: Scope): Tensor => scope.keep(x.permuted([0, 2, 1]));

const unwanted = (): never => {
  throw new Error('broken invariant: vectors were not asked for');
};

/** W = Aᵀ. */
async function asIs(
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
  const found = await orthogonalize(work, m, options, op, scope);
  const { values, order, known } = ranked(found, n);
  if (!found.second) return { values, vectors: unwanted };
  return {
    values,
    vectors() {
      const [left, right] = unitRows(work, m, found, order, op, scope);
      return [completed(left, known, n, op, scope), right];
    },
  };
}

/** W = R of A·P = Q·R; `sizes` are the columns' magnitudes. */
async function reduced(
  tall: Tensor,
  sizes: NumberArray,
  wantsVectors: boolean,
  options: LongOptions,
  op: string,
  scope: Scope,
): Promise<Decomposition> {
  const [batches = 0, m = 0, n = 0] = tall.shape;
  const sorting = Array.from({ length: batches }, (_, b) => descending(sizes.subarray(b * n, (b + 1) * n)));
  const columns = reordered(turned(tall, scope), picksOf(sorting, tall, op, scope), op, scope);
  const sorted = turned(columns, scope);
  const pace = new Pace(op, options.signal);
  if (!wantsVectors) {
    let { r } = await factorsAtPace(sorted, 'r', op, scope, pace);
    for (let step = 0; step < STEPS; step++) ({ r } = await factorsAtPace(turned(r, scope), 'r', op, scope, pace));
    return { values: ranked(await orthogonalize(r, n, options, op, scope), n).values, vectors: unwanted };
  }
  const { q, r } = await factorsAtPace(sorted, 'reduced', op, scope, pace);
  if (!q) throw new Error('broken invariant: Q was asked for');
  // J·Qᵀ is wanted in the end: Qᵀ itself is rotated along where it is no larger than the identity.
  const rotated = m === n ? turned(q, scope) : identity(n, tall, batches, op, scope);
  const work = joined([r, rotated], op, scope);
  const found = await orthogonalize(work, n, options, op, scope);
  const { values, order, known } = ranked(found, n);
  return {
    values,
    vectors() {
      const places = picksOf(sorting.map(inverse), tall, op, scope);
      const [z, rotations] = unitRows(work, n, found, order, op, scope);
      const left = m === n ? rotations : scope.keep(pairs(op, product, { a: rotations, b: q }, scope));
      const inOrder = turned(completed(z, known, n, op, scope), scope);
      return [left, turned(reordered(inOrder, places, op, scope), scope)];
    },
  };
}

/** What the lengths of rows say: σ, which row comes where, and how many rows say something. */
function ranked(
  { first, nothing }: OrthogonalRows,
  n: number,
): { values: Float64Array[]; order: number[][]; known: number[] } {
  const each = nothing.map((_, b) => first.subarray(b * n, (b + 1) * n));
  const order = each.map(descending);
  return {
    values: each.map((own, b) => Float64Array.from(order[b] ?? [], row => Math.sqrt(own[row] ?? 0))),
    order,
    known: each.map((own, b) => own.filter(square => square > (nothing[b] ?? 0)).length),
  };
}

/** The two parts of rows, in order, each divided by its length; what is nothing becomes 0. The first has `length` elements. */
function unitRows(
  work: Tensor,
  length: number,
  { first, second, nothing }: OrthogonalRows,
  order: readonly (readonly number[])[],
  op: string,
  scope: Scope,
): readonly [Tensor, Tensor] {
  if (!second) throw new Error('broken invariant: rows have two parts');
  const [, rows = 0, stride = 0] = work.shape;
  // What comes from the host is sent before anything is enqueued: on a GPU it would cut a submit in two.
  const picks = picksOf(order, work, op, scope);
  const inverses = (squares: NumberArray, least: (batch: number) => number): Tensor => {
    const each = order.flatMap((places, b) =>
      places.map(row => squares[b * rows + row] ?? 0).map(square => (square > least(b) ? 1 / Math.sqrt(square) : 0)),
    );
    return columnOf(each, work, op, scope);
  };
  const factors = [inverses(first, b => nothing[b] ?? 0), inverses(second, () => 0)] as const;
  const part = (from: number, to: number): Tensor =>
    reordered(scope.keep(work.slice(from, to, { axis: 2 })), picks, op, scope);
  return [scope.keep(mul(part(0, length), factors[0])), scope.keep(mul(part(length, stride), factors[1]))];
}

/** Places in descending order of what stands there; of equal ones the first comes first. */
const descending = (values: NumberArray): number[] =>
  [...values.keys()].toSorted((i, j) => (values[j] ?? 0) - (values[i] ?? 0));

function inverse(order: readonly number[]): number[] {
  const places = new Array<number>(order.length).fill(0);
  order.forEach((from, to) => (places[from] = to));
  return places;
}
