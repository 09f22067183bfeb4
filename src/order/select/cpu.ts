/**
 * The select primitive on the CPU, in doubles: a heap of k where k is small beside a row, else a merge sort. NaN is kept out
 * of both, and what it leaves open is filled with NaN at the end.
 */
import { viewOf, type WordArray } from '../../tensor/index.ts';
import type { SelectPlan } from './select.ts';

/** A row with at least so many elements for each that is selected goes through a heap. */
const HEAP_SHARE = 8;

export function runSelectOnCpu(plan: SelectPlan, reads: readonly Uint8Array[], writes: readonly Uint8Array[]): void {
  const {
    rows,
    length,
    k,
    inner,
    keep,
    firstId = 0,
    out: { offset, stride } = { offset: 0, stride: k * inner },
  } = plan;
  const x = viewOf(reads[0] as Uint8Array, plan.dtype);
  const given = plan.ids && viewOf(reads[1] as Uint8Array, 'uint32');
  const values = keep.values ? viewOf(writes[0] as Uint8Array, plan.dtype) : undefined;
  const ids = keep.ids ? viewOf(writes[Number(keep.values)] as Uint8Array, 'uint32') : undefined;
  const heap = length >= HEAP_SHARE * k;
  const pairs = new Pairs(heap ? k : length);
  for (let row = 0; row < rows; row++) {
    const at = plan.values.offset + row * plan.values.stride;
    const idsAt = plan.ids ? plan.ids.offset + row * plan.ids.stride : 0;
    pairs.clear();
    if (heap) pairs.keepFirst(x, at, length, plan.largest, given, idsAt);
    else pairs.takeAll(x, at, length, plan.largest, given, idsAt);
    pairs.sort();
    const nans = pairs.size < k ? idsOfNaN(x, at, length, given, idsAt) : [];
    const out = offset + Math.floor(row / inner) * stride + (row % inner);
    for (let rank = 0; rank < k; rank++) {
      const found = rank < pairs.size;
      // A zero is +0 here, as it is where numbers were keys.
      if (values) values[out + rank * inner] = found ? (plan.largest ? 0 - pairs.key(rank) : pairs.key(rank) + 0) : NaN;
      if (ids) ids[out + rank * inner] = firstId + (found ? pairs.id(rank) : (nans[rank - pairs.size] as number));
    }
  }
}

function idsOfNaN(x: WordArray, at: number, length: number, given: WordArray | undefined, idsAt: number): Uint32Array {
  const ids: number[] = [];
  for (let i = 0; i < length; i++) {
    const value = x[at + i] as number;
    if (value !== value) ids.push(given ? (given[idsAt + i] as number) : i);
  }
  return Uint32Array.from(ids).sort();
}

/** Keys (numbers, negated where the largest come first) with their ids, in parallel arrays. */
class Pairs {
  size = 0;
  #keys: Float64Array;
  #ids: Uint32Array;
  #spareKeys: Float64Array;
  #spareIds: Uint32Array;

  constructor(most: number) {
    this.#keys = new Float64Array(most);
    this.#ids = new Uint32Array(most);
    this.#spareKeys = new Float64Array(most);
    this.#spareIds = new Uint32Array(most);
  }

  clear(): void {
    this.size = 0;
  }

  key(rank: number): number {
    return this.#keys[rank] as number;
  }

  id(rank: number): number {
    return this.#ids[rank] as number;
  }

  takeAll(
    x: WordArray,
    at: number,
    length: number,
    largest: boolean,
    given: WordArray | undefined,
    idsAt: number,
  ): void {
    const keys = this.#keys;
    const ids = this.#ids;
    let size = 0;
    for (let i = 0; i < length; i++) {
      const value = x[at + i] as number;
      if (value !== value) continue;
      keys[size] = largest ? -value : value;
      ids[size++] = given ? (given[idsAt + i] as number) : i;
    }
    this.size = size;
  }

  /** The first of a row, as many as there is room for, in a heap whose root is the last of them. */
  keepFirst(
    x: WordArray,
    at: number,
    length: number,
    largest: boolean,
    given: WordArray | undefined,
    idsAt: number,
  ): void {
    const most = this.#keys.length;
    let worst = Infinity;
    for (let i = 0; i < length; i++) {
      const value = x[at + i] as number;
      const key = largest ? -value : value;
      // NaN fails either way.
      if (!(key <= worst)) continue;
      const id = given ? (given[idsAt + i] as number) : i;
      if (this.size < most) this.#push(key, id);
      else if (this.#before(key, id, 0)) this.#sift(key, id);
      else continue;
      if (this.size === most) worst = this.#keys[0] as number;
    }
  }

  /** A bottom-up merge sort, from runs that insertion sorts. */
  sort(): void {
    const { size } = this;
    for (let start = 0; start < size; start += RUN) this.#insertionSort(start, Math.min(size, start + RUN));
    for (let width = RUN; width < size; width *= 2) {
      for (let start = 0; start < size; start += 2 * width)
        this.#merge(start, Math.min(size, start + width), Math.min(size, start + 2 * width));
      [this.#keys, this.#spareKeys] = [this.#spareKeys, this.#keys];
      [this.#ids, this.#spareIds] = [this.#spareIds, this.#ids];
    }
  }

  /** Whether a pair comes before the one in a place. */
  #before(key: number, id: number, place: number): boolean {
    const other = this.#keys[place] as number;
    return key < other || (key === other && id < (this.#ids[place] as number));
  }

  #put(place: number, key: number, id: number): void {
    this.#keys[place] = key;
    this.#ids[place] = id;
  }

  #copy(from: number, to: number): void {
    this.#put(to, this.#keys[from] as number, this.#ids[from] as number);
  }

  #push(key: number, id: number): void {
    let place = this.size++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#before(key, id, parent)) break;
      this.#copy(parent, place);
      place = parent;
    }
    this.#put(place, key, id);
  }

  /** Puts a pair in the place of the root. */
  #sift(key: number, id: number): void {
    const { size } = this;
    let place = 0;
    for (let child = 1; child < size; child = 2 * place + 1) {
      const right = child + 1;
      if (right < size && this.#before(this.#keys[child] as number, this.#ids[child] as number, right)) child = right;
      if (!this.#before(key, id, child)) break;
      this.#copy(child, place);
      place = child;
    }
    this.#put(place, key, id);
  }

  #insertionSort(start: number, end: number): void {
    for (let i = start + 1; i < end; i++) {
      const key = this.#keys[i] as number;
      const id = this.#ids[i] as number;
      let place = i;
      for (; place > start && this.#before(key, id, place - 1); place--) this.#copy(place - 1, place);
      this.#put(place, key, id);
    }
  }

  /** Two sorted runs side by side, as one, into the spare arrays. */
  #merge(start: number, middle: number, end: number): void {
    const keys = this.#keys;
    const ids = this.#ids;
    let a = start;
    let b = middle;
    for (let place = start; place < end; place++) {
      const fromB = a >= middle || (b < end && this.#before(keys[b] as number, ids[b] as number, a));
      const from = fromB ? b++ : a++;
      this.#spareKeys[place] = keys[from] as number;
      this.#spareIds[place] = ids[from] as number;
    }
  }
}

const RUN = 16;
