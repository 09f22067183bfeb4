/**
 * Workers: the whole library inside one, and a device whose backend lives in one without shared memory – the proof that a
 * call is plain data, which the wasm device will stand on.
 */
import { expect, it } from 'vitest';
import { createCpuBackend, Engine, type Backend } from '../../src/device/index.ts';
import { norm, openDevice, take } from '../../src/index.ts';
import { Device } from '../../src/tensor/index.ts';
import type { WorkerCall } from './support/kernel-worker.ts';

it('the library works inside a worker', async () => {
  const worker = new Worker(new URL('./support/library-worker.ts', import.meta.url), { type: 'module' });
  const answer = await new Promise((resolve, reject) => {
    worker.addEventListener('message', event => resolve(event.data));
    worker.addEventListener('error', event => reject(new Error(event.message)));
  });
  worker.terminate();
  expect(answer).toEqual({ webgpu: [5, 13], cpu: [5, 13] });
});

it('a backend works from inside a worker, over messages alone', async () => {
  const worker = new Worker(new URL('./support/kernel-worker.ts', import.meta.url), { type: 'module' });
  const device = new Device(new Engine(postedBackend(worker)));
  const local = await openDevice({ device: 'cpu' });
  const rows = [
    [3, 4],
    [5, 12],
    [8, 15],
  ];
  expect(await norm(device.tensor(rows), { axis: 1 }).toArray()).toEqual(
    await norm(local.tensor(rows), { axis: 1 }).toArray(),
  );
  const x = device.tensor([1, 2, 3]);
  await expect(take(x, device.tensor(new Uint32Array([5]))).data()).rejects.toThrow(/^take: index 5/);
  device.close();
  local.close();
});

/** A backend that posts every call to a worker as plain data and knows nothing of kernels itself. */
function postedBackend(worker: Worker): Backend {
  const answers = new Map<number, (data: ArrayBuffer[]) => void>();
  let questions = 0;
  let storages = 0;
  worker.addEventListener('message', (event: MessageEvent<{ question: number; data: ArrayBuffer[] }>) =>
    answers.get(event.data.question)?.(event.data.data),
  );
  const post = (call: WorkerCall): void => worker.postMessage(call);
  return {
    ...createCpuBackend('cpu', false),
    allocate(bytes) {
      const id = ++storages;
      post({ kind: 'allocate', id, bytes });
      return { id };
    },
    free: id => post({ kind: 'free', id }),
    write: (id, byteOffset, bytes) => post({ kind: 'write', id, byteOffset, bytes: bytes.slice() }),
    read: ranges => {
      const answer = new Promise<ArrayBuffer[]>(resolve => {
        answers.set(++questions, resolve);
        post({ kind: 'read', question: questions, ranges });
      });
      return ranges.map((_, i) => answer.then(data => data.at(i) ?? new ArrayBuffer(0)));
    },
    run(primitive, plan, reads, writes) {
      // The name, the plan and the ids: no function crosses over.
      post({ kind: 'run', name: primitive.name, plan, reads, writes });
      return undefined;
    },
    close: () => worker.terminate(),
  };
}
