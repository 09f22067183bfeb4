/** Timing one operation on one device, what is too much for it, and whether an answer is that of another. No page in here. */
import { Tensor, type Device, type DeviceInfo, type Progress } from 'unitball';
import { breath } from '../measure.ts';
import { megabytes } from '../numbers.ts';
import { fillWithNoise } from '../plain-loops.mjs';
import type { Answer, Company, Op, Task, Wish } from './op.ts';

export interface Timing {
  /** Milliseconds: the first call, and the median of those after it, from the call until its numbers, or the last of many, are in an array. */
  readonly first: number;
  readonly median: number;
  readonly answer: ArrayLike<number>;
}

/** float32 rounds what is added up in another order: answers that are further apart than this are not the same. */
const SAME = 1e-3;

/** Numbers of operands and results. More than that, and a phone closes the page. */
export const MOST_NUMBERS = 40_000_000;

/**
 * Operations that take a device some ten seconds, by what it is: calls that are not made of many cannot be stopped, and on `cpu` the
 * page stands still meanwhile.
 */
export function mostFlops({ kind, isFallback }: Pick<DeviceInfo, 'kind' | 'isFallback'>): number {
  if (kind === 'cpu') return 1e10;
  if (kind === 'wasm' || isFallback) return 5e10;
  return 1e13;
}

/** Milliseconds after which the page gets to draw and to listen, between two calls. */
const SOON = 50;

/** Up to so many numbers travel while the clock runs, as a user would read them; of more, the last says that they are there. */
const FEW = 4096;
/** So many are compared. */
const COMPARED = 1_000_000;

export const numbersIn = (op: Op, wish: Wish): number =>
  op.operands(wish).reduce((sum, shape) => sum + sizeOf(shape), op.results?.(wish.sizes) ?? 0);

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Why an operation is not to be tried at these sizes, on this device or on any; undefined where it may be. */
export function tooMuch(op: Op, wish: Wish, info?: Pick<DeviceInfo, 'kind' | 'isFallback'>): string | undefined {
  const numbers = numbersIn(op, wish);
  if (numbers > MOST_NUMBERS)
    return `Operands and results would take ${megabytes(4 * numbers)}. Choose at most ${megabytes(4 * MOST_NUMBERS)}.`;
  const flops = op.flops?.(wish) ?? 0;
  if (info === undefined || flops <= mostFlops(info)) return undefined;
  return `${countInWords(flops)} operations would take too long here. Choose sizes of at most ${countInWords(mostFlops(info))}.`;
}

export const countInWords = (count: number): string =>
  count >= 1e9
    ? `${round(count / 1e9)} billion`
    : count >= 1e6
      ? `${round(count / 1e6)} million`
      : Math.round(count).toLocaleString('en');
const round = (count: number): string =>
  count >= 100 ? Math.round(count).toLocaleString('en') : String(Number(count.toPrecision(3)));

export interface Patience {
  /** Calls after the first, and milliseconds after which there are no more. */
  readonly repeats: number;
  readonly enough: number;
}

/** How far a measurement has come: which call it is in, and how far that is, where it says so. */
export interface Came {
  readonly call: number;
  readonly progress?: Progress;
}

export async function time(
  op: Op,
  wish: Wish,
  device: Device,
  { repeats, enough }: Patience,
  { signal, report }: { readonly signal?: AbortSignal; readonly report?: (came: Came) => void } = {},
): Promise<Timing> {
  const operands = operandsOf(op, wish, device);
  let task: Task | undefined;
  try {
    for (const operand of operands) await lastOf(operand);
    task = await op.begin(operands, wish, device);
    const times: number[] = [];
    let answer: Answer = [];
    const begin = performance.now();
    let heard = -Infinity;
    while (times.length <= repeats && (times.length < 2 || performance.now() - begin < enough)) {
      const call = times.length + 1;
      if (answer instanceof Tensor) answer.dispose();
      if (performance.now() - heard > SOON) {
        report?.({ call });
        await breath();
        heard = performance.now();
      }
      signal?.throwIfAborted();
      const company: Company = { signal, onProgress: progress => report?.({ call, progress }) };
      const start = performance.now();
      answer = await task.run(company);
      await arrived(answer);
      times.push(performance.now() - start);
    }
    const [first = 0, ...rest] = times;
    rest.sort((a, b) => a - b);
    return { first, median: rest[rest.length >> 1] ?? first, answer: await compared(answer) };
  } finally {
    task?.end?.();
    operands.forEach(operand => operand.dispose());
  }
}

function operandsOf(op: Op, wish: Wish, device: Device): Tensor[] {
  const shapes = op.operands(wish);
  const numbers = shapes.map((shape, k) => fillWithNoise(new Float32Array(sizeOf(shape)), k + 1));
  op.prepare?.(numbers, wish);
  return shapes.map((shape, k) => device.tensor(numbers[k] ?? [], [...shape]));
}

/** The last element, which is there when all of them are. */
async function lastOf(x: Tensor): Promise<void> {
  const flat = x.reshape([-1]);
  const last = flat.slice(-1);
  await last.data();
  last.dispose();
  flat.dispose();
}

async function arrived(answer: Answer): Promise<void> {
  if (!(answer instanceof Tensor)) return;
  if (answer.size <= FEW) await answer.data();
  else await lastOf(answer);
}

/** Of the last call, the numbers that are compared. */
async function compared(answer: Answer): Promise<ArrayLike<number>> {
  if (!(answer instanceof Tensor)) return answer;
  const flat = answer.reshape([-1]);
  const some = flat.size > COMPARED ? flat.slice(0, COMPARED) : flat;
  try {
    return await some.data();
  } finally {
    [some, flat, answer].forEach(tensor => tensor.dispose());
  }
}

/** ‖a − b‖ / ‖a‖, where NaN is as far from NaN as ∞ from ∞: not at all. */
export function distanceOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [off, size] = [0, 0];
  for (let k = 0; k < a.length; k++) {
    const [one, other] = [a[k] ?? 0, b[k] ?? 0];
    if (Object.is(one, other)) {
      size += Number.isFinite(one) ? one ** 2 : 0;
      continue;
    }
    off += (one - other) ** 2;
    size += one ** 2;
  }
  return off === 0 ? 0 : Math.sqrt(off / size);
}

export const isSame = (op: Op, a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && distanceOf(a, b) < (op.apart ?? SAME);
