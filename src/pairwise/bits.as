/** Pairs of rows of packed bits: how many are set in both, from which all metrics of 0/1 values follow. */
import { Block, CountParams, FLAGS, TILE } from './params'
import { rowOfA, rowOfB } from './rows'

/** How many bits of a row are set. */
function ones(row: usize, words: usize): i32 {
  let found: i32 = 0
  for (let k: usize = 0; k < words; k++) found += popcnt(load<i32>(row + k * 4))
  return found
}

/** How many bits of a row at `x` are set in each of four rows of b too. */
function bothOf(x: usize, y0: usize, y1: usize, y2: usize, y3: usize, words: usize): v128 {
  const bytes = <usize>words * 4
  let a: i64 = 0, b: i64 = 0, c: i64 = 0, d: i64 = 0
  let k: usize = 0
  for (; k + 8 <= bytes; k += 8) {
    const u = load<i64>(x + k)
    a += popcnt(u & load<i64>(y0 + k))
    b += popcnt(u & load<i64>(y1 + k))
    c += popcnt(u & load<i64>(y2 + k))
    d += popcnt(u & load<i64>(y3 + k))
  }
  if (k < bytes) {
    const u = load<u32>(x + k)
    a += popcnt(u & load<u32>(y0 + k))
    b += popcnt(u & load<u32>(y1 + k))
    c += popcnt(u & load<u32>(y2 + k))
    d += popcnt(u & load<u32>(y3 + k))
  }
  let found = i32x4.splat(<i32>a)
  found = i32x4.replace_lane(found, 1, <i32>b)
  found = i32x4.replace_lane(found, 2, <i32>c)
  return i32x4.replace_lane(found, 3, <i32>d)
}

/** a·both + b·unequal + c·all, as float32. */
@inline
function mix(both: v128, unequal: v128, a: i32, b: i32, c: i32): v128 {
  const found = i32x4.add(i32x4.mul(both, i32x4.splat(a)), i32x4.mul(unequal, i32x4.splat(b)))
  return f32x4.convert_i32x4_u(i32x4.add(found, i32x4.splat(c)))
}

/** Fills the tile with finished numbers: quotients of what is set in both, what is unequal, and all columns. */
export function fillFromBits(p: CountParams, block: Block): void {
  const bench = changetype<usize>(block)
  const counts = bench + FLAGS
  const size = p.size
  for (let j: usize = 0; j < block.columns; j++) store<i32>(counts + j * 4, ones(rowOfB(p, block, j), p.length))
  for (let i: usize = 0; i < block.rows; i++) {
    const x = rowOfA(p, block, i)
    const own = i32x4.splat(ones(x, p.length))
    for (let j: usize = 0; j < block.columns; j += 4) {
      const y0 = rowOfB(p, block, j), y1 = rowOfB(p, block, j + 1)
      const y2 = rowOfB(p, block, j + 2), y3 = rowOfB(p, block, j + 3)
      const both = bothOf(x, y0, y1, y2, y3, p.length)
      const onlyX = i32x4.sub(own, both)
      const onlyY = i32x4.sub(v128.load(counts + j * 4), both)
      const unequal = i32x4.add(onlyX, onlyY)
      let top = mix(both, unequal, p.topBoth, p.topUnequal, p.topAll * size)
      let bottom = mix(both, unequal, p.bottomBoth, p.bottomUnequal, p.bottomAll * size)
      if (p.isYule != 0) {
        // 2·onlyX·onlyY / (both·neither + onlyX·onlyY), and 0 where onlyX·onlyY is: `bottom` is what neither has.
        const crossed = f32x4.mul(f32x4.convert_i32x4_u(onlyX), f32x4.convert_i32x4_u(onlyY))
        bottom = f32x4.add(f32x4.mul(top, bottom), crossed)
        top = f32x4.add(crossed, crossed)
      }
      const isEmpty = v128.and(f32x4.eq(top, f32x4.splat(0)), i32x4.splat(p.emptyIsZero))
      v128.store(bench + TILE + i * block.down + j * 4, v128.andnot(f32x4.div(top, bottom), isEmpty))
    }
  }
}
