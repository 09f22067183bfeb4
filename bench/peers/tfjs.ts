/**
 * TensorFlow.js. Its own `tf.norm` takes |x| and a power first, so the L2 norm is written with `square`, which is faster
 * and what its users write. It has one current backend, which is set before each turn.
 */
import type * as Tf from '@tensorflow/tfjs-core';
import type { PairMetric, Peer, Session } from './peer.ts';

const peer = (device: 'webgpu' | 'wasm'): Peer => ({
  name: 'TF.js',
  device,
  // Its wasm backend wants files by their URLs.
  hosts: device === 'webgpu' ? ['chrome', 'dawn'] : ['chrome'],
  async open() {
    const tf = await import('@tensorflow/tfjs-core');
    await (device === 'webgpu' ? import('@tensorflow/tfjs-backend-webgpu') : loadWasm());
    const ready = await tf.setBackend(device);
    if (!ready) throw new Error(`TF.js has no ${device} here`);
    await tf.ready();
    return session(tf, device);
  },
});

export const tfjs: readonly Peer[] = [peer('webgpu'), peer('wasm')];

async function loadWasm(): Promise<void> {
  const [{ setWasmPaths }, plain, simd, threaded] = await Promise.all([
    import('@tensorflow/tfjs-backend-wasm'),
    import('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url'),
    import('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url'),
    import('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url'),
  ]);
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plain.default,
    'tfjs-backend-wasm-simd.wasm': simd.default,
    'tfjs-backend-wasm-threaded-simd.wasm': threaded.default,
  });
}

function session(tf: typeof Tf, device: string): Session<Tf.Tensor> {
  const norm = (x: Tf.Tensor, ord: number, axis?: number, keepDims = false): Tf.Tensor | undefined => {
    if (ord === 2) return tf.sqrt(tf.sum(tf.square(x), axis, keepDims));
    return ord === 1 || ord === Infinity ? tf.norm(x, ord, axis, keepDims) : undefined;
  };
  /** As its users write it: the product of all rows, and what follows from it. */
  const pairs = (some: Tf.Tensor2D, x: Tf.Tensor2D, metric: PairMetric): Tf.Tensor | undefined => {
    if (metric === 'inner') return tf.matMul(some, x, false, true);
    if (metric === 'cosine') {
      const unit = (rows: Tf.Tensor2D): Tf.Tensor2D => tf.div(rows, norm(rows, 2, 1, true) ?? rows);
      return tf.sub(1, tf.matMul(unit(some), unit(x), false, true));
    }
    if (metric !== 'euclidean') return undefined;
    const left = tf.sum(tf.square(some), 1, true);
    const right = tf.reshape(tf.sum(tf.square(x), 1), [1, -1]);
    return tf.sqrt(tf.relu(tf.sub(tf.add(left, right), tf.mul(2, tf.matMul(some, x, false, true)))));
  };
  /** The first element, by a kernel that needs `x` to be there. */
  const touch = async (x: Tf.Tensor): Promise<void> => {
    if (x.rank === 0) return void (await x.data());
    const one = tf.slice(
      x,
      x.shape.map(() => 0),
      x.shape.map(() => 1),
    );
    await one.data();
    one.dispose();
  };
  return {
    enter: async () => void (await tf.setBackend(device)),
    async upload(values, shape) {
      const x = tf.tensor(values, [...shape]);
      // It uploads when a kernel first asks.
      await touch(x);
      return x;
    },
    read: async x => (await x.data()) as Float32Array,
    async settle(list) {
      for (const x of list) await touch(x);
    },
    free: x => x.dispose(),
    norm: (x, ord, axis) => tf.tidy(() => norm(x, ord, axis)),
    pairs: (a, b, metric) => tf.tidy(() => pairs(a as Tf.Tensor2D, b as Tf.Tensor2D, metric)),
    search: (queries, points, k) =>
      tf.tidy(() => {
        const { values, indices } = tf.topk(tf.matMul(queries, points, false, true), k);
        return [tf.neg(values), indices];
      }),
    qr: a => tf.tidy(() => tf.linalg.qr(a)),
    softThreshold: (x, t) => tf.tidy(() => tf.sub(x, tf.clipByValue(x, -t, t))),
    normalize: (x, axis) => tf.tidy(() => tf.div(x, norm(x, 2, axis, true) ?? x)),
  };
}
