/** Rows for specs of ordering – random, sorted, with ties, with all that is not a plain number – and comparing with the oracle. */
import { topk, type Tensor } from '../../src/index.ts';
import { firstOf } from '../oracle/order.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import { exact } from '../tolerance.ts';
import { Random } from './random.ts';
import type { Batch } from './tensors.ts';

const SPECIALS = [NaN, Infinity, -Infinity, -0, 0, 2 ** -149, -(2 ** -149), 2 ** -126, 3.4028234663852886e38, 1, -1];

/** `count` numbers of float32, as each kind of row has them. */
export const rowKinds = {
  random: count => new Random(count).normal(count),
  sorted: count => Float32Array.from({ length: count }, (_, i) => i - count / 2),
  reversed: count => Float32Array.from({ length: count }, (_, i) => count / 2 - i),
  constant: count => new Float32Array(count).fill(1.5),
  duplicates: count => Float32Array.from(new Random(count + 1).ints(count, -3, 4)),
  specials: count => {
    const random = new Random(count + 2);
    return Float32Array.from(random.ints(count, 0, SPECIALS.length), which => SPECIALS[which] ?? NaN);
  },
  'mostly NaN': count => new Random(count + 3).normal(count).map(x => (x > 1 ? x : NaN)),
  // What a sample of every s-th element knows nothing of.
  waves: count => Float32Array.from({ length: count }, (_, i) => (i % 8 === 0 ? 1000 - i / count : i % 8)),
} as const satisfies Readonly<Record<string, (count: number) => Float32Array>>;

export type RowKind = keyof typeof rowKinds;
export const ROW_KINDS = Object.keys(rowKinds) as readonly RowKind[];

/** Rows of a kind, different ones from row to row. */
export function rowsOf(kind: RowKind, shape: readonly number[]): Grid {
  const count = shape.reduce((a, b) => a * b, 1);
  return grid(shape, Float64Array.from(rowKinds[kind](count)));
}

export interface TopkCase {
  readonly k: number;
  readonly largest?: boolean;
  readonly axis?: number;
}

/** Enqueues `topk` and compares both its results with the oracle's. */
export function compareTopk(
  batch: Batch,
  x: Tensor,
  expected: Grid,
  { k, largest = true, axis = -1 }: TopkCase,
  note = '',
): void {
  const label = `${note}topk([${x.shape.join(', ')}], ${k}${largest ? '' : ', smallest'}, axis ${axis})`;
  const wanted = firstOf(expected, k, largest, axis);
  const found = topk(x, k, { largest, axis });
  batch.expect(`${label}.values`, () => found.values, wanted.values, exact);
  batch.expect(`${label}.indices`, () => found.indices, wanted.indices, exact);
}
