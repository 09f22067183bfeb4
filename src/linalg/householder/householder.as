/**
 * The kernels of the Householder primitive, on columns: each column of A and of Q lies contiguous, so that reflections of a panel
 * are products of columns, and what a panel does to others products of 32 columns with eight.
 *
 * The work of a matrix, in floats: A [columns, pitch] · Q [columns of Q, pitch] · what columns are to be multiplied by in the
 * end · for each panel T, Tᵀ and R's corner, each 32 × 32. Columns are filled up to whole eights, rows to the pitch, with zeros.
 */
import { madd } from '../../device/wasm/simd'
import { addTile, BLOCK, dot, dotFour, projectTile, takeFour, turnTile } from './columns'

const BLOCK_BYTES: usize = BLOCK * BLOCK * 4
/** Bytes of columns that a block reflection takes at once: 32 such strips stay in a core's own cache. */
const STRIP: usize = 512
/** Squares below it are nothing next to a column that was scaled to 1, and too small to be summed. */
const NOTHING: f64 = 8.077935669463161e-28
/** Columns of a chunk of `prepare` and of `update`, rows of one of `finish`. */
const PREPARED: usize = 16
const UPDATED: usize = 8
const FINISHED: usize = 64

@unmanaged
class Params {
  source: usize
  work: usize
  r: usize
  q: usize
  rows: usize
  columns: usize
  reflections: usize
  /** Floats from one column of the work to the next, and from one matrix's work to the next. */
  pitch: usize
  stride: usize
  /** Columns of A and Q as they lie in the work. */
  wideA: usize
  wideQ: usize
  /** Elements of the source from matrix to matrix, row to row, column to column. */
  batchStride: usize
  rowStride: usize
  columnStride: usize
  heightR: usize
  widthQ: usize
  /** The panel's first column, and whether it is for A or for Q that it is applied. */
  first: usize
  forQ: u32
  /** Chunks of one matrix. */
  chunks: u32
}

@inline
function workOf(p: Params, matrix: usize): usize { return p.work + matrix * p.stride * 4 }

@inline
function columnOf(p: Params, work: usize, j: usize): usize { return work + j * p.pitch * 4 }

@inline
function basisOf(p: Params, work: usize): usize { return columnOf(p, work, p.wideA) }

@inline
function scalesOf(p: Params, work: usize): usize { return columnOf(p, work, p.wideA + p.wideQ) }

/** T of a panel; Tᵀ and the corner follow. */
@inline
function panelOf(p: Params, work: usize, first: usize): usize {
  return scalesOf(p, work) + p.wideA * 4 + (first / BLOCK) * 3 * BLOCK_BYTES
}

/** Reads one column of the source into `into`, and scales it. */
function prepareColumn(p: Params, from: usize, into: usize, scale: usize): void {
  const step = p.rowStride * 4, bytes = p.rows * 4, end = p.pitch * 4
  let most: u32 = 0
  for (let k: usize = 0; k < bytes; k += 4, from += step) {
    const bits = load<u32>(from)
    most = max(most, bits & 0x7fffffff)
    store<u32>(into + k, bits)
  }
  memory.fill(into + bytes, 0, end - bytes)
  if (most == 0 || most >= 0x7f800000) {
    store<f32>(scale, 1)
    return
  }
  const exponent = min(max(most >> 23, 1), 253)
  const factor = f32x4.splat(reinterpret<f32>((254 - exponent) << 23))
  for (let k: usize = 0; k < end; k += 16) v128.store(into + k, f32x4.mul(v128.load(into + k), factor))
  store<u32>(scale, exponent << 23)
}

/** Columns `from` up to `to` of A and Q as they begin, counted through both. */
function prepareSome(p: Params, matrix: usize, from: usize, to: usize): void {
  const work = workOf(p, matrix)
  const source = p.source + matrix * p.batchStride * 4
  for (let j = from; j < to; j++) {
    const into = columnOf(p, work, j)
    if (j < p.columns) {
      prepareColumn(p, source + j * p.columnStride * 4, into, scalesOf(p, work) + j * 4)
      continue
    }
    memory.fill(into, 0, p.pitch * 4)
    if (j >= p.wideA && j - p.wideA < p.widthQ) store<f32>(into + (j - p.wideA) * 4, 1)
  }
}

export function prepare(params: usize, chunk: u32, bench: usize): void {
  const p = changetype<Params>(params)
  const from = <usize>(chunk % p.chunks) * PREPARED
  prepareSome(p, chunk / p.chunks, from, min(from + PREPARED, p.wideA + p.wideQ))
}

/** Takes what stands in the panel's rows of a column, up to row `count`, to the corner, and leaves zeros. */
function clear(column: usize, corner: usize, j: usize, count: usize): void {
  for (let i: usize = 0; i < count; i++) {
    store<f32>(corner + (i * BLOCK + j) * 4, load<f32>(column + i * 4))
    store<f32>(column + i * 4, 0)
  }
}

/** The reflections of a panel: V in its columns, with ones and zeros where R was, T and Tᵀ; and R's corner. */
function panelSteps(p: Params, work: usize, first: usize, bench: usize): void {
  const down = p.pitch * 4, bytes = (p.pitch - first) * 4
  const wide = min(BLOCK, p.wideA - first), size = min(BLOCK, p.reflections - first)
  const start = columnOf(p, work, first) + first * 4
  const triangle = panelOf(p, work, first), turned = triangle + BLOCK_BYTES, corner = turned + BLOCK_BYTES
  memory.fill(triangle, 0, 3 * BLOCK_BYTES)
  for (let j: usize = 0; j < size; j++) {
    const v = start + j * down
    const alpha = <f64>load<f32>(v + j * 4)
    clear(v, corner, j, j + 1)
    const squares = dot(v, v, bytes)
    let tau: f64 = 0
    if (squares <= NOTHING) memory.fill(v, 0, bytes)
    else {
      const length = Math.sqrt(alpha * alpha + squares)
      const beta = alpha < 0 ? length : -length
      tau = (beta - alpha) / beta
      const scale = f32x4.splat(<f32>(1 / (alpha - beta)))
      for (let k: usize = 0; k < bytes; k += 16) v128.store(v + k, f32x4.mul(v128.load(v + k), scale))
      store<f32>(corner + j * (BLOCK + 1) * 4, <f32>beta)
    }
    store<f32>(v + j * 4, 1)
    // Fours of columns: of those before the j-th, for T; of those behind it, to be reflected; and the one that it is in.
    for (let c: usize = 0; c < wide; c += 4) {
      dotFour(v, start + c * down, down, bytes, bench + c * 8)
      if (c + 4 <= j + 1 || tau == 0) continue
      for (let k: usize = 0; k < 4; k++) {
        const share = c + k > j ? tau * load<f64>(bench + (c + k) * 8) : 0
        store<f64>(bench + (BLOCK + k) * 8, share)
      }
      takeFour(v, start + c * down, down, bytes, bench + BLOCK * 8)
    }
    for (let c: usize = 0; c < j; c++) {
      let sum: f64 = 0
      for (let k = c; k < j; k++) sum += <f64>load<f32>(triangle + (c * BLOCK + k) * 4) * load<f64>(bench + k * 8)
      store<f32>(triangle + (c * BLOCK + j) * 4, <f32>(-tau * sum))
      store<f32>(turned + (j * BLOCK + c) * 4, <f32>(-tau * sum))
    }
    store<f32>(triangle + j * (BLOCK + 1) * 4, <f32>tau)
    store<f32>(turned + j * (BLOCK + 1) * 4, <f32>tau)
  }
  for (let j = size; j < wide; j++) clear(start + j * down, corner, j, size)
}

export function panel(params: usize, chunk: u32, bench: usize): void {
  const p = changetype<Params>(params)
  panelSteps(p, workOf(p, chunk), p.first, bench)
}

/** C − V·T·(Vᵀ·C), or with Tᵀ, of eight columns from `c` on, over the rows from the panel's first on. */
function updateEight(p: Params, work: usize, first: usize, c: usize, forQ: bool, bench: usize): void {
  const down = p.pitch * 4, bytes = (p.pitch - first) * 4
  const v = columnOf(p, work, first) + first * 4
  const count = min(BLOCK, p.wideA - first)
  c += first * 4
  const products = bench, shares = bench + UPDATED * BLOCK * 4
  memory.fill(products, 0, UPDATED * BLOCK * 4)
  for (let k: usize = 0; k < bytes; k += STRIP) {
    const strip = min(STRIP, bytes - k)
    for (let two: usize = 0; two < UPDATED; two += 2)
      for (let four: usize = 0; four < count; four += 4)
        projectTile(v + four * down + k, c + two * down + k, down, strip, products + (two * BLOCK + four) * 4)
  }
  // Rows of the transposed triangle are columns of the one that is wanted.
  const triangle = panelOf(p, work, first) + (forQ ? BLOCK_BYTES : 0)
  for (let j: usize = 0; j < UPDATED; j++) {
    const own = products + j * BLOCK * 4
    let a = f32x4.splat(0), b = a, d = a, e = a, f = a, g = a, h = a, i = a
    for (let k: usize = 0; k < BLOCK; k++) {
      const row = triangle + k * BLOCK * 4
      const w = f32x4.neg(v128.load32_splat(own + k * 4))
      a = madd(w, v128.load(row), a)
      b = madd(w, v128.load(row, 16), b)
      d = madd(w, v128.load(row, 32), d)
      e = madd(w, v128.load(row, 48), e)
      f = madd(w, v128.load(row, 64), f)
      g = madd(w, v128.load(row, 80), g)
      h = madd(w, v128.load(row, 96), h)
      i = madd(w, v128.load(row, 112), i)
    }
    const into = shares + j * BLOCK * 4
    v128.store(into, a)
    v128.store(into, b, 16)
    v128.store(into, d, 32)
    v128.store(into, e, 48)
    v128.store(into, f, 64)
    v128.store(into, g, 80)
    v128.store(into, h, 96)
    v128.store(into, i, 112)
  }
  for (let k: usize = 0; k < bytes; k += 32) {
    addTile(v + k, count, c + k, down, shares)
    addTile(v + k, count, c + k + 4 * down, down, shares + BLOCK * 16)
  }
}

export function update(params: usize, chunk: u32, bench: usize): void {
  const p = changetype<Params>(params)
  const work = workOf(p, chunk / p.chunks)
  const column = <usize>(chunk % p.chunks) * UPDATED + (p.forQ ? p.wideA + p.first : p.first + BLOCK)
  updateEight(p, work, p.first, columnOf(p, work, column), p.forQ != 0, bench)
}

/** Rows `from` up to `to` of R: zeros, the corner of their panel, and what lies in the columns behind it. */
function finishR(p: Params, work: usize, r: usize, from: usize, to: usize): void {
  const down = p.pitch * 4, width = p.columns, scales = scalesOf(p, work)
  for (let i = from; i < to; i++) {
    const first = i / BLOCK * BLOCK, into = r + i * width * 4
    const corner = panelOf(p, work, first) + 2 * BLOCK_BYTES + (i - first) * BLOCK * 4
    memory.fill(into, 0, min(i, width) * 4)
    for (let j = i; j < min(first + BLOCK, width); j++)
      store<f32>(into + j * 4, load<f32>(corner + (j - first) * 4) * load<f32>(scales + j * 4))
  }
  for (let i = from; i < to; i += 4)
    for (let j = i / BLOCK * BLOCK + BLOCK; j < width; j += 4)
      turnTile(work + j * down + i * 4, down, v128.load(scales + j * 4), r + (i * width + j) * 4, width, to - i, width - j)
}

function finishQ(p: Params, work: usize, q: usize, from: usize, to: usize): void {
  const down = p.pitch * 4, width = p.widthQ, basis = basisOf(p, work)
  const one = f32x4.splat(1)
  for (let i = from; i < to; i += 4)
    for (let j: usize = 0; j < width; j += 4)
      turnTile(basis + j * down + i * 4, down, one, q + (i * width + j) * 4, width, to - i, width - j)
}

/** Rows `from` up to `to` of R and Q. */
function finishSome(p: Params, matrix: usize, from: usize, to: usize): void {
  const work = workOf(p, matrix)
  finishR(p, work, p.r + matrix * p.heightR * p.columns * 4, from, min(to, p.heightR))
  finishQ(p, work, p.q + matrix * p.rows * p.widthQ * 4, from, to)
}

export function finish(params: usize, chunk: u32, bench: usize): void {
  const p = changetype<Params>(params)
  const from = <usize>(chunk % p.chunks) * FINISHED
  finishSome(p, chunk / p.chunks, from, min(from + FINISHED, p.rows))
}

/** All of it for one matrix, which stays in the caches. */
export function whole(params: usize, chunk: u32, bench: usize): void {
  const p = changetype<Params>(params)
  const work = workOf(p, chunk)
  prepareSome(p, chunk, 0, p.wideA + p.wideQ)
  for (let first: usize = 0; first < p.reflections; first += BLOCK) {
    panelSteps(p, work, first, bench)
    for (let j = first + BLOCK; j < p.wideA; j += UPDATED)
      updateEight(p, work, first, columnOf(p, work, j), false, bench)
  }
  if (p.wideQ > 0)
    for (let first = (p.reflections - 1) / BLOCK * BLOCK; ; first -= BLOCK) {
      for (let j = first; j < p.wideQ; j += UPDATED)
        updateEight(p, work, first, columnOf(p, work, p.wideA + j), true, bench)
      if (first == 0) break
    }
  finishSome(p, chunk, 0, p.rows)
}
