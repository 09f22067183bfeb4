/**
 * The kernel of the simplex primitive: y = max(v − θ, 0) with Σy = r, v = x or |x|. Elements are float32; sums and θ are
 * doubles, two side by side.
 */
import { magnitude, magnitudeMask } from '../../device/wasm/simd'

/** The parameters, behind the addresses of the rows, their radii and the output. */
const enum Simplex {
  X = 0,
  RADII = 4,
  OUT = 8,
  /** Rows of the pass, and of one chunk. */
  ROWS = 12,
  SHARE = 16,
  LENGTH = 20,
  /** Bytes from one row's radius to the next. */
  RADIUS_STEP = 24,
  /** 1 for the ball. */
  BALL = 28,
  SLACK = 32,
}

const NAN: u32 = 0x7fc00000
/** Newton's steps at most. */
const ROUNDS: u32 = 64

/** All bits but the sign, or all. */
@inline
function maskOf(ball: u32): v128 {
  return ball ? magnitudeMask() : i32x4.splat(-1)
}

@inline
function valueAt(at: usize, ball: u32): f32 {
  const value = load<f32>(at)
  return ball ? abs(value) : value
}

/** Doubles of the first or last two of four. */
@inline
function low(four: v128): v128 {
  return f64x2.promote_low_f32x4(four)
}
@inline
function high(four: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(four, four, 2, 3, 2, 3))
}

@inline
function across(two: v128): f64 {
  return f64x2.extract_lane(two, 0) + f64x2.extract_lane(two, 1)
}

/** What a look at a row finds, and how many terms the last sum had. One thread runs one kernel at a time. */
function lookAt(x: usize, bytes: usize, ball: u32, bench: usize): void {
  const mask = maskOf(ball)
  const wide = bytes & ~15
  let sums = f64x2.splat(0)
  let tops = f32x4.splat(-Infinity)
  let lows = f32x4.splat(Infinity)
  let flawed: v128 = i32x4.splat(0)
  let at: usize = 0
  for (; at < wide; at += 16) {
    const v = magnitude(v128.load(x + at), mask)
    sums = f64x2.add(sums, f64x2.add(low(v), high(v)))
    tops = f32x4.pmax(tops, v)
    lows = f32x4.pmin(lows, v)
    // The difference of a number that is finite and itself is 0.
    flawed = v128.or(flawed, f32x4.ne(f32x4.sub(v, v), f32x4.splat(0)))
  }
  let sum = across(sums)
  let top: f32 = -Infinity
  let least: f32 = Infinity
  let broken: u32 = v128.any_true(flawed) ? 1 : 0
  for (; at < bytes; at += 4) {
    const v = valueAt(x + at, ball)
    sum += v
    top = max(top, v)
    least = min(least, v)
    if (v - v != 0) broken = 1
  }
  top = max(top, max(max(f32x4.extract_lane(tops, 0), f32x4.extract_lane(tops, 1)), max(f32x4.extract_lane(tops, 2), f32x4.extract_lane(tops, 3))))
  least = min(least, min(min(f32x4.extract_lane(lows, 0), f32x4.extract_lane(lows, 1)), min(f32x4.extract_lane(lows, 2), f32x4.extract_lane(lows, 3))))
  store<f64>(bench, sum)
  store<f64>(bench, top, 8)
  store<f64>(bench, least, 16)
  store<u32>(bench, broken, 24)
}

/** Σ max(v − θ, 0), where θ is counted from `top`, and how many terms are not 0, to the bench. */
function excess(x: usize, bytes: usize, ball: u32, top: f64, theta: f64, bench: usize): void {
  const mask = maskOf(ball)
  const wide = bytes & ~15
  const tops = f64x2.splat(top)
  const thetas = f64x2.splat(theta)
  const zero = f64x2.splat(0)
  let sums = zero
  let others = zero
  let counts: v128 = i64x2.splat(0)
  let at: usize = 0
  for (; at < wide; at += 16) {
    const v = magnitude(v128.load(x + at), mask)
    const first = f64x2.sub(f64x2.sub(low(v), tops), thetas)
    const second = f64x2.sub(f64x2.sub(high(v), tops), thetas)
    const above = f64x2.gt(first, zero)
    const beyond = f64x2.gt(second, zero)
    sums = f64x2.add(sums, v128.and(first, above))
    others = f64x2.add(others, v128.and(second, beyond))
    // All bits of a lane are −1.
    counts = i64x2.sub(counts, i64x2.add(above, beyond))
  }
  let sum = across(f64x2.add(sums, others))
  let count = <f64>(i64x2.extract_lane(counts, 0) + i64x2.extract_lane(counts, 1))
  for (; at < bytes; at += 4) {
    const y = <f64>valueAt(x + at, ball) - top - theta
    if (y > 0) {
      sum += y
      count += 1
    }
  }
  store<f64>(bench, sum)
  store<f64>(bench, count, 8)
}

function subtract(x: usize, out: usize, bytes: usize, ball: u32, top: f64, theta: f64): void {
  for (let at: usize = 0; at < bytes; at += 4) {
    const given = load<f32>(x + at)
    const y = <f64>(ball ? abs(given) : given) - top - theta
    store<f32>(out + at, y > 0 ? <f32>(ball && given < 0 ? -y : y) : 0)
  }
}

function fill(out: usize, bytes: usize, word: u32): void {
  for (let at: usize = 0; at < bytes; at += 4) store<u32>(out + at, word)
}

function projectRow(x: usize, out: usize, bytes: usize, ball: u32, radius: f64, slack: f64, bench: usize): void {
  lookAt(x, bytes, ball, bench)
  const sum = load<f64>(bench)
  const top = load<f64>(bench, 8)
  if (load<u32>(bench, 24)) return fill(out, bytes, NAN)
  if (sum <= radius * (1 + slack) && (ball || (load<f64>(bench, 16) >= 0 && sum >= radius * (1 - slack)))) {
    memory.copy(out, x, bytes)
    return
  }
  if (radius == 0) return fill(out, bytes, 0)
  let theta = -radius
  let count: f64 = 0
  for (let round: u32 = 0; round < ROUNDS; round++) {
    excess(x, bytes, ball, top, theta, bench)
    const found = load<f64>(bench, 8)
    if (found > 0) theta += (load<f64>(bench) - radius) / found
    if (found == count) break
    count = found
  }
  subtract(x, out, bytes, ball, top, theta)
}

export function simplex(params: usize, chunk: u32, bench: usize): void {
  const share = load<u32>(params, Simplex.SHARE)
  const bytes = load<usize>(params, Simplex.LENGTH) << 2
  const step = load<usize>(params, Simplex.RADIUS_STEP)
  const ball = load<u32>(params, Simplex.BALL)
  const slack = <f64>load<f32>(params, Simplex.SLACK)
  const end = min(load<u32>(params, Simplex.ROWS), (chunk + 1) * share)
  for (let row = chunk * share; row < end; row++) {
    const radius = <f64>load<f32>(load<usize>(params, Simplex.RADII) + row * step)
    const x = load<usize>(params, Simplex.X) + row * bytes
    projectRow(x, load<usize>(params, Simplex.OUT) + row * bytes, bytes, ball, radius, slack, bench)
  }
}
