/**
 * Pairs of rows in float32 and of packed bits: a chunk is a block of rows of a and a strip of blocks of rows of b.
 * A block is summed in a tile, piece by piece of its rows, finished, and handed to the sink.
 */
import { lowDoubles, highDoubles, fromDoubles } from './lanes'
import { fillFromBits } from './bits'
import { finishTile } from './finish'
import {
  Block, CONDENSED, CountParams, LEFT, MIRRORED, NONE, OVER, OVER_TOTALS, PANELS, Params, PIECE, SHARES, STAGE, SumParams, TILE,
  TOTALS, WHOLE,
} from './params'
import { numbersOfB, packPanels, prepareLeft, prepareRow, rowOfA, rowOfB } from './rows'
import { drain } from './sinks'
import { LARGEST, PRODUCTS, runStream, runTile, tileRows } from './steps'

export { measure } from './numbers'
export { merge } from './sinks'

/** Takes one packed piece of all rows of the block into the tile at `into`. */
function sumPiece(sum: i32, p: SumParams, block: Block, from: usize, bytes: usize, into: usize): void {
  const bench = changetype<usize>(block)
  const step = tileRows(sum, p)
  block.bytes = bytes
  block.pieceWeights = block.weights + (p.weightStep == 0 ? 0 : from)
  for (let i: usize = 0; i < block.rows; i += step) {
    if (p.preparation != 0) {
      const x = bench + LEFT + i * PIECE * 4
      block.x0 = x
      block.x1 = x + PIECE * 4
      block.x2 = x + PIECE * 8
      block.x3 = x + PIECE * 12
    } else {
      block.x0 = rowOfA(p, block, i) + from
      block.x1 = rowOfA(p, block, i + 1) + from
      block.x2 = rowOfA(p, block, i + 2) + from
      block.x3 = rowOfA(p, block, i + 3) + from
    }
    block.into = into + i * block.down
    block.y = bench + PANELS
    for (let j: usize = 0; j < block.columns; j += 8) {
      runTile(sum, p, block)
      block.y += bytes * 8
      block.into += 32
    }
  }
}

/** Adds a tile to sums in doubles and clears it, or rounds those back into the tile. */
function carry(tile: usize, totals: usize, bytes: usize, isLast: bool): void {
  for (let k: usize = 0; k < bytes; k += 16, totals += 32) {
    const sums = v128.load(tile + k)
    const low = f64x2.add(v128.load(totals), lowDoubles(sums))
    const high = f64x2.add(v128.load(totals, 16), highDoubles(sums))
    v128.store(totals, low)
    v128.store(totals, high, 16)
    v128.store(tile + k, isLast ? fromDoubles(low, high) : f32x4.splat(0))
  }
}

/** The sums of a block, a piece of its rows at a time. From piece to piece they are carried in doubles. */
function fillPacked(p: SumParams, block: Block): void {
  const bench = changetype<usize>(block)
  const bytes = block.down * ((block.rows + 3) & ~3)
  const carries = p.length > PIECE && p.sum != LARGEST
  const hasOver = p.over != NONE
  memory.fill(bench + TILE, 0, bytes)
  if (hasOver) memory.fill(bench + OVER, 0, bytes)
  if (carries) memory.fill(bench + TOTALS, 0, 2 * bytes)
  if (carries && hasOver) memory.fill(bench + OVER_TOTALS, 0, 2 * bytes)
  for (let k: usize = 0; k < p.length; ) {
    const count = min(PIECE, p.length - k)
    packPanels(p, block, k * 4, count * 4)
    if (p.preparation != 0) prepareLeft(p, block, k * 4, count * 4, PIECE * 4)
    sumPiece(p.sum, p, block, k * 4, count * 4, bench + TILE)
    if (hasOver) sumPiece(p.over, p, block, k * 4, count * 4, bench + OVER)
    k += count
    if (carries) carry(bench + TILE, bench + TOTALS, bytes, k == p.length)
    if (carries && hasOver) carry(bench + OVER, bench + OVER_TOTALS, bytes, k == p.length)
  }
}

/** Of unit rows less than this much of ‖x‖² + ‖y‖² = 2 is not left to a product: it is summed from differences. */
const CLOSE: f32 = 0.25
/** Four times how many times as much the mean of a row may make up of its squares as what varies. */
const MEAN_MOST: f64 = 4

/**
 * ‖x̂ − ŷ‖² = 2 − 2·x̂·y·scale of a unit row and a row as it lies, from which its mean need not be taken, since the elements of
 * x̂ have none. NaN where that says too little: the rows are close, y is so long or so short that its product with x̂ is nothing
 * to go by, or most of it is its mean.
 */
@inline
function apartByProduct(x: usize, y: usize, yNumbers: usize, bytes: usize): f32 {
  const mean = load<f64>(yNumbers)
  const scale = load<f64>(yNumbers, 8)
  if (!(scale > 1e-30 && scale < 1e24 && mean * mean * scale * scale * <f64>bytes <= MEAN_MOST)) return NaN
  const apart = <f32>(2 - 2 * scale * <f64>runStream(PRODUCTS, x, y, bytes))
  return apart >= CLOSE ? apart : NaN
}

/** The sums of a block of few rows, of rows of b one by one. */
function fillStreamed(p: SumParams, block: Block): void {
  const bench = changetype<usize>(block)
  const bytes = p.length * 4
  const prepares = p.preparation != 0
  if (prepares) prepareLeft(p, block, 0, bytes, WHOLE * 4)
  const mayMultiply = p.preparation != SHARES && p.weightStep == 0
  for (let j: usize = 0; j < block.columns; j++) {
    const y = rowOfB(p, block, j)
    const numbers = prepares ? numbersOfB(p, block, j) : 0
    let isStaged = false
    let into = bench + TILE + j * 4
    for (let i: usize = 0; i < block.rows; i++, into += block.down) {
      const x = prepares ? bench + LEFT + i * WHOLE * 4 : rowOfA(p, block, i)
      let found = mayMultiply ? apartByProduct(x, y, numbers, bytes) : NaN
      if (isNaN(found)) {
        if (prepares && !isStaged) prepareRow(p, y, numbers, 0, bytes, bench + STAGE)
        isStaged = true
        found = runStream(p.sum, x, prepares ? bench + STAGE : y, bytes)
      }
      store<f32>(into, found)
    }
  }
}

function fillFromFloats(p: SumParams, block: Block): void {
  if (p.isStreamed != 0) fillStreamed(p, block)
  else fillPacked(p, block)
  finishTile(p, block)
}

/** Finds all pairs of a chunk. */
function walk(isBits: bool, params: usize, chunk: usize, bench: usize): void {
  const p = changetype<Params>(params)
  const block = changetype<Block>(bench)
  const row = chunk % p.rowBlocks * p.blockRows
  const strip = chunk / p.rowBlocks % p.strips
  const batch = chunk / p.rowBlocks / p.strips
  block.a = p.a + batch * p.aBatch
  block.b = p.b + batch * p.bBatch
  block.row = row
  block.rows = min(p.blockRows, p.rows - row)
  block.one = 1
  block.weights = p.weightStep == 0 ? bench + offsetof<Block>('one') : p.weights
  const end = min((strip + 1) * p.stripBlocks * p.blockColumns, p.columns)
  for (let column = strip * p.stripBlocks * p.blockColumns; column < end; column += p.blockColumns) {
    block.column = column
    block.columns = min(p.blockColumns, p.columns - column)
    block.down = <usize>((block.columns + 7) & ~7) * 4
    // Blocks below the diagonal have nothing that is kept.
    const isBelow = p.firstColumn + column + block.columns <= p.firstRow + row
    if (isBelow && (p.sink == MIRRORED || p.sink == CONDENSED)) continue
    if (isBits) fillFromBits(changetype<CountParams>(params), block)
    else fillFromFloats(changetype<SumParams>(params), block)
    drain(p, block, batch, strip)
  }
}

export function pairs(params: usize, chunk: usize, bench: usize): void {
  walk(false, params, chunk, bench)
}

export function bits(params: usize, chunk: usize, bench: usize): void {
  walk(true, params, chunk, bench)
}
