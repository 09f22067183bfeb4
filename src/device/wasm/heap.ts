/**
 * Who has which bytes of wasm memory. Blocks are multiples of 64 bytes; a free one is taken by the smallest request that it
 * fits best, and neighbours that are free become one. Pure arithmetic: whether memory reaches as far as `top` is for others to see to.
 *
 * Kernels run in the order in which they were asked for, so a block may be given back while a kernel that uses it still
 * waits: whoever takes it next writes later.
 */
interface Gap {
  at: number;
  bytes: number;
}

const ALIGNMENT = 64;

const rounded = (bytes: number): number => Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);

export class Heap {
  readonly start: number;
  /** Nothing is given out beyond this address. */
  limit: number;
  #top: number;
  #used = 0;
  readonly #taken: Map<number, number> = new Map();
  /** By address; never two that touch, and none that ends at the top. */
  readonly #gaps: Gap[] = [];

  constructor(start: number, limit: number) {
    this.start = Math.ceil(start / ALIGNMENT) * ALIGNMENT;
    this.limit = limit;
    this.#top = this.start;
  }

  /** The first address that nobody ever needed: memory must reach as far as this. */
  get top(): number {
    return this.#top;
  }

  /** Bytes given out. */
  get used(): number {
    return this.#used;
  }

  /** Where `bytes` bytes are free, now taken; undefined where there is no room. */
  take(bytes: number): number | undefined {
    const size = rounded(bytes);
    const best = this.#gaps.reduce<Gap | undefined>(
      (found, gap) => (gap.bytes >= size && (!found || gap.bytes < found.bytes) ? gap : found),
      undefined,
    );
    if (!best && this.#top + size > this.limit) return undefined;
    const at = best ? best.at : this.#top;
    if (!best) this.#top += size;
    else if (best.bytes === size) this.#gaps.splice(this.#gaps.indexOf(best), 1);
    else {
      best.at += size;
      best.bytes -= size;
    }
    this.#taken.set(at, size);
    this.#used += size;
    return at;
  }

  give(at: number): void {
    const bytes = this.#taken.get(at);
    if (bytes === undefined) throw new Error(`broken invariant: nothing was taken at ${at}`);
    this.#taken.delete(at);
    this.#used -= bytes;
    const next = this.#after(at);
    const before = this.#gaps[next - 1];
    const after = this.#gaps[next];
    const merged: Gap = { at, bytes };
    let first = next;
    let count = 0;
    if (before && before.at + before.bytes === at) {
      merged.at = before.at;
      merged.bytes += before.bytes;
      first--;
      count++;
    }
    if (after && at + bytes === after.at) {
      merged.bytes += after.bytes;
      count++;
    }
    if (merged.at + merged.bytes === this.#top) {
      this.#top = merged.at;
      this.#gaps.splice(first, count);
    } else this.#gaps.splice(first, count, merged);
  }

  /** How many gaps lie before an address. */
  #after(at: number): number {
    let low = 0;
    let high = this.#gaps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#gaps[middle]?.at ?? Infinity) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
