/**
 * Sweeps of the jacobi primitive until rows are orthogonal: how many of them are enqueued at once, when the device is asked how
 * far it has come, and when it is time to give up.
 */
import { square, sum } from '../../arith/index.ts';
import { ConvergenceError } from '../../errors.ts';
import {
  launch,
  Pace,
  scoped,
  showShape,
  type LongOptions,
  type NumberArray,
  type Scope,
  type Tensor,
} from '../../tensor/index.ts';
import { jacobiPrimitive } from './jacobi.ts';
import { meetingsOf, roundsOf, STATE, stateLength, type JacobiPlan } from './plan.ts';

/** Sweeps after which something is wrong: six to ten are usual. */
const MOST = 40;
/** What is told as the number of sweeps, while it is not known. */
const USUAL = 8;
/** Sweeps that are enqueued before anybody asks, of matrices so small that asking takes longer. */
const AT_ONCE = 12;
/** Steps of work (an element of a pair) that pay for asking. */
const WORTH_ASKING = 2 ** 25;
/** Steps of one call, at first, and the milliseconds that a call may keep the thread busy. */
const CALL = 2 ** 24;
const [SOON, LATE] = [10, 40];

export interface OrthogonalRows {
  /** Square sums of the first parts of rows, by matrix and row. */
  readonly first: NumberArray;
  /** … and of what stands behind them, where something does. */
  readonly second: NumberArray | undefined;
}

/**
 * Makes the rows of each matrix of `work` [batches, rows, stride] orthogonal, as far as their first `length` elements go; the
 * rest is rotated along. `work` is dense, begins its storage, and changes in place.
 */
export async function orthogonalize(
  work: Tensor,
  length: number,
  { signal, onProgress }: LongOptions,
  op: string,
  scope: Scope,
): Promise<OrthogonalRows> {
  const [batches = 0, rows = 0, stride = 0] = work.shape;
  const { device, dtype } = work;
  const meetings = batches * meetingsOf(rows);
  const begin = Float64Array.from({ length: meetings + batches * STATE.meetings }, (_, k) =>
    Number(k % stateLength(rows) === STATE.cosine),
  );
  const state = scope.keep(device.upload(begin, [batches, stateLength(rows)], dtype, op));
  const pace = new Pace(op, signal);
  const ofMeeting = (((rows * rows) / 2) * (length + 2 * stride)) / (meetingsOf(rows) * roundsOf(rows));
  const ofSweep = ofMeeting * meetings * roundsOf(rows);
  const atOnce = Math.min(AT_ONCE, Math.max(1, Math.floor(WORTH_ASKING / ofSweep)));
  let call = CALL;
  const play = async (first: number, rounds: number, from: number, to: number): Promise<void> => {
    const begun = performance.now();
    const plan: JacobiPlan = {
      dtype: dtype as JacobiPlan['dtype'],
      batches,
      rows,
      length,
      stride,
      first,
      rounds,
      from,
      to,
    };
    launch(op, jacobiPrimitive, plan, [], [work, state]);
    const took = performance.now() - begun;
    call = took > LATE ? call / 2 : took < SOON ? call * 2 : call;
    await pace.spend((to - from) * rounds * ofMeeting, work);
  };
  for (let sweeps = 0; sweeps < MOST;) {
    const end = (sweeps + atOnce) * roundsOf(rows);
    for (let round = sweeps * roundsOf(rows); round < end;) {
      const count = Math.min(meetings, Math.max(1, Math.floor(call / ofMeeting)));
      const rounds = count < meetings ? 1 : Math.min(end - round, Math.max(1, Math.floor(call / ofMeeting / meetings)));
      for (let from = 0; from < meetings; from += count)
        await play(round, rounds, from, Math.min(meetings, from + count));
      round += rounds;
    }
    sweeps += atOnce;
    const [states, first, second] = await Promise.all([
      state.data(),
      squareSums(work, 0, length),
      stride > length ? squareSums(work, length, stride) : undefined,
    ]);
    const isDone = Array.from({ length: batches }).every((_, b) => states[b * stateLength(rows) + STATE.done] === 1);
    onProgress?.({ stage: 'sweep', done: sweeps, total: isDone ? sweeps : Math.max(USUAL, sweeps + 1) });
    signal?.throwIfAborted();
    if (isDone) return { first, second };
  }
  throw new ConvergenceError(
    `${op}: the rows of ${showShape([rows, length])} are not orthogonal after ${MOST} sweeps of rotations. This should not be: please report the matrix.`,
  );
}

/** Σx² over some elements of each row. */
function squareSums(work: Tensor, from: number, to: number): Promise<NumberArray> {
  return scoped(scope => {
    const part = scope.keep(work.slice(from, to, { axis: 2 }));
    return scope.keep(sum(scope.keep(square(part)), { axis: 2 })).data();
  });
}
