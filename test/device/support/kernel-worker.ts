/** A worker with storages and kernels of its own, driven by messages: what a device in a worker is, at its smallest. */
import { takePrimitive } from '../../../src/arith/take/take.ts';
import { createCpuBackend, type Primitive, type ReadRange, type StorageId } from '../../../src/device/index.ts';
import { l2 } from '../../../src/norm/reductions.ts';

export type WorkerCall =
  | { kind: 'allocate'; id: StorageId; bytes: number }
  | { kind: 'free'; id: StorageId }
  | { kind: 'write'; id: StorageId; byteOffset: number; bytes: Uint8Array }
  | { kind: 'read'; question: number; ranges: readonly ReadRange[] }
  | { kind: 'run'; name: string; plan: unknown; reads: readonly StorageId[]; writes: readonly StorageId[] };

const kernels = new Map<string, Primitive<unknown>>(
  [l2, takePrimitive].map(primitive => [primitive.name, primitive as Primitive<unknown>]),
);
const backend = createCpuBackend('cpu', true);
/** The page's ids to the backend's. */
const ids = new Map<StorageId, StorageId>();
const own = (id: StorageId): StorageId => ids.get(id) ?? -1;

addEventListener('message', (event: MessageEvent<WorkerCall>) => {
  const call = event.data;
  switch (call.kind) {
    case 'allocate':
      ids.set(call.id, backend.allocate(call.bytes).id);
      break;
    case 'free':
      backend.free(own(call.id));
      break;
    case 'write':
      backend.write(own(call.id), call.byteOffset, call.bytes);
      break;
    case 'run': {
      const primitive = kernels.get(call.name);
      if (!primitive) throw new Error(`no kernel ${call.name}`);
      void backend.run(primitive, call.plan, call.reads.map(own), call.writes.map(own));
      break;
    }
    case 'read':
      void Promise.all(backend.read(call.ranges.map(range => ({ ...range, id: own(range.id) })))).then(data =>
        postMessage({ question: call.question, data }),
      );
      break;
    default:
      throw call satisfies never;
  }
});
