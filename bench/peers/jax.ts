/** jax-js: arrays count references and each call takes one, so every use of `x` says `x.ref`. Functions are jitted once. */
import type * as Jax from '@jax-js/jax';
import type { Peer, Session } from './peer.ts';

const peer = (device: 'webgpu' | 'wasm'): Peer => ({
  name: 'jax-js',
  device,
  hosts: device === 'wasm' ? ['chrome', 'node'] : ['chrome'],
  async open() {
    const jax = await import('@jax-js/jax');
    const ready = await jax.init(device);
    if (!ready.includes(device)) throw new Error(`jax-js has no ${device} here`);
    return session(jax, device);
  },
});

export const jaxJs: readonly Peer[] = [peer('webgpu'), peer('wasm')];

function session(jax: typeof Jax, device: 'webgpu' | 'wasm'): Session<Jax.Array> {
  const { linalg } = jax.numpy;
  const ready = async (list: readonly Jax.Array[]): Promise<void> => {
    await jax.blockUntilReady([...list]);
    if (device === 'webgpu') await jax.getWebGPUDevice().queue.onSubmittedWorkDone();
  };
  const norms = once((ord: number, axis: number | undefined) =>
    jax.jit((x: Jax.Array) => linalg.vectorNorm(x, axis === undefined ? { ord } : { ord, axis })),
  );
  const normalized = once((axis: number) =>
    jax.jit((x: Jax.Array) => x.ref.div(linalg.vectorNorm(x, { axis, keepdims: true }))),
  );
  const summaries = once((axis: number) =>
    jax.jit((x: Jax.Array) => [0, 1, 2, Infinity].map((ord, k) => linalg.vectorNorm(k < 3 ? x.ref : x, { ord, axis }))),
  );
  return {
    enter: async () => void jax.defaultDevice(device),
    async upload(values, shape) {
      jax.defaultDevice(device);
      const x = await jax.devicePut(jax.numpy.array(values).reshape([...shape]), device);
      await ready([x]);
      return x;
    },
    read: async x => (await x.ref.data()) as Float32Array,
    settle: ready,
    free: x => x.dispose(),
    norm: (x, ord, axis) => norms(ord, axis)(x.ref),
    normalize: (x, axis) => normalized(axis)(x.ref),
    normSummary: (x, axis) => summaries(axis)(x.ref),
  };
}

/** Remembers what a function made for the same arguments: a jitted function compiles once. */
function once<Args extends readonly unknown[], Made>(make: (...args: Args) => Made): (...args: Args) => Made {
  const made = new Map<string, Made>();
  return (...args) => {
    const key = args.map(String).join();
    const known = made.get(key) ?? make(...args);
    made.set(key, known);
    return known;
  };
}
