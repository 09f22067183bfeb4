/** Modules as the engine wants them: base64 becomes bytes, of the build that it understands, for shared memory or not. */
import type { WasmModule } from '../contract.ts';
import probe from './probe.as';

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), character => character.charCodeAt(0));

/** Whether binaries of this kind load here. */
const loads = (base64: string): boolean =>
  typeof WebAssembly === 'object' && WebAssembly.validate(unshared(bytesOf(base64)));

export type Build = 'relaxed' | 'plain';

/** The best build that this engine takes; undefined where it has no SIMD, or no wasm at all. */
export function bestBuild(): Build | undefined {
  if (loads(probe.relaxed)) return 'relaxed';
  return loads(probe.plain) ? 'plain' : undefined;
}

export function binaryOf(module: WasmModule, build: Build, shared: boolean): Uint8Array<ArrayBuffer> {
  const binary = bytesOf(module[build]);
  return shared ? binary : unshared(binary);
}

/** An unsigned LEB128 number, and where it ends. */
function numberAt(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  let shift = 0;
  let byte: number;
  do {
    byte = bytes[at++] ?? 0;
    value |= (byte & 0x7f) << shift;
    shift += 7;
  } while (byte & 0x80);
  return { value, end: at };
}

const IMPORTS = 2;
const MEMORY = 2;
/** Flags of a memory: it has a maximum, and it is shared. */
const SHARED = 0b10;

/**
 * The same binary for memory that is not shared: pages that are not cross-origin isolated cannot hand shared memory to a
 * worker. All that differs is one bit of the import of memory, which is the only import that kernels have.
 */
export function unshared(binary: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let at = 8;
  while (at < binary.length) {
    const section = binary[at];
    const { value: bytes, end } = numberAt(binary, at + 1);
    if (section === IMPORTS) {
      let name = numberAt(binary, end).end;
      for (let part = 0; part < 2; part++) {
        const { value: letters, end: first } = numberAt(binary, name);
        name = first + letters;
      }
      if (binary[name] !== MEMORY) break;
      const changed = binary.slice();
      changed[name + 1] = (binary[name + 1] ?? 0) & ~SHARED;
      return changed;
    }
    at = end + bytes;
  }
  throw new Error('broken invariant: a wasm module that does not import its memory first');
}
