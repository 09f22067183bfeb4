/**
 * P·A = L·U in panels of 32 columns. A chunk of an update takes a panel away from 32 columns to its right, and who has the first
 * of those factors the next panel at once, while other threads are still at the rest: no pass waits for a panel alone.
 */
import { madd } from '../../device/wasm/simd'
import { ACROSS, BLOCK, PANEL_ROW, packRow, substitute, subtractTile, tell, tile, unpackRow, WORK_BYTES } from './tiles'

@unmanaged
class Lu {
  source: usize
  factors: usize
  rows: usize
  exchanges: usize
  status: usize

  stage: usize
  order: usize
  /** Matrices of this pass, those before them in the stack, and those of a chunk that does all stages. */
  matrices: usize
  firstMatrix: usize
  share: usize
  /** In bytes. */
  sourceMatrix: usize
  sourceRow: usize
  sourceColumn: usize
  /** The panel that is taken away. */
  first: usize
}

// Stages, numbered as in wasm.ts.
const WHOLE: usize = 0
const START: usize = 1
const PANEL: usize = 2
const UPDATE: usize = 3
const EXCHANGE: usize = 4

// Places on the bench: a tile's sums, the pivot's row, and panels of U.
const PIVOT: usize = WORK_BYTES
const PANELS: usize = PIVOT + 128

/** Rows that one chunk copies. */
const COPIED: usize = 64

@inline
function matrixAt(p: Lu, matrix: usize): usize {
  return p.factors + matrix * p.order * p.order * 4
}

function swap(a: usize, b: usize, bytes: usize): void {
  let k: usize = 0
  for (; k + 16 <= bytes; k += 16) {
    const x = v128.load(a + k)
    v128.store(a + k, v128.load(b + k))
    v128.store(b + k, x)
  }
  for (; k < bytes; k += 4) {
    const x = load<u32>(a + k)
    store<u32>(a + k, load<u32>(b + k))
    store<u32>(b + k, x)
  }
}

function copyRows(p: Lu, matrix: usize, from: usize, end: usize): void {
  const bytes = p.order * 4
  let into = matrixAt(p, matrix) + from * bytes
  for (let i = from; i < end; i++, into += bytes) {
    const row = p.source + matrix * p.sourceMatrix + i * p.sourceRow
    if (p.sourceColumn == 4) memory.copy(into, row, bytes)
    else for (let j: usize = 0; j < p.order; j++) store<f32>(into + j * 4, load<f32>(row + j * p.sourceColumn))
    store<u32>(p.rows + (matrix * p.order + i) * 4, <u32>i)
  }
}

/** The row of the largest magnitude, as bits, in a column from row `row` on. */
function largestOf(column: usize, stride: usize, row: usize, order: usize): usize {
  let most: u32 = 0
  let place = row
  for (let i = row; i < order; i++) {
    const size = load<u32>(column + i * stride) & 0x7fffffff
    if (size > most) {
      most = size
      place = i
    }
  }
  return place
}

/** Factors a panel, from its diagonal on down. */
function factorPanel(p: Lu, matrix: usize, first: usize, bench: usize): void {
  const order = p.order
  const stride = order * 4
  const base = matrixAt(p, matrix) + first * 4
  const width = min(BLOCK, order - first)
  const bytes = width * 4
  const whole = bytes & ~15
  const rows = p.rows + matrix * stride
  const pivotRow = bench + PIVOT
  let place = largestOf(base, stride, first, order)
  for (let j: usize = 0; j < bytes; j += 4) {
    const row = first + (j >> 2)
    const own = base + row * stride
    store<u32>(p.exchanges + matrix * stride + row * 4, <u32>place)
    if (place != row) {
      swap(own, base + place * stride, bytes)
      swap(rows + row * 4, rows + place * 4, 4)
    }
    const pivot = load<f32>(own + j)
    place = row + 1
    if (pivot == 0) {
      tell(p.status, <u32>(0xffffffff - (p.firstMatrix + matrix) * order - row))
      if (j + 4 < bytes) place = largestOf(base + j + 4, stride, row + 1, order)
      continue
    }
    // Zeros up to the pivot, so that whole vectors may be taken away.
    const begin = (j + 4) & ~15
    for (let c = begin; c < bytes; c += 4) store<f32>(pivotRow + c, c > j ? load<f32>(own + c) : 0)
    let most: u32 = 0
    for (let i = row + 1, at = own + stride; i < order; i++, at += stride) {
      const share = load<f32>(at + j) / pivot
      const less = f32x4.splat(-share)
      let c = begin
      for (; c < whole; c += 16) v128.store(at + c, madd(less, v128.load(pivotRow + c), v128.load(at + c)))
      for (; c < bytes; c += 4) store<f32>(at + c, load<f32>(at + c) - share * load<f32>(pivotRow + c))
      store<f32>(at + j, share)
      const size = load<u32>(at + min(j + 4, bytes - 4)) & 0x7fffffff
      if (size > most) {
        most = size
        place = i
      }
    }
  }
}

/** Takes the panel at `first` away from up to 32 columns to the right of it. */
function updateColumns(p: Lu, matrix: usize, first: usize, column: usize, bench: usize): void {
  const order = p.order
  const stride = order * 4
  const start = matrixAt(p, matrix)
  const columns = min(BLOCK, order - column)
  const strip = start + column * 4
  const exchanges = p.exchanges + matrix * stride
  for (let row = first; row < first + BLOCK; row++) {
    const other = <usize>load<u32>(exchanges + row * 4)
    if (other != row) swap(strip + row * stride, strip + other * stride, columns * 4)
  }
  const square = start + first * stride + first * 4
  for (let c: usize = 0, panel = bench + PANELS; c < columns; c += ACROSS, panel += BLOCK * PANEL_ROW) {
    const upper = strip + first * stride + c * 4
    for (let k: usize = 0; k < BLOCK; k++) packRow(upper + k * stride, 4, panel + k * PANEL_ROW, columns - c)
    substitute(panel, square, stride, 4, 0, BLOCK, true, bench)
    for (let k: usize = 0; k < BLOCK; k++) unpackRow(panel + k * PANEL_ROW, upper + k * stride, columns - c)
  }
  const last = order - 1
  const panelColumn = start + first * 4
  for (let row = first + BLOCK; row < order; row += 4) {
    const x0 = panelColumn + row * stride
    const x1 = panelColumn + min(row + 1, last) * stride
    const x2 = panelColumn + min(row + 2, last) * stride
    const x3 = panelColumn + min(row + 3, last) * stride
    for (let c: usize = 0, panel = bench + PANELS; c < columns; c += ACROSS, panel += BLOCK * PANEL_ROW) {
      tile(x0, x1, x2, x3, 4, panel, BLOCK, bench)
      subtractTile(strip + row * stride + c * 4, stride, bench, min<usize>(4, order - row), columns - c)
    }
  }
  if (column == first + BLOCK) factorPanel(p, matrix, column, bench)
}

/** The exchanges of all panels behind the one at `first`, in its columns. */
function exchangeColumns(p: Lu, matrix: usize, first: usize): void {
  const stride = p.order * 4
  const strip = matrixAt(p, matrix) + first * 4
  for (let row = first + BLOCK; row < p.order; row++) {
    const other = <usize>load<u32>(p.exchanges + matrix * stride + row * 4)
    if (other != row) swap(strip + row * stride, strip + other * stride, BLOCK * 4)
  }
}

function factorWhole(p: Lu, matrix: usize, bench: usize): void {
  copyRows(p, matrix, 0, p.order)
  factorPanel(p, matrix, 0, bench)
  for (let first: usize = 0; first + BLOCK < p.order; first += BLOCK) {
    for (let column = first + BLOCK; column < p.order; column += BLOCK) updateColumns(p, matrix, first, column, bench)
  }
  for (let first: usize = 0; first + BLOCK < p.order; first += BLOCK) exchangeColumns(p, matrix, first)
}

/** One stage of some matrices. The first columns of all come first: they take longest. */
export function lu(params: usize, chunk: usize, bench: usize): void {
  const p = changetype<Lu>(params)
  const matrix = chunk % p.matrices
  const part = chunk / p.matrices
  switch (<i32>p.stage) {
    case <i32>WHOLE: {
      const end = min(p.matrices, (chunk + 1) * p.share)
      for (let one = chunk * p.share; one < end; one++) factorWhole(p, one, bench)
      return
    }
    case <i32>START: return copyRows(p, matrix, part * COPIED, min(p.order, (part + 1) * COPIED))
    case <i32>PANEL: return factorPanel(p, matrix, 0, bench)
    case <i32>UPDATE: return updateColumns(p, matrix, p.first, p.first + (part + 1) * BLOCK, bench)
    default: return exchangeColumns(p, matrix, part * BLOCK)
  }
}
