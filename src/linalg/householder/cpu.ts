/**
 * Householder's factorisation on a CPU, in doubles: reflector by reflector, over columns that lie contiguous. Four columns
 * are reflected at once, so that a reflector is read once for all of them.
 *
 * Columns are scaled to magnitudes about 1 first (by powers of two, which changes no digit of Q): no square leaves the range
 * then, whatever the magnitudes.
 */
import { viewOf } from '../../tensor/index.ts';
import type { HouseholderPlan } from './householder.ts';

/** Squares of a column's rest below it are nothing next to the column, and too small to be summed. */
const NOTHING = 2 ** -900;

export function householderCpu(
  plan: HouseholderPlan,
  [input]: readonly Uint8Array[],
  [r, q]: readonly Uint8Array[],
): void {
  const { dtype, rows, columns, heightR, widthQ } = plan;
  const a = viewOf(input as Uint8Array, dtype);
  const outR = viewOf(r as Uint8Array, dtype);
  const outQ = q && viewOf(q, dtype);
  const work = new Float64Array(rows * columns);
  const scales = new Float64Array(columns);
  const taus = new Float64Array(Math.min(rows, columns));
  const basis = new Float64Array(rows * widthQ);
  for (let batch = plan.from; batch < plan.to; batch++) {
    start(plan, a, plan.offset + batch * plan.batchStride, work, scales);
    factor(work, rows, columns, taus);
    for (let i = 0; i < heightR; i++) {
      const at = (batch * heightR + i) * columns;
      for (let j = 0; j < columns; j++)
        outR[at + j] = j < i ? 0 : (work[j * rows + i] as number) / (scales[j] as number);
    }
    if (!outQ) continue;
    form(work, rows, taus, basis, widthQ);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < widthQ; j++) outQ[(batch * rows + i) * widthQ + j] = basis[j * rows + i] as number;
  }
}

/** The matrix by columns, each times a power of two. */
function start(
  { rows, columns, rowStride, columnStride }: HouseholderPlan,
  a: ArrayLike<number>,
  at: number,
  work: Float64Array,
  scales: Float64Array,
): void {
  for (let j = 0; j < columns; j++) {
    let most = 0;
    for (let i = 0; i < rows; i++) {
      const value = a[at + i * rowStride + j * columnStride] as number;
      work[j * rows + i] = value;
      most = Math.max(most, Math.abs(value));
    }
    const scale = most > 0 && most < Infinity ? 2 ** -Math.min(1022, Math.max(-1022, Math.floor(Math.log2(most)))) : 1;
    scales[j] = scale;
    for (let i = j * rows; i < (j + 1) * rows; i++) work[i] = (work[i] as number) * scale;
  }
}

/**
 * R on and above the diagonal of `work`, and below it the reflectors Hⱼ = I − τⱼ·vⱼ·vⱼᵀ, without their 1 on the diagonal, as
 * LAPACK's `dgeqrf` leaves them: τⱼ = 0 where there is nothing below the diagonal.
 */
function factor(work: Float64Array, rows: number, columns: number, taus: Float64Array): void {
  for (let j = 0; j < taus.length; j++) {
    const at = j * rows;
    let squares = 0;
    for (let i = at + j + 1; i < at + rows; i++) squares += (work[i] as number) ** 2;
    if (squares <= NOTHING) {
      work.fill(0, at + j + 1, at + rows);
      taus[j] = 0;
      continue;
    }
    const alpha = work[at + j] as number;
    const length = Math.sqrt(alpha * alpha + squares);
    const beta = alpha < 0 ? length : -length;
    taus[j] = (beta - alpha) / beta;
    for (let i = at + j + 1; i < at + rows; i++) work[i] = (work[i] as number) / (alpha - beta);
    reflect(work, at, j, taus[j] as number, rows, work, j + 1, columns);
    work[at + j] = beta;
  }
}

/** Q by columns: the reflectors applied to the identity's first columns, last one first. */
function form(work: Float64Array, rows: number, taus: Float64Array, basis: Float64Array, width: number): void {
  basis.fill(0);
  for (let j = 0; j < Math.min(rows, width); j++) basis[j * rows + j] = 1;
  // Columns before the j-th have nothing in the rows of the j-th reflector yet.
  for (let j = taus.length - 1; j >= 0; j--) reflect(work, j * rows, j, taus[j] as number, rows, basis, j, width);
}

/** Applies I − τ·v·vᵀ to columns of `target`; v has a 1 in row `first`, whatever stands there, and its rest below. */
function reflect(
  work: Float64Array,
  v: number,
  first: number,
  tau: number,
  rows: number,
  target: Float64Array,
  from: number,
  to: number,
): void {
  if (tau === 0) return;
  let column = from;
  for (; column + 4 <= to; column += 4) {
    const a = column * rows;
    const b = a + rows;
    const c = b + rows;
    const d = c + rows;
    let [sumA, sumB, sumC, sumD] = [
      target[a + first] as number,
      target[b + first] as number,
      target[c + first] as number,
      target[d + first] as number,
    ];
    for (let i = first + 1; i < rows; i++) {
      const own = work[v + i] as number;
      sumA += own * (target[a + i] as number);
      sumB += own * (target[b + i] as number);
      sumC += own * (target[c + i] as number);
      sumD += own * (target[d + i] as number);
    }
    sumA *= tau;
    sumB *= tau;
    sumC *= tau;
    sumD *= tau;
    target[a + first] = (target[a + first] as number) - sumA;
    target[b + first] = (target[b + first] as number) - sumB;
    target[c + first] = (target[c + first] as number) - sumC;
    target[d + first] = (target[d + first] as number) - sumD;
    for (let i = first + 1; i < rows; i++) {
      const own = work[v + i] as number;
      target[a + i] = (target[a + i] as number) - sumA * own;
      target[b + i] = (target[b + i] as number) - sumB * own;
      target[c + i] = (target[c + i] as number) - sumC * own;
      target[d + i] = (target[d + i] as number) - sumD * own;
    }
  }
  for (; column < to; column++) {
    const a = column * rows;
    let sum = target[a + first] as number;
    for (let i = first + 1; i < rows; i++) sum += (work[v + i] as number) * (target[a + i] as number);
    sum *= tau;
    target[a + first] = (target[a + first] as number) - sum;
    for (let i = first + 1; i < rows; i++) target[a + i] = (target[a + i] as number) - sum * (work[v + i] as number);
  }
}
