/**
 * Planning a scan: how many queries are compared with how many points at once, and how long lists grow before they are merged.
 * Pure arithmetic on shapes. A tile of distances takes 8 MB at any number of points; what selecting from it and preparing
 * rows takes beside that is no more than four times as much.
 */

export interface ScanShape {
  readonly queries: number;
  /** Rows of each block of points. */
  readonly blocks: readonly number[];
  /** Elements of a row. */
  readonly length: number;
  readonly k: number;
  /** True where rows are copied before they are compared: by casting, whitening, or making unit vectors of them. */
  readonly copies: boolean;
  /** True where the page itself computes, and cannot do anything else meanwhile. */
  readonly inPage: boolean;
}

/** Some rows of one block of points. */
export interface Stretch {
  readonly block: number;
  readonly first: number;
  readonly count: number;
}

export interface ScanPlan {
  readonly queriesAtOnce: number;
  readonly stretches: readonly Stretch[];
  /** Pairs that a row of lists has room for: all lists, or some that are merged before more come. */
  readonly places: number;
}

/** Distances of a tile. */
const PAIRS = 2 ** 21;
/** Elements of rows that are copied at once. */
const COPIED = 2 ** 22;
/** Steps – one element of one pair – after which a page must be let go: about 50 ms. */
const PAGE_STEPS = 2 ** 26;
/** Points of a tile, where there are so many queries that it matters: lists should be short beside them. */
const LEAST = { inPage: 1024, elsewhere: 8192 } as const;
const LISTS = 4;

/** Cuts `count` into parts of nearly one size, none above `most`. */
function evenly(count: number, most: number): number[] {
  const parts = Math.max(1, Math.ceil(count / most));
  return Array.from(
    { length: parts },
    (_, i) => Math.floor(((i + 1) * count) / parts) - Math.floor((i * count) / parts),
  );
}

export function planScan({ queries, blocks, length, k, copies, inPage }: ScanShape): ScanPlan {
  const largest = Math.max(1, ...blocks);
  const pairs = inPage ? Math.max(LEAST.inPage, Math.min(PAIRS, Math.floor(PAGE_STEPS / Math.max(1, length)))) : PAIRS;
  const least = Math.min(largest, Math.max(inPage ? LEAST.inPage : LEAST.elsewhere, LISTS * k));
  const queriesAtOnce = Math.max(1, Math.min(queries, Math.floor(pairs / least)));
  const fitting = Math.max(1, Math.floor(pairs / queriesAtOnce));
  const most = copies ? Math.min(fitting, Math.max(1, Math.floor(COPIED / Math.max(1, length)))) : fitting;
  const stretches = blocks.flatMap((rows, block) => {
    let first = 0;
    return rows === 0
      ? []
      : evenly(rows, most).map((count): Stretch => {
          first += count;
          return { block, first: first - count, count };
        });
  });
  const all = stretches.reduce((sum, { count }) => sum + Math.min(k, count), 0);
  const longest = Math.max(0, ...stretches.map(({ count }) => Math.min(k, count)));
  const places = Math.min(all, Math.max(k + longest, Math.floor(PAIRS / 2 / queriesAtOnce)));
  return { queriesAtOnce, stretches, places };
}
