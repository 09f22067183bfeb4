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
  NOTHING,
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
      const threshold = thresholdOf(toleranceOf(plan.dtype, plan.length), state[STATE.cosine] ?? 1);
      state[at] = Math.max(state[at] ?? 0, meet({ ...plan, threshold }, matrix, blocks, round === 0));
    }
    if (endsSweep(plan, round)) for (let batch = 0; batch < plan.batches; batch++) judge(plan, stateOf(batch));
  }
}

/** Says how a sweep went, and makes ready for the next. */
function judge({ dtype, length }: JacobiPlan, state: WordArray): void {
  if (state[STATE.done]) return;
  const meetings = state.subarray(STATE.meetings);
  const cosine = Math.max(...meetings);
  state[STATE.cosine] = cosine;
  state[STATE.done] = Number(cosine <= toleranceOf(dtype, length));
  meetings.fill(0);
}

/** A plan, and the |cosine| above which a pair is rotated in this sweep. */
interface Sweep extends JacobiPlan {
  readonly threshold: number;
}

/** All pairs of two blocks; `within`: those of one block, too. Returns the largest |cosine| that a pair had. */
function meet(sweep: Sweep, work: WordArray, blocks: readonly [number, number], within: boolean): number {
  const [[start, middle], [other, end]] = blocks.map(block => [
    Math.min(sweep.rows, block * BLOCK),
    Math.min(sweep.rows, (block + 1) * BLOCK),
  ]) as [[number, number], [number, number]];
  let most = 0;
  for (let p = start; p < middle; p++) {
    if (within) for (let q = p + 1; q < middle; q++) most = Math.max(most, rotate(sweep, work, p, q));
    for (let q = other; q < end; q++) most = Math.max(most, rotate(sweep, work, p, q));
  }
  if (within)
    for (let p = other; p < end; p++)
      for (let q = p + 1; q < end; q++) most = Math.max(most, rotate(sweep, work, p, q));
  return most;
}

/** Makes rows p < q orthogonal, the longer one becoming row p. Returns the |cosine| that they had. */
function rotate({ dtype, length, stride, threshold }: Sweep, work: WordArray, p: number, q: number): number {
  let [x, y] = [p * stride, q * stride];
  let [alpha, beta, gamma] = [0, 0, 0];
  for (let k = 0; k < length; k++) {
    const a = work[x + k] as number;
    const b = work[y + k] as number;
    alpha += a * a;
    beta += b * b;
    gamma += a * b;
  }
  const swapped = alpha < beta;
  if (swapped) [x, y, alpha, beta] = [y, x, beta, alpha];
  const cosine = beta > NOTHING[dtype] ? Math.abs(gamma) / (Math.sqrt(alpha) * Math.sqrt(beta)) : 0;
  if (!(cosine > threshold)) {
    if (swapped) exchange(work, x, y, stride);
    return cosine;
  }
  const difference = (alpha - beta) / (2 * gamma);
  const tangent = 1 / (Math.abs(difference) + Math.sqrt(1 + difference * difference));
  const half = ((difference < 0 ? -1 : 1) * tangent) / (1 + Math.sqrt(1 + tangent * tangent));
  const sine = (2 * half) / (1 + half * half);
  // Row x becomes the longer one, wherever it stood.
  const [toX, toY] = swapped ? [y, x] : [x, y];
  for (let k = 0; k < stride; k++) {
    const a = work[x + k] as number;
    const b = work[y + k] as number;
    work[toX + k] = a + sine * (b - half * a);
    work[toY + k] = b - sine * (a + half * b);
  }
  return cosine;
}

function exchange(work: WordArray, x: number, y: number, stride: number): void {
  for (let k = 0; k < stride; k++) {
    const a = work[x + k] as number;
    work[x + k] = work[y + k] as number;
    work[y + k] = a;
  }
}
