/**
 * The kernels of the reduce primitive: which elements of a strided tensor are walked in which order. Rows are walked one
 * by one, columns – cells beside each other – four at a time; both a band of elements at a time, which stays in the
 * cache for all planes. What lies apart is gathered on the bench first.
 *
 * A unit of work is one segment of the reduced axis for a group of neighbouring cells. Where there is one segment,
 * units write results; else they write values, which `merge` joins in the order of segments.
 */
import { Ending, finish, join, locate, settle } from './endings';
import { ACC, Plane, walk, walkFive } from './walks';

/** The parameters of `reduce`, behind the addresses of input and output. Strides are in bytes. */
const enum Reduce {
  INPUT = 0,
  OUTPUT = 4,
  /** 1 for columns, whose number is a multiple of four; 0 for rows. */
  COLUMNS = 8,
  /** Units of the whole pass, and of one chunk. */
  UNITS = 12,
  SHARE = 16,
  /** Cells are OUTER × INNER; WIDTH of the inner ones make a group. */
  INNER = 20,
  WIDTH = 24,
  /** Elements of a cell, in segments of so many; a band is what is walked at once (of a row, in fours). */
  LENGTH = 28,
  SEGMENT = 32,
  BAND = 36,
  STRIDE_OUTER = 40,
  STRIDE_AXIS = 44,
  STRIDE_INNER = 48,
  OUT_OUTER = 52,
  OUT_SEGMENT = 56,
  OUT_INNER = 60,
  OUT_PLANE = 64,
  /** 1 for results, 0 for values of segments. */
  FINAL = 68,
  /** The elements of a cell in all passes, and those in front of this pass. */
  WHOLE = 72,
  BEFORE = 76,
  /** 1 where the planes are the five of `walkFive`. */
  FIVE = 80,
  PLANES = 84,
  FIRST_PLANE = 88,
}

/** Where on the bench what is gathered lies; accumulators, and then values, lie in front. */
const BLOCK: usize = 0x10000;

/** Empties the accumulators of all planes. */
function clear(params: usize, walks: u32, bench: usize): void {
  const end = bench + <usize>walks * load<u32>(params, Reduce.PLANES) * ACC;
  for (; bench < end; bench += 16) v128.store(bench, i32x4.splat(0));
}

/** Copies `count` fours from each of `cells` cells to the bench, densely. */
function gather(at: usize, strideInner: usize, strideAxis: usize, cells: u32, count: u32, to: usize): void {
  for (; cells; cells--, at += strideInner) {
    let from = at;
    for (let left = count; left; left--, to += 16) {
      let four = v128.load32_zero(from);
      from += strideAxis;
      four = v128.load32_lane(from, four, 1);
      from += strideAxis;
      four = v128.load32_lane(from, four, 2);
      from += strideAxis;
      v128.store(to, v128.load32_lane(from, four, 3));
      from += strideAxis;
    }
  }
}

/** Copies the last one to three elements of each of the cells to fours, filled up by what changes nothing. */
function gatherRest(
  plane: usize,
  at: usize,
  strideInner: usize,
  strideAxis: usize,
  cells: u32,
  rest: u32,
  to: usize,
): void {
  const neutral = v128.load32_splat(plane, Plane.NEUTRAL);
  for (; cells; cells--, at += strideInner, to += 16) {
    let four = v128.load32_lane(at, neutral, 0);
    if (rest > 1) four = v128.load32_lane(at + strideAxis, four, 1);
    if (rest > 2) four = v128.load32_lane(at + strideAxis + strideAxis, four, 2);
    v128.store(to, four);
  }
}

/** A group of cells, `length` elements of each. */
function reduceGroup(params: usize, at: usize, cells: u32, length: u32, before: u32, to: usize, bench: usize): void {
  const first = params + Reduce.FIRST_PLANE;
  const end = first + <usize>load<u32>(params, Reduce.PLANES) * Plane.SIZE;
  const strideAxis = <usize>load<u32>(params, Reduce.STRIDE_AXIS);
  const strideInner = <usize>load<u32>(params, Reduce.STRIDE_INNER);
  const outInner = <usize>load<u32>(params, Reduce.OUT_INNER);
  const columns = <bool>load<u32>(params, Reduce.COLUMNS);
  const walks = columns ? cells >> 2 : cells;
  const next = <usize>walks * ACC;
  // The rows of a band of columns are far apart: from band to band, each of these few goes on where it was.
  const steps = columns ? length : length >> 2;
  const stride = columns ? strideAxis : strideAxis << 2;
  const band = load<u32>(params, Reduce.BAND);
  const bands = (steps + band - 1) / band;
  clear(params, walks, bench);
  for (let b: u32 = 0; b < bands; b++) {
    let count = min(band, steps - b * band);
    let source = at + <usize>(b * band) * stride;
    let step: usize = 16;
    let pitch: usize = 16;
    if (columns) {
      count = (steps - b + bands - 1) / bands;
      source = at + <usize>b * stride;
      step = <usize>bands * stride;
      if (strideInner != 4) {
        gather(source, step, strideInner, count, walks, bench + BLOCK);
        source = bench + BLOCK;
        step = <usize>cells << 2;
      }
    } else if (stride != 16) {
      gather(source, strideInner, strideAxis, cells, count, bench + BLOCK);
      source = bench + BLOCK;
      pitch = <usize>count << 4;
    } else pitch = strideInner;
    let acc = bench;
    if (load<u32>(params, Reduce.FIVE)) walkFive(source, step, count, pitch, walks, acc, next);
    else for (let plane = first; plane < end; plane += Plane.SIZE, acc += next)
      walk(plane, source, step, count, pitch, walks, acc);
  }
  const rest = columns ? 0 : length & 3;
  for (let plane = first; plane < end; plane += Plane.SIZE, bench += next) {
    if (rest) {
      gatherRest(plane, at + <usize>steps * stride, strideInner, strideAxis, cells, rest, bench + BLOCK);
      walk(plane, bench + BLOCK, 16, 1, 16, walks, bench);
    }
    settle(plane, bench, walks, !columns);
    if (<Ending>load<u32>(plane, Plane.ENDING) >= Ending.INDEX)
      for (let cell: u32 = 0; cell < cells; cell++)
        locate(plane, bench + (<usize>cell << 3), at + <usize>cell * strideInner, strideAxis, before);
    if (load<u32>(params, Reduce.FINAL)) finish(plane, bench, cells, load<u32>(params, Reduce.WHOLE), to, outInner);
    else for (let cell: u32 = 0; cell < cells; cell++)
        store<u64>(to + <usize>cell * outInner, load<u64>(bench + (<usize>cell << 3)));
    to += load<u32>(params, Reduce.OUT_PLANE);
  }
}

export function reduce(params: usize, chunk: u32, bench: usize): void {
  const inner = load<u32>(params, Reduce.INNER);
  const width = load<u32>(params, Reduce.WIDTH);
  const length = load<u32>(params, Reduce.LENGTH);
  const segment = load<u32>(params, Reduce.SEGMENT);
  const groups = (inner + width - 1) / width;
  // Nothing is one segment too.
  const segments = max(1, (length + segment - 1) / segment);
  const share = load<u32>(params, Reduce.SHARE);
  const end = min(load<u32>(params, Reduce.UNITS), (chunk + 1) * share);
  for (let unit = chunk * share; unit < end; unit++) {
    const cell = (unit % groups) * width;
    const s = (unit / groups) % segments;
    const outer = unit / groups / segments;
    const done = s * segment;
    const at =
      <usize>load<u32>(params, Reduce.INPUT) +
      <usize>outer * load<u32>(params, Reduce.STRIDE_OUTER) +
      <usize>done * load<u32>(params, Reduce.STRIDE_AXIS) +
      <usize>cell * load<u32>(params, Reduce.STRIDE_INNER);
    const to =
      <usize>load<u32>(params, Reduce.OUTPUT) +
      <usize>outer * load<u32>(params, Reduce.OUT_OUTER) +
      <usize>s * load<u32>(params, Reduce.OUT_SEGMENT) +
      <usize>cell * load<u32>(params, Reduce.OUT_INNER);
    const before = load<u32>(params, Reduce.BEFORE) + done;
    reduceGroup(params, at, min(width, inner - cell), min(segment, length - done), before, to, bench);
  }
}

/** The parameters of `merge`, behind the addresses of values and results. */
const enum Merge {
  VALUES = 0,
  OUTPUT = 4,
  CELLS = 8,
  SHARE = 12,
  SEGMENTS = 16,
  /** Bytes from a plane of results to the next. */
  OUT_PLANE = 20,
  LENGTH = 24,
  PLANES = 28,
  FIRST_PLANE = 32,
}

/** Values lie by cell, segment, plane. */
export function merge(params: usize, chunk: u32, bench: usize): void {
  const share = load<u32>(params, Merge.SHARE);
  const segments = load<u32>(params, Merge.SEGMENTS);
  const planes = load<u32>(params, Merge.PLANES);
  const end = min(load<u32>(params, Merge.CELLS), (chunk + 1) * share);
  for (let cell = chunk * share; cell < end; cell++)
    for (let p: u32 = 0; p < planes; p++) {
      const plane = params + Merge.FIRST_PLANE + <usize>p * Plane.SIZE;
      let at = <usize>load<u32>(params, Merge.VALUES) + ((<usize>cell * segments * planes + p) << 3);
      let value = load<u64>(at);
      for (let s: u32 = 1; s < segments; s++) {
        at += <usize>planes << 3;
        value = join(plane, value, load<u64>(at));
      }
      store<u64>(bench, value);
      const outPlane = <usize>p * load<u32>(params, Merge.OUT_PLANE);
      const to = <usize>load<u32>(params, Merge.OUTPUT) + outPlane + (<usize>cell << 2);
      finish(plane, bench, 1, load<u32>(params, Merge.LENGTH), to, 0);
    }
}
