/**
 * The trivial device: memory is a map of ArrayBuffers, and a call runs its plain-TypeScript kernel at once. It is the
 * last fallback and the oracle of every kernel. It has no kernels of its own: those lie in the rooms' `cpu.ts`.
 */
import { OutOfMemoryError } from '../../errors.ts';
import type { Backend, DeviceInfo, LostInfo, MemoryUse, Primitive, StorageId } from '../contract.ts';

/** A quiet NaN with a tell-tale payload: what fresh memory holds in debug mode, so that an unwritten result is seen. */
const POISON = 0x7fc0dead;

/** `noGpu`: why `auto` took this device instead of a GPU. `noWasm`: why a wasm device is this one. */
export function createCpuBackend(kind: 'cpu' | 'wasm', debug: boolean, noGpu = '', noWasm = ''): Backend {
  const memory = new Map<StorageId, Uint8Array<ArrayBuffer>>();
  let next: StorageId = 1;
  let live = 0;
  let peak = 0;
  const bytesOf = (id: StorageId): Uint8Array<ArrayBuffer> => {
    const found = memory.get(id);
    if (!found) throw new Error(`broken invariant: storage ${id} is not on this device`);
    return found;
  };
  const info: DeviceInfo = {
    kind,
    vendor: '',
    architecture: kind === 'cpu' ? 'javascript' : 'cpu fallback',
    description:
      kind === 'cpu' ? 'plain JavaScript on one thread, sums in doubles' : `the cpu kernels on float32: ${noWasm}`,
    isFallback: kind === 'wasm',
    features: [],
    limits: {},
    kernels: { others: 'cpu' },
    noGpu,
  };
  return {
    info,
    lost: new Promise<LostInfo>(() => {}),
    maxStorageBytes: Number.MAX_SAFE_INTEGER,
    allocate(bytes) {
      let block: Uint8Array<ArrayBuffer>;
      try {
        // Whole doubles, so that any dtype can be viewed on it.
        block = new Uint8Array(Math.ceil(bytes / 8) * 8);
      } catch (cause) {
        throw new OutOfMemoryError(
          `allocate: no memory for ${bytes} bytes. Dispose tensors that are done with, or work in blocks.`,
          { cause },
        );
      }
      if (debug) new Uint32Array(block.buffer).fill(POISON);
      const id = next++;
      memory.set(id, block);
      live += block.byteLength;
      peak = Math.max(peak, live);
      return { id };
    },
    free(id) {
      live -= bytesOf(id).byteLength;
      memory.delete(id);
    },
    write(id, byteOffset, bytes) {
      bytesOf(id).set(bytes, byteOffset);
    },
    read: ranges =>
      ranges.map(async ({ id, byteOffset, bytes }) => bytesOf(id).slice(byteOffset, byteOffset + bytes).buffer),
    run<Plan>(primitive: Primitive<Plan>, plan: Plan, reads: readonly StorageId[], writes: readonly StorageId[]) {
      primitive.cpu(plan, reads.map(bytesOf), writes.map(bytesOf));
      return undefined;
    },
    memory: (): MemoryUse => ({ live, pooled: 0, peak }),
    close() {
      memory.clear();
      live = 0;
    },
  };
}
