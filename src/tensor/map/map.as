/**
 * The kernel of the map primitive: one operation on up to three strided operands, element by element, into a strided
 * output. Four elements that are neighbours are taken as they are, one that repeats is taken again and again; what lies
 * otherwise is copied to the bench and back, a block at a time.
 */

/** In the order of `wasm.ts`. Those of whole numbers take and give uint32, others float32; what is only moved is any. */
const enum Operation {
  COPY,
  FLOAT_OF_UINT,
  UINT_OF_FLOAT,
  ADD,
  SUB,
  MUL,
  DIV,
  NEG,
  ABS,
  SQRT,
  SQUARE,
  CLIP,
  EXP,
  LOG,
  WHERE,
  WHERE_UINT,
  ADD_UINT,
  SUB_UINT,
  MUL_UINT,
  SQUARE_UINT,
  CLIP_UINT,
  SHARE,
  SHARE_AT_LEAST,
  SOFT,
  HARD,
  GROUP_SOFT,
  HUBER_PROX,
  WITHIN,
  RESCALE,
  SIGN,
  AXPY,
  LERP,
  ADAM,
}

/** The parameters, behind the addresses. Strides are in bytes. */
const enum Map {
  OPERATION = 0,
  /** Rows of the walk, elements of a row, and how many of those a unit of work has. */
  ROWS = 4,
  LENGTH = 8,
  SEGMENT = 12,
  /** Units of the whole pass, and of one chunk. */
  UNITS = 16,
  SHARE = 20,
  /** Where the addresses of a, b and c stand, in bytes from `params`: of those that are a value, where that does. */
  PLACES = 24,
  /** One for each operand: 1 where it is a value. */
  IMMEDIATE = 36,
  VALUES = 48,
  /** From one element of a row to the next, in a, b, c and the output. */
  STRIDES = 60,
  AXES = 76,
  /** Axes from the innermost outwards, beside that of rows: a length, and strides as above. */
  FIRST_AXIS = 80,
  AXIS_SIZE = 20,
}

/** Elements of a block, and bytes. There are four on the bench: one for each operand and one for what comes out. */
const BLOCK: u32 = 1024;
const BLOCK_BYTES: usize = 4096;

/** 2ⁿ for four whole numbers from −126 to 127. */
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** c + x·p, the step of a polynomial. */
@inline
function step(p: v128, x: v128, c: f32): v128 {
  return f32x4.add(f32x4.mul(p, x), f32x4.splat(c));
}

/**
 * eˣ = 2ⁿ·eʳ with n the whole number next to x / ln 2, and so |r| ≤ ½ ln 2: within two roundings. ln 2 is taken in two
 * parts, the first of which has so few digits that its multiples are exact. NaN goes through.
 */
@inline
function exponential(x: v128): v128 {
  // Beyond, results are 0 and ∞ anyway.
  x = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-104)), f32x4.splat(89));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  const rest = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  const r = f32x4.add(rest, f32x4.mul(n, f32x4.splat(2.12194440e-4)));
  let p = step(f32x4.splat(1.9875691500e-4), r, 1.3981999507e-3);
  p = step(p, r, 8.3334519073e-3);
  p = step(p, r, 4.1665795894e-2);
  p = step(p, r, 1.6666665459e-1);
  p = step(p, r, 5.0000001201e-1);
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  // By two powers: one alone may leave the range that the result is in.
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

/** ln x = e·ln 2 + ln(1 + f) with 1 + f from √½ to √2: within two roundings. −∞ at 0, NaN below. */
@inline
function logarithm(x: v128): v128 {
  // Subnormal numbers are brought into range.
  const small = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const bits = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, small);
  const shift = i32x4.shr_s(i32x4.sub(bits, i32x4.splat(0x3f3504f3)), 23);
  const f = f32x4.sub(i32x4.sub(bits, i32x4.shl(shift, 23)), f32x4.splat(1));
  const e = f32x4.convert_i32x4_s(i32x4.sub(shift, v128.and(small, i32x4.splat(23))));
  const square = f32x4.mul(f, f);
  let p = step(f32x4.splat(7.0376836292e-2), f, -1.1514610310e-1);
  p = step(p, f, 1.1676998740e-1);
  p = step(p, f, -1.2420140846e-1);
  p = step(p, f, 1.4249322787e-1);
  p = step(p, f, -1.6668057665e-1);
  p = step(p, f, 2.0000714765e-1);
  p = step(p, f, -2.4999993993e-1);
  p = step(p, f, 3.3333331174e-1);
  p = f32x4.sub(f32x4.mul(f32x4.mul(p, f), square), f32x4.mul(e, f32x4.splat(2.12194440e-4)));
  p = f32x4.add(f, f32x4.sub(p, f32x4.mul(square, f32x4.splat(0.5))));
  p = f32x4.add(p, f32x4.mul(e, f32x4.splat(0.693359375)));
  p = v128.bitselect(x, p, f32x4.eq(x, f32x4.splat(Infinity)));
  p = v128.bitselect(f32x4.splat(-Infinity), p, f32x4.eq(x, f32x4.splat(0)));
  return v128.or(p, v128.not(f32x4.ge(x, f32x4.splat(0))));
}

/** a / b, and 0 where b is 0. */
@inline
function share(a: v128, b: v128): v128 {
  return v128.andnot(f32x4.div(a, b), f32x4.eq(b, f32x4.splat(0)));
}

/** x brought towards 0 by t: what is below 0 by −t. */
@inline
function towardsZero(x: v128, t: v128): v128 {
  return f32x4.sub(x, v128.or(t, v128.and(x, f32x4.splat(-0.0))));
}

/** x, and 0 where `drop` is set. NaN drops nowhere, since it compares with nothing. */
@inline
function unless(drop: v128, x: v128): v128 {
  return v128.andnot(x, drop);
}

@inline
function huberProx(x: v128, s: v128, d: v128): v128 {
  const step = f32x4.mul(s, d);
  const near = f32x4.le(f32x4.abs(x), f32x4.add(d, step));
  return v128.bitselect(f32x4.div(x, f32x4.add(f32x4.splat(1), s)), towardsZero(x, step), near);
}

/** 1, −1, and x itself where that is 0 or NaN. */
@inline
function sign(x: v128): v128 {
  const one = v128.or(f32x4.splat(1), v128.and(x, f32x4.splat(-0.0)));
  return v128.bitselect(one, x, f32x4.gt(f32x4.abs(x), f32x4.splat(0)));
}

@inline
function result(operation: Operation, a: v128, b: v128, c: v128): v128 {
  switch (operation) {
    case Operation.FLOAT_OF_UINT:
      return f32x4.convert_i32x4_u(a);
    case Operation.UINT_OF_FLOAT:
      return i32x4.trunc_sat_f32x4_u(a);
    case Operation.ADD:
      return f32x4.add(a, b);
    case Operation.SUB:
      return f32x4.sub(a, b);
    case Operation.MUL:
      return f32x4.mul(a, b);
    case Operation.DIV:
      return f32x4.div(a, b);
    case Operation.NEG:
      return f32x4.neg(a);
    case Operation.ABS:
      return f32x4.abs(a);
    case Operation.SQRT:
      return f32x4.sqrt(a);
    case Operation.SQUARE:
      return f32x4.mul(a, a);
    case Operation.CLIP:
      return f32x4.min(f32x4.max(a, b), c);
    case Operation.EXP:
      return exponential(a);
    case Operation.LOG:
      return logarithm(a);
    case Operation.WHERE:
      return v128.bitselect(c, b, f32x4.eq(a, f32x4.splat(0)));
    case Operation.WHERE_UINT:
      return v128.bitselect(c, b, i32x4.eq(a, i32x4.splat(0)));
    case Operation.ADD_UINT:
      return i32x4.add(a, b);
    case Operation.SUB_UINT:
      return i32x4.sub(a, b);
    case Operation.MUL_UINT:
      return i32x4.mul(a, b);
    case Operation.SQUARE_UINT:
      return i32x4.mul(a, a);
    case Operation.CLIP_UINT:
      return i32x4.min_u(i32x4.max_u(a, b), c);
    case Operation.SHARE:
      return share(a, b);
    case Operation.SHARE_AT_LEAST:
      return share(a, f32x4.max(b, c));
    case Operation.SOFT:
      return unless(f32x4.lt(f32x4.abs(a), b), towardsZero(a, b));
    case Operation.HARD:
      return unless(f32x4.le(f32x4.abs(a), b), a);
    case Operation.GROUP_SOFT:
      return unless(f32x4.le(b, c), f32x4.mul(a, f32x4.sub(f32x4.splat(1), f32x4.div(c, b))));
    case Operation.HUBER_PROX:
      return huberProx(a, b, c);
    case Operation.WITHIN:
      return v128.bitselect(b, a, f32x4.le(a, f32x4.mul(b, c)));
    case Operation.RESCALE:
      return v128.bitselect(a, f32x4.mul(f32x4.div(a, b), c), f32x4.eq(b, c));
    case Operation.SIGN:
      return sign(a);
    case Operation.AXPY:
      return f32x4.add(a, f32x4.mul(b, c));
    case Operation.LERP:
      return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), c));
    case Operation.ADAM:
      return f32x4.div(a, f32x4.add(f32x4.sqrt(b), c));
    default:
      return a;
  }
}

/** Copies `count` elements, from one stride to another. */
function copy(from: usize, strideFrom: usize, to: usize, strideTo: usize, count: u32): void {
  for (; count; count--, from += strideFrom, to += strideTo) store<u32>(to, load<u32>(from));
}

/** Makes fours of an operand's next elements and says where they are: there, or in its block on the bench. */
function fours(at: usize, stride: usize, count: u32, block: usize): usize {
  if (stride == 4 && !(count & 3)) return at;
  if (stride == 0) v128.store(block, v128.load32_splat(at));
  else copy(at, stride, block, 4, count);
  return block;
}

/** `count` ≤ BLOCK elements of a row. */
function mapBlock(
  operation: Operation,
  a: usize,
  b: usize,
  c: usize,
  to: usize,
  strides: usize,
  count: u32,
  bench: usize,
): void {
  const strideTo = <usize>load<u32>(strides, 12);
  const direct = strideTo == 4 && !(count & 3);
  const stepA: usize = load<u32>(strides) ? 16 : 0;
  const stepB: usize = load<u32>(strides, 4) ? 16 : 0;
  const stepC: usize = load<u32>(strides, 8) ? 16 : 0;
  a = fours(a, load<u32>(strides), count, bench);
  b = fours(b, load<u32>(strides, 4), count, bench + BLOCK_BYTES);
  c = fours(c, load<u32>(strides, 8), count, bench + 2 * BLOCK_BYTES);
  const out = direct ? to : bench + 3 * BLOCK_BYTES;
  let at = out;
  for (let left = (count + 3) >> 2; left; left--) {
    v128.store(at, result(operation, v128.load(a), v128.load(b), v128.load(c)));
    a += stepA;
    b += stepB;
    c += stepC;
    at += 16;
  }
  if (!direct) copy(out, 4, to, strideTo, count);
}

/** An operand's address. */
@inline
function place(params: usize, words: usize, operand: usize): usize {
  const at = <usize>load<u32>(words + (operand << 2), Map.PLACES);
  return load<u32>(words + (operand << 2), Map.IMMEDIATE) ? params + at : <usize>load<u32>(params + at);
}

/** `words` are the parameters behind the addresses, of which the last is that of the output. */
function map(params: usize, words: usize, chunk: u32, bench: usize): void {
  const rows = load<u32>(words, Map.ROWS);
  const length = load<u32>(words, Map.LENGTH);
  const segment = load<u32>(words, Map.SEGMENT);
  const axes = load<u32>(words, Map.AXES);
  const strides = words + Map.STRIDES;
  const share = load<u32>(words, Map.SHARE);
  const end = min(load<u32>(words, Map.UNITS), (chunk + 1) * share);
  for (let unit = chunk * share; unit < end; unit++) {
    // Rows that follow each other use the same part of the cache, where they are gathered.
    let row = unit % rows;
    const done = (unit / rows) * segment;
    let a = place(params, words, 0) + <usize>done * load<u32>(strides);
    let b = place(params, words, 1) + <usize>done * load<u32>(strides, 4);
    let c = place(params, words, 2) + <usize>done * load<u32>(strides, 8);
    let to = <usize>load<u32>(words - 4) + <usize>done * load<u32>(strides, 12);
    let axis = words + Map.FIRST_AXIS;
    for (let k: u32 = 0; k < axes; k++, axis += Map.AXIS_SIZE) {
      const i = <usize>(row % load<u32>(axis));
      row /= load<u32>(axis);
      a += i * load<u32>(axis, 4);
      b += i * load<u32>(axis, 8);
      c += i * load<u32>(axis, 12);
      to += i * load<u32>(axis, 16);
    }
    for (let left = min(segment, length - done); left; ) {
      // The last elements that make no four go by themselves.
      const count = left < 4 ? left : min(BLOCK, left & ~3);
      mapBlock(<Operation>load<u32>(words), a, b, c, to, strides, count, bench);
      a += <usize>count * load<u32>(strides);
      b += <usize>count * load<u32>(strides, 4);
      c += <usize>count * load<u32>(strides, 8);
      to += <usize>count * load<u32>(strides, 12);
      left -= count;
    }
  }
}

/** For one, two and three operands that are tensors. */
export function map1(params: usize, chunk: u32, bench: usize): void {
  map(params, params + 8, chunk, bench);
}
export function map2(params: usize, chunk: u32, bench: usize): void {
  map(params, params + 12, chunk, bench);
}
export function map3(params: usize, chunk: u32, bench: usize): void {
  map(params, params + 16, chunk, bench);
}
