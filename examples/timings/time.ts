/** Timing one operation on one device, and whether the answer is that of another. No page in here. */
import type { Device } from 'unitball';
import { breath } from '../measure.ts';
import { relativeError } from '../numbers.ts';
import { fillWithNoise } from '../plain-loops.mjs';
import type { Op, Sizes } from './ops.ts';

export interface Timing {
  /** Milliseconds: the first call, and the median of those after it, from the call until its small result is in an array. */
  readonly first: number;
  readonly median: number;
  readonly answer: ArrayLike<number>;
}

/** float32 rounds what is added up in another order: answers that are further apart than this are not the same. */
const SAME = 1e-3;

/** Numbers of all operands. More than that, and a phone closes the page. */
export const MOST_NUMBERS = 40_000_000;

export const numbersIn = (op: Op, sizes: Sizes): number =>
  op.operands(sizes).reduce((sum, shape) => sum + shape.reduce((product, length) => product * length, 1), 0);

export interface Patience {
  /** Calls after the first, and milliseconds after which there are no more. */
  readonly repeats: number;
  readonly enough: number;
}

export async function time(
  op: Op,
  sizes: Sizes,
  device: Device,
  { repeats, enough }: Patience,
  signal?: AbortSignal,
): Promise<Timing> {
  const operands = op.operands(sizes).map((shape, k) => {
    const values = fillWithNoise(new Float32Array(shape.reduce((product, length) => product * length, 1)), k + 1);
    op.prepare?.(values, sizes);
    return device.tensor(values, [...shape]);
  });
  try {
    // All have arrived.
    for (const operand of operands) {
      const corner = operand.reshape([-1]).slice(-1);
      await corner.data();
      corner.dispose();
    }
    const times: number[] = [];
    let answer: ArrayLike<number> = [];
    const begin = performance.now();
    while (times.length <= repeats && (times.length < 2 || performance.now() - begin < enough)) {
      await breath();
      signal?.throwIfAborted();
      const start = performance.now();
      const result = await op.run(operands, sizes);
      answer = await result.data();
      times.push(performance.now() - start);
      result.dispose();
    }
    const [first = 0, ...rest] = times;
    rest.sort((a, b) => a - b);
    return { first, median: rest[rest.length >> 1] ?? first, answer };
  } finally {
    operands.forEach(operand => operand.dispose());
  }
}

export const isSame = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && relativeError(a, b) < SAME;
