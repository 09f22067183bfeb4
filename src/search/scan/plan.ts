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

/** How large a tile may be. Specs make these up. */
export interface ScanLimits {
  /** Distances of a tile. */
  readonly pairs: number;
  /** Elements of rows that are copied at once. */
  readonly copied: number;
  /** Steps – one element of one pair – after which a page must be let go: about 50 ms. */
  readonly pageSteps: number;
  /** Points of a tile, where there are so many queries that it matters: lists should be short beside them. */
  readonly least: { readonly inPage: number; readonly elsewhere: number };
}

const LIMITS: ScanLimits = {
  pairs: 2 ** 21,
  copied: 2 ** 22,
  pageSteps: 2 ** 26,
  least: { inPage: 1024, elsewhere: 8192 },
};

/** Points of a tile for each that is selected of it, at least. */
const LISTS = 4;

/** Cuts `count` into parts of nearly one size, none above `most`. */
function evenly(count: number, most: number): number[] {
  const parts = Math.max(1, Math.ceil(count / most));
  return Array.from(
    { length: parts },
    (_, i) => Math.floor(((i + 1) * count) / parts) - Math.floor((i * count) / parts),
  );
}

export function planScan(
  { queries, blocks, length, k, copies, inPage }: ScanShape,
  limits: ScanLimits = LIMITS,
): ScanPlan {
  const largest = Math.max(1, ...blocks);
  const few = inPage ? limits.least.inPage : limits.least.elsewhere;
  const pairs = inPage
    ? Math.max(few, Math.min(limits.pairs, Math.floor(limits.pageSteps / Math.max(1, length))))
    : limits.pairs;
  const least = Math.min(largest, Math.max(few, LISTS * k));
  const queriesAtOnce = Math.max(1, Math.min(queries, Math.floor(pairs / least)));
  const fitting = Math.max(1, Math.floor(pairs / queriesAtOnce));
  const most = copies ? Math.min(fitting, Math.max(1, Math.floor(limits.copied / Math.max(1, length)))) : fitting;
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
  const places = Math.min(all, Math.max(k + longest, Math.floor(limits.pairs / 2 / queriesAtOnce)));
  return { queriesAtOnce, stretches, places };
}
