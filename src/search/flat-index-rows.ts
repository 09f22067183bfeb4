/**
 * The vectors of an index: rows in blocks on a device, and beside them, where it is kept, a copy on the host. Blocks grow with
 * the index and are never copied when it does; a row, once written, never changes, so whoever holds a view of the rows sees
 * them as they were. Which rows live, and what they are called, is in ids.ts.
 */
import { take } from '../arith/index.ts';
import { BlockNumbers, type Measure } from './flat-index-numbers.ts';
import {
  copyInto,
  emptyTensor,
  rowMajor,
  scoped,
  Tensor,
  type Device,
  type Dtype,
  type WordArray,
} from '../tensor/index.ts';

/** A block takes this many bytes at most, and at least 32 rows. */
const BLOCK_BYTES = 64 * 2 ** 20;
const FEWEST_ROWS = 64;

/** How one vector is stored. Bools are packed, 32 to a word. */
export interface RowFormat {
  readonly dim: number;
  readonly dtype: 'float32' | 'float64' | 'bool';
  /** Stored elements in a row: numbers, or words. */
  readonly stored: number;
  readonly rowBytes: number;
}

export function rowFormat(dim: number, dtype: RowFormat['dtype']): RowFormat {
  const stored = dtype === 'bool' ? Math.ceil(dim / 32) : dim;
  return { dim, dtype, stored, rowBytes: stored * (dtype === 'float64' ? 8 : 4) };
}

export function storedArray(format: RowFormat, rows: number): WordArray {
  const count = rows * format.stored;
  if (format.dtype === 'bool') return new Uint32Array(count);
  return format.dtype === 'float64' ? new Float64Array(count) : new Float32Array(count);
}

/** What rows are, and how they are measured where their metric wants that. */
export interface RowRules {
  readonly format: RowFormat;
  readonly measure: Measure | undefined;
}

interface Block {
  readonly first: number;
  /** A multiple of 32, so that the bits of its rows begin at a whole word. */
  readonly capacity: number;
  filled: number;
  /** [capacity, stored], as numbers or words. */
  readonly words: Tensor;
  readonly numbers: BlockNumbers | undefined;
  readonly host: WordArray | undefined;
}

/** Some rows of a block, held for a search or a save. */
export interface HeldBlock {
  readonly first: number;
  readonly rows: number;
  /** [rows, dim]. */
  readonly points: Tensor;
  readonly words: Tensor;
  readonly numbers: BlockNumbers | undefined;
  readonly host: WordArray | undefined;
}

export class RowStore {
  readonly format: RowFormat;
  readonly device: Device;
  readonly #rules: RowRules;
  #keepsHost: boolean;
  #blocks: Block[] = [];
  #disposed = false;

  constructor(device: Device, rules: RowRules, keepsHost: boolean) {
    this.device = device;
    this.#rules = rules;
    this.format = rules.format;
    this.#keepsHost = keepsHost;
  }

  get keepsHost(): boolean {
    return this.#keepsHost;
  }

  get rows(): number {
    const last = this.#blocks.findLast(block => block.filled > 0);
    return last ? last.first + last.filled : 0;
  }

  get capacity(): number {
    const last = this.#blocks.at(-1);
    return last ? last.first + last.capacity : 0;
  }

  /** Makes room for rows behind the last one. Resolves once the memory is certain; undefined where it is at once. */
  reserve(op: string, count: number): Promise<void> | undefined {
    const doubtful: Tensor[] = [];
    const made: Block[] = [];
    const { maxStorageBytes } = this.device.engine.backend;
    const most = Math.max(32, wholeWords(Math.min(BLOCK_BYTES, maxStorageBytes) / this.format.rowBytes));
    let capacity = this.capacity;
    const goal = this.rows + count;
    try {
      while (capacity < goal) {
        const wanted = Math.max(FEWEST_ROWS, goal - capacity, capacity);
        const rows = Math.min(most, wholeWords(wanted + 31));
        const words = emptyTensor(this.device, [rows, this.format.stored], this.#wordType(), op);
        const host = this.keepsHost ? storedArray(this.format, rows) : undefined;
        const numbers = this.#rules.measure && new BlockNumbers(this.#rules.measure, rows);
        made.push({ first: capacity, capacity: rows, filled: 0, words, numbers, host });
        if (words.storageFor(op).doubts.size > 0) doubtful.push(words);
        capacity += rows;
      }
    } catch (error) {
      for (const block of made) block.words.dispose();
      throw error;
    }
    if (doubtful.length === 0) {
      this.#blocks.push(...made);
      return undefined;
    }
    return this.#settle(op, doubtful, made);
  }

  async #settle(op: string, doubtful: readonly Tensor[], made: readonly Block[]): Promise<void> {
    try {
      for (const words of doubtful) await this.device.engine.settle(words.storageFor(op), op);
    } catch (error) {
      for (const block of made) block.words.dispose();
      throw error;
    }
    if (this.#disposed) for (const block of made) block.words.dispose();
    // Other room may have been made meanwhile: blocks stand one behind the other.
    else
      for (const block of made)
        this.#blocks.push({ ...block, first: this.capacity, host: this.#keepsHost ? block.host : undefined });
  }

  /** Writes rows behind the last one, where there must be room. */
  append(values: WordArray): void {
    const { stored, rowBytes } = this.format;
    let done = 0;
    const total = values.length / stored;
    for (const block of this.#blocks) {
      const rows = Math.min(block.capacity - block.filled, total - done);
      if (rows === 0) continue;
      const part = values.subarray(done * stored, (done + rows) * stored);
      const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      this.device.engine.write(block.words.storageFor('add'), bytes, block.filled * rowBytes);
      block.host?.set(part, block.filled * stored);
      block.filled += rows;
      done += rows;
      if (done === total) return;
    }
    if (done < total) throw new Error('broken invariant: rows were added without room for them');
  }

  /** The blocks as they are now, under handles of their own: give them back with `letGo`. */
  hold(op: string): HeldBlock[] {
    return this.#blocks
      .filter(block => block.filled > 0)
      .map(({ first, filled, words, numbers, host }) => {
        const rows = words.slice(0, filled);
        const storage = words.storageFor(op);
        const points =
          this.format.dtype === 'bool'
            ? new Tensor({
                device: this.device,
                storage: storage.retain(),
                shape: [filled, this.format.dim],
                dtype: 'bool',
              })
            : rows.alias(op);
        return { first, rows: filled, points, words: rows, numbers, host };
      });
  }

  /** A store of some of these rows alone, in their order. Nothing here changes. */
  async picked(op: string, rows: Uint32Array): Promise<RowStore> {
    const next = new RowStore(this.device, this.#rules, this.keepsHost);
    const blocks = this.hold(op);
    try {
      await next.reserve(op, rows.length);
      for (const { rows: some, block } of rowsByBlock(rows, blocks))
        if (block.host) next.append(hostRows(block.host, some, this.format));
        else next.#copyFrom(op, block.words, some);
      await next.settle(op);
      return next;
    } catch (error) {
      next.dispose();
      throw error;
    } finally {
      letGo(blocks);
    }
  }

  /** The same rows on another device, from the host. */
  async onto(device: Device, op: string): Promise<RowStore> {
    const next = new RowStore(device, this.#rules, true);
    const { stored } = this.format;
    try {
      await next.reserve(op, this.rows);
      for (const { filled, host } of this.#blocks) if (host) next.append(host.subarray(0, filled * stored));
      await next.settle(op);
      return next;
    } catch (error) {
      next.dispose();
      throw error;
    }
  }

  /** Waits until all of it is certainly there. */
  async settle(op: string): Promise<void> {
    for (const { words } of this.#blocks) await this.device.engine.settle(words.storageFor(op), op);
  }

  /** Lets the copy on the host go. Who holds the blocks keeps theirs. */
  dropHost(): void {
    this.#keepsHost = false;
    this.#blocks = this.#blocks.map(block => ({ ...block, host: undefined }));
  }

  dispose(): void {
    this.#disposed = true;
    for (const { words, numbers } of this.#blocks) {
      words.dispose();
      numbers?.dispose();
    }
    this.#blocks = [];
  }

  #copyFrom(op: string, words: Tensor, rows: Uint32Array): void {
    const { stored } = this.format;
    let done = 0;
    for (const block of this.#blocks) {
      const count = Math.min(block.capacity - block.filled, rows.length - done);
      if (count === 0) continue;
      scoped(scope => {
        const part = scope.keep(take(words, rows.subarray(done, done + count)));
        copyInto(block.words, part, block.filled * stored, rowMajor(part.shape), op);
      });
      block.filled += count;
      done += count;
    }
  }

  #wordType(): Dtype {
    return this.format.dtype === 'bool' ? 'uint32' : this.format.dtype;
  }
}

const wholeWords = (rows: number): number => Math.floor(rows / 32) * 32;

export function letGo(blocks: readonly HeldBlock[]): void {
  for (const { points, words } of blocks) {
    points.dispose();
    words.dispose();
  }
}

/** Runs of rows of one block each, counted from its first, in the order given. */
function* rowsByBlock(
  rows: Uint32Array,
  blocks: readonly HeldBlock[],
): Generator<{ rows: Uint32Array; block: HeldBlock; at: number }> {
  const blockOf = (row: number): HeldBlock => {
    const block = blocks.find(one => row >= one.first && row < one.first + one.rows);
    if (!block) throw new Error(`broken invariant: there is no row ${row}`);
    return block;
  };
  for (let at = 0; at < rows.length;) {
    const block = blockOf(rows[at] ?? 0);
    let end = at + 1;
    while (end < rows.length && (rows[end] ?? 0) >= block.first && (rows[end] ?? 0) < block.first + block.rows) end++;
    yield { rows: rows.slice(at, end).map(row => row - block.first), block, at };
    at = end;
  }
}

function hostRows(host: WordArray, rows: Uint32Array, format: RowFormat): WordArray {
  const { stored } = format;
  const out = storedArray(format, rows.length);
  rows.forEach((row, i) => out.set(host.subarray(row * stored, (row + 1) * stored), i * stored));
  return out;
}

/** The stored elements of some rows, one behind the other. */
export async function readRows(blocks: readonly HeldBlock[], rows: Uint32Array, format: RowFormat): Promise<WordArray> {
  const out = storedArray(format, rows.length);
  const { stored } = format;
  const reads: Promise<void>[] = [];
  for (const { rows: some, block, at } of rowsByBlock(rows, blocks)) {
    const { host, words } = block;
    if (host) {
      out.set(hostRows(host, some, format), at * stored);
      continue;
    }
    const [from, to] = [some[0] ?? 0, some.at(-1) ?? 0];
    // A run is read as it stands; rows here and there are gathered first.
    const runs = to - from === some.length - 1 && some.every((row, i) => row === from + i);
    const part = runs ? words.slice(from, to + 1) : take(words, some);
    reads.push(
      part
        .data<WordArray>()
        .then(values => out.set(values, at * stored))
        .finally(() => part.dispose()),
    );
  }
  await Promise.all(reads);
  return out;
}
