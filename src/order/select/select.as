/**
 * The kernels of the select primitive: `heaps` takes segments of rows of elements, `merge` what segments came to. Either
 * keeps the first k pairs in a heap on the bench, whose root is the last of them. A pair is 64 bits, a key in front of an id:
 * unsigned keys have the order of the numbers, so that one comparison tells which pair comes first, and −0 is 0, and NaN is
 * behind all else.
 */

/** The parameters, behind four addresses. Elements, ids and results count in words, lists in pairs. */
const enum Select {
  SOURCE = 0,
  IDS = 4,
  VALUES = 8,
  INDICES = 12,
  /** 1 for uint32, 0 for float32. */
  UNSIGNED = 16,
  /** What turns the order round: the bits that are flipped where larger numbers come first, else 0. */
  TURN = 20,
  /** 1 where ids are given; else they are places, counted from FIRST. */
  GIVEN = 24,
  FIRST = 28,
  /** Units – segments of rows – of this pass, and of one chunk. */
  UNITS = 32,
  SHARE = 36,
  /** Segments of a row in this pass, the elements of one, and those that a row has left here. */
  SEGMENTS = 40,
  SEGMENT = 44,
  LENGTH = 48,
  K = 52,
  ROW = 56,
  IDS_ROW = 60,
  /** 1 where results are written, else lists of pairs to where VALUES lie. */
  FINAL = 64,
  OUT_ROW = 68,
  /** Rows whose results lie side by side. */
  INNER = 72,
  /** What is added to ids when they are written; which results are wanted. */
  ADDED = 76,
  KEEP_VALUES = 80,
  KEEP_IDS = 84,
}

const NAN_KEY: u32 = 0xffffffff;
const ZERO_KEY: u32 = 0x80000000;
const SIGN: u32 = 0x80000000;
const INFINITY: u32 = 0x7f800000;

/** Bits in the order of unsigned numbers, from those of floats. It is its own inverse up to the top bit. */
@inline
function ascending(bits: u32): u32 {
  return bits & SIGN ? ~bits : bits | SIGN;
}

@inline
function keyOf(bits: u32, unsigned: bool, turn: u32): u32 {
  if (unsigned) return bits ^ turn;
  const magnitude = bits & ~SIGN;
  if (magnitude > INFINITY) return NAN_KEY;
  return magnitude ? ascending(bits ^ turn) : ZERO_KEY;
}

/** The bits of the float that has a key, before it is turned. */
@inline
function floatOf(key: u32): u32 {
  return key & SIGN ? key ^ SIGN : ~key;
}

@inline
function bitsOf(key: u32, unsigned: bool, turn: u32): u32 {
  if (unsigned) return key ^ turn;
  if (key == NAN_KEY) return 0x7fc00000;
  return key == ZERO_KEY ? 0 : floatOf(key) ^ turn;
}

/** Puts a pair where it belongs, from a place whose children are heaps. */
function sink(heap: usize, size: u32, place: u32, pair: u64): void {
  for (;;) {
    let child: u32 = 2 * place + 1;
    if (child >= size) break;
    let found = load<u64>(heap + (<usize>child << 3));
    if (child + 1 < size) {
      const other = load<u64>(heap + (<usize>child << 3), 8);
      if (other > found) {
        found = other;
        child++;
      }
    }
    if (found <= pair) break;
    store<u64>(heap + (<usize>place << 3), found);
    place = child;
  }
  store<u64>(heap + (<usize>place << 3), pair);
}

function heapify(heap: usize, size: u32): void {
  for (let place = size >> 1; place > 0; ) {
    place--;
    sink(heap, size, place, load<u64>(heap + (<usize>place << 3)));
  }
}

/** A heap in ascending order. */
function sort(heap: usize, size: u32): void {
  for (let end = size; end > 1; ) {
    end--;
    const last = heap + (<usize>end << 3);
    const pair = load<u64>(last);
    store<u64>(last, load<u64>(heap));
    sink(heap, end, 0, pair);
  }
}

/** A row's elements and their ids: given ones, or places. */
@inline
function pairAt(at: usize, ids: usize, first: u32, i: u32, unsigned: bool, turn: u32): u64 {
  const place = <usize>i << 2;
  const id = ids ? load<u32>(ids + place) : first + i;
  return (<u64>keyOf(load<u32>(at + place), unsigned, turn) << 32) | id;
}

/**
 * Four times what an element is compared with to see whether it may come before the root. Places ascend, so that an equal
 * number comes too late; where ids are given it may not. Before NaN comes everything.
 */
@inline
function limitOf(heap: usize, ids: usize, unsigned: bool): v128 {
  const root = <u32>(load<u64>(heap) >> 32);
  const key = root - u32(ids == 0);
  if (unsigned) return i32x4.splat(key ^ SIGN);
  return i32x4.splat(root == NAN_KEY ? INFINITY : floatOf(key));
}

@inline
function within(at: usize, limit: v128, turn: v128, unsigned: bool): v128 {
  const four = v128.xor(v128.load(at), turn);
  return unsigned ? i32x4.le_s(four, limit) : f32x4.le(four, limit);
}

/** The first k of `count` ≥ k elements, as a heap. */
@inline
function scan(at: usize, ids: usize, first: u32, count: u32, k: u32, heap: usize, unsigned: bool, turn: u32): void {
  for (let i: u32 = 0; i < k; i++) store<u64>(heap + (<usize>i << 3), pairAt(at, ids, first, i, unsigned, turn));
  heapify(heap, k);
  let limit = limitOf(heap, ids, unsigned);
  const turned = i32x4.splat(unsigned ? turn ^ SIGN : turn);
  let i = k;
  while (i < count) {
    const four = at + (<usize>i << 2);
    let end = count;
    if (count - i >= 16) {
      const some = v128.or(
        v128.or(within(four, limit, turned, unsigned), within(four + 16, limit, turned, unsigned)),
        v128.or(within(four + 32, limit, turned, unsigned), within(four + 48, limit, turned, unsigned)),
      );
      end = i + 16;
      if (!v128.any_true(some)) {
        i = end;
        continue;
      }
    }
    for (; i < end; i++) {
      const pair = pairAt(at, ids, first, i, unsigned, turn);
      if (pair < load<u64>(heap)) sink(heap, k, 0, pair);
    }
    limit = limitOf(heap, ids, unsigned);
  }
}

/** The first k of `count` ≥ k pairs, as a heap. */
function scanPairs(at: usize, count: u32, k: u32, heap: usize): void {
  memory.copy(heap, at, <usize>k << 3);
  heapify(heap, k);
  for (let i = k; i < count; i++) {
    const pair = load<u64>(at + (<usize>i << 3));
    if (pair < load<u64>(heap)) sink(heap, k, 0, pair);
  }
}

/** Sorts a heap and writes its numbers and ids. */
function writeResults(params: usize, row: u32, k: u32, heap: usize): void {
  sort(heap, k);
  const unsigned = <bool>load<u32>(params, Select.UNSIGNED);
  const turn = load<u32>(params, Select.TURN);
  const inner = load<u32>(params, Select.INNER);
  const added = load<u32>(params, Select.ADDED);
  const first = (<usize>(row / inner) * load<usize>(params, Select.OUT_ROW) + (row % inner)) << 2;
  const values = load<usize>(params, Select.VALUES) + first;
  const indices = load<usize>(params, Select.INDICES) + first;
  const step = <usize>inner << 2;
  const keepValues = <bool>load<u32>(params, Select.KEEP_VALUES);
  const keepIds = <bool>load<u32>(params, Select.KEEP_IDS);
  let to: usize = 0;
  for (let rank: u32 = 0; rank < k; rank++, to += step) {
    const pair = load<u64>(heap + (<usize>rank << 3));
    if (keepValues) store<u32>(values + to, bitsOf(<u32>(pair >> 32), unsigned, turn));
    if (keepIds) store<u32>(indices + to, <u32>pair + added);
  }
}

/** Segments of rows: their results, or lists of their first k, unsorted. */
export function heaps(params: usize, chunk: u32, bench: usize): void {
  const share = load<u32>(params, Select.SHARE);
  const segments = load<u32>(params, Select.SEGMENTS);
  const segment = load<u32>(params, Select.SEGMENT);
  const length = load<u32>(params, Select.LENGTH);
  const turn = load<u32>(params, Select.TURN);
  const end = min(load<u32>(params, Select.UNITS), (chunk + 1) * share);
  for (let unit = chunk * share; unit < end; unit++) {
    const row = unit / segments;
    const start = (unit % segments) * segment;
    const count = min(segment, length - start);
    const k = min(load<u32>(params, Select.K), count);
    const at = load<usize>(params, Select.SOURCE) + ((<usize>row * load<usize>(params, Select.ROW) + start) << 2);
    const ids = load<u32>(params, Select.GIVEN)
      ? load<usize>(params, Select.IDS) + ((<usize>row * load<usize>(params, Select.IDS_ROW) + start) << 2)
      : 0;
    const first = load<u32>(params, Select.FIRST) + start;
    if (load<u32>(params, Select.UNSIGNED)) scan(at, ids, first, count, k, bench, true, turn);
    else scan(at, ids, first, count, k, bench, false, turn);
    if (load<u32>(params, Select.FINAL)) {
      writeResults(params, row, k, bench);
    } else {
      const pairs = <usize>row * load<usize>(params, Select.OUT_ROW) + <usize>(unit % segments) * <usize>load<u32>(params, Select.K);
      memory.copy(load<usize>(params, Select.VALUES) + (pairs << 3), bench, <usize>k << 3);
    }
  }
}

/** Rows of lists, `LENGTH` pairs each: their results. */
export function merge(params: usize, chunk: u32, bench: usize): void {
  const share = load<u32>(params, Select.SHARE);
  const length = load<u32>(params, Select.LENGTH);
  const k = load<u32>(params, Select.K);
  const end = min(load<u32>(params, Select.UNITS), (chunk + 1) * share);
  for (let row = chunk * share; row < end; row++) {
    scanPairs(load<usize>(params, Select.SOURCE) + ((<usize>row * <usize>length) << 3), length, k, bench);
    writeResults(params, row, k, bench);
  }
}
