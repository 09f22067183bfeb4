/**
 * The pairwise primitive: one number for every pair of a row of `a` and a row of `b`, kept as a matrix (or its upper
 * triangle), or reduced along the rows of `b` as it is found. What the number is, a `PairMetric` says.
 */
import type { Primitive } from '../device/index.ts';
import { runPairsOnCpu } from './cpu.ts';
import type { PairMetric, PairSettings } from './metric.ts';
import { lowerPairs } from './webgpu.ts';

/** What becomes of the numbers: `matrix` [n, m], `condensed` [n(n−1)/2] of one set of rows, or one number for each row of a. */
export type Sink =
  | { readonly kind: 'matrix' }
  | { readonly kind: 'condensed' }
  | { readonly kind: 'min' }
  | { readonly kind: 'argmin' }
  | { readonly kind: 'sum' }
  | { readonly kind: 'countBelow'; readonly threshold: number };

/** True where all numbers are kept, rather than reduced row by row. */
export const keepsAll = (sink: Sink): boolean => sink.kind === 'matrix' || sink.kind === 'condensed';

/** Words of what `measure` finds of a row, on any device. */
export const MEASURED_WORDS = 4;

/** Rows of contiguous elements, `stride` stored elements apart; `batchStride` from one matrix of a stack to the next. */
export interface Rows {
  readonly offset: number;
  readonly stride: number;
  readonly batchStride: number;
}

/** Reads: a, b, the weights where `weighted`, and the numbers of the rows of b where they are given. Writes: the result. */
export interface PairPlan {
  readonly dtype: 'float32' | 'float64' | 'bool';
  /** The dtype of the numbers that come out, and of the weights. */
  readonly floats: 'float32' | 'float64';
  /** Matrices in a stack: products of batches. Always 1 with other sinks than `matrix`. */
  readonly batches: number;
  readonly n: number;
  readonly m: number;
  /** Stored elements in a row: numbers, or packed words. */
  readonly length: number;
  readonly a: Rows;
  readonly b: Rows;
  /** True where b is a once more: what is prepared of one serves the other. */
  readonly oneSet: boolean;
  readonly weighted: boolean;
  readonly weightsOffset: number;
  /** Where the numbers begin that `measure` found of the rows of b, in words; only without weights, and of one batch. */
  readonly numbersOffset?: number | undefined;
  readonly outOffset: number;
  readonly settings: PairSettings;
  readonly sink: Sink;
}

const primitives = /* @__PURE__ */ new WeakMap<PairMetric, Primitive<PairPlan>>();

/** The primitive of a metric: one a metric, however often it is asked for. */
export function pairPrimitive(metric: PairMetric): Primitive<PairPlan> {
  const known = primitives.get(metric);
  if (known) return known;
  const made: Primitive<PairPlan> = {
    name: `pairs/${metric.name}`,
    cpu: (plan, reads, writes) => runPairsOnCpu(metric, plan, reads, writes),
    webgpu: (plan, facts) => lowerPairs(metric, plan, facts),
    ...(metric.wasm && { wasm: () => import('./wasm.ts').then(room => room.lowerPairsToWasm(metric)) }),
  };
  primitives.set(metric, made);
  return made;
}

/** Where pair (i, j), i < j, of n rows stands in condensed order: row by row, without the diagonal. */
export const condensedIndex = (n: number, i: number, j: number): number => i * n - (i * (i + 1)) / 2 + (j - i - 1);
