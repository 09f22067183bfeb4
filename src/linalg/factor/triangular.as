/**
 * T·X = B: a chunk solves for eight columns of X, or for some times eight of small matrices. They lie in a panel on the bench, rows
 * as they are solved, until all are found.
 */
import { ACROSS, packRow, PANEL_ROW, substitute, tell, unpackRow, WORK_BYTES } from './tiles'

@unmanaged
class Triangular {
  triangle: usize
  right: usize
  rows: usize
  solution: usize
  status: usize

  order: usize
  columns: usize
  /** Panels of a matrix, those of all matrices of this pass, and those of a chunk. */
  panels: usize
  units: usize
  share: usize
  firstMatrix: usize
  /** The first row to be solved, and strides from there on, which may be negative. All in bytes, as those that follow. */
  triangleFirst: usize
  triangleMatrix: usize
  triangleRow: usize
  triangleColumn: usize
  rightMatrix: usize
  rightRow: usize
  rightColumn: usize
  rowsMatrix: usize
  isUnit: u32
  isLower: u32
  /** 1 where B is the identity; 1 where its rows come in another order. */
  isIdentity: u32
  hasRows: u32
}

const PANEL: usize = WORK_BYTES

/** The row of X that is solved as the `i`-th. */
@inline
function rowOf(p: Triangular, i: usize): usize {
  return p.isLower ? i : p.order - 1 - i
}

/** What columns of X are made from. */
function fill(p: Triangular, matrix: usize, column: usize, columns: usize, panel: usize): void {
  const right = p.right + matrix * p.rightMatrix + column * p.rightColumn
  const rows = p.rows + matrix * p.rowsMatrix
  for (let i: usize = 0; i < p.order; i++, panel += PANEL_ROW) {
    const own = rowOf(p, i)
    const row = p.hasRows ? <usize>load<u32>(rows + own * 4) : own
    if (p.isIdentity) {
      memory.fill(panel, 0, PANEL_ROW)
      if (row - column < columns) store<f32>(panel + (row - column) * 4, 1)
    } else {
      packRow(right + row * p.rightRow, p.rightColumn, panel, columns)
    }
  }
}

/** Of the identity as it is, rows before the first 1 of these columns stay 0. */
@inline
function firstOf(p: Triangular, column: usize, columns: usize): usize {
  if (!p.isIdentity || p.hasRows) return 0
  return p.isLower ? column : p.order - column - columns
}

export function triangular(params: usize, chunk: usize, bench: usize): void {
  const p = changetype<Triangular>(params)
  const panel = bench + PANEL
  const end = min(p.units, (chunk + 1) * p.share)
  for (let unit = chunk * p.share; unit < end; unit++) {
    const matrix = unit / p.panels
    const column = unit % p.panels * ACROSS
    const columns = min(ACROSS, p.columns - column)
    fill(p, matrix, column, columns, panel)
    const triangle = p.triangle + p.triangleFirst + matrix * p.triangleMatrix
    const start = firstOf(p, column, columns)
    const failed = substitute(panel, triangle, p.triangleRow, p.triangleColumn, start, p.order, p.isUnit != 0, bench)
    if (failed < p.order) tell(p.status, <u32>(0xffffffff - (p.firstMatrix + matrix) * p.order - failed))
    const solution = p.solution + matrix * p.order * p.columns * 4 + column * 4
    for (let i: usize = 0; i < p.order; i++)
      unpackRow(panel + i * PANEL_ROW, solution + rowOf(p, i) * p.columns * 4, columns)
  }
}
