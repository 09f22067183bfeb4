/**
 * The kernels of the take primitive: out[o, p, i] = x[o, indices[p], i]. A pass sees a window of positions along the
 * axis and leaves picks outside it to other passes. An index outside the whole axis leaves its elements unwritten; it
 * is reported by `check`, which looks through all indices in one chunk, so that what it says depends on no order.
 */

/** The parameters of `take`, behind the addresses of source, indices and output. Lengths are in elements. */
const enum Take {
  SOURCE = 0,
  INDICES = 4,
  OUTPUT = 8,
  /** Units of the whole pass, and of one chunk: SEGMENT elements of a pick, of which there are INNER. */
  UNITS = 12,
  SHARE = 16,
  INNER = 20,
  SEGMENT = 24,
  /** Positions along the axis, and those of the window. */
  LENGTH = 28,
  FIRST = 32,
  WINDOW = 36,
  /** Indices of this pass, and of the whole take. */
  PICKS = 40,
  ALL_PICKS = 44,
}

/** Copies whole words. */
function copy(from: usize, to: usize, bytes: usize): void {
  for (; bytes >= 16; bytes -= 16, from += 16, to += 16) v128.store(to, v128.load(from));
  for (; bytes; bytes -= 4, from += 4, to += 4) store<u32>(to, load<u32>(from));
}

export function take(params: usize, chunk: u32, bench: usize): void {
  const source = <usize>load<u32>(params, Take.SOURCE);
  const indices = <usize>load<u32>(params, Take.INDICES);
  const output = <usize>load<u32>(params, Take.OUTPUT);
  const inner = load<u32>(params, Take.INNER);
  const segment = load<u32>(params, Take.SEGMENT);
  const segments = (inner + segment - 1) / segment;
  const length = load<u32>(params, Take.LENGTH);
  const first = load<u32>(params, Take.FIRST);
  const window = load<u32>(params, Take.WINDOW);
  const picks = load<u32>(params, Take.PICKS);
  const allPicks = load<u32>(params, Take.ALL_PICKS);
  const share = load<u32>(params, Take.SHARE);
  const unit = chunk * share;
  let s = unit % segments;
  let pick = (unit / segments) % picks;
  let outer = unit / segments / picks;
  for (let left = min(share, load<u32>(params, Take.UNITS) - unit); left; left--) {
    // What is not in the window wraps round to a large number.
    const place = load<u32>(indices + (<usize>pick << 2)) - first;
    if (place < window) {
      const done = s * segment;
      const from = <usize>(outer * length + place) * inner + done;
      const to = <usize>(outer * allPicks + pick) * inner + done;
      copy(source + (from << 2), output + (to << 2), <usize>min(segment, inner - done) << 2);
    }
    if (++s < segments) continue;
    s = 0;
    if (++pick < picks) continue;
    pick = 0;
    outer++;
  }
}

/** Behind the addresses of indices and status: how many indices, and the positions that there are. */
export function check(params: usize, chunk: u32, bench: usize): void {
  let at = <usize>load<u32>(params);
  const status = <usize>load<u32>(params, 4);
  let largest: u32 = 0;
  for (let left = load<u32>(params, 8); left; left--, at += 4) largest = max(largest, load<u32>(at));
  // The status word is 0, or the largest index that does not exist, and 1.
  if (largest >= load<u32>(params, 12)) store<u32>(status, max(load<u32>(status), max(largest, largest + 1)));
}
