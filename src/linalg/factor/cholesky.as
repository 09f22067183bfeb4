/**
 * A = L·Lᵀ in panels of 32 columns, with the lower triangle of A alone. As in lu.as, a chunk of an update takes a panel away from
 * 32 columns, and who has the first of those factors the next panel at once.
 */
import {
  ACROSS, BLOCK, PANEL_ROW, packRow, substitute, subtractRow, tell, tile, unpackRow, WORK_BYTES,
} from './tiles'

@unmanaged
class Cholesky {
  source: usize
  factors: usize
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
  /** The share of its diagonal element above which a pivot must be; 1 where a NaN is an error. */
  tolerance: f32
  nanFails: u32
}

// Stages, numbered as in wasm.ts.
const WHOLE: usize = 0
const START: usize = 1
const PANEL: usize = 2
const UPDATE: usize = 3

// Places on the bench: a tile's sums, and panels.
const PANELS: usize = WORK_BYTES

/** Rows that one chunk copies. */
const COPIED: usize = 64

@inline
function matrixAt(p: Cholesky, matrix: usize): usize {
  return p.factors + matrix * p.order * p.order * 4
}

/** Rows of A up to the diagonal, zeros behind it. */
function copyRows(p: Cholesky, matrix: usize, from: usize, end: usize): void {
  const bytes = p.order * 4
  let into = matrixAt(p, matrix) + from * bytes
  for (let i = from; i < end; i++, into += bytes) {
    const row = p.source + matrix * p.sourceMatrix + i * p.sourceRow
    const own = i * 4 + 4
    if (p.sourceColumn == 4) memory.copy(into, row, own)
    else for (let j: usize = 0; j <= i; j++) store<f32>(into + j * 4, load<f32>(row + j * p.sourceColumn))
    memory.fill(into + own, 0, bytes - own)
  }
}

/** √pivot; NaN, and a status word, for one that is not positive enough. */
function rootOf(p: Cholesky, matrix: usize, index: usize, pivot: f64): f64 {
  const element = load<f32>(p.source + matrix * p.sourceMatrix + index * (p.sourceRow + p.sourceColumn))
  const isNan = isNaN(pivot)
  const isLow = !isNan && !(pivot > <f64>p.tolerance * <f64>element)
  if (isLow || (isNan && p.nanFails)) {
    const place = (p.firstMatrix + matrix) * p.order + index
    tell(p.status, <u32>(0xffffffff - 2 * place - <usize>isNan))
  }
  return isLow ? NaN : sqrt(pivot)
}

/** The square of a panel on the diagonal, row by row, in doubles. */
function factorSquare(p: Cholesky, matrix: usize, first: usize, width: usize): void {
  const stride = p.order * 4
  const square = matrixAt(p, matrix) + first * stride + first * 4
  for (let i: usize = 0, row = square; i < width; i++, row += stride) {
    for (let j: usize = 0, other = square; j <= i; j++, other += stride) {
      let sum = <f64>load<f32>(row + j * 4)
      for (let k: usize = 0; k < j * 4; k += 4) sum -= <f64>load<f32>(row + k) * <f64>load<f32>(other + k)
      const found = j < i ? sum / <f64>load<f32>(other + j * 4) : rootOf(p, matrix, first + i, sum)
      store<f32>(row + j * 4, <f32>found)
    }
  }
}

/** That square, and the rows below it: L₁₁·Xᵀ = A₂₁ᵀ, eight rows at a time. */
function factorPanel(p: Cholesky, matrix: usize, first: usize, bench: usize): void {
  const order = p.order
  const stride = order * 4
  const width = min(BLOCK, order - first)
  factorSquare(p, matrix, first, width)
  const column = matrixAt(p, matrix) + first * 4
  const square = column + first * stride
  const panel = bench + PANELS
  for (let row = first + width; row < order; row += ACROSS) {
    const rows = min(ACROSS, order - row)
    const from = column + row * stride
    for (let k: usize = 0; k < width; k++) packRow(from + k * 4, stride, panel + k * PANEL_ROW, rows)
    substitute(panel, square, stride, 4, 0, width, false, bench)
    for (let i: usize = 0; i < rows; i++)
      for (let k: usize = 0; k < width; k++)
        store<f32>(from + i * stride + k * 4, load<f32>(panel + k * PANEL_ROW + i * 4))
  }
}

/** Takes the panel at `first` away from up to 32 columns to the right of it, on and below the diagonal. */
function updateColumns(p: Cholesky, matrix: usize, first: usize, column: usize, bench: usize): void {
  const order = p.order
  const stride = order * 4
  const start = matrixAt(p, matrix)
  const left = start + first * 4
  const columns = min(BLOCK, order - column)
  for (let c: usize = 0, panel = bench + PANELS; c < columns; c += ACROSS, panel += BLOCK * PANEL_ROW) {
    const across = left + (column + c) * stride
    for (let k: usize = 0; k < BLOCK; k++) packRow(across + k * 4, stride, panel + k * PANEL_ROW, columns - c)
  }
  const last = order - 1
  for (let row = column; row < order; row += 4) {
    const x0 = left + row * stride
    const x1 = left + min(row + 1, last) * stride
    const x2 = left + min(row + 2, last) * stride
    const x3 = left + min(row + 3, last) * stride
    const rows = min<usize>(4, order - row)
    // Columns beyond the diagonal of the last of these rows are none of theirs.
    const end = min(columns, row + rows - column)
    for (let c: usize = 0, panel = bench + PANELS; c < end; c += ACROSS, panel += BLOCK * PANEL_ROW) {
      tile(x0, x1, x2, x3, 4, panel, BLOCK, bench)
      const at = start + row * stride + (column + c) * 4
      for (let i: usize = 0; i < rows; i++) {
        const own = min(columns, row + i + 1 - column)
        if (own > c) subtractRow(at + i * stride, bench + i * PANEL_ROW, own - c)
      }
    }
  }
  if (column == first + BLOCK) factorPanel(p, matrix, column, bench)
}

function factorWhole(p: Cholesky, matrix: usize, bench: usize): void {
  copyRows(p, matrix, 0, p.order)
  factorPanel(p, matrix, 0, bench)
  for (let first: usize = 0; first + BLOCK < p.order; first += BLOCK) {
    for (let column = first + BLOCK; column < p.order; column += BLOCK) updateColumns(p, matrix, first, column, bench)
  }
}

/** One stage of some matrices. The first columns of all come first: they take longest. */
export function cholesky(params: usize, chunk: usize, bench: usize): void {
  const p = changetype<Cholesky>(params)
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
    default: return updateColumns(p, matrix, p.first, p.first + (part + 1) * BLOCK, bench)
  }
}
