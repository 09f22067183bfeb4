/**
 * Planning the pairwise kernels: how large a tile one invocation takes, how tiles line up in strips, and how rows and
 * columns are cut so that everything fits its binding. Pure arithmetic on shapes and facts.
 */
import type { GpuFacts } from '../device/index.ts';
import type { PairKernel } from './metric.ts';
import { keepsAll, type PairPlan } from './pairwise.ts';
import { SIDE } from './tile.ts';
import { tileTable } from './tile-table.ts';

/** The tile of one invocation, and where it keeps the rows that it reads. */
export interface Tile {
  readonly memory: 'registers' | 'workgroup';
  readonly rows: number;
  readonly columns: number;
}

/** Rows and columns of one pass. */
export interface PairBox {
  readonly batch: number;
  readonly batches: number;
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
  /** The first strip of the box among those of its rows, and how many it has. */
  readonly strip: number;
  readonly strips: number;
}

export interface PairLaunch {
  readonly tile: Tile;
  readonly stripTiles: number;
  /** Partial results that each row has, all boxes together; 0 where every number is kept. */
  readonly partials: number;
  readonly boxes: readonly PairBox[];
}

/** Invocations (in `workgroup` memory: workgroups) that keep a device busy. */
const BUSY = { software: 256, registers: 2 ** 15, workgroup: 256 } as const;

/** How long a step of an element takes, a product being 1. */
export const COSTS = { light: 1, middle: 2, heavy: 8 } as const;

/** Steps below which the largest tiles of software adapters do not earn the second that they take to compile. */
const WORTH_COMPILING = 2 ** 28;

/** Below this many rows on a side a workgroup's tile would be mostly empty. */
const SHARED_LEAST = 32;

/** The smallest power of two that is no less than `count`, at most `most`. */
function powerUpTo(count: number, most: number): number {
  let power = 1;
  while (power < count && power < most) power *= 2;
  return power;
}

export function tileFor(plan: PairPlan, kernel: PairKernel, facts: GpuFacts): Tile {
  const shared = facts.sharedTiles && facts.maxInvocations >= SIDE * SIDE && Math.min(plan.n, plan.m) >= SHARED_LEAST;
  const memory = shared ? 'workgroup' : 'registers';
  const kind = facts.software && !shared ? 'software' : memory;
  const largest = facts.tileSide || tileTable[kind][kernel.cost ?? 'middle'];
  const steps = plan.batches * plan.n * plan.m * plan.length * COSTS[kernel.cost ?? 'middle'];
  const small = kind === 'software' && steps < WORTH_COMPILING;
  const most = small && !facts.tileSide ? Math.max(1, largest / 2) : largest;
  const side = shared ? SIDE : 1;
  let rows = powerUpTo(Math.ceil(plan.n / side), most);
  let columns = powerUpTo(Math.ceil(plan.m / side), most);
  const tiles = (): number => plan.batches * Math.ceil(plan.n / (rows * side)) * Math.ceil(plan.m / (columns * side));
  // Small matrices take small tiles, so that no core idles.
  while (tiles() < BUSY[kind] && Math.max(rows, columns) > 1) {
    if (rows >= columns) rows /= 2;
    else columns /= 2;
  }
  return { memory, rows, columns };
}

/** What the boxes must fit: the distance of rows in what the kernel reads, and words of a partial result. */
export interface PairStrides {
  readonly a: number;
  readonly b: number;
  readonly sinkWords: number;
}

/** Columns that one chain of a sum may run through. */
const CHAIN = 256;

export function planPairs(
  plan: PairPlan,
  kernel: PairKernel,
  strides: PairStrides,
  facts: GpuFacts,
): PairLaunch | undefined {
  const tile = tileFor(plan, kernel, facts);
  const side = tile.memory === 'workgroup' ? SIDE : 1;
  const [tileRows, tileColumns] = [tile.rows * side, tile.columns * side];
  const matrix = keepsAll(plan.sink);
  // A binding begins at an aligned offset, and the last four of a row may be read whole.
  const room = Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4) - 4;
  const rowsOf = (stride: number): number =>
    stride === 0 ? Infinity : Math.floor((room - plan.length - 4) / stride) + 1;
  let columns = Math.min(plan.m, rowsOf(strides.b));
  let rows = Math.min(plan.n, rowsOf(strides.a));
  if (matrix) {
    if (columns > room) columns = room;
    rows = Math.min(rows, Math.floor((room - columns) / plan.m) + 1);
  }
  if (columns < 1 || rows < 1 || plan.length + 4 > room) return undefined;
  // All matrices of a stack at once, where they fit.
  const reach = (batchStride: number, whole: number): number => plan.batches * Math.max(batchStride, whole);
  const together =
    rows === plan.n &&
    columns === plan.m &&
    reach(plan.a.batchStride, plan.n * strides.a) <= room &&
    reach(plan.b.batchStride, plan.m * strides.b) <= room &&
    plan.batches * plan.n * plan.m <= room;
  const stacks = together ? 1 : plan.batches;
  const rowTiles = Math.ceil(rows / tileRows);
  const columnTiles = Math.ceil(columns / tileColumns);
  const busy = BUSY[tile.memory === 'workgroup' ? 'workgroup' : facts.software ? 'software' : 'registers'];
  const most = plan.sink.kind === 'sum' ? Math.max(1, Math.floor(CHAIN / tile.columns)) : columnTiles;
  const stripTiles = matrix
    ? 1
    : Math.min(most, Math.max(1, Math.floor(columnTiles / Math.max(1, Math.ceil(busy / rowTiles)))));
  const stripsOf = (count: number): number => Math.ceil(Math.ceil(count / tileColumns) / stripTiles);
  const perStrip = side;
  let strips = 0;
  const cuts: { column: number; columns: number; strip: number; strips: number }[] = [];
  for (let column = 0; column < plan.m; column += columns) {
    const count = Math.min(columns, plan.m - column);
    cuts.push({ column, columns: count, strip: strips, strips: stripsOf(count) });
    strips += stripsOf(count);
  }
  const partials = matrix ? 0 : strips * perStrip;
  // Partial results of a box of rows lie in one binding too.
  if (!matrix) {
    if (partials * strides.sinkWords > room) return undefined;
    rows = Math.min(rows, Math.floor(room / (partials * strides.sinkWords)));
  }
  const boxes: PairBox[] = [];
  for (let batch = 0; batch < stacks; batch++)
    for (let row = 0; row < plan.n; row += rows)
      for (const cut of cuts)
        boxes.push({
          batch,
          batches: together ? plan.batches : 1,
          row,
          rows: Math.min(rows, plan.n - row),
          ...cut,
          strip: cut.strip * perStrip,
        });
  return { tile, stripTiles, partials, boxes };
}
