/**
 * What becomes of the numbers of a block: kept, in one of several orders, or taken into what its strip has of each row:
 * eight bytes a row and strip, which `merge` makes one number of when all strips are done.
 */
import { Block, CONDENSED, COUNT, LEAST, MIRRORED, Params, SUM, TILE, TRANSPOSED } from './params'

/** Copies numbers to where they stay. */
function keep(from: usize, to: usize, count: usize): void {
  let k: usize = 0
  for (; k + 4 <= count; k += 4) v128.store(to + k * 4, v128.load(from + k * 4))
  for (; k < count; k++) store<f32>(to + k * 4, load<f32>(from + k * 4))
}

/** Column `j` of the tile, `count` rows of it, becomes part of a row. */
function keepColumn(from: usize, down: usize, to: usize, count: usize): void {
  for (let i: usize = 0; i < count; i++, from += down) store<f32>(to + i * 4, load<f32>(from))
}

/** Whether a number comes before the best one so far: NaN before all, and of equals the first. */
@inline
function isBefore(value: f32, best: f32): bool {
  return value < best || (isNaN(value) && !isNaN(best))
}

/** Takes the numbers of one row of the tile, whose first column is column `first` of all, into a partial result. */
function take(p: Params, from: usize, count: usize, first: usize, into: usize): void {
  let k: usize = 0
  if (p.sink == LEAST) {
    let best = load<f32>(into)
    for (; k < count; k++) {
      // Four at a time, as long as none is better and none is NaN.
      while (k + 4 <= count && v128.all_true<i32>(f32x4.ge(v128.load(from + k * 4), f32x4.splat(best)))) k += 4
      if (k == count) break
      const value = load<f32>(from + k * 4)
      if (isBefore(value, best)) {
        best = value
        store<f32>(into, value)
        store<u32>(into, first + k, 4)
      }
    }
  } else if (p.sink == SUM) {
    let sum = load<f64>(into)
    for (; k < count; k++) sum += <f64>load<f32>(from + k * 4)
    store<f64>(into, sum)
  } else {
    let below = load<u32>(into)
    for (; k < count; k++) below += usize(load<f32>(from + k * 4) < p.threshold)
    store<u32>(into, below)
  }
}

/** A partial result of nothing yet. */
@inline
function clear(p: Params, into: usize): void {
  store<u64>(into, p.sink == LEAST ? 0x7f800000 : 0)
}

/** Hands the finished tile to the sink. `batch` counts matrices, `strip` the strips of the box. */
export function drain(p: Params, block: Block, batch: usize, strip: usize): void {
  const tile = changetype<usize>(block) + TILE
  const sink = p.sink
  const row = p.firstRow + block.row
  const column = p.firstColumn + block.column
  for (let i: usize = 0; i < block.rows; i++) {
    const from = tile + i * block.down
    if (sink >= LEAST) {
      const into = p.out + (block.row + i) * p.outStride + (p.firstStrip + strip) * 8
      if (block.column == strip * p.stripBlocks * p.blockColumns) clear(p, into)
      take(p, from, block.columns, column, into)
    } else if (sink != TRANSPOSED) {
      // Of one set with itself only pairs (i, j) with i ≤ j count; in condensed order, i < j.
      let first: usize = 0
      let into = p.out + batch * p.outBatch + (block.row + i) * p.outStride + block.column * 4
      if (sink == MIRRORED) first = max(<i32>(row + i - column), 0)
      else if (sink == CONDENSED) {
        const own = row + i
        first = max(<i32>(own + 1 - column), 0)
        into = p.out + (own * p.setRows - (own * (own + 1)) / 2 + column - own - 1 - p.from) * 4
      }
      if (first < block.columns) keep(from + first * 4, into + first * 4, block.columns - first)
    }
  }
  if (sink != MIRRORED && sink != TRANSPOSED) return
  for (let j: usize = 0; j < block.columns; j++) {
    const count = sink == TRANSPOSED ? block.rows : min(block.rows, <usize>max(<i32>(column + j - row), 0))
    const into = p.out + batch * p.outBatch + (block.column + j) * p.outStride + block.row * 4
    keepColumn(tile + j * 4, block.down, into, count)
  }
}

/** What `merge` is told. */
@unmanaged
class MergeParams {
  partials: usize
  out: usize
  rows: usize
  strips: usize
  sink: usize
  /** Whether the number is a place. */
  isPlace: usize
}

/** Rows of one chunk. */
const MERGED: usize = 256

/** Makes one number of each row of what its strips came to, in their order. Sums and counts of no strips are 0. */
export function merge(params: usize, chunk: u32, bench: usize): void {
  const p = changetype<MergeParams>(params)
  const end = min(p.rows, (chunk + 1) * MERGED)
  for (let i = chunk * MERGED; i < end; i++) {
    const out = p.out + i * 4
    let best: f32 = Infinity, place: usize = 0, count: usize = 0, sum: f64 = 0
    for (let strip: usize = 0; strip < p.strips; strip++) {
      const at = p.partials + (i * p.strips + strip) * 8
      const value = load<f32>(at)
      if (isBefore(value, best)) {
        best = value
        place = load<u32>(at, 4)
      }
      count += load<u32>(at)
      sum += load<f64>(at)
    }
    if (p.sink == SUM) store<f32>(out, <f32>sum)
    else if (p.sink == COUNT) store<u32>(out, count)
    else if (p.isPlace != 0) store<u32>(out, place)
    else store<f32>(out, best)
  }
}
