/**
 * What a pair metric is: one number for two rows, written twice – as a loop in doubles for the CPU and as a WGSL fragment
 * with the contract of shaders/README.md for the GPU. `linalg` and `distance` define theirs as values of `PairMetric`, and
 * so do users.
 */
import type { WgslFile } from '../device/index.ts';
import type { WordArray } from '../tensor/index.ts';
import type { PairSums } from './sums.ts';

/** The numbers that steer a metric, the same for all pairs of a call. Plain data: part of the plan. */
export interface PairSettings {
  /** The exponent of a Minkowski distance; 0 for metrics without one. */
  readonly power: number;
  /** What a metric of directions gives where one of the two vectors has none. */
  readonly zeroVector: number;
  /** Elements in a row. Packed rows have fewer stored words. */
  readonly size: number;
}

export const defaultSettings = (size: number): PairSettings => ({ power: 0, zeroVector: NaN, size });

/** The loops of a metric, in doubles. Rows lie contiguous in `x` and `y`; `weights`, where given, has one number a column. */
export interface PairLoop {
  /** A number that each row has by itself – a norm, a sum –, found once and handed to `pair` as `left` and `right`. */
  readonly row?: (
    x: WordArray,
    at: number,
    length: number,
    weights: WordArray | undefined,
    settings: PairSettings,
  ) => number;
  readonly pair: (
    x: WordArray,
    xAt: number,
    y: WordArray,
    yAt: number,
    length: number,
    weights: WordArray | undefined,
    settings: PairSettings,
    left: number,
    right: number,
  ) => number;
  /** For metrics that follow from a sum, where there are no weights: eight pairs at once, which is twice as fast. */
  readonly sums?: PairSums;
}

/**
 * How rows are changed before the kernel of a metric sees them, and what number of a row travels with it:
 * `unit` x/‖x‖ · `centred-unit` the same of x minus its mean · `shares` x/Σx · `root-shares` √(x/Σx). The number is 0 for a
 * row that has no direction (or no sum), NaN for one with NaN, else 1.
 */
export type Preparation = 'unit' | 'centred-unit' | 'shares' | 'root-shares';

/** The kernel of a metric. */
export interface PairKernel {
  /** The fragment, and the files that it leans on. */
  readonly wgsl: readonly WgslFile[];
  readonly constants?: Readonly<Record<string, number | boolean>>;
  readonly prepare?: Preparation;
  /** How much a step computes, which says how many pairs one invocation takes: a product, a few operations, or logarithms. */
  readonly cost?: 'light' | 'middle' | 'heavy';
  /** True where the fragment can tell that its plain sum left the range of float32: see `pair_trusted`. */
  readonly guarded?: boolean;
  /** True where (x, y) and (y, x) may be different numbers: then both are computed. */
  readonly directed?: boolean;
  /** True where what is summed is w·(x − y)² and nothing else, so that a GPU may find it as ‖x‖² + ‖y‖² − 2x·y. */
  readonly expands?: boolean;
}

/** What can be summed over the columns of a pair on a wasm device; the formulas stand in steps.as. */
export type PairSum =
  | 'products'
  | 'squares'
  | 'absolutes'
  | 'largest'
  | 'powers'
  | 'relatives'
  | 'together'
  | 'unequal'
  | 'either'
  | 'all';

/** How a metric follows from sums: `scale`·sum + `shift`, its root or the quotient with another sum. */
export interface PairOfSums {
  readonly sum: PairSum;
  readonly scale?: number;
  readonly shift?: number;
  /** The square root; of powers the one that belongs to them. */
  readonly root?: boolean;
  readonly over?: PairSum;
  /** True where 0/0 counts 0. */
  readonly orZero?: boolean;
}

/**
 * How a metric of packed bits follows from counts: two mixtures of how many columns are true in both rows, unequal, and there at
 * all. Their quotient, or for `yule` 2c/(top·bottom + c), where c is those in x alone times those in y alone.
 */
export interface PairOfCounts {
  readonly top: readonly [both: number, unequal: number, all: number];
  readonly bottom: readonly [both: number, unequal: number, all: number];
  readonly yule?: boolean;
  /** True where a top of 0 makes it 0, whatever the bottom. */
  readonly orZero?: boolean;
}

export interface PairMetric {
  readonly name: string;
  /** Rows of floats, or rows of packed bits (32 to a word). */
  readonly element: 'float' | 'bits';
  readonly cpu: PairLoop;
  readonly gpu: PairKernel;
  /** Left out where a wasm device has no kernel for it and runs `cpu`. Rows are prepared as for the GPU. */
  readonly wasm?: PairOfSums | PairOfCounts;
}
