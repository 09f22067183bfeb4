/**
 * The jacobi primitive on a CPU, in doubles: the reference that the other devices' kernels are read beside.
 *
 * A pair of rows x, y with α = ‖x‖², β = ‖y‖², γ = x·y (over their first elements) is rotated by
 *
 *     x' = x + s·(y − τ·x),   y' = y − s·(x + τ·y),   s = sin θ, τ = tan(θ/2), tan 2θ = 2γ / (α − β), |θ| ≤ 45°,
 *
 * Rutishauser's form: what is added is small where the angle is, and so is its rounding. The longer row comes first
 * (de Rijk): then rows are sorted as they become orthogonal, and angles go to 0 quadratically.
 */
import { viewOf, type WordArray } from '../../tensor/index.ts';
import {
  BLOCK,
  blocksOf,
  endsSweep,
  meetingAt,
  meetingsOf,
  roundsOf,
  STATE,
  stateLength,
  thresholdOf,
  toleranceOf,
  type JacobiPlan,
} from './plan.ts';

export function jacobiCpu(plan: JacobiPlan, _: readonly Uint8Array[], [rows, status]: readonly Uint8Array[]): void {
  const work = viewOf(rows as Uint8Array, plan.dtype);
  const states = viewOf(status as Uint8Array, plan.dtype);
  const meetings = meetingsOf(plan.rows);
  const squares = new Float64Array(plan.rows);
  const tolerance = toleranceOf(plan.dtype, plan.length);
  const stateOf = (batch: number): WordArray =>
    states.subarray(batch * stateLength(plan.rows), (batch + 1) * stateLength(plan.rows));
  for (let count = plan.first; count < plan.first + plan.rounds; count++) {
    const round = count % roundsOf(plan.rows);
    for (let unit = plan.from; unit < plan.to; unit++) {
      const [batch, meeting] = [Math.floor(unit / meetings), unit % meetings];
      const state = stateOf(batch);
      if (state[STATE.done]) continue;
      const matrix = work.subarray(batch * plan.rows * plan.stride, (batch + 1) * plan.rows * plan.stride);
      const at = STATE.meetings + meeting;
      const blocks = meetingAt(round, meeting, blocksOf(plan.rows));
      const threshold = thresholdOf(tolerance, state[STATE.cosine] ?? 1);
      const met = meet({ ...plan, work: matrix, threshold, tolerance, squares }, blocks, round === 0);
      state[at] = Math.max(state[at] ?? 0, met);
    }
    if (endsSweep(plan, round)) for (let batch = 0; batch < plan.batches; batch++) judge(plan, stateOf(batch));
  }
}

/** Says how a sweep went, and makes ready for the next. */
function judge({ dtype, length, nothing }: JacobiPlan, state: WordArray): void {
  if (state[STATE.done]) return;
  const meetings = state.subarray(STATE.meetings);
  const cosine = Math.max(...meetings);
  state[STATE.cosine] = cosine;
  state[STATE.done] = cosine <= toleranceOf(dtype, length) ? nothing : 0;
  meetings.fill(0);
}

/** Two blocks while they meet. */
interface Meeting extends JacobiPlan {
  readonly work: WordArray;
  /** The |cosine| above which a pair is rotated, and up to which it counts as orthogonal. */
  readonly threshold: number;
  readonly tolerance: number;
  /** Square sums of rows, by row: found when blocks meet, and kept through their rotations. */
  readonly squares: Float64Array;
}

/** All pairs of two blocks; `within`: those of one block, too. Returns the largest |cosine| that a pair had. */
function meet(meeting: Meeting, blocks: readonly [number, number], within: boolean): number {
  const [[start, middle], [other, end]] = blocks.map(block => [
    Math.min(meeting.rows, block * BLOCK),
    Math.min(meeting.rows, (block + 1) * BLOCK),
  ]) as [[number, number], [number, number]];
  for (let row = start; row < middle; row++) meeting.squares[row] = product(meeting, row, row);
  for (let row = other; row < end; row++) meeting.squares[row] = product(meeting, row, row);
  let most = 0;
  for (let p = start; p < middle; p++) {
    if (within) for (let q = p + 1; q < middle; q++) most = Math.max(most, rotate(meeting, p, q));
    for (let q = other; q < end; q++) most = Math.max(most, rotate(meeting, p, q));
  }
  if (within)
    for (let p = other; p < end; p++) for (let q = p + 1; q < end; q++) most = Math.max(most, rotate(meeting, p, q));
  return most;
}

/** The product of two rows, in four chains that a processor can overlap. */
function product({ work, length, stride }: Meeting, p: number, q: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let x = p * stride;
  let y = q * stride;
  const end = x + length;
  for (const last = end - 3; x < last; x += 4, y += 4) {
    a += (work[x] as number) * (work[y] as number);
    b += (work[x + 1] as number) * (work[y + 1] as number);
    c += (work[x + 2] as number) * (work[y + 2] as number);
    d += (work[x + 3] as number) * (work[y + 3] as number);
  }
  for (; x < end; x++, y++) a += (work[x] as number) * (work[y] as number);
  return a + b + (c + d);
}

/** tan θ of tan 2θ = double / difference, |θ| ≤ 45°: by the smaller of both ratios, whose square cannot leave the range. */
function tangentOf(difference: number, double: number): number {
  if (Math.abs(difference) >= Math.abs(double)) {
    const ratio = double / difference;
    return ratio / (1 + Math.sqrt(1 + ratio * ratio));
  }
  const ratio = difference / double;
  return (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio));
}

/** Makes rows p < q orthogonal, the longer one becoming row p. Returns the |cosine| that they had. */
function rotate(meeting: Meeting, p: number, q: number): number {
  const { nothing, squares, work, stride, threshold, tolerance } = meeting;
  const [first, second] = [squares[p] as number, squares[q] as number];
  const gamma = Math.min(first, second) > nothing ? product(meeting, p, q) : 0;
  const cosine = gamma === 0 ? 0 : Math.abs(gamma) / (Math.sqrt(first) * Math.sqrt(second));
  if (!(cosine > threshold)) {
    // Rows as long as each other may stay as they are, whatever rounding says.
    if (!(first < 0.99 * second)) return cosine;
    exchange(work, p * stride, q * stride, stride);
    [squares[p], squares[q]] = [second, first];
    // They have not met the rows in between then: this sweep cannot be the last.
    return Math.max(cosine, 2 * tolerance);
  }
  // What may be the last sweep exchanges nothing.
  const swapped = first < second && cosine > tolerance;
  const [alpha, beta] = swapped ? [second, first] : [first, second];
  const tangent = tangentOf(alpha - beta, 2 * gamma);
  const half = tangent / (1 + Math.sqrt(1 + tangent * tangent));
  const sine = (2 * half) / (1 + half * half);
  const [x, y] = swapped ? [q * stride, p * stride] : [p * stride, q * stride];
  turn(work, x, y, p * stride, q * stride, stride, sine, half);
  const rest = beta - tangent * gamma;
  squares[p] = alpha + tangent * gamma;
  // One that lost most of itself is summed anew.
  squares[q] = rest > 0.1 * beta ? rest : product(meeting, q, q);
  return cosine;
}

/** Rows at x and y, rotated, to the places p and q: theirs, in either order. */
function turn(
  work: WordArray,
  x: number,
  y: number,
  p: number,
  q: number,
  stride: number,
  sine: number,
  half: number,
): void {
  for (let k = 0; k < stride; k++) {
    const a = work[x + k] as number;
    const b = work[y + k] as number;
    work[p + k] = a + sine * (b - half * a);
    work[q + k] = b - sine * (a + half * b);
  }
}

function exchange(work: WordArray, x: number, y: number, stride: number): void {
  for (let k = 0; k < stride; k++) {
    const a = work[x + k] as number;
    work[x + k] = work[y + k] as number;
    work[y + k] = a;
  }
}
