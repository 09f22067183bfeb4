/**
 * Runs what a plan became on a wasm device, without the device: one thread, plain memory, chunks in any order that is asked
 * for. With it a spec of a kernel needs no worker, and can show that chunks do not depend on each other.
 */
import { BENCH_BYTES, type LoweredToWasm, type WasmModule } from '../../src/device/index.ts';

const PAGE = 2 ** 16;

interface Options {
  /** Which binary; default: relaxed where this engine has it. */
  readonly build?: 'relaxed' | 'plain';
  /** The order of chunks. */
  readonly order?: 'forward' | 'backward';
}

type Kernel = (params: number, chunk: number, bench: number) => void;

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), character => character.charCodeAt(0));

const compiled = new Map<string, WebAssembly.Module>();
/** Which of its binaries an engine takes, module by module. */
const taken = new WeakMap<WasmModule, 'relaxed' | 'plain'>();

function moduleOf(module: WasmModule, build: Options['build']): WebAssembly.Module {
  const wanted = build ?? taken.get(module) ?? (WebAssembly.validate(bytesOf(module.relaxed)) ? 'relaxed' : 'plain');
  if (!build) taken.set(module, wanted);
  const base64 = module[wanted];
  const known = compiled.get(base64);
  if (known) return known;
  const made = new WebAssembly.Module(bytesOf(base64));
  compiled.set(base64, made);
  return made;
}

/** One memory for all runs, as large as the largest: a shared one is dear to make, and dearer to make thousands of. */
const memory = new WebAssembly.Memory({ initial: 1, maximum: PAGE, shared: true });
const instances = new Map<WebAssembly.Module, WebAssembly.Instance>();

function makeRoom(bytes: number): Uint8Array {
  const missing = Math.ceil(bytes / PAGE) - memory.buffer.byteLength / PAGE;
  if (missing > 0) memory.grow(missing);
  return new Uint8Array(memory.buffer);
}

function instanceOf(module: WebAssembly.Module): WebAssembly.Instance {
  const known = instances.get(module);
  if (known) return known;
  const made = new WebAssembly.Instance(module, { env: { memory } });
  instances.set(module, made);
  return made;
}

/** `reads` and `writes` are the bytes of the call's storages; what the kernels wrote is copied back to `writes`. */
export function runLowered(
  { scratch, passes }: LoweredToWasm,
  reads: readonly Uint8Array[],
  writes: readonly Uint8Array[],
  options: Options = {},
): void {
  let end = 1024;
  const place = (bytes: number): number => {
    const at = end;
    end = Math.ceil((end + bytes) / 64) * 64;
    return at;
  };
  const given = [...reads, ...writes];
  const slots = [...given.map(bytes => place(bytes.byteLength)), ...scratch.map(place)];
  const bench = place(BENCH_BYTES);
  const paramsAt = place(4096);
  const heap = makeRoom(end);
  heap.fill(0xfd, 1024, end);
  given.forEach((bytes, slot) => heap.set(bytes, slots[slot]));
  for (const { module, kernel, chunks, params, buffers } of passes) {
    const { exports } = instanceOf(moduleOf(module, options.build));
    const run = exports[kernel] as Kernel;
    const addresses = buffers.map(({ slot, byteOffset }) => (slots.at(slot) ?? 0) + byteOffset);
    new Uint32Array(memory.buffer, paramsAt, 1024).set([...addresses, ...params]);
    for (let k = 0; k < chunks; k++) run(paramsAt, options.order === 'backward' ? chunks - 1 - k : k, bench);
  }
  writes.forEach((bytes, k) => {
    const at = slots.at(reads.length + k) ?? 0;
    bytes.set(heap.subarray(at, at + bytes.byteLength));
  });
}
