/**
 * Q and R of tensors: by one call of the primitive, or for tall matrices by a tree of calls (TSQR, of Demmel, Grigori, Hoemmen
 * and Langou), so that workgroups and threads have blocks of rows of their own.
 *
 * The first n rows stay out of the tree until its root. A reflection depends on what is below the diagonal by its length alone,
 * which no orthogonal map of those rows changes: so R is, to the sign, what one factorisation of all rows would give.
 */
import { concat } from '../../arith/index.ts';
import { pairs } from '../../pairwise/index.ts';
import {
  castTensor,
  copyInto,
  copyRowMajor,
  emptyTensor,
  launch,
  mergeAxes,
  rowMajor,
  sizeOf,
  stepsAtOnce,
  Tensor,
  type Pace,
  type Scope,
} from '../../tensor/index.ts';
import { asOwnFloat } from '../covariance.ts';
import { product } from '../product.ts';
import { householderPrimitive, type HouseholderPlan } from './householder.ts';

export type QrMode = 'reduced' | 'complete' | 'r';

interface Factors {
  /** Left out in mode 'r'. */
  readonly q?: Tensor;
  readonly r: Tensor;
}

/** So many steps were enqueued, which write a tensor: the place for a pause, where there is time for one. */
interface Enqueued {
  readonly steps: number;
  readonly written: Tensor;
}

/** Q and R of a matrix or a stack of them, of floats; both belong to the scope. */
export function factorsOf(a: Tensor, mode: QrMode, op: string, scope: Scope): Factors {
  const work = factorsInSteps(a, mode, op, scope);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** The same with pauses. */
export async function factorsAtPace(a: Tensor, mode: QrMode, op: string, scope: Scope, pace: Pace): Promise<Factors> {
  const work = factorsInSteps(a, mode, op, scope);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await pace.spend(value.steps, value.written);
  }
}

function* factorsInSteps(a: Tensor, mode: QrMode, op: string, scope: Scope): Generator<Enqueued, Factors> {
  const [m = 0, n = 0] = a.shape.slice(-2);
  if (a.ndim > 2 || mode === 'complete' || n === 0 || m < 3 * heightOf(n)) return yield* direct(a, mode, op, scope);
  const { q, r } = yield* tree(asOwnFloat(a, op, scope), mode === 'reduced', op, scope);
  const back = (one: Tensor): Tensor => (one.dtype === a.dtype ? one : scope.keep(castTensor(one, a.dtype, op)));
  return q ? { q: back(q), r: back(r) } : { r: back(r) };
}

/** Rows of a block of n columns: a level of the tree leaves an eighth of them, and a block lies in a thread's cache. */
const heightOf = (n: number): number => Math.max(256, 8 * n);

function* tree(a: Tensor, wanted: boolean, op: string, scope: Scope): Generator<Enqueued, Factors> {
  const [m = 0, n = 0] = a.shape;
  const height = heightOf(n);
  if (m < 3 * height) return yield* direct(a, wanted ? 'reduced' : 'r', op, scope);
  const blocks = Math.floor((m - n) / height);
  const split = m - blocks * height;
  const below = scope.keep(a.slice(split));
  const stack = scope.keep(
    new Tensor({
      device: a.device,
      storage: a.storageFor(op).retain(),
      shape: [blocks, height, n],
      dtype: a.dtype,
      offset: below.offset,
      strides: [height * (a.strides[0] ?? 0), ...a.strides],
    }),
  );
  const leaves = yield* direct(stack, wanted ? 'reduced' : 'r', op, scope);
  const next = scope.keep(concat([scope.keep(a.slice(0, split)), scope.keep(leaves.r.reshape([blocks * n, n]))]));
  const root = yield* tree(next, wanted, op, scope);
  if (!leaves.q || !root.q) return root;
  const q = scope.keep(emptyTensor(a.device, [m, n], a.dtype, op));
  copyInto(q, scope.keep(root.q.slice(0, split)), 0, rowMajor([split, n]), op);
  const shares = scope.keep(scope.keep(root.q.slice(split)).reshape([blocks, n, n]));
  const out = scope.keep(scope.keep(q.slice(split)).reshape([blocks, height, n]));
  scope.keep(pairs(op, product, { a: leaves.q, b: scope.keep(shares.permuted([0, 2, 1])), out }, scope));
  yield { steps: m * n * n, written: q };
  return { q, r: root.r };
}

/** By one call of the primitive, or several where matrices of a stack are too much work for one. */
function* direct(a: Tensor, mode: QrMode, op: string, scope: Scope): Generator<Enqueued, Factors> {
  const batch = a.shape.slice(0, -2);
  const [rows = 0, columns = 0] = a.shape.slice(-2);
  const reflections = Math.min(rows, columns);
  const heightR = mode === 'complete' ? rows : reflections;
  const widthQ = mode === 'r' ? 0 : heightR;
  const fresh = (shape: readonly number[]): Tensor =>
    scope.keep(emptyTensor(a.device, [...batch, ...shape], a.dtype, op));
  const r = fresh([heightR, columns]);
  const q = mode === 'r' ? undefined : fresh([rows, widthQ]);
  const results = q ? { q, r } : { r };
  if (r.size + (q?.size ?? 0) === 0) return results;
  let source = a;
  let walk = mergeAxes(batch, [a.strides.slice(0, -2)]);
  if (walk.shape.length > 1) {
    source = scope.keep(copyRowMajor(a, op));
    walk = mergeAxes(batch, [source.strides.slice(0, -2)]);
  }
  const planOf = (from: number, to: number): HouseholderPlan => ({
    from,
    to,
    dtype: a.dtype as HouseholderPlan['dtype'],
    rows,
    columns,
    offset: source.offset,
    batchStride: walk.strides[0]?.[0] ?? 0,
    rowStride: source.strides.at(-2) ?? 0,
    columnStride: source.strides.at(-1) ?? 0,
    heightR,
    widthQ,
  });
  const batches = sizeOf(batch);
  const steps = 2 * rows * reflections * (columns + widthQ);
  const atOnce = Math.min(batches, Math.max(1, Math.floor(stepsAtOnce(a.device) / Math.max(1, steps))));
  for (let from = 0; from < batches; from += atOnce) {
    const to = Math.min(batches, from + atOnce);
    launch(op, householderPrimitive, planOf(from, to), [source], q ? [r, q] : [r]);
    yield { steps: (to - from) * steps, written: r };
  }
  return results;
}
