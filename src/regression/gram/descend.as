/**
 * The kernel of the descend primitive on a wasm device: a chunk is a chain. settle.ts has the formulas and the order of work; here
 * numbers are float32, and the gradient is found in doubles whenever a step begins.
 */
import { madd, madd64 } from '../../device/wasm/simd'

/** The parameters, behind the addresses of what descend.ts lists and of scratch memory: a gradient and a list for each chain. */
const enum Descend {
  GRAMS = 0,
  Q = 4,
  WHICH = 8,
  LAMBDAS = 12,
  START = 16,
  OUT = 20,
  WENT = 24,
  SCRATCH = 28,
  P = 32,
  STEPS = 36,
  FROM_CHAIN = 40,
  FROM_STEP = 44,
  TO_STEP = 48,
  POSITIVE = 52,
  TOLERANCE = 56,
  LEAST = 60,
  MAX_SWEEPS = 64,
}

/** What the loops of a step share, on the bench: addresses first, then numbers; and behind them the gradient in doubles. */
const enum Bench {
  GRAM = 0,
  W = 4,
  GRADIENT = 8,
  LIST = 12,
  LAMBDA1 = 16,
  LAMBDA2 = 20,
  /** How many coefficients are listed, in what changes are measured, and the dual gap as a share of yᵀy. */
  COUNT = 24,
  SIZE = 28,
  GAP = 32,
  /** Four changes that wait to be taken off the gradient, and their rows of the Gram matrix. */
  CHANGES = 40,
  ROWS = 56,
  DOUBLES = 80,
}

/** Notes the change that is number `slot` of those that wait. */
@inline
function note(bench: usize, slot: usize, change: f32, row: usize): void {
  store<f32>(bench + (slot << 2), change, Bench.CHANGES)
  store<usize>(bench + (slot << 2), row, Bench.ROWS)
}

@inline
function diagonalOf(gram: usize, j: usize, p: usize): f32 {
  return load<f32>(gram + ((j * (p + 1)) << 2))
}

/** r −= Σ change·row of the four changes on the bench, over p elements: the gradient is read and written once for four. */
function takeAway(bench: usize, p: usize): void {
  const zero = f32x4.splat(0)
  const a = f32x4.sub(zero, v128.load32_splat(bench, Bench.CHANGES))
  const b = f32x4.sub(zero, v128.load32_splat(bench, Bench.CHANGES + 4))
  const c = f32x4.sub(zero, v128.load32_splat(bench, Bench.CHANGES + 8))
  const d = f32x4.sub(zero, v128.load32_splat(bench, Bench.CHANGES + 12))
  let rowA = load<usize>(bench, Bench.ROWS)
  let rowB = load<usize>(bench, Bench.ROWS + 4)
  let rowC = load<usize>(bench, Bench.ROWS + 8)
  let rowD = load<usize>(bench, Bench.ROWS + 12)
  let gradient = load<usize>(bench, Bench.GRADIENT)
  const end = gradient + ((p & ~3) << 2)
  for (; gradient < end; gradient += 16) {
    const two = madd(b, v128.load(rowB), madd(a, v128.load(rowA), v128.load(gradient)))
    v128.store(gradient, madd(d, v128.load(rowD), madd(c, v128.load(rowC), two)))
    rowA += 16
    rowB += 16
    rowC += 16
    rowD += 16
  }
  for (let left = p & 3; left > 0; left--) {
    const two = madd(b, v128.load32_zero(rowB), madd(a, v128.load32_zero(rowA), v128.load32_zero(gradient)))
    const all = madd(d, v128.load32_zero(rowD), madd(c, v128.load32_zero(rowC), two))
    v128.store32_lane(gradient, all, 0)
    gradient += 4
    rowA += 4
    rowB += 4
    rowC += 4
    rowD += 4
  }
}

/** Two float32 as doubles; or one, where the second lies behind what there is. */
@inline
function two(at: usize, isOne: bool): v128 {
  return f64x2.promote_low_f32x4(isOne ? v128.load32_zero(at) : v128.load64_zero(at))
}

/** The same of sums in doubles. */
function takeAwayExactly(bench: usize, p: usize): void {
  const a = f64x2.splat(-<f64>load<f32>(bench, Bench.CHANGES))
  const b = f64x2.splat(-<f64>load<f32>(bench, Bench.CHANGES + 4))
  const c = f64x2.splat(-<f64>load<f32>(bench, Bench.CHANGES + 8))
  const d = f64x2.splat(-<f64>load<f32>(bench, Bench.CHANGES + 12))
  const rowA = load<usize>(bench, Bench.ROWS)
  const rowB = load<usize>(bench, Bench.ROWS + 4)
  const rowC = load<usize>(bench, Bench.ROWS + 8)
  const rowD = load<usize>(bench, Bench.ROWS + 12)
  const exact = bench + Bench.DOUBLES
  const even = (p & ~1) << 2
  for (let at: usize = 0; at < even; at += 8) {
    const into = exact + (at << 1)
    const half = madd64(b, two(rowB + at, false), madd64(a, two(rowA + at, false), v128.load(into)))
    v128.store(into, madd64(d, two(rowD + at, false), madd64(c, two(rowC + at, false), half)))
  }
  if ((p & 1) == 0) return
  const into = exact + (even << 1)
  const half = madd64(b, two(rowB + even, true), madd64(a, two(rowA + even, true), v128.load64_zero(into)))
  v128.store64_lane(into, madd64(d, two(rowD + even, true), madd64(c, two(rowC + even, true), half)), 0)
}

/** r = q − G·w, anew. */
function refresh(bench: usize, q: usize, p: usize): void {
  const exact = bench + Bench.DOUBLES
  const w = load<usize>(bench, Bench.W)
  const line = p << 2
  for (let k: usize = 0; k < p; k++) store<f64>(exact + (k << 3), <f64>load<f32>(q + (k << 2)))
  const gram = load<usize>(bench, Bench.GRAM)
  let waiting: usize = 0
  for (let j: usize = 0; j < p; j++) {
    const weight = load<f32>(w + (j << 2))
    if (weight == 0) continue
    note(bench, waiting, weight, gram + j * line)
    waiting = (waiting + 1) & 3
    if (waiting == 0) takeAwayExactly(bench, p)
  }
  if (waiting > 0) {
    for (; waiting < 4; waiting++) note(bench, waiting, 0, gram)
    takeAwayExactly(bench, p)
  }
  const gradient = load<usize>(bench, Bench.GRADIENT)
  for (let k: usize = 0; k < p; k++) store<f32>(gradient + (k << 2), <f32>load<f64>(exact + (k << 3)))
}

/** Lists what is worth a visit, and finds the dual gap: of sums in doubles. */
function look(params: usize, bench: usize, q: usize): void {
  const p = load<usize>(params, Descend.P)
  const positive = load<u32>(params, Descend.POSITIVE) != 0
  const gram = load<usize>(bench, Bench.GRAM)
  const w = load<usize>(bench, Bench.W)
  const gradient = load<usize>(bench, Bench.GRADIENT)
  const list = load<usize>(bench, Bench.LIST)
  const lambda1 = load<f32>(bench, Bench.LAMBDA1)
  const lambda2 = load<f32>(bench, Bench.LAMBDA2)
  let count: usize = 0
  let size: f32 = 0
  let top: f32 = 0
  let fit: f64 = 0
  let absolute: f64 = 0
  let squares: f64 = 0
  let products: f64 = 0
  for (let j: usize = 0; j < p; j++) {
    const diagonal = diagonalOf(gram, j, p)
    if (!(diagonal > 0)) continue
    const weight = load<f32>(w + (j << 2))
    const slope = load<f32>(gradient + (j << 2))
    const target = load<f32>(q + (j << 2))
    const root = sqrt(diagonal)
    const c = slope - lambda2 * weight
    size = max(size, max(abs(weight) * root, abs(target) / root))
    top = max(top, positive ? c : abs(c))
    if (weight != 0) {
      fit += <f64>weight * (<f64>target + <f64>slope)
      absolute += <f64>abs(weight)
      squares += <f64>weight * <f64>weight
      products += <f64>weight * <f64>c
    } else if (!((positive ? slope : abs(slope)) > lambda1)) continue
    store<u32>(list + (count << 2), j)
    count++
  }
  const square = <f64>load<f32>(q + (p << 2))
  const scale = top > lambda1 ? <f64>lambda1 / <f64>top : 1
  const residual = square - fit + <f64>lambda2 * squares
  const gap = 0.5 * (1 - scale) * (1 - scale) * residual + <f64>lambda1 * absolute - scale * products
  store<usize>(bench, count, Bench.COUNT)
  store<f32>(bench, size, Bench.SIZE)
  store<f32>(bench, <f32>(max<f64>(0, gap) / square), Bench.GAP)
}

/** A coefficient's part of the gradient, less what the changes that wait take off it. */
function slopeOf(bench: usize, waiting: usize, j: usize): f32 {
  let slope = load<f32>(load<usize>(bench, Bench.GRADIENT) + (j << 2))
  for (let slot: usize = 0; slot < waiting; slot++)
    slope -= load<f32>(bench + (slot << 2), Bench.CHANGES) * load<f32>(load<usize>(bench + (slot << 2), Bench.ROWS) + (j << 2))
  return slope
}

/** Visits the listed coefficients in turn; changes are taken off the gradient four at a time. Returns the largest √gⱼⱼ·|Δwⱼ|. */
function sweep(bench: usize, p: usize, positive: bool): f32 {
  const gram = load<usize>(bench, Bench.GRAM)
  const w = load<usize>(bench, Bench.W)
  const lambda1 = load<f32>(bench, Bench.LAMBDA1)
  const lambda2 = load<f32>(bench, Bench.LAMBDA2)
  const list = load<usize>(bench, Bench.LIST)
  const end = list + (load<usize>(bench, Bench.COUNT) << 2)
  let most: f32 = 0
  let waiting: usize = 0
  for (let at = list; at < end; at += 4) {
    const j = load<usize>(at)
    const diagonal = diagonalOf(gram, j, p)
    const before = load<f32>(w + (j << 2))
    const wish = slopeOf(bench, waiting, j) + diagonal * before
    const over = (positive ? wish : abs(wish)) - lambda1
    const after: f32 = over > 0 ? copysign<f32>(over, wish) / (diagonal + lambda2) : 0
    const change = after - before
    if (change == 0) continue
    store<f32>(w + (j << 2), after)
    most = max(most, abs(change) * sqrt(diagonal))
    note(bench, waiting, change, gram + ((j * p) << 2))
    waiting = (waiting + 1) & 3
    if (waiting == 0) takeAway(bench, p)
  }
  if (waiting > 0) {
    for (; waiting < 4; waiting++) note(bench, waiting, 0, gram)
    takeAway(bench, p)
  }
  return most
}

/** Solves one problem; `went` is where sweeps are counted, and told how they ended. */
function settle(params: usize, bench: usize, q: usize, went: usize): void {
  const p = load<usize>(params, Descend.P)
  const positive = load<u32>(params, Descend.POSITIVE) != 0
  const tolerance = load<f32>(params, Descend.TOLERANCE)
  const least = load<f32>(params, Descend.LEAST)
  const maxSweeps = load<u32>(params, Descend.MAX_SWEEPS)
  let sweeps: u32 = 0
  let left: f32 = 0
  let first = f32.MAX_VALUE
  let bound = tolerance
  for (let round = 0; ; round++) {
    look(params, bench, q)
    if (load<usize>(bench, Bench.COUNT) == 0 || first <= least) break
    const gap = load<f32>(bench, Bench.GAP)
    if (sweeps == maxSweeps || (round > 0 && gap <= tolerance)) {
      left = gap
      break
    }
    const size = load<f32>(bench, Bench.SIZE)
    first = sweep(bench, p, positive) / size
    sweeps++
    for (let change = first; change > max(bound, least) && sweeps < maxSweeps; sweeps++)
      change = sweep(bench, p, positive) / size
    bound *= 0.5
  }
  store<f32>(went, <f32>sweeps)
  store<f32>(went, left, 4)
}

/**
 * Where a problem begins: at the w before, moved on as far as that came from its own predecessor, since w goes along straight lines
 * between two penalties at which the set of coefficients changes. What would change its sign, or has just come, does not move.
 */
function begin(w: usize, line: usize, lambdas: usize): void {
  const last = load<f32>(lambdas - 8)
  const ahead = min<f32>(1, max<f32>(0, (load<f32>(lambdas) - last) / (last - load<f32>(lambdas - 16))))
  // Of equal penalties, and of NaN that comes of them.
  if (!(ahead > 0)) return
  for (const end = w + line; w < end; w += 4) {
    const near = load<f32>(w)
    const far = load<f32>(w - 2 * line)
    const next = near + ahead * (near - far)
    if (near != 0 && far != 0) store<f32>(w, next > 0 == near > 0 ? next : 0)
  }
}

export function descend(params: usize, chunk: u32, bench: usize): void {
  const p = load<usize>(params, Descend.P)
  const line = p << 2
  const steps = load<usize>(params, Descend.STEPS)
  const chain = load<usize>(params, Descend.FROM_CHAIN) + chunk
  const gram = load<usize>(params, Descend.GRAMS) + load<usize>(load<usize>(params, Descend.WHICH) + (chain << 2)) * p * line
  const q = load<usize>(params, Descend.Q) + chain * (line + 4)
  const scratch = load<usize>(params, Descend.SCRATCH) + <usize>chunk * 2 * line
  store<usize>(bench, gram, Bench.GRAM)
  store<usize>(bench, scratch, Bench.GRADIENT)
  store<usize>(bench, scratch + line, Bench.LIST)
  const out = load<usize>(params, Descend.OUT)
  const last = load<u32>(params, Descend.TO_STEP)
  for (let step = load<u32>(params, Descend.FROM_STEP); step < last; step++) {
    const at = chain * steps + <usize>step
    const w = out + at * line
    memory.copy(w, step == 0 ? load<usize>(params, Descend.START) + chain * line : w - line, line)
    const lambdas = load<usize>(params, Descend.LAMBDAS) + (at << 3)
    if (step > 1) begin(w, line, lambdas)
    store<usize>(bench, w, Bench.W)
    store<f32>(bench, load<f32>(lambdas), Bench.LAMBDA1)
    store<f32>(bench, load<f32>(lambdas, 4), Bench.LAMBDA2)
    refresh(bench, q, p)
    settle(params, bench, q, load<usize>(params, Descend.WENT) + (at << 3))
  }
}
