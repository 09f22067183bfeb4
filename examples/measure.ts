/** Timing one call of `norm` on one device, or the same thing as a plain loop. No page in here. */
import { norm, type Device } from 'unitball';
import { numbersOf } from './numbers.ts';
import { plainNorms, type Ord } from './plain-loops.mjs';

/** A matrix of float32 and what to ask of it. */
export interface Task {
  readonly x: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly ord: Ord;
  readonly axis: 0 | 1 | undefined;
}

export interface Measured {
  readonly answer: ArrayLike<number>;
  /** Milliseconds: the first call, and the median of those after it. */
  readonly first: number;
  readonly median: number;
}

const repeats = 5;
/** Slow devices get fewer repeats. */
const enough = 1500;

/** From the call to the numbers in an array; the upload is not counted. */
export async function measureDevice(device: Device, task: Task, signal: AbortSignal): Promise<Measured> {
  const matrix = device.tensor(task.x, [task.rows, task.columns]);
  try {
    const row = matrix.row(0);
    await row.data(); // the matrix has arrived
    row.dispose();
    const options = { ...(task.ord !== undefined && { ord: task.ord }), axis: task.axis };
    return await measure(signal, () => numbersOf(norm(matrix, options)));
  } finally {
    matrix.dispose();
  }
}

export function measurePlain({ x, rows, columns, ord, axis }: Task, signal: AbortSignal): Promise<Measured> {
  return measure(signal, () => plainNorms(x, rows, columns, ord, axis));
}

async function measure(
  signal: AbortSignal,
  run: () => ArrayLike<number> | Promise<ArrayLike<number>>,
): Promise<Measured> {
  const times: number[] = [];
  let answer: ArrayLike<number> = [];
  const begin = performance.now();
  while (times.length <= repeats && (times.length < 2 || performance.now() - begin < enough)) {
    await breath();
    signal.throwIfAborted();
    const start = performance.now();
    answer = await run();
    times.push(performance.now() - start);
  }
  const [first = 0, ...rest] = times;
  rest.sort((a, b) => a - b);
  return { answer, first, median: rest[rest.length >> 1] ?? first };
}

/** Lets the page draw and listen before the next stretch of work. */
export const breath = (): Promise<void> => new Promise(done => setTimeout(done, 20));
