/** The kernel of the admit primitive: makes NaN, in place, of distances that must not be found. */

/** The parameters, behind the addresses of the distances and of the mask (or anything, where there is none). */
const enum Admit {
  DISTANCES = 0,
  MASK = 4,
  /** 1 where there is a mask; the bit of the first column. */
  MASKED = 8,
  FIRST_BIT = 12,
  RADIUS = 16,
  /** Distances from one row to the next; those of a row in this pass, in pieces of so many. */
  ROW = 20,
  COLUMNS = 24,
  PIECE = 28,
  PIECES = 32,
  /** Pieces of all rows, and of one chunk. */
  UNITS = 36,
  SHARE = 40,
}

const NAN: u32 = 0x7fc00000;

/** One bit of a mask for each of four neighbours, all bits of a lane where it is 1. `last` is the bit of the last one. */
@inline
function four(mask: usize, bit: u32, last: u32): v128 {
  const low = <u32>load<u8>(mask + (bit >> 3));
  const high = <u32>load<u8>(mask + (last >> 3));
  const bits = ((high << 8) | low) >> (bit & 7);
  const apart = v128.and(i32x4.splat(bits), i32x4(1, 2, 4, 8));
  return i32x4.ne(apart, i32x4.splat(0));
}

function admitPiece(at: usize, mask: usize, bit: u32, count: u32, radius: f32): void {
  const limit = f32x4.splat(radius);
  const nan = i32x4.splat(NAN);
  let i: u32 = 0;
  for (; i + 4 <= count; i += 4, at += 16) {
    const found = v128.load(at);
    let stays = f32x4.le(found, limit);
    if (mask) stays = v128.and(stays, four(mask, bit + i, bit + i + 3));
    v128.store(at, v128.bitselect(found, nan, stays));
  }
  for (; i < count; i++, at += 4) {
    const allowed = mask ? (<u32>load<u8>(mask + ((bit + i) >> 3)) >> ((bit + i) & 7)) & 1 : 1;
    if (!(allowed && load<f32>(at) <= radius)) store<u32>(at, NAN);
  }
}

/** Pieces of rows. */
export function admit(params: usize, chunk: u32, bench: usize): void {
  const share = load<u32>(params, Admit.SHARE);
  const pieces = load<u32>(params, Admit.PIECES);
  const piece = load<u32>(params, Admit.PIECE);
  const columns = load<u32>(params, Admit.COLUMNS);
  const mask = load<u32>(params, Admit.MASKED) ? load<usize>(params, Admit.MASK) : 0;
  const end = min(load<u32>(params, Admit.UNITS), (chunk + 1) * share);
  for (let unit = chunk * share; unit < end; unit++) {
    const column = (unit % pieces) * piece;
    const row = <usize>(unit / pieces) * load<usize>(params, Admit.ROW);
    const at = load<usize>(params, Admit.DISTANCES) + ((row + column) << 2);
    const bit = load<u32>(params, Admit.FIRST_BIT) + column;
    admitPiece(at, mask, bit, min(piece, columns - column), load<f32>(params, Admit.RADIUS));
  }
}
