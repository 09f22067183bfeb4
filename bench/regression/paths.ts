/**
 * What the benches of paths share: y is made of ten columns and noise of the same size as one, the path is scikit-learn's of 100 α down to a
 * thousandth of the first. An answer is judged by its dual gaps, which prove how far off it may be; they are told.
 */
import type { Bench, Solved } from '../harness/bench.ts';

/** How many columns y is made of. */
export const PLANTED = 10;
const ALPHAS = 100;
const EPS = 1e-3;

/** X [n, p], then y [n], of n·(p + 1) uniform numbers, the last of which are the noise. */
export function planted(
  random: Float32Array<ArrayBuffer>,
  [n = 1, width = 1]: readonly number[],
): Float32Array<ArrayBuffer> {
  const p = width - 1;
  return random.map((value, at) => {
    if (at < n * p) return value;
    const row = (at - n * p) * p;
    return random.subarray(row, row + Math.min(PLANTED, p)).reduce((sum, one) => sum + one, value);
  });
}

export const parts = ([n = 1, width = 1]: readonly number[]): number[][] => [[n, width - 1], [n]];

/** The α of the path: from max |xⱼ·y| / (n·l1Ratio) on, columns and y less their means. */
export function grid(x: Float32Array, [n = 1, width = 1]: readonly number[], l1Ratio: number): Float64Array {
  const p = width - 1;
  const y = Float64Array.from(x.subarray(n * p));
  const mean = y.reduce((sum, value) => sum + value / n, 0);
  const products = new Float64Array(p);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < p; j++) products[j] = (products[j] ?? NaN) + (x[i * p + j] ?? NaN) * ((y[i] ?? NaN) - mean);
  const most = products.reduce((top, value) => Math.max(top, Math.abs(value)), 0) / n / l1Ratio;
  return Float64Array.from({ length: ALPHAS }, (_, k) => most * EPS ** (k / (ALPHAS - 1)));
}

function remark(all: readonly Solved[]): string {
  const gaps = all.map(({ answers: [, own = new Float32Array([NaN])] }) => Math.max(...own));
  return `largest dual gap ${Math.max(...gaps).toExponential(1)}·‖y‖²`;
}

export interface PathShape {
  readonly name: string;
  /** Rows, and columns with y among them. */
  readonly full: readonly [number, number];
  readonly quick: readonly [number, number];
  readonly l1Ratio: number;
}

export const pathBench = ({ name, full, quick, l1Ratio }: PathShape): Bench => ({
  name: `regression/${name}`,
  title: `a path of ${ALPHAS} α${l1Ratio === 1 ? '' : `, l1Ratio ${l1Ratio}`}`,
  shape: { full, quick },
  bytes: ([n = 1, width = 1]) => 4 * (n * width + ALPHAS * width),
  data: planted,
  parts,
  expected: (x, shape) => [grid(x, shape, l1Ratio)],
  remark,
  readback: true,
  queues: false,
  ways: {
    '': (session, x) => {
      const [rows, y] = x as [unknown, unknown];
      return session.elasticNetPath?.(rows, y, l1Ratio);
    },
  },
});
