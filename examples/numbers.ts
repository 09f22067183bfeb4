/** From tensors to numbers, how long that took, how far off they are, and numbers in words. Shared by the pages. */
import type { Tensor } from 'unitball';

/** The numbers of a tensor that nobody needs afterwards. */
export async function numbersOf(tensor: Tensor): Promise<ArrayLike<number>> {
  try {
    return await tensor.data();
  } finally {
    tensor.dispose();
  }
}

export interface Timed {
  readonly numbers: ArrayLike<number>;
  /** Milliseconds from the call until the numbers are in an array. */
  readonly time: number;
}

export async function timed(call: () => Tensor): Promise<Timed> {
  const start = performance.now();
  const numbers = await numbersOf(call());
  return { numbers, time: performance.now() - start };
}

/** ‖a − b‖ / ‖a‖ */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [off, size] = [0, 0];
  for (let k = 0; k < a.length; k++) {
    const value = a[k] ?? 0;
    off += (value - (b[k] ?? 0)) ** 2;
    size += value ** 2;
  }
  return size === 0 ? 0 : Math.sqrt(off / size);
}

export const scientific = (value: number): string => (value === 0 ? '0' : value.toExponential(1));
export const percent = (share: number): string =>
  `${share >= 0.001 ? (100 * share).toFixed(2) : scientific(100 * share)} %`;
export const milliseconds = (value: number): string =>
  `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value)} ms`;
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
export const grouped = (count: number): string => count.toLocaleString('en');

/** A distance for a cell of a table: three digits after the point, fewer where there are many before it. */
export function shortened(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  const digits = Math.abs(value) < 100 ? 3 : Math.abs(value) < 1e5 ? 1 : 0;
  // What is rounded to 0 has no sign.
  const text = Math.abs(value) < 1e7 ? value.toFixed(digits) : value.toExponential(2);
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '−');
}

const raised = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** 10ⁿ, and 1 and 10 as they are. */
export function powerOfTen(power: number): string {
  if (power === 0 || power === 1) return String(10 ** power);
  const digits = String(Math.abs(power)).replaceAll(/\d/g, digit => raised[Number(digit)] ?? '');
  return `10${power < 0 ? '⁻' : ''}${digits}`;
}
