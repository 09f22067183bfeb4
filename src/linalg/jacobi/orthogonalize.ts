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
import { inNameOf } from '../matrices.ts';
import { jacobiPrimitive } from './jacobi.ts';
import { meetingsOf, nothingOf, roundsOf, STATE, stateLength, type JacobiPlan } from './plan.ts';

/** Sweeps after which something is wrong: six to ten are usual. */
const MOST = 40;
/** What is told as the number of sweeps, while it is not known. */
const USUAL = 8;
/** Sweeps that are enqueued before anybody asks, of matrices so small that asking takes longer: those that are done do nothing. */
const AT_ONCE = 12;
const SMALL = 64;
/** Steps of work (an element of a pair) that pay for asking about larger ones. */
const WORTH_ASKING = 2 ** 28;
/** Steps of one call at first, and the milliseconds that a call should keep this thread busy, where it does. */
const CALL = 2 ** 24;
const [SOON, LATE] = [10, 40];
/** Steps that are enqueued at once at most; a pause for less would send to a GPU what there is so far. */
const ENOUGH = 2 ** 30;

export interface OrthogonalRows {
  /** Square sums of the first parts of rows, by matrix and row. */
  readonly first: NumberArray;
  /** … and of what stands behind them, where something does. */
  readonly second: NumberArray | undefined;
  /** For each matrix the square sum up to which a row is nothing. */
  readonly nothing: readonly number[];
}

/**
 * Makes the rows of each matrix of `work` [batches, rows, stride] orthogonal, as far as their first `length` elements go; the
 * rest is rotated along. `work` is dense, begins its storage, and changes in place.
 */
export const orthogonalize = (
  work: Tensor,
  length: number,
  options: LongOptions,
  op: string,
  scope: Scope,
): Promise<OrthogonalRows> => inNameOf(op, jacobiPrimitive.name, sweep(work, length, options, op, scope));

async function sweep(
  work: Tensor,
  length: number,
  { signal, onProgress }: LongOptions,
  op: string,
  scope: Scope,
): Promise<OrthogonalRows> {
  const [batches = 0, rows = 0, stride = 0] = work.shape;
  const { device, dtype } = work;
  const meetings = batches * meetingsOf(rows);
  const state = scope.keep(device.upload(freshStates(batches, rows), [batches, stateLength(rows)], dtype, op));
  const pace = new Pace(op, signal);
  const ofMeeting = (((rows * rows) / 2) * (length + 2 * stride)) / (meetingsOf(rows) * roundsOf(rows));
  const ofSweep = ofMeeting * meetings * roundsOf(rows);
  const atOnce = rows <= SMALL ? AT_ONCE : Math.min(AT_ONCE, Math.max(1, Math.floor(WORTH_ASKING / ofSweep)));
  const plan = { dtype: dtype as JacobiPlan['dtype'], batches, rows, length, stride };
  let [call, owed, since] = [CALL, 0, performance.now()];
  for (let sweeps = 0; sweeps < MOST;) {
    const last = (sweeps + atOnce) * roundsOf(rows);
    const nothing = nothingOf(plan.dtype, sweeps);
    for (let first = sweeps * roundsOf(rows), from = 0; first < last;) {
      const most = Math.max(1, Math.floor(call / ofMeeting));
      const rounds = from > 0 ? 1 : Math.min(last - first, Math.max(1, Math.floor(most / meetings)));
      const to = Math.min(meetings, from + most);
      const begun = performance.now();
      launch(op, jacobiPrimitive, { ...plan, nothing, first, rounds, from, to }, [], [work, state]);
      const now = performance.now();
      call = now - begun > LATE ? call / 2 : now - begun < SOON ? call * 2 : call;
      owed += (to - from) * rounds * ofMeeting;
      if (now - since > SOON || owed > ENOUGH) {
        await pace.spend(owed, work);
        [owed, since] = [0, performance.now()];
      }
      first += to === meetings ? rounds : 0;
      from = to === meetings ? 0 : to;
    }
    sweeps += atOnce;
    const [states, first, second] = await Promise.all([
      state.data(),
      squareSums(work, 0, length),
      stride > length ? squareSums(work, length, stride) : undefined,
    ]);
    const ends = Array.from({ length: batches }, (_, b) => states[b * stateLength(rows) + STATE.done] ?? 0);
    const isDone = ends.every(end => end > 0);
    onProgress?.({ stage: 'sweep', done: sweeps, total: isDone ? sweeps : Math.max(USUAL, sweeps + 1) });
    signal?.throwIfAborted();
    if (isDone) return { first, second, nothing: ends };
  }
  throw new ConvergenceError(
    `${op}: the rows of ${showShape([rows, length])} are not orthogonal after ${MOST} sweeps of rotations. This should not be: please report the matrix.`,
  );
}

/** Nothing is done, and any cosine may be there. */
const freshStates = (batches: number, rows: number): Float64Array =>
  Float64Array.from({ length: batches * stateLength(rows) }, (_, k) => Number(k % stateLength(rows) === STATE.cosine));

/** Σx² over some elements of each row. */
function squareSums(work: Tensor, from: number, to: number): Promise<NumberArray> {
  return scoped(scope => {
    const part = scope.keep(work.slice(from, to, { axis: 2 }));
    return scope.keep(sum(scope.keep(square(part)), { axis: 2 })).data();
  });
}
