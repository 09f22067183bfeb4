/**
 * The kernels of sparse patterns: products of two thin matrices at given entries only, and of a sparse matrix with a thin
 * one. Sums go 64 steps in a register, and those sums into another.
 */
import { madd } from '../../device/wasm/simd'

const CHAIN: usize = 64

/** The parameters of `sampledProducts`, behind the addresses of rows, columns, left, right, base and out. */
const enum Sampled {
  ROWS = 0,
  COLUMNS = 4,
  LEFT = 8,
  RIGHT = 12,
  BASE = 16,
  OUT = 20,
  /** Entries of the pass, and of one chunk. */
  COUNT = 24,
  SHARE = 28,
  WIDTH = 32,
  /** 1 or −1, a float. */
  SIGN = 36,
}

/** Σ x·y over `bytes` of both. */
function dot(x: usize, y: usize, bytes: usize): f32 {
  let total: f32 = 0
  const wide = bytes & ~15
  let at: usize = 0
  while (at < wide) {
    const end = min(wide, at + 16 * CHAIN)
    let sum = f32x4.splat(0)
    for (; at < end; at += 16) sum = madd(v128.load(x + at), v128.load(y + at), sum)
    total += f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
  }
  for (; at < bytes; at += 4) total += load<f32>(x + at) * load<f32>(y + at)
  return total
}

export function sampledProducts(params: usize, chunk: u32, bench: usize): void {
  const share = load<u32>(params, Sampled.SHARE)
  const from = <usize>(chunk * share) << 2
  const to = <usize>min(load<u32>(params, Sampled.COUNT), (chunk + 1) * share) << 2
  const rows = load<usize>(params, Sampled.ROWS)
  const columns = load<usize>(params, Sampled.COLUMNS)
  const left = load<usize>(params, Sampled.LEFT)
  const right = load<usize>(params, Sampled.RIGHT)
  const base = load<usize>(params, Sampled.BASE)
  const out = load<usize>(params, Sampled.OUT)
  const bytes = load<usize>(params, Sampled.WIDTH) << 2
  const sign = load<f32>(params, Sampled.SIGN)
  for (let at = from; at < to; at += 4) {
    const x = left + load<usize>(rows + at) * bytes
    const y = right + load<usize>(columns + at) * bytes
    store<f32>(out + at, load<f32>(base + at) + sign * dot(x, y, bytes))
  }
}

/** The parameters of `sparseProduct`, behind the addresses of starts, columns, values, x and out. */
const enum Product {
  STARTS = 0,
  COLUMNS = 4,
  VALUES = 8,
  X = 12,
  OUT = 16,
  /** Rows of the pass, and of one chunk. */
  ROWS = 20,
  SHARE = 24,
  WIDTH = 28,
}

/** Sixteen columns of one row of the result. */
function sixteen(columns: usize, values: usize, entries: usize, x: usize, bytes: usize, out: usize): void {
  const zero = f32x4.splat(0)
  let totalA = zero
  let totalB = zero
  let totalC = zero
  let totalD = zero
  for (let e: usize = 0; e < entries; ) {
    const end = min(entries, e + 4 * CHAIN)
    let a = zero
    let b = zero
    let c = zero
    let d = zero
    for (; e < end; e += 4) {
      const value = v128.load32_splat(values + e)
      const from = x + load<usize>(columns + e) * bytes
      a = madd(value, v128.load(from), a)
      b = madd(value, v128.load(from, 16), b)
      c = madd(value, v128.load(from, 32), c)
      d = madd(value, v128.load(from, 48), d)
    }
    totalA = f32x4.add(totalA, a)
    totalB = f32x4.add(totalB, b)
    totalC = f32x4.add(totalC, c)
    totalD = f32x4.add(totalD, d)
  }
  v128.store(out, totalA)
  v128.store(out, totalB, 16)
  v128.store(out, totalC, 32)
  v128.store(out, totalD, 48)
}

function four(columns: usize, values: usize, entries: usize, x: usize, bytes: usize, out: usize): void {
  let total = f32x4.splat(0)
  for (let e: usize = 0; e < entries; ) {
    const end = min(entries, e + 4 * CHAIN)
    let sum = f32x4.splat(0)
    for (; e < end; e += 4)
      sum = madd(v128.load32_splat(values + e), v128.load(x + load<usize>(columns + e) * bytes), sum)
    total = f32x4.add(total, sum)
  }
  v128.store(out, total)
}

function one(columns: usize, values: usize, entries: usize, x: usize, bytes: usize, out: usize): void {
  let total: f32 = 0
  for (let e: usize = 0; e < entries; ) {
    const end = min(entries, e + 4 * CHAIN)
    let sum: f32 = 0
    for (; e < end; e += 4) sum += load<f32>(values + e) * load<f32>(x + load<usize>(columns + e) * bytes)
    total += sum
  }
  store<f32>(out, total)
}

export function sparseProduct(params: usize, chunk: u32, bench: usize): void {
  const starts = load<usize>(params, Product.STARTS)
  const share = load<u32>(params, Product.SHARE)
  const bytes = load<usize>(params, Product.WIDTH) << 2
  const x = load<usize>(params, Product.X)
  const end = min(load<u32>(params, Product.ROWS), (chunk + 1) * share)
  for (let row = chunk * share; row < end; row++) {
    const first = load<usize>(starts + (<usize>row << 2)) << 2
    const entries = (load<usize>(starts + (<usize>row << 2), 4) << 2) - first
    const columns = load<usize>(params, Product.COLUMNS) + first
    const values = load<usize>(params, Product.VALUES) + first
    const out = load<usize>(params, Product.OUT) + row * bytes
    let at: usize = 0
    for (; at + 64 <= bytes; at += 64) sixteen(columns, values, entries, x + at, bytes, out + at)
    for (; at + 16 <= bytes; at += 16) four(columns, values, entries, x + at, bytes, out + at)
    for (; at < bytes; at += 4) one(columns, values, entries, x + at, bytes, out + at)
  }
}
