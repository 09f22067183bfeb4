/** Rows on their way into the loops: where they lie, prepared or as they came, and eight by eight in panels. */
import { fromDoubles, highDoubles, lowDoubles, some } from './lanes'
import { Block, LEFT, PANELS, Params, PIECE, SHARES, STAGE, SumParams } from './params'

/** Row `i` of the block's rows of a; behind the last one, the last once more. */
export function rowOfA(p: Params, block: Block, i: usize): usize {
  return block.a + (block.row + min(i, block.rows - 1)) * p.aStride
}

/** Row `j` of the block's rows of b, likewise. */
export function rowOfB(p: Params, block: Block, j: usize): usize {
  return block.b + (block.column + min(j, block.columns - 1)) * p.bStride
}

/** Where `measure` wrote what it found of these rows. */
@inline
export function numbersOfA(p: Params, block: Block, i: usize): usize {
  return p.aNumbers + (block.row + min(i, block.rows - 1)) * 16
}

@inline
export function numbersOfB(p: Params, block: Block, j: usize): usize {
  return p.bNumbers + (block.column + min(j, block.columns - 1)) * 16
}

/** One (or more, of shares the root) prepared element: (x − shift)·scale. */
@inline
export function prepared(x: v128, numbers: usize, preparation: usize): v128 {
  const found = f64x2.mul(f64x2.sub(x, v128.load64_splat(numbers)), v128.load64_splat(numbers, 8))
  return preparation == SHARES ? f64x2.sqrt(found) : found
}

/** Writes `bytes` of a row from `from` on, prepared and with the roots of weights, to `into`, in whole fours. */
export function prepareRow(p: SumParams, row: usize, numbers: usize, from: usize, bytes: usize, into: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) {
    const x = some(row + from + k, bytes - k)
    let low = prepared(lowDoubles(x), numbers, p.preparation)
    let high = prepared(highDoubles(x), numbers, p.preparation)
    if (p.weightStep != 0) {
      const w = some(p.weights + from + k, bytes - k)
      low = f64x2.mul(low, f64x2.sqrt(lowDoubles(w)))
      high = f64x2.mul(high, f64x2.sqrt(highDoubles(w)))
    }
    v128.store(into + k, fromDoubles(low, high))
  }
}

/** The same of all rows of a of the block, `down` bytes apart. */
export function prepareLeft(p: SumParams, block: Block, from: usize, bytes: usize, down: usize): void {
  const into = changetype<usize>(block) + LEFT
  for (let i: usize = 0; i < block.rows; i++)
    prepareRow(p, rowOfA(p, block, i), numbersOfA(p, block, i), from, bytes, into + i * down)
}

/** Writes `bytes` of four rows to `into`, element by element side by side, with room for four others beside them. */
function interleave(y0: usize, y1: usize, y2: usize, y3: usize, bytes: usize, into: usize): void {
  let k: usize = 0
  for (const whole = bytes & ~15; k < whole; k += 16) {
    const a = v128.load(y0 + k), b = v128.load(y1 + k), c = v128.load(y2 + k), d = v128.load(y3 + k)
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5), CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
    v128.store(into, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5))
    v128.store(into, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 32)
    v128.store(into, v128.shuffle<f32>(AB, CD, 0, 1, 4, 5), 64)
    v128.store(into, v128.shuffle<f32>(AB, CD, 2, 3, 6, 7), 96)
    into += 128
  }
  for (; k < bytes; k += 4) {
    store<f32>(into, load<f32>(y0 + k))
    store<f32>(into, load<f32>(y1 + k), 4)
    store<f32>(into, load<f32>(y2 + k), 8)
    store<f32>(into, load<f32>(y3 + k), 12)
    into += 32
  }
}

/** Packs a piece of the block's rows of b: panels of eight rows, prepared where the metric wants it. */
export function packPanels(p: SumParams, block: Block, from: usize, bytes: usize): void {
  const stage = changetype<usize>(block) + STAGE
  let into = changetype<usize>(block) + PANELS
  for (let j: usize = 0; j < block.columns; j += 4) {
    let y0 = rowOfB(p, block, j) + from
    let y1 = rowOfB(p, block, j + 1) + from
    let y2 = rowOfB(p, block, j + 2) + from
    let y3 = rowOfB(p, block, j + 3) + from
    if (p.preparation != 0) {
      for (let q: usize = 0; q < 4; q++)
        prepareRow(p, rowOfB(p, block, j + q), numbersOfB(p, block, j + q), from, bytes, stage + q * PIECE * 4)
      y0 = stage
      y1 = stage + PIECE * 4
      y2 = stage + PIECE * 8
      y3 = stage + PIECE * 12
    }
    interleave(y0, y1, y2, y3, bytes, into + (j % 8) * 4)
    if (j % 8 == 4) into += bytes * 8
  }
}
