/**
 * Planning the wasm kernels of pairs: how many rows and columns a block and a strip have, and boxes of rows and columns
 * whose ranges fit. Pure arithmetic on shapes and facts. The blocks lie in a thread's own memory: params.as says where.
 */
import type { WasmFacts } from '../../device/index.ts';

/** What the pairs of a call are, as the kernels see them: a and b may have changed places. */
export interface PairShape {
  readonly batches: number;
  readonly n: number;
  readonly m: number;
  /** Stored elements in a row. */
  readonly length: number;
  /** Elements from one row to the next, and from one matrix of a stack to the next. */
  readonly aStride: number;
  readonly bStride: number;
  readonly aBatch: number;
  readonly bBatch: number;
  /** Whether each number is kept, and in a matrix with how many to a row (or column, where a and b have changed places). */
  readonly keeps: boolean;
  readonly outRow: number;
  readonly transposed: boolean;
  /** Whether rows are packed, or read as they lie; whether they are prepared; what a step costs, a product being 1. */
  readonly packs: boolean;
  readonly prepares: boolean;
  readonly cost: number;
}

/** How a box is cut into chunks. */
export interface PairChunks {
  readonly blockRows: number;
  readonly blockColumns: number;
  /** Strips of columns, and blocks in a strip. */
  readonly strips: number;
  readonly stripBlocks: number;
}

/** Rows and columns of one pass. */
export interface WasmBox {
  readonly batch: number;
  readonly batches: number;
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
  readonly chunks: PairChunks;
  /** The first strip of the box among all of its rows. */
  readonly strip: number;
}

export interface WasmBoxes {
  readonly boxes: readonly WasmBox[];
  /** Partial results of a row, all boxes together. */
  readonly strips: number;
}

/** What a block may have: rows, columns, numbers, and packed elements of a piece of 256. */
const ROWS = 64;
const COLUMNS = 2048;
const NUMBERS = 8192;
const PACKED = 49_152;
const PIECE = 256;

/** Steps that make a chunk long enough (some 100 µs), and those of a call that is worth sharing. */
const LONG_ENOUGH = 2 ** 23;
const WORTH_SHARING = 2 ** 22;
const SHARES = 8;

/** Partial results of all rows and strips, at most. */
const PARTIALS = 2 ** 20;

const upTo = (count: number, unit: number): number => Math.ceil(count / unit) * unit;

/** The size of parts that are as equal as whole units allow. */
const evenly = (count: number, most: number, unit: number): number =>
  Math.max(unit, upTo(Math.ceil(count / Math.max(1, Math.ceil(count / most))), unit));

/** Cuts rows and columns into blocks, and columns into strips; `rows` is the most that a box of these columns has. */
function chunksOf(shape: PairShape, rows: number, columns: number, batches: number): PairChunks {
  const { length, cost } = shape;
  let blockRows = evenly(rows, ROWS, 4);
  const packed = shape.packs ? PACKED / Math.max(1, Math.min(length, PIECE)) : COLUMNS;
  let blockColumns = evenly(columns, Math.floor(Math.min(COLUMNS, NUMBERS / blockRows, packed) / 8) * 8, 8);
  const steps = batches * rows * columns * length * cost;
  const chunks = (): number => batches * Math.ceil(rows / blockRows) * Math.ceil(columns / blockColumns);
  const most = Math.min(LONG_ENOUGH, steps > WORTH_SHARING ? steps / SHARES : Infinity);
  while (steps / chunks() > most && Math.max(blockRows, blockColumns) > 8)
    if (blockColumns >= blockRows) blockColumns = upTo(blockColumns / 2, 8);
    else blockRows = upTo(blockRows / 2, 4);
  const blocks = Math.ceil(columns / blockColumns);
  const strips = shape.keeps ? blocks : Math.min(blocks, Math.max(1, Math.floor(PARTIALS / shape.n)));
  const stripBlocks = Math.ceil(blocks / strips);
  return { blockRows, blockColumns, strips: Math.ceil(blocks / stripBlocks), stripBlocks };
}

/** Elements from the first to the last of some rows. */
const span = (count: number, stride: number, length: number): number => (count - 1) * stride + length;

/** Cuts all pairs into boxes whose ranges fit, or returns undefined where a single row does not. */
export function boxesOf(shape: PairShape, facts: WasmFacts): WasmBoxes | undefined {
  const { n, m, length, keeps, transposed, outRow } = shape;
  const room = Math.floor(facts.maxRangeBytes / 4);
  if (length > room) return undefined;
  const together =
    span(shape.batches, shape.aBatch, span(n, shape.aStride, length)) <= room &&
    span(shape.batches, shape.bBatch, span(m, shape.bStride, length)) <= room &&
    (!keeps || shape.batches * n * m <= room);
  /** How many rows fit, with their two doubles where they are prepared. */
  const fits = (count: number, stride: number): number => {
    const rows = span(count, stride, length) <= room ? count : Math.floor((room - length) / stride) + 1;
    return shape.prepares ? Math.min(rows, Math.floor(room / 4)) : rows;
  };
  let rows = fits(n, shape.aStride);
  let columns = fits(m, shape.bStride);
  if (keeps && transposed) {
    columns = Math.min(columns, Math.floor((room - 1) / outRow) + 1);
    rows = Math.min(rows, room - (columns - 1) * outRow);
  } else if (keeps) {
    columns = Math.min(columns, room);
    rows = Math.min(rows, Math.floor((room - columns) / outRow) + 1);
  }
  const batches = together ? shape.batches : 1;
  const cuts: { column: number; columns: number; chunks: PairChunks; strip: number }[] = [];
  let strips = 0;
  for (let column = 0; column < m; column += columns) {
    const count = Math.min(columns, m - column);
    const chunks = chunksOf(shape, rows, count, batches);
    cuts.push({ column, columns: count, chunks, strip: strips });
    strips += chunks.strips;
  }
  if (!keeps) rows = Math.min(rows, Math.floor(room / (2 * Math.max(1, strips))));
  if (rows < 1 || (columns < 1 && m > 0)) return undefined;
  const boxes: WasmBox[] = [];
  for (let batch = 0; batch < shape.batches; batch += batches)
    for (let row = 0; row < n; row += rows)
      for (const cut of cuts) boxes.push({ ...cut, batch, batches, row, rows: Math.min(rows, n - row) });
  return { boxes, strips };
}
