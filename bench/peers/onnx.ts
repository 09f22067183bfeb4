/**
 * ONNX Runtime Web. It runs graphs alone, so each op is one, as small as it gets, in a session of its own: inputs of known
 * shapes, which its documentation advises. On `webgpu`, inputs and outputs are GPU buffers (its I/O binding). Its `wasm` sessions
 * copy their inputs from the page at each call – there is no other way to hand them over –, so that only what stays the
 * same is kept from the clock: the points of a search are weights of its graph.
 */
import type * as Ort from 'onnxruntime-common';
import * as graphs from './onnx-graphs.ts';
import { modelOf, type Graph } from './onnx-model.ts';
import type { Peer, Session } from './peer.ts';

const name = 'ONNX Runtime';

export const onnxRuntime: readonly Peer[] = [
  { name, device: 'webgpu', hosts: ['chrome'], open: async () => session(await openGpu()) },
  { name, device: 'wasm', hosts: ['chrome'], open: async () => session(await openWasm()) },
  // As its documentation has it, on one thread.
  { name, device: 'wasm', hosts: ['node'], open: async () => session({ ort: await import('onnxruntime-web') }) },
];

interface Runtime {
  readonly ort: typeof Ort;
  /** The GPU that its sessions run on; left out on wasm. */
  readonly gpu?: GPUDevice;
}

async function openWasm(): Promise<Runtime> {
  const [ort, script, binary] = await Promise.all([
    import('onnxruntime-web/wasm'),
    import('onnxruntime-web/ort-wasm-simd-threaded.mjs?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url'),
  ]);
  ort.env.wasm.wasmPaths = pathsOf(script.default, binary.default);
  // Left alone it takes half of the cores.
  ort.env.wasm.numThreads = crossOriginIsolated ? navigator.hardwareConcurrency : 1;
  return { ort };
}

async function openGpu(): Promise<Runtime> {
  const [ort, script, binary] = await Promise.all([
    import('onnxruntime-web/webgpu'),
    import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url'),
  ]);
  ort.env.wasm.wasmPaths = pathsOf(script.default, binary.default);
  ort.env.webgpu.powerPreference = 'high-performance';
  // There is a device when there is a session.
  const negative = modelOf({ inputs: { x: [1] }, constants: {}, steps: [['Neg', ['x'], ['y']]], outputs: ['y'] });
  await ort.InferenceSession.create(negative, { executionProviders: ['webgpu'] });
  return { ort, gpu: await ort.env.webgpu.device };
}

const pathsOf = (mjs: string, wasm: string): { mjs: string; wasm: string } => ({
  mjs: new URL(mjs, location.href).href,
  wasm: new URL(wasm, location.href).href,
});

/** A tensor that is there or on its way: a call resolves when it has run. */
interface Held {
  readonly tensor: Promise<Ort.Tensor>;
  readonly shape: readonly number[];
}

/** Weights are copied some times on their way into a session; these would take gigabytes. */
const MOST_WEIGHTS = 2 ** 26;

function session({ ort, gpu }: Runtime): Session<Held> {
  const onGpu = gpu !== undefined;
  const sessions = new Map<string, Promise<Ort.InferenceSession>>();
  /** Points as weights: a graph of their own for each set of them. */
  const searches = new WeakMap<Held, (queries: Held) => Held[]>();
  /** A runtime makes sessions and calls one at a time. Who waits for a result hears of its error; who comes next does not. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  }

  const create = (graph: Graph): Promise<Ort.InferenceSession> =>
    inTurn(() =>
      ort.InferenceSession.create(modelOf(graph), {
        executionProviders: [onGpu ? 'webgpu' : 'wasm'],
        preferredOutputLocation: onGpu ? 'gpu-buffer' : 'cpu',
        logSeverityLevel: 3,
      }),
    );

  function run(
    made: Promise<Ort.InferenceSession>,
    operands: Record<string, Held>,
    outputs: readonly string[],
  ): Held[] {
    const values = inTurn(async () => {
      const feeds: Record<string, Ort.Tensor> = {};
      for (const [input, held] of Object.entries(operands)) feeds[input] = await held.tensor;
      return (await made).run(feeds);
    });
    return outputs.map(output => ({ tensor: values.then(all => all[output] as Ort.Tensor), shape: [] }));
  }

  /** Runs a graph, in the session that was made for it by the first call of these shapes. */
  function call(op: string, body: () => graphs.Body, operands: Record<string, Held>): Held[] {
    const inputs = Object.fromEntries(Object.entries(operands).map(([input, { shape }]) => [input, shape]));
    const graph = { ...body(), inputs };
    const key = `${op} ${JSON.stringify(inputs)}`;
    const made = sessions.get(key) ?? create(graph);
    sessions.set(key, made);
    return run(made, operands, graph.outputs);
  }

  const one = (op: string, body: () => graphs.Body, operands: Record<string, Held>): Held =>
    call(op, body, operands)[0] as Held;

  async function weighted(points: Held, k: number): Promise<(queries: Held) => Held[]> {
    const { data } = await points.tensor;
    const values = data as Float32Array;
    if (values.length > MOST_WEIGHTS)
      throw new Error('left out: so many points as weights of a graph take gigabytes, several times');
    const body = graphs.search(k, { values, shape: points.shape });
    let made: Promise<Ort.InferenceSession> | undefined;
    return queries => {
      made ??= create({ ...body, inputs: { queries: queries.shape } });
      return run(made, { queries }, body.outputs);
    };
  }

  return {
    enter: async () => {},
    async upload(values, shape) {
      const dims = [...shape];
      if (!gpu) return { tensor: Promise.resolve(new ort.Tensor('float32', values, dims)), shape };
      // Its kernels read vectors of four.
      const size = Math.ceil(values.byteLength / 16) * 16;
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      const buffer = gpu.createBuffer({ size, usage });
      gpu.queue.writeBuffer(buffer, 0, values);
      await gpu.queue.onSubmittedWorkDone();
      const dispose = (): void => buffer.destroy();
      const tensor = ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims, dispose });
      return { tensor: Promise.resolve(tensor), shape };
    },
    read: async x => (await (await x.tensor).getData()) as Float32Array,
    async settle(list) {
      await Promise.all(list.map(({ tensor }) => tensor));
      await gpu?.queue.onSubmittedWorkDone();
    },
    // What failed has told its reader.
    free: x =>
      void x.tensor.then(
        tensor => tensor.dispose(),
        () => {},
      ),
    norm: (x, ord, axis) =>
      one(`norm ${ord} ${axis}`, () => graphs.norm(onGpu, ord, axis === undefined ? [...x.shape.keys()] : [axis]), {
        x,
      }),
    normSummary: (x, axis) => call(`summary ${axis}`, () => graphs.normSummary(onGpu, axis), { x }),
    normalize: (x, axis) => one(`normalize ${axis}`, () => graphs.normalize(onGpu, axis), { x }),
    softThreshold: (x, t) => one(`soft ${t}`, () => graphs.softThreshold(t), { x }),
    pairs(a, b, metric) {
      const body = graphs.pairs(onGpu, metric);
      return body && one(metric, () => body, { a, b });
    },
    async search(queries, points, k) {
      if (onGpu) return call(`search ${k}`, () => graphs.search(k), { queries, points });
      const known = searches.get(points) ?? (await weighted(points, k));
      searches.set(points, known);
      return known(queries);
    },
  };
}
