/** What the kernels of pairs are told, and where things lie in a thread's own memory. wasm.ts and wasm/words.ts write the parameters. */

/** One box of rows of a and rows of b, which is one pass. Strides and steps count bytes. */
@unmanaged
export class Params {
  a: usize
  b: usize
  weights: usize
  /** What `measure` found of each row, where rows are prepared: two doubles, a shift and a scale. */
  aNumbers: usize
  bNumbers: usize
  out: usize

  rows: usize
  columns: usize
  /** Elements in a row; of packed rows, words. */
  length: usize
  aStride: usize
  bStride: usize
  /** From one matrix of a stack to the next. */
  aBatch: usize
  bBatch: usize
  outBatch: usize
  /** 4, or 0 where there are no weights. */
  weightStep: usize

  /** A chunk is a block of rows and a strip of blocks of columns, whole eights of them but for the last. */
  blockRows: usize
  blockColumns: usize
  rowBlocks: usize
  strips: usize
  stripBlocks: usize

  /** The sink, and the place of the box among all pairs. */
  sink: usize
  firstRow: usize
  firstColumn: usize
  /** From one row of the result to the next; of partial results, from those of one row to those of the next. */
  outStride: usize
  /** Rows of the one set of condensed results, and the first of those that `out` has. */
  setRows: usize
  from: usize
  threshold: f32
  firstStrip: usize
  /** All bits set where 0/0 counts 0. */
  emptyIsZero: i32
}

/** Pairs of floats. */
@unmanaged
export class SumParams extends Params {
  /** A sum of steps.as, another that it is divided by (or NONE), and whether rows of b are read as they lie. */
  sum: i32
  over: i32
  isStreamed: usize
  preparation: usize
  /** Which of two powers, as a mask: see THIRDS and HALVES. */
  even: i32
  /** The exponent of a power and the one of its root, two numbers each: see power.as. */
  powerHigh: f32
  powerLow: f32
  rootHigh: f32
  rootLow: f32
  /** Sums whose magnitude has bits in this range are trusted, the others are found once more in doubles. */
  sureFrom: i32
  sureSpan: i32
  /** What a sum becomes: the root of min(sum, most)/divisor + shift. */
  most: f32
  divisor: f32
  shift: f32
  root: usize
  /** The number of a row without direction and any other. */
  none: f32
}

/** Pairs of packed bits: see bits.as. */
@unmanaged
export class CountParams extends Params {
  /** Columns in a row. */
  size: i32
  topBoth: i32
  topUnequal: i32
  topAll: i32
  bottomBoth: i32
  bottomUnequal: i32
  bottomAll: i32
  isYule: usize
}

export const NONE = -1

// Preparations: what is compared in place of the elements.
export const UNIT: usize = 1 // x/‖x‖
export const CENTRED: usize = 2 // the same of x minus its mean
export const SHARES: usize = 3 // √(x/Σx)

// Roots.
export const SQUARE_ROOT: usize = 1
export const POWER_ROOT: usize = 2

// Sinks.
export const MATRIX: usize = 0
export const MIRRORED: usize = 1 // the upper half of a matrix, written to both halves
export const TRANSPOSED: usize = 2 // of a and b that have changed places
export const CONDENSED: usize = 3
export const LEAST: usize = 4 // min and argmin
export const SUM: usize = 5
export const COUNT: usize = 6

/** A block of pairs: what the steps of its computation hand to each other. It lies where a thread's memory begins. */
@unmanaged
export class Block {
  /** The rows of the matrices that the chunk belongs to. */
  a: usize
  b: usize
  /** Where the block begins among the rows and columns of its box, and how many it has. */
  row: usize
  column: usize
  rows: usize
  columns: usize
  /** The weights and 1, the one weight of all where there are none. */
  weights: usize
  one: f32

  // What a loop over one piece of some rows is told: where the rows lie, how many bytes of them, and where the sums do.
  x0: usize
  x1: usize
  x2: usize
  x3: usize
  y: usize
  bytes: usize
  pieceWeights: usize
  into: usize
  /** From one row of the tile to the next. */
  down: usize
}

// Places in a thread's memory: four sums, numbers of rows of b, prepared rows of b on their way, prepared rows of a, sums of
// the block (and sums that those are divided by), the same in doubles, and panels of b.
export const LANES: usize = 512
export const FLAGS: usize = 1024
export const STAGE: usize = 9216
export const LEFT: usize = 17408
export const TILE: usize = 82944
export const OVER: usize = 115712
export const TOTALS: usize = 148480
export const OVER_TOTALS: usize = 214016
export const PANELS: usize = 279552

/** Elements of a row that are packed at once, and those that one row has where rows are not packed. */
export const PIECE: usize = 256
export const WHOLE: usize = 2048
