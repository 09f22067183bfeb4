/**
 * Collecting all points within a radius: of each tile the nearest few are selected, and more only where those were not all, so
 * that little is read where little is found. Tiles are read while the next ones are being computed.
 */
import { select } from '../../order/index.ts';
import { Scope, scoped, type Tensor, Pace } from '../../tensor/index.ts';
import type { Comparison } from './comparison.ts';
import type { Stretch } from './plan.ts';
import type { HitLists, ScanOptions } from './scan.ts';

/** Hits of one query in one tile, sorted. */
interface Piece {
  readonly rows: Uint32Array;
  readonly distances: Float32Array | Float64Array;
}

/** How many hits a query may have in a tile before more are selected, and how many more then. */
const FEW = 64;
const MORE = 16;

export async function collectHits(
  comparison: Comparison,
  radius: number,
  { op, signal }: ScanOptions,
): Promise<HitLists> {
  const { plan, queries } = comparison;
  const pace = new Pace(op, signal);
  const found: Piece[][] = Array.from({ length: queries }, () => []);
  let before: Promise<void> = Promise.resolve();
  for (let row = 0; row < queries; row += plan.queriesAtOnce) {
    const rows = Math.min(plan.queriesAtOnce, queries - row);
    for (const stretch of plan.stretches) {
      const tile = collectTile(comparison, op, { row, rows, stretch, radius }, found.slice(row, row + rows));
      // What is wrong with it is told when it is waited for.
      tile.catch(() => undefined);
      await before;
      before = tile;
      await pace.spend(rows * stretch.count * comparison.length);
    }
  }
  await before;
  signal?.throwIfAborted();
  return joined(found, comparison.dtype === 'float64');
}

interface Tile {
  readonly row: number;
  readonly rows: number;
  readonly stretch: Stretch;
  readonly radius: number;
}

/** Adds the hits of a tile to those of its queries. What it needs is enqueued at the call. */
async function collectTile(
  comparison: Comparison,
  op: string,
  { row, rows, stretch, radius }: Tile,
  into: readonly Piece[][],
): Promise<void> {
  const scope = new Scope();
  try {
    const distances = comparison.distances(row, rows, stretch, radius, scope);
    let k = Math.min(FEW, stretch.count);
    let lists = await firstOf(op, distances, k);
    while (k < stretch.count && lists.some(({ rows: places }) => places.length === k)) {
      k = Math.min(k * MORE, stretch.count);
      lists = await firstOf(op, distances, k);
    }
    lists.forEach((piece, query) => {
      if (piece.rows.length > 0) into[query]?.push({ ...piece, rows: comparison.rowsAt(stretch, piece.rows) });
    });
  } finally {
    scope.close();
  }
}

/** The first k numbers of each row, less if not as many are numbers, and their places. */
async function firstOf(op: string, distances: Tensor, k: number): Promise<Piece[]> {
  const reads = scoped(scope => {
    const order = { axis: 1, k, largest: false };
    const { values, indices } = select(op, distances, order, { values: true, ids: true }, scope);
    if (!values || !indices) throw new Error('broken invariant: both results were asked for');
    return [scope.keep(values).data<Float32Array | Float64Array>(), scope.keep(indices).data<Uint32Array>()] as const;
  });
  const [numbers, places] = await Promise.all(reads);
  return Array.from({ length: distances.shape[0] ?? 0 }, (_, query) => {
    const end = query * k + hitsIn(numbers.subarray(query * k, (query + 1) * k));
    return { rows: places.slice(query * k, end), distances: numbers.slice(query * k, end) };
  });
}

/** Numbers in front of the first NaN of a sorted row. */
function hitsIn(sorted: Float32Array | Float64Array): number {
  const end = sorted.findIndex(Number.isNaN);
  return end < 0 ? sorted.length : end;
}

/** All pieces of each query as one list. */
function joined(found: readonly Piece[][], doubles: boolean): HitLists {
  const offsets = new Float64Array(found.length + 1);
  found.forEach((pieces, query) => {
    offsets[query + 1] = (offsets[query] ?? 0) + pieces.reduce((sum, piece) => sum + piece.rows.length, 0);
  });
  const total = offsets[found.length] ?? 0;
  const rows = new Uint32Array(total);
  const distances = doubles ? new Float64Array(total) : new Float32Array(total);
  found.forEach((pieces, query) => {
    let at = offsets[query] ?? 0;
    for (const piece of pieces) {
      rows.set(piece.rows, at);
      distances.set(piece.distances, at);
      at += piece.rows.length;
    }
    if (pieces.length > 1) sortTogether(rows.subarray(offsets[query], at), distances.subarray(offsets[query], at));
  });
  return { offsets, rows, distances };
}

/** Sorts two arrays by ascending (distance, row). */
function sortTogether(rows: Uint32Array, distances: Float32Array | Float64Array): void {
  const [oldRows, old] = [rows.slice(), distances.slice()];
  const order = Uint32Array.from(rows, (_, place) => place).sort(
    (a, b) => (old[a] as number) - (old[b] as number) || (oldRows[a] as number) - (oldRows[b] as number),
  );
  order.forEach((from, to) => {
    rows[to] = oldRows[from] as number;
    distances[to] = old[from] as number;
  });
}
