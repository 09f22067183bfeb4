/**
 * The kernels of the jacobi primitive on a wasm device: a chunk is a meeting of two blocks of rows. cpu.ts has the formulas;
 * here rows are float32, four elements at a time, and what is found of a whole row (square sums, products, angles) is doubles.
 */
import { madd } from '../../device/wasm/simd'
import { across } from '../../pairwise/lanes'

/** The parameters, behind the addresses of the rows and of their states. */
const enum Jacobi {
  WORK = 0,
  STATE = 4,
  MATRICES = 8,
  ROWS = 12,
  /** Elements of a row that are to become orthogonal, and all of them. */
  LENGTH = 16,
  STRIDE = 20,
  BLOCKS = 24,
  /** The round of the sweep, and its first meeting in this pass, counted over the matrices at WORK. */
  ROUND = 28,
  FROM = 32,
  STATE_LENGTH = 36,
  TOLERANCE = 40,
  NOTHING = 44,
}

/** Rows of a block; of a state, where the meetings' cosines begin. */
const BLOCK: u32 = 16
const MEETINGS: u32 = 2

/** Elements that are summed in sixteen chains of float32; beyond them doubles go on. */
const RUN: u32 = 512

/** x·y */
function product(x: usize, y: usize, length: u32): f64 {
  let sum: f64 = 0
  let left = length
  while (left >= 16) {
    const run = min(left, RUN) & ~15
    let a = f32x4.splat(0)
    let b = f32x4.splat(0)
    let c = f32x4.splat(0)
    let d = f32x4.splat(0)
    const end = x + (<usize>run << 2)
    for (; x < end; x += 64, y += 64) {
      a = madd(v128.load(x), v128.load(y), a)
      b = madd(v128.load(x, 16), v128.load(y, 16), b)
      c = madd(v128.load(x, 32), v128.load(y, 32), c)
      d = madd(v128.load(x, 48), v128.load(y, 48), d)
    }
    sum += across(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)))
    left -= run
  }
  for (; left > 0; left--, x += 4, y += 4) sum += <f64>load<f32>(x) * <f64>load<f32>(y)
  return sum
}

/** Rows at toX and toY become x + s·(y − τ·x) and y − s·(x + τ·y). The two places are those of x and y, in any order. */
function turn(x: usize, y: usize, toX: usize, toY: usize, length: u32, sine: f32, half: f32): void {
  const s = f32x4.splat(sine)
  const less = f32x4.splat(-sine)
  const tau = f32x4.splat(half)
  const minus = f32x4.splat(-half)
  const end = x + (<usize>(length & ~7) << 2)
  while (x < end) {
    const a = v128.load(x)
    const b = v128.load(y)
    const c = v128.load(x, 16)
    const d = v128.load(y, 16)
    v128.store(toX, madd(s, madd(minus, a, b), a))
    v128.store(toY, madd(less, madd(tau, b, a), b))
    v128.store(toX, madd(s, madd(minus, c, d), c), 16)
    v128.store(toY, madd(less, madd(tau, d, c), d), 16)
    x += 32
    y += 32
    toX += 32
    toY += 32
  }
  for (let left = length & 7; left > 0; left--) {
    const a = load<f32>(x)
    const b = load<f32>(y)
    store<f32>(toX, a + sine * (b - half * a))
    store<f32>(toY, b - sine * (a + half * b))
    x += 4
    y += 4
    toX += 4
    toY += 4
  }
}

function exchange(x: usize, y: usize, length: u32): void {
  const end = x + (<usize>(length & ~3) << 2)
  for (; x < end; x += 16, y += 16) {
    const a = v128.load(x)
    v128.store(x, v128.load(y))
    v128.store(y, a)
  }
  for (let left = length & 3; left > 0; left--, x += 4, y += 4) {
    const a = load<u32>(x)
    store<u32>(x, load<u32>(y))
    store<u32>(y, a)
  }
}

/**
 * What the meetings of a chunk share, on the bench: where square sums of the rows of both blocks are, and behind them the
 * largest cos² so far and the cos² above which a pair is rotated.
 */
const enum Bench {
  SQUARES = 0,
  MOST = 256,
  THRESHOLD = 264,
}

/** Notes γ² / (αβ); a division is dear, and most pairs are no news. */
@inline
function note(bench: usize, gamma: f64, size: f64): void {
  const square = gamma * gamma
  if (square > load<f64>(bench, Bench.MOST) * size) store<f64>(bench, square / size, Bench.MOST)
}

/**
 * Makes two rows orthogonal, the longer one coming first. At alpha and beta their square sums are kept, which a rotation
 * changes by t·γ; one that lost most of itself is summed anew.
 */
function rotate(params: usize, bench: usize, x: usize, y: usize, alpha: usize, beta: usize): void {
  const length = load<u32>(params, Jacobi.LENGTH)
  const stride = load<u32>(params, Jacobi.STRIDE)
  let large = load<f64>(alpha)
  let small = load<f64>(beta)
  let swapped = large < small
  if (swapped) {
    const other = large
    large = small
    small = other
  }
  const size = large * small
  const counts = small > <f64>load<f32>(params, Jacobi.NOTHING)
  const gamma = counts ? product(x, y, length) : 0
  note(bench, gamma, size)
  const tolerance = <f64>load<f32>(params, Jacobi.TOLERANCE)
  if (!counts || gamma * gamma <= load<f64>(bench, Bench.THRESHOLD) * size) {
    // Rows as long as each other may stay as they are, whatever rounding says. Others have not met the rows in between then:
    // this sweep cannot be the last.
    if (swapped && small < 0.99 * large) {
      exchange(x, y, stride)
      store<f64>(alpha, large)
      store<f64>(beta, small)
      store<f64>(bench, max(load<f64>(bench, Bench.MOST), 4 * tolerance * tolerance), Bench.MOST)
    }
    return
  }
  // What may be the last sweep exchanges nothing.
  if (swapped && gamma * gamma <= tolerance * tolerance * size) {
    const other = large
    large = small
    small = other
    swapped = false
  }
  const difference = (large - small) / (2 * gamma)
  const tangent = copysign<f64>(1, difference) / (abs(difference) + sqrt(1 + difference * difference))
  const half = tangent / (1 + sqrt(1 + tangent * tangent))
  const sine = (2 * half) / (1 + half * half)
  if (swapped) turn(y, x, x, y, stride, <f32>sine, <f32>half)
  else turn(x, y, x, y, stride, <f32>sine, <f32>half)
  const rest = small - tangent * gamma
  store<f64>(alpha, large + tangent * gamma)
  store<f64>(beta, rest > 0.1 * small ? rest : product(y, y, length))
}

/** Elements that are summed in one chain for each of four products. */
const SHORT: u32 = 128

/** x·y of four rows y, which lie `line` bytes apart, where all are below the threshold; else false, as for rows that are nothing. */
function areQuiet(params: usize, bench: usize, x: usize, y: usize, line: usize, alpha: usize, beta: usize): bool {
  const large = load<f64>(alpha)
  const nothing = <f64>load<f32>(params, Jacobi.NOTHING)
  let sum0: f64 = 0
  let sum1: f64 = 0
  let sum2: f64 = 0
  let sum3: f64 = 0
  let left = load<u32>(params, Jacobi.LENGTH)
  while (left >= 4) {
    const run = min(left, SHORT) & ~3
    let a = f32x4.splat(0)
    let b = f32x4.splat(0)
    let c = f32x4.splat(0)
    let d = f32x4.splat(0)
    const end = x + (<usize>run << 2)
    for (; x < end; x += 16, y += 16) {
      const own = v128.load(x)
      a = madd(own, v128.load(y), a)
      b = madd(own, v128.load(y + line), b)
      c = madd(own, v128.load(y + 2 * line), c)
      d = madd(own, v128.load(y + 3 * line), d)
    }
    sum0 += across(a)
    sum1 += across(b)
    sum2 += across(c)
    sum3 += across(d)
    left -= run
  }
  for (; left > 0; left--, x += 4, y += 4) {
    const own = <f64>load<f32>(x)
    sum0 += own * <f64>load<f32>(y)
    sum1 += own * <f64>load<f32>(y + line)
    sum2 += own * <f64>load<f32>(y + 2 * line)
    sum3 += own * <f64>load<f32>(y + 3 * line)
  }
  const threshold = load<f64>(bench, Bench.THRESHOLD)
  let quiet = large > nothing
  for (let k: u32 = 0; k < 4; k++) {
    const sum = k == 0 ? sum0 : k == 1 ? sum1 : k == 2 ? sum2 : sum3
    const small = load<f64>(beta + (k << 3))
    quiet = quiet && small > nothing && small * 0.99 <= large && sum * sum <= threshold * large * small
    if (quiet) note(bench, sum, large * small)
  }
  return quiet
}

/** Row p with rows `q` up to `end`, whose square sums begin at `squares`. `calm`: few of them are expected to rotate. */
function rotateAll(
  params: usize,
  bench: usize,
  x: usize,
  alpha: usize,
  work: usize,
  line: usize,
  first: u32,
  end: u32,
  squares: usize,
  calm: bool,
): void {
  let q = first
  let beta = squares
  while (q < end) {
    if (calm && q + 4 <= end && areQuiet(params, bench, x, work + q * line, line, alpha, beta)) {
      q += 4
      beta += 32
      continue
    }
    const until = calm ? min(q + 4, end) : end
    for (; q < until; q++, beta += 8) rotate(params, bench, x, work + q * line, alpha, beta)
  }
}

/** The cosine of the last sweep below which a sweep is calm. */
const CALM: f64 = 0.02

/** All pairs of two blocks; in a sweep's first round those of one block, too. */
export function meet(params: usize, chunk: u32, bench: usize): void {
  const rows = load<u32>(params, Jacobi.ROWS)
  const blocks = load<u32>(params, Jacobi.BLOCKS)
  const round = load<u32>(params, Jacobi.ROUND)
  const unit = load<u32>(params, Jacobi.FROM) + chunk
  const meetings = blocks >> 1
  const matrix = unit / meetings
  const meeting = unit % meetings
  const state = load<usize>(params, Jacobi.STATE) + ((<usize>matrix * load<usize>(params, Jacobi.STATE_LENGTH)) << 2)
  if (load<f32>(state) != 0) return
  const last = <f64>load<f32>(state, 4)
  // As in plan.ts.
  const tolerance = <f64>load<f32>(params, Jacobi.TOLERANCE)
  const threshold = last > 0.1 ? max(tolerance, 0.05 * last * last) : 0.125 * tolerance
  store<f64>(bench, threshold * threshold, Bench.THRESHOLD)
  store<f64>(bench, 0, Bench.MOST)
  // The circle method: the last block stays in its place, the others go round.
  const circle = blocks - 1
  const a = (round + meeting) % circle
  const b = meeting == 0 ? circle : (round + circle - meeting) % circle
  const first = min(rows, min(a, b) * BLOCK)
  const middle = min(rows, first + BLOCK)
  const other = min(rows, max(a, b) * BLOCK)
  const end = min(rows, other + BLOCK)
  const line = load<usize>(params, Jacobi.STRIDE) << 2
  const work = load<usize>(params, Jacobi.WORK) + <usize>matrix * rows * line
  const length = load<u32>(params, Jacobi.LENGTH)
  const squares = bench + Bench.SQUARES
  const others = squares + (BLOCK << 3)
  for (let row = first; row < middle; row++) {
    const at = work + row * line
    store<f64>(squares + ((<usize>row - first) << 3), product(at, at, length))
  }
  for (let row = other; row < end; row++) {
    const at = work + row * line
    store<f64>(others + ((<usize>row - other) << 3), product(at, at, length))
  }
  const calm = last < CALM
  for (let p = first; p < middle; p++) {
    const alpha = squares + ((<usize>p - first) << 3)
    const x = work + p * line
    if (round == 0) rotateAll(params, bench, x, alpha, work, line, p + 1, middle, alpha + 8, calm)
    rotateAll(params, bench, x, alpha, work, line, other, end, others, calm)
  }
  if (round == 0)
    for (let p = other; p < end; p++) {
      const alpha = others + ((<usize>p - other) << 3)
      rotateAll(params, bench, work + p * line, alpha, work, line, p + 1, end, alpha + 8, calm)
    }
  const slot = state + ((<usize>MEETINGS + meeting) << 2)
  store<f32>(slot, max(load<f32>(slot), <f32>sqrt(load<f64>(bench, Bench.MOST))))
}

/** Says how a sweep of each matrix went, and makes ready for the next. */
export function judge(params: usize, chunk: u32, bench: usize): void {
  const meetings = load<u32>(params, Jacobi.BLOCKS) >> 1
  const size = load<usize>(params, Jacobi.STATE_LENGTH) << 2
  const matrices = load<u32>(params, Jacobi.MATRICES)
  let state = load<usize>(params, Jacobi.STATE)
  for (let matrix: u32 = 0; matrix < matrices; matrix++, state += size) {
    if (load<f32>(state) != 0) continue
    let most: f32 = 0
    for (let meeting: u32 = 0; meeting < meetings; meeting++) {
      const slot = state + ((<usize>MEETINGS + meeting) << 2)
      most = max(most, load<f32>(slot))
      store<f32>(slot, 0)
    }
    store<f32>(state, most <= load<f32>(params, Jacobi.TOLERANCE) ? load<f32>(params, Jacobi.NOTHING) : 0)
    store<f32>(state, most, 4)
  }
}
