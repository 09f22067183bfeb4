/**
 * The index as it was at one time: rows, ids, and what was removed. A search, a save or a loop holds one while the index goes on
 * changing; its memory goes back when everyone has let go.
 */
import type { Device, Tensor, WordArray } from '../tensor/index.ts';
import { letGo, readRows, type HeldBlock, type RowFormat } from './flat-index-rows.ts';
import { storedTensor } from './flat-index-vectors.ts';
import { allBits, countBits, liveRows, type IdView } from './ids.ts';
import { areFew, type PointBlock } from './scan/scan.ts';

/** Some rows that live, in order, with their stored elements. */
export interface RowBatch {
  readonly rows: Uint32Array;
  readonly values: WordArray;
}

/** Which rows of a block may be found. */
type Found = Pick<PointBlock, 'allowed' | 'only'>;

export class Snapshot {
  readonly view: IdView;
  readonly device: Device;
  readonly format: RowFormat;
  readonly #blocks: readonly HeldBlock[];
  #masks: readonly (Tensor | undefined)[] | undefined;
  #holders = 1;

  constructor(blocks: readonly HeldBlock[], view: IdView, device: Device, format: RowFormat) {
    this.#blocks = blocks;
    this.view = view;
    this.device = device;
    this.format = format;
  }

  retain(): this {
    this.#holders++;
    return this;
  }

  release(): void {
    if (--this.#holders > 0) return;
    letGo(this.#blocks);
    for (const mask of this.#masks ?? []) mask?.dispose();
  }

  /** How many rows live. */
  get size(): number {
    return this.view.alive ? countBits(this.view.alive) : this.view.rows;
  }

  /** What a scan walks: blocks with rows that may be found, and the tensors that were made for this scan alone. */
  points(op: string, allowed: Uint32Array | undefined): { blocks: PointBlock[]; made: Tensor[] } {
    const made: Tensor[] = [];
    const bits = allowed ?? this.view.alive;
    const masks = allowed || !bits ? [] : (this.#masks ??= this.#makeMasks(op, bits));
    const blocks = this.#blocks.flatMap((held, i): PointBlock[] => {
      const found = allowed
        ? this.#allowedPoints(op, held, allowed, made)
        : bits && this.#livingPoints(held, bits, masks[i]);
      if (!found && bits) return [];
      const { points, first } = held;
      const numbers = held.numbers?.of(op, points);
      if (numbers) made.push(numbers);
      return [{ points, first, numbers, ...found }];
    });
    return { blocks, made };
  }

  /** Which rows of a block live; undefined where none do. */
  #livingPoints({ first, rows }: HeldBlock, bits: Uint32Array, mask: Tensor | undefined): Found | undefined {
    if (mask) return { allowed: mask };
    return countBits(bitsOfBlock(bits, first, rows)) === 0 ? undefined : {};
  }

  /** What a filter lets through: few rows of a block by their numbers, many by a mask; undefined where it is nothing. */
  #allowedPoints(op: string, { first, rows }: HeldBlock, bits: Uint32Array, made: Tensor[]): Found | undefined {
    const own = bitsOfBlock(bits, first, rows);
    const count = countBits(own);
    if (count === 0) return undefined;
    if (count === rows) return {};
    if (areFew(count, rows)) return { only: liveRows({ rows, alive: own }) };
    const mask = storedTensor(op, own, [rows], 'bool', this.device);
    made.push(mask);
    return { allowed: mask };
  }

  /** A mask for each block of which some rows may be found, and some not. */
  #makeMasks(op: string, bits: Uint32Array): (Tensor | undefined)[] {
    return this.#blocks.map(({ first, rows }) => {
      const own = bitsOfBlock(bits, first, rows);
      const count = countBits(own);
      return count === 0 || count === rows ? undefined : storedTensor(op, own, [rows], 'bool', this.device);
    });
  }

  /** The stored elements of rows. */
  read(rows: Uint32Array): Promise<WordArray> {
    return readRows(this.#blocks, rows, this.format);
  }

  /** All rows that live, some at a time. */
  async *batches(rowsAtOnce: number, signal?: AbortSignal): AsyncGenerator<RowBatch, void, undefined> {
    const live = liveRows(this.view);
    for (let at = 0; at < live.length; at += rowsAtOnce) {
      signal?.throwIfAborted();
      const rows = live.subarray(at, at + rowsAtOnce);
      yield { rows, values: await this.read(rows) };
    }
  }
}

/** Blocks begin at whole words; bits behind the last row are no row's. */
function bitsOfBlock(bits: Uint32Array, first: number, rows: number): Uint32Array {
  const own = bits.slice(first / 32, first / 32 + Math.ceil(rows / 32));
  const last = own.length - 1;
  own[last] = (own[last] ?? 0) & (allBits(rows).at(-1) ?? 0);
  return own;
}
