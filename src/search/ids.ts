/**
 * Who is where in an index: the id of every row, which rows live, and the row of every id. An index has ids of one type, whole
 * numbers or strings; which, its first vectors tell. The vectors themselves are in flat-index-rows.ts.
 */
import { IndexError, OptionError } from '../errors.ts';
import { show } from '../options.ts';

/** What vectors are called by: whole numbers from 0 to 2⁵³ − 1, or strings that are not empty. */
export type Id = number | string;

/** Ids of one type, side by side: a Float64Array of whole numbers, or strings. */
export type IdArray<Own extends Id = Id> = Own extends string ? string[] : Float64Array;

export type IdKind = 'integer' | 'string';

/** What a search keeps of the ids while the index changes. Rows up to `rows` never change their id. */
export interface IdView {
  readonly kind: IdKind | undefined;
  readonly ids: ArrayLike<Id>;
  readonly rows: number;
  /** A bit a row, lowest first; undefined where all live. */
  readonly alive: Uint32Array | undefined;
}

/** The id that stands where there is none. */
export const noId = (kind: IdKind | undefined): Id => (kind === 'string' ? '' : -1);

/** Room for `count` ids of a type, filled with what stands for none. */
export function emptyIds(kind: IdKind | undefined, count: number): IdArray {
  return kind === 'string' ? new Array<string>(count).fill('') : new Float64Array(count).fill(-1);
}

export const hasBit = (bits: Uint32Array, row: number): boolean => (((bits[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;

export function setBit(bits: Uint32Array, row: number): void {
  bits[row >>> 5] = (bits[row >>> 5] ?? 0) | (1 << (row & 31));
}

/** Bits of the first `rows` rows, all set. */
export function allBits(rows: number): Uint32Array {
  const bits = new Uint32Array(Math.ceil(rows / 32)).fill(0xffffffff);
  if (rows % 32 !== 0) bits[bits.length - 1] = 2 ** (rows % 32) - 1;
  return bits;
}

export function countBits(bits: Uint32Array): number {
  let count = 0;
  for (let word of bits) {
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

export class IdBook {
  #kind: IdKind | undefined;
  #integers: Float64Array = new Float64Array(0);
  #strings: string[] = [];
  #alive: Uint32Array = new Uint32Array(0);
  #rows = 0;
  #removed = 0;
  #next = 0;
  /** Made when it is first wanted: while nothing but ids that count up was added, an id is its row. */
  #rowOf: Map<Id, number> | undefined;
  #counting = true;

  get kind(): IdKind | undefined {
    return this.#kind;
  }

  /** Rows that were ever given, the removed ones among them. */
  get rows(): number {
    return this.#rows;
  }

  get removed(): number {
    return this.#removed;
  }

  get size(): number {
    return this.#rows - this.#removed;
  }

  /** The id that the next vector without one gets. */
  get next(): number {
    return this.#next;
  }

  /** Loading: ids that were once given are not given again. */
  skipTo(next: number): void {
    this.#next = Math.max(this.#next, next);
  }

  /** The ids for `count` new vectors, checked against those that are there: changes nothing. */
  check(op: string, given: Iterable<Id> | undefined, count: number): IdArray {
    if (given === undefined) return this.#countUp(op, count);
    if (typeof given === 'string' || typeof given !== 'object' || !(Symbol.iterator in given))
      throw new OptionError(`${op}: the ids are ${show(given)}. Give an array with one id for each vector.`);
    const list = [...given];
    if (list.length !== count)
      throw new OptionError(
        `${op}: ${list.length} id${list.length === 1 ? '' : 's'} for ${count} vector${count === 1 ? '' : 's'}. Give one id for each vector.`,
      );
    const kind = this.#kind ?? (typeof list[0] === 'string' ? 'string' : 'integer');
    const seen = new Set<Id>();
    for (const id of list) {
      checkId(op, id, kind);
      if (seen.has(id)) throw new OptionError(`${op}: the id ${show(id)} is given twice. Ids are unique.`);
      if (this.row(id) !== undefined)
        throw new OptionError(
          `${op}: the id ${show(id)} is in the index already. Use update(id, vector), or remove it first.`,
        );
      seen.add(id);
    }
    return kind === 'string' ? (list as string[]) : Float64Array.from(list as number[]);
  }

  /** New rows at the end, with ids that `check` has seen. */
  append(ids: IdArray): void {
    if (ids.length === 0) return;
    this.#kind ??= typeof ids[0] === 'string' ? 'string' : 'integer';
    this.#grow(this.#rows + ids.length);
    if (this.#kind === 'string') this.#countNoMore();
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as Id;
      const row = this.#rows;
      if (typeof id === 'string') this.#strings.push(id);
      else {
        this.#integers[row] = id;
        this.#next = Math.max(this.#next, id + 1);
        if (id !== row) this.#countNoMore();
      }
      setBit(this.#alive, row);
      this.#rowOf?.set(id, row);
      this.#rows = row + 1;
    }
  }

  /** The row of an id, or undefined. */
  row(id: Id): number | undefined {
    if (this.#counting)
      return Number.isInteger(id) && (id as number) >= 0 && (id as number) < this.#rows ? (id as number) : undefined;
    return this.#map().get(id);
  }

  /** The rows of ids, all of which must be there. */
  rowsOf(op: string, ids: Iterable<Id>): Uint32Array {
    if (typeof ids === 'string' || typeof ids !== 'object' || ids === null || !(Symbol.iterator in ids))
      throw new OptionError(`${op}: the ids are ${show(ids)}. Give an id, or an array of ids.`);
    return Uint32Array.from([...ids], id => {
      const row = this.row(id);
      if (row === undefined) throw new IndexError(`${op}: the id ${show(id)} is not in the index. Ask has(id) first.`);
      return row;
    });
  }

  id(row: number): Id {
    return (this.#kind === 'string' ? this.#strings[row] : this.#integers[row]) as Id;
  }

  /** Takes rows out, each once. */
  remove(rows: Uint32Array): void {
    this.#countNoMore();
    for (const row of rows) {
      this.#map().delete(this.id(row));
      this.#alive[row >>> 5] = (this.#alive[row >>> 5] ?? 0) & ~(1 << (row & 31));
    }
    this.#removed += rows.length;
  }

  /** The same without the removed rows: the others move up, in their order. */
  compacted(): IdBook {
    const view = this.view();
    const next = new IdBook();
    next.append(idsOf(view, liveRows(view)));
    next.#kind = this.#kind;
    next.skipTo(this.#next);
    return next;
  }

  view(): IdView {
    return {
      kind: this.#kind,
      ids: this.#kind === 'string' ? this.#strings : this.#integers,
      rows: this.#rows,
      alive: this.#removed > 0 ? this.#alive.slice(0, Math.ceil(this.#rows / 32)) : undefined,
    };
  }

  #countUp(op: string, count: number): Float64Array {
    if (this.#kind === 'string')
      throw new OptionError(`${op}: this index has strings as ids. Give one for each vector.`);
    if (this.#next + count > Number.MAX_SAFE_INTEGER)
      throw new OptionError(`${op}: no whole number below 2⁵³ is left after ${this.#next - 1}. Give ids.`);
    return Float64Array.from({ length: count }, (_, i) => this.#next + i);
  }

  #countNoMore(): void {
    if (this.#counting) this.#map();
    this.#counting = false;
  }

  #map(): Map<Id, number> {
    if (this.#rowOf) return this.#rowOf;
    const made = new Map<Id, number>();
    for (let row = 0; row < this.#rows; row++) if (hasBit(this.#alive, row)) made.set(this.id(row), row);
    return (this.#rowOf = made);
  }

  #grow(rows: number): void {
    const words = Math.ceil(rows / 32);
    if (words > this.#alive.length) {
      const alive = new Uint32Array(Math.max(words, this.#alive.length * 2));
      alive.set(this.#alive);
      this.#alive = alive;
    }
    if (this.#kind !== 'integer' || rows <= this.#integers.length) return;
    const integers = new Float64Array(Math.max(rows, this.#integers.length * 2));
    integers.set(this.#integers);
    this.#integers = integers;
  }
}

function checkId(op: string, id: unknown, kind: IdKind): void {
  const fits =
    kind === 'integer'
      ? Number.isSafeInteger(id) && (id as number) >= 0
      : typeof id === 'string' && id !== '' && !/\p{Surrogate}/u.test(id);
  if (fits) return;
  throw new OptionError(
    kind === 'integer'
      ? `${op}: the id ${show(id)} does not fit an index of whole numbers. Give whole numbers from 0 to 2⁵³ − 1.`
      : `${op}: the id ${show(id)} does not fit an index of strings. Give strings of whole characters that are not empty.`,
  );
}

/** The ids of some rows; of rows that do not exist (0xffffffff) what stands for none. */
export function idsOf({ kind, ids, rows }: IdView, wanted: ArrayLike<number>): IdArray {
  const out = emptyIds(kind, wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    const row = wanted[i] ?? rows;
    if (row < rows) (out as Id[])[i] = ids[row] as Id;
  }
  return out;
}

/** The rows that live, in order. */
export function liveRows({ rows, alive }: Pick<IdView, 'rows' | 'alive'>): Uint32Array {
  if (!alive) return Uint32Array.from({ length: rows }, (_, row) => row);
  const out = new Uint32Array(countBits(alive));
  let at = 0;
  for (let row = 0; row < rows; row++) if (hasBit(alive, row)) out[at++] = row;
  return out;
}
