/** From sums to the numbers of pairs: a quotient, a root, and a second look where the sum cannot be trusted. */
import { magnitudeMask } from '../device/wasm/simd'
import { carefulPair } from './careful'
import { Block, FLAGS, LANES, NONE, OVER, SumParams, POWER_ROOT, TILE } from './params'
import { power } from './power'
import { numbersOfA, numbersOfB } from './rows'

/** 0 of a prepared row that has no direction (its scale is 0), NaN of one with NaN, else 1. */
@inline
function flagOf(numbers: usize): f32 {
  const scale = load<f64>(numbers, 8)
  return <f32>(scale * 0 + (scale != 0 ? 1 : 0))
}

/** Whether sums are neither too small nor too large to be trusted. */
@inline
function isInRange(p: SumParams, sums: v128, mask: v128): v128 {
  return i32x4.lt_u(i32x4.sub(v128.and(sums, mask), i32x4.splat(p.sureFrom)), i32x4.splat(p.sureSpan))
}

/** Turns the sums in the tile into the numbers of their pairs. */
export function finishTile(p: SumParams, block: Block): void {
  const bench = changetype<usize>(block)
  const mask = magnitudeMask()
  const isPrepared = p.preparation != 0
  if (isPrepared)
    for (let j: usize = 0; j < block.columns; j++) store<f32>(bench + FLAGS + j * 4, flagOf(numbersOfB(p, block, j)))
  for (let i: usize = 0; i < block.rows; i++) {
    const flag = f32x4.splat(isPrepared ? flagOf(numbersOfA(p, block, i)) : 1)
    for (let j: usize = 0; j < block.columns; j += 4) {
      const at = bench + TILE + i * block.down + j * 4
      const sum = v128.load(at)
      let isSure = isInRange(p, sum, mask)
      let found = f32x4.div(f32x4.pmin(sum, f32x4.splat(p.most)), f32x4.splat(p.divisor))
      found = f32x4.add(found, f32x4.splat(p.shift))
      if (p.root == POWER_ROOT) found = power(found, changetype<usize>(p) + offsetof<SumParams>('rootHigh'))
      else if (p.root != 0) found = f32x4.sqrt(found)
      if (p.over != NONE) {
        const divisor = v128.load(at, OVER - TILE)
        const isEmpty = v128.and(f32x4.eq(divisor, f32x4.splat(0)), i32x4.splat(p.emptyIsZero))
        found = v128.andnot(f32x4.div(found, divisor), isEmpty)
        isSure = v128.and(isSure, isInRange(p, divisor, mask))
      }
      if (isPrepared) {
        const isNone = f32x4.eq(f32x4.mul(flag, v128.load(bench + FLAGS + j * 4)), f32x4.splat(0))
        found = v128.bitselect(f32x4.splat(p.none), found, isNone)
        isSure = v128.or(isSure, isNone)
      }
      v128.store(at, found)
      v128.store(bench + LANES, sum)
      const sure = i32x4.bitmask(isSure)
      if (sure == 15) continue
      for (let q: usize = 0; q < 4; q++)
        if (((sure >> q) & 1) == 0)
          store<f32>(at + q * 4, carefulPair(p, block, i, j + q, load<f32>(bench + LANES + q * 4)))
    }
  }
}
