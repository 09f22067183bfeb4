/**
 * The select primitive: of each row of pairs (number, id) the first k, in order. Smaller numbers come first (or larger ones,
 * where asked), of equal ones the smaller id; −0 equals 0, and NaN comes last whichever way. All else that orders is written
 * over it: `topk`, `argsort`, `sort`, and the merging of partial results of a search.
 */
import type { Primitive } from '../../device/index.ts';
import type { Dtype } from '../../tensor/index.ts';
import { runSelectOnCpu } from './cpu.ts';
import { lowerSelect } from './webgpu.ts';

/** Where rows begin, in elements; those of a row lie side by side. */
export interface RowsAt {
  readonly offset: number;
  readonly stride: number;
}

/** Reads: the numbers, and the ids where some are given. Writes: of numbers and ids, in this order, those to `keep`. */
export interface SelectPlan {
  /** The public name of the operation, for messages. */
  readonly op: string;
  readonly dtype: Dtype;
  readonly rows: number;
  /** Elements of a row. */
  readonly length: number;
  /** Pairs to select of each row: 1 to `length`. */
  readonly k: number;
  readonly largest: boolean;
  readonly values: RowsAt;
  /** Ids of the elements, uint32; without them an element's id is its place in the row. */
  readonly ids: RowsAt | undefined;
  readonly keep: { readonly values: boolean; readonly ids: boolean };
  /** Rows whose results lie side by side: that of rank r in row (o, i) is element (o · k + r) · inner + i. */
  readonly inner: number;
  /** What is added to ids: a number, or a place, that the first one stands for. Default 0. */
  readonly firstId?: number;
  /**
   * Where the first result lies, and how far those of the next `inner` rows are behind it, for results that become a part of
   * what is there. Default: 0 and k · inner.
   */
  readonly out?: RowsAt;
}

export const selectPrimitive: Primitive<SelectPlan> = {
  name: 'select',
  cpu: runSelectOnCpu,
  webgpu: (plan, facts) => lowerSelect(plan, facts),
  wasm: () => import('./wasm.ts').then(room => room.lowerSelectToWasm),
};
