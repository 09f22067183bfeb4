/**
 * jax-js, jitted as its README advises, and eager, as it is used at first. Arrays count references and each call takes
 * one, so every use of `x` says `x.ref`. Its own vectorNorm raises |x| to a power; for L1 and L2 a sum is several times
 * faster, so that is what stands here.
 */
import type * as Jax from '@jax-js/jax';
import type { PairMetric, Peer, Session } from './peer.ts';

type Jit = typeof Jax.jit;
type Norm = (x: Jax.Array) => Jax.Array;

const peer = (device: 'webgpu' | 'wasm', eager: boolean): Peer => ({
  name: eager ? 'jax-js eager' : 'jax-js',
  device,
  hosts: device === 'wasm' ? ['chrome', 'node', 'dawn'] : ['chrome', 'dawn'],
  async open() {
    const jax = await import('@jax-js/jax');
    const ready = await jax.init(device);
    if (!ready.includes(device)) throw new Error(`jax-js has no ${device} here`);
    const jit = eager ? (((f: unknown) => f) as Jit) : jax.jit;
    return session(jax, device, jit);
  },
});

export const jaxJs: readonly Peer[] = [peer('webgpu', false), peer('webgpu', true), peer('wasm', false)];

/** Queries whose topK a software adapter is asked for. */
const FEW = 8;

function session(jax: typeof Jax, device: 'webgpu' | 'wasm', jit: Jit): Session<Jax.Array> {
  const { numpy } = jax;
  const { adapterInfo } = device === 'webgpu' ? jax.getWebGPUDevice() : {};
  const isSoftware = /swiftshader|llvmpipe/i.test(`${adapterInfo?.architecture} ${adapterInfo?.description}`);
  const ready = async (list: readonly Jax.Array[]): Promise<void> => {
    await jax.blockUntilReady([...list]);
    if (device === 'webgpu') await jax.getWebGPUDevice().queue.onSubmittedWorkDone();
  };
  const normBy = (ord: number, axis: number | null, keepdims = false): Norm => {
    if (ord === 2) return x => numpy.sqrt(numpy.sum(numpy.square(x), axis, { keepdims }));
    if (ord === 1) return x => numpy.sum(numpy.abs(x), axis, { keepdims });
    return x => numpy.linalg.vectorNorm(x, { ord, axis, keepdims });
  };
  const norms = once((ord: number, axis: number | null) => jit(normBy(ord, axis)));
  /** As its users write it: the product of all rows, and what follows from it. */
  const products = once((metric: PairMetric) =>
    jit((a: Jax.Array, b: Jax.Array) => {
      if (metric === 'inner') return numpy.matmul(a, b.transpose());
      if (metric === 'cosine') {
        const unit = (x: Jax.Array): Jax.Array => x.ref.div(normBy(2, 1, true)(x));
        return numpy.subtract(1, numpy.matmul(unit(a), unit(b).transpose()));
      }
      const squares = (x: Jax.Array, axis: number): Jax.Array => numpy.expandDims(numpy.sum(numpy.square(x), 1), axis);
      const product = numpy.matmul(a.ref, b.ref.transpose()).mul(2);
      return numpy.sqrt(numpy.maximum(squares(a, 1).add(squares(b, 0)).sub(product), 0));
    }),
  );
  const searches = once((k: number) =>
    jit((queries: Jax.Array, points: Jax.Array) => {
      const [values, indices] = jax.lax.topK(numpy.matmul(queries, points.transpose()), k);
      return [numpy.negative(values), indices];
    }),
  );
  const softened = once((t: number) => jit((x: Jax.Array) => x.ref.sub(numpy.clip(x, -t, t))));
  const normalized = once((axis: number) => jit((x: Jax.Array) => x.ref.div(normBy(2, axis, true)(x))));
  const summaries = once((axis: number) =>
    jit((x: Jax.Array) => [0, 1, 2, Infinity].map((ord, k) => normBy(ord, axis)(k < 3 ? x.ref : x))),
  );
  const svdvals = jit((a: Jax.Array) => numpy.linalg.svdvals(a));
  const svd = jit((a: Jax.Array) => numpy.linalg.svd(a, { fullMatrices: false }));
  const eigh = jit((a: Jax.Array) => numpy.linalg.eigh(a));
  const cholesky = jit((a: Jax.Array) => numpy.linalg.cholesky(a));
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
    norm: (x, ord, axis) => norms(ord, axis ?? null)(x.ref),
    // Differences of all pairs would take gigabytes.
    pairs: (a, b, metric) => (metric === 'cityblock' ? undefined : products(metric)(a.ref, b.ref)),
    search(queries, points, k) {
      // The GPU process goes on with it when the page has gone, and whoever comes next waits.
      if (isSoftware && (queries.shape[0] ?? 0) > FEW)
        throw new Error('left out: on a software adapter its topK of so many takes minutes');
      return searches(k)(queries.ref, points.ref);
    },
    cholesky: a => cholesky(a.ref),
    svdvals: async a => svdvals(a.ref),
    async svd(a) {
      const [u, s, vt] = svd(a.ref);
      await ready([u, s, vt]);
      u.dispose();
      vt.dispose();
      return s;
    },
    async eigh(a) {
      const [values, vectors] = eigh(a.ref);
      await ready([values, vectors]);
      vectors.dispose();
      return values;
    },
    // Its jit does not take this one.
    solve: (a, b) => numpy.linalg.solve(a.ref, b.ref),
    softThreshold: (x, t) => softened(t)(x.ref),
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
