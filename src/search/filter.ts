/**
 * Filters: which ids a search may find. A filter is turned into a bit a row before the scan, which then skips the rest: so a
 * search gives k hits or all that match, never fewer.
 */
import { OptionError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import { allBits, hasBit, setBit, type Id, type IdBook, type IdView } from './ids.ts';

type Test =
  | { readonly kind: 'ids'; readonly ids: Iterable<Id> }
  | { readonly kind: 'where'; readonly predicate: (id: never) => boolean }
  | { readonly kind: 'bitmap'; readonly bytes: Uint8Array }
  | { readonly kind: 'range'; readonly from: Id; readonly to: Id }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly IdFilter[] }
  | { readonly kind: 'not'; readonly part: IdFilter };

/** What `filters` makes. It may serve any number of searches, of any index. */
export class IdFilter {
  /** @internal */
  readonly test: Test;

  /** @internal Use `filters`. */
  constructor(test: Test) {
    this.test = test;
  }
}

/** Ids, or a predicate over ids, or what `filters` makes of these. */
export type Filter<Own extends Id = Id> = IdFilter | Iterable<Own> | ((id: Own) => boolean);

/** A filter of some index, before it is known of which. */
type AnyFilter = IdFilter | Iterable<Id> | ((id: never) => boolean);

/**
 * Filters, and what joins them.
 *
 * ```ts
 * const recent = filters.range(1000, 2000);                           // 1000 ≤ id < 2000
 * const even = filters.where<number>(id => id % 2 === 0);
 * await index.search(query, { k: 10, filter: filters.and(recent, filters.not(even), filters.not([1001])) });
 * ```
 *
 * `ids` names them, in any iterable: those that the index does not have are no mistake. `where` is asked once for each id.
 * `range` takes two whole numbers, or two strings, compared as `<` does. `bitmap` has a bit for each whole number: of
 * id i the bit i mod 8 of byte ⌊i / 8⌋, as FAISS has it. `and` of nothing is everything, `or` of nothing is nothing.
 */
export const filters = {
  ids: (ids: Iterable<Id>): IdFilter => filterOf('filters.ids', ids),
  where: <Own extends Id>(predicate: (id: Own) => boolean): IdFilter => filterOf('filters.where', predicate),
  bitmap(bytes: Uint8Array): IdFilter {
    if (!(bytes instanceof Uint8Array))
      throw new OptionError(`filters.bitmap: ${show(bytes)} is no bitmap. Give a Uint8Array with a bit for each id.`);
    return new IdFilter({ kind: 'bitmap', bytes });
  },
  range(from: Id, to: Id): IdFilter {
    const numbers = typeof from === 'number' && typeof to === 'number' && !Number.isNaN(from) && !Number.isNaN(to);
    if (!numbers && !(typeof from === 'string' && typeof to === 'string'))
      throw new OptionError(
        `filters.range: from ${show(from)} to ${show(to)} is no range of ids. Give two numbers or two strings.`,
      );
    return new IdFilter({ kind: 'range', from, to });
  },
  and: (...parts: readonly AnyFilter[]): IdFilter =>
    new IdFilter({ kind: 'and', parts: parts.map(part => filterOf('filters.and', part)) }),
  or: (...parts: readonly AnyFilter[]): IdFilter =>
    new IdFilter({ kind: 'or', parts: parts.map(part => filterOf('filters.or', part)) }),
  not: (part: AnyFilter): IdFilter => new IdFilter({ kind: 'not', part: filterOf('filters.not', part) }),
} as const;

/** Whatever serves as a filter, as one. */
function filterOf(op: string, given: unknown): IdFilter {
  if (given instanceof IdFilter) return given;
  if (typeof given === 'function') return new IdFilter({ kind: 'where', predicate: given as (id: never) => boolean });
  if (typeof given === 'object' && given !== null && Symbol.iterator in given) {
    const ids = given as Iterable<Id>;
    // What can be walked only once is walked now.
    return new IdFilter({ kind: 'ids', ids: 'next' in ids ? [...ids] : ids });
  }
  throw new OptionError(`${op}: ${show(given)} is no filter. Give ids, a function of an id, or one of filters.`);
}

/** A bit for each row that lives and passes. */
export function allowedRows(op: string, filter: unknown, book: IdBook): Uint32Array {
  const view = book.view();
  const passed = bitsOf(op, filterOf(op, filter), book, view);
  if (view.alive) passed.forEach((word, i) => (passed[i] = word & (view.alive?.[i] ?? 0)));
  return passed;
}

function bitsOf(op: string, { test }: IdFilter, book: IdBook, view: IdView): Uint32Array {
  const { rows, ids, kind } = view;
  const mismatch = (what: string): OptionError =>
    new OptionError(
      `${op}: the filter has ${what}, and the ids of this index are ${kind === 'string' ? 'strings' : 'whole numbers'}. Filter by those.`,
    );
  const passing = (passes: (id: Id) => boolean): Uint32Array => {
    const bits = new Uint32Array(Math.ceil(rows / 32));
    for (let row = 0; row < rows; row++)
      if ((!view.alive || hasBit(view.alive, row)) && passes(ids[row] as Id)) setBit(bits, row);
    return bits;
  };
  switch (test.kind) {
    case 'ids': {
      const bits = new Uint32Array(Math.ceil(rows / 32));
      for (const id of test.ids) {
        if (kind !== undefined && typeof id !== (kind === 'string' ? 'string' : 'number')) throw mismatch(show(id));
        const row = book.row(id);
        if (row !== undefined) setBit(bits, row);
      }
      return bits;
    }
    case 'where':
      return passing(test.predicate as (id: Id) => boolean);
    case 'bitmap': {
      if (kind === 'string') throw mismatch('a bitmap of whole numbers');
      const { bytes } = test;
      return passing(id => (((bytes[Math.floor((id as number) / 8)] ?? 0) >> ((id as number) % 8)) & 1) === 1);
    }
    case 'range': {
      const { from, to } = test;
      if (kind !== undefined && typeof from !== (kind === 'string' ? 'string' : 'number'))
        throw mismatch(`a range from ${show(from)}`);
      return passing(id => id >= from && id < to);
    }
    case 'and':
    case 'or': {
      const all = test.kind === 'and';
      const bits = all ? allBits(rows) : new Uint32Array(Math.ceil(rows / 32));
      for (const part of test.parts)
        bitsOf(op, part, book, view).forEach(
          (word, i) => (bits[i] = all ? (bits[i] ?? 0) & word : (bits[i] ?? 0) | word),
        );
      return bits;
    }
    case 'not': {
      const bits = allBits(rows);
      bitsOf(op, test.part, book, view).forEach((word, i) => (bits[i] = (bits[i] ?? 0) & ~word));
      return bits;
    }
    default:
      throw test satisfies never;
  }
}

/** The options that all searches have, and their signal. `size` is what says how many are found. */
export function checkSearch(op: string, options: unknown, more: readonly string[], size = 'k'): void {
  checkOptions(op, options, [...new Set([size, 'filter', 'signal', ...more])]);
  const { signal } = options as { signal?: AbortSignal };
  if (signal !== undefined && typeof signal.throwIfAborted !== 'function')
    throw new OptionError(`${op}: signal is ${show(signal)}. Give the signal of an AbortController.`);
  signal?.throwIfAborted();
}
