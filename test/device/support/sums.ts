/** Primitives over the kernels of sums.as, for specs of the wasm device. */
import type { LowerToWasm, Primitive, WasmPass } from '../../../src/device/index.ts';
import sums from './sums.as';

export interface AffinePlan {
  readonly length: number;
  readonly factor: number;
  /** Elements of a chunk. */
  readonly each: number;
  /** Idle work an element. */
  readonly turns: number;
}

const floatBits = (value: number): number => new Uint32Array(Float32Array.of(value).buffer).at(0) ?? 0;

const lowerAffine: LowerToWasm<AffinePlan> = ({ length, factor, each, turns }, { maxRangeBytes }) => {
  const passes: WasmPass[] = [];
  const atOnce = Math.min(length, Math.floor(maxRangeBytes / 4));
  for (let first = 0; first < length; first += atOnce) {
    const count = Math.min(atOnce, length - first);
    // Indices go on from piece to piece only where there is one piece: `affine` is told where it begins by its factor alone.
    const range = { byteOffset: first * 4, bytes: count * 4 };
    passes.push({
      module: sums,
      kernel: 'affine',
      chunks: Math.ceil(count / each),
      params: Uint32Array.of(count, each, floatBits(factor), turns),
      buffers: [
        { slot: 0, ...range },
        { slot: 1, ...range },
      ],
    });
  }
  return { scratch: [64], passes };
};

/** out[i] = factor · x[i] + i, where i counts within the piece that goes through the heap at once. */
export const affine: Primitive<AffinePlan> = {
  name: 'affine',
  cpu() {
    throw new Error('this primitive has a wasm kernel, which must be taken');
  },
  webgpu() {
    throw new Error('this primitive is for wasm devices');
  },
  wasm: async () => lowerAffine,
};

/** out[i] = x[i] + 1, which has no wasm kernel. */
export const next: Primitive<{ readonly length: number }> = {
  name: 'next',
  cpu({ length }, [input], [output]) {
    const floats = (bytes: Uint8Array | undefined): Float32Array =>
      bytes ? new Float32Array(bytes.buffer, bytes.byteOffset, length) : new Float32Array(0);
    const x = floats(input);
    floats(output).forEach((_, i, out) => (out[i] = (x[i] ?? 0) + 1));
  },
  webgpu() {
    throw new Error('this primitive is for wasm devices');
  },
};

/** Traps in one chunk of eight. */
export const trap: Primitive<null> = {
  name: 'trap',
  cpu: affine.cpu as () => void,
  webgpu() {
    throw new Error('this primitive is for wasm devices');
  },
  wasm: async () => () => ({
    scratch: [],
    passes: [{ module: sums, kernel: 'trap', chunks: 8, params: Uint32Array.of(8), buffers: [] }],
  }),
};
