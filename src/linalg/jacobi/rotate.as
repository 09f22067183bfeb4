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
 * Makes two rows orthogonal, the longer one coming first. At alpha and beta their square sums are kept, which a rotation
 * changes by t·γ; one that lost most of itself is summed anew. Returns the |cosine| that the rows had; up to the threshold
 * they are not rotated.
 */
function rotate(params: usize, x: usize, y: usize, alpha: usize, beta: usize, threshold: f64): f64 {
  const length = load<u32>(params, Jacobi.LENGTH)
  const stride = load<u32>(params, Jacobi.STRIDE)
  let large = load<f64>(alpha)
  let small = load<f64>(beta)
  const swapped = large < small
  if (swapped) {
    const other = large
    large = small
    small = other
  }
  if (!(small > <f64>load<f32>(params, Jacobi.NOTHING))) {
    if (swapped) {
      exchange(x, y, stride)
      store<f64>(alpha, large)
      store<f64>(beta, small)
    }
    return 0
  }
  const gamma = product(x, y, length)
  const cosine = abs(gamma) / sqrt(large * small)
  if (!(cosine > threshold)) {
    // Rows as long as each other may stay as they are, whatever rounding says.
    if (swapped && small < 0.99 * large) {
      exchange(x, y, stride)
      store<f64>(alpha, large)
      store<f64>(beta, small)
    }
    return cosine
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
  return cosine
}

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
  const threshold = max(<f64>load<f32>(params, Jacobi.TOLERANCE), 0.05 * last * last)
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
  const squares = bench
  for (let row = first; row < middle; row++) {
    const at = work + row * line
    store<f64>(squares + ((<usize>row - first) << 3), product(at, at, length))
  }
  const others = squares + (BLOCK << 3)
  for (let row = other; row < end; row++) {
    const at = work + row * line
    store<f64>(others + ((<usize>row - other) << 3), product(at, at, length))
  }
  let most: f64 = 0
  for (let p = first; p < middle; p++) {
    const x = work + p * line
    const alpha = squares + ((<usize>p - first) << 3)
    if (round == 0)
      for (let q = p + 1; q < middle; q++)
        most = max(most, rotate(params, x, work + q * line, alpha, squares + ((<usize>q - first) << 3), threshold))
    for (let q = other; q < end; q++)
      most = max(most, rotate(params, x, work + q * line, alpha, others + ((<usize>q - other) << 3), threshold))
  }
  if (round == 0)
    for (let p = other; p < end; p++)
      for (let q = p + 1; q < end; q++)
        most = max(
          most,
          rotate(
            params,
            work + p * line,
            work + q * line,
            others + ((<usize>p - other) << 3),
            others + ((<usize>q - other) << 3),
            threshold,
          ),
        )
  const slot = state + ((<usize>MEETINGS + meeting) << 2)
  store<f32>(slot, max(load<f32>(slot), <f32>most))
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
    store<f32>(state, most <= load<f32>(params, Jacobi.TOLERANCE) ? 1 : 0)
    store<f32>(state, most, 4)
  }
}
