/**
 * Which kernels select, by the kind of device: thresholds alone. `npm run bench:select` measures most of them and writes the kind that
 * it ran on, with the adapter and the day; what each strategy does is said in plan.ts.
 */

export interface Strategy {
  /** Lists up to this long are kept as heaps, one invocation each. */
  readonly heapMost: number;
  /** … of rows up to this long, where there are at least so many of them. */
  readonly heapLength: number;
  readonly heapRows: number;
  /** The least elements of a heap's segment. */
  readonly heapSegment: number;
  /** Lists up to this long are kept by workgroups; 0 where barriers are too dear. */
  readonly groupMost: number;
  /** The least elements of a workgroup's segment. */
  readonly groupSegment: number;
  /** Segments that keep the device busy. */
  readonly busy: { readonly heap: number; readonly group: number };
  /** Longer lists are filtered first where a row is at least so long, and so many times as long as its list. */
  readonly filterLength: number;
  readonly filterShare: number;
  /** Lists longer than this are filtered rather than kept by the kernels above, where a row is long enough to be filtered. */
  readonly filterAbove: number;
  /** … and no longer than this: what is filtered needs memory for as many pairs as a row has elements, twice. */
  readonly filterMost: number;
  /** Elements of the sorted runs with which merging begins. */
  readonly run: number;
  /** Pairs that an invocation merges. */
  readonly mergeItems: number;
  /** Elements that an invocation filters. */
  readonly filterItems: number;
}

export type StrategyTable = Readonly<Record<'software' | 'hardware', Strategy>>;

export const strategyTable: StrategyTable = {
  // 2026-11-21, google swiftshader
  software: {
    heapMost: 512,
    heapLength: Infinity,
    heapRows: 1,
    heapSegment: 1024,
    groupMost: 0,
    groupSegment: 0,
    busy: { heap: 256, group: 0 },
    filterLength: 2 ** 15,
    filterShare: 8,
    filterAbove: 10,
    filterMost: 2 ** 22,
    run: 256,
    mergeItems: 64,
    filterItems: 64,
  },
  // not measured
  hardware: {
    heapMost: 16,
    heapLength: 64,
    heapRows: 2 ** 13,
    heapSegment: 64,
    groupMost: 512,
    groupSegment: 2048,
    busy: { heap: 2 ** 17, group: 512 },
    filterLength: 2 ** 14,
    filterShare: 8,
    filterAbove: 512,
    filterMost: 2 ** 22,
    run: 1024,
    mergeItems: 8,
    filterItems: 16,
  },
};
