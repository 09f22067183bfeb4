/** Reading a stream of bytes by counts: as many as wanted, or an error that says that the file ends before. */
import { CorruptFileError } from '../../errors.ts';

export class ByteReader {
  readonly #op: string;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);
  #done = 0;

  constructor(op: string, pieces: AsyncIterable<Uint8Array>) {
    this.#op = op;
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Bytes that were read so far. */
  get position(): number {
    return this.#done;
  }

  /** The next `count` bytes, in memory of their own. */
  async take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    // Grown by what comes, not by what a file says: that may be more than there is.
    const parts: Uint8Array[] = [];
    let have = 0;
    while (have < count) {
      if (this.#rest.length === 0 && !(await this.#more()))
        throw new CorruptFileError(
          `${this.#op}: the file ends after ${this.#done + have} bytes, in the middle. Use a copy that was not cut off.`,
        );
      const part = this.#rest.subarray(0, count - have);
      parts.push(part);
      have += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    const out = new Uint8Array(count);
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    this.#done += count;
    return out;
  }

  /** True where nothing is left. */
  async ended(): Promise<boolean> {
    return this.#rest.length === 0 && !(await this.#more());
  }

  /** All that is left. */
  async all(): Promise<Uint8Array<ArrayBuffer>> {
    const parts = [this.#rest];
    this.#rest = new Uint8Array(0);
    while (await this.#more()) {
      parts.push(this.#rest);
      this.#rest = new Uint8Array(0);
    }
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    this.#done += out.length;
    return out;
  }

  /** Lets go of the file. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  async #more(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#pieces.next();
      if (done) return false;
      this.#rest = value;
    }
    return true;
  }
}
