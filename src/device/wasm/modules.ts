/** The modules that a device's workers know, by number; and passes as the commands that run them. */
import { OutOfMemoryError } from '../../errors.ts';
import type { WasmModule, WasmPass } from '../contract.ts';
import { binaryOf, type Build } from './binary.ts';
import type { WasmMemory } from './memory.ts';
import { MODULES_MOST, PARAM_WORDS_MOST, type Command } from './protocol.ts';

export class Modules {
  readonly #build: Build;
  readonly #memory: WasmMemory;
  readonly #known: Map<string, number> = new Map();

  constructor(build: Build, memory: WasmMemory) {
    this.#build = build;
    this.#memory = memory;
  }

  /** The commands of a pass, whose buffers begin at these addresses by slot; with those that make its module known. */
  commandsOf({ module, kernel, chunks, params, buffers }: WasmPass, slots: readonly number[]): Command[] {
    if (chunks === 0) return [];
    const words = new Uint32Array(buffers.length + params.length);
    buffers.forEach(({ slot, byteOffset }, k) => (words[k] = (slots[slot] as number) + byteOffset));
    words.set(params, buffers.length);
    if (words.length > PARAM_WORDS_MOST) throw new Error(`broken invariant: ${words.length} parameters of ${kernel}`);
    const known = this.#known.get(module.id);
    if (known !== undefined) return [{ do: 'run', module: known, kernel, chunks, words }];
    const number = this.#known.size;
    if (number === MODULES_MOST) throw new Error('broken invariant: too many modules');
    const introduction = this.#introduce(module, number);
    this.#known.set(module.id, number);
    return [...introduction, { do: 'run', module: number, kernel, chunks, words }];
  }

  #introduce(module: WasmModule, number: number): Command[] {
    const binary = binaryOf(module, this.#build, this.#memory.shared !== undefined);
    if (!this.#memory.shared) return [{ do: 'load', module: number, binary }];
    const at = this.#memory.place(binary.length);
    if (at === undefined) throw new OutOfMemoryError('wasm: no memory for the kernels. Dispose tensors first.');
    return [
      { do: 'write', at, content: binary },
      { do: 'share', module: number, at, bytes: binary.length },
    ];
  }
}
