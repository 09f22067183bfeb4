/** The primitives of sparse patterns on a wasm device: chunks of entries, and of rows. */
import { words, type BufferRange, type LoweredToWasm, type WasmFacts } from '../../device/index.ts';
import type { SampledPlan, SparseProductPlan } from './sparse.ts';
import kernels from './sparse.as';

/** Multiplications of a chunk, about. */
const CHUNK = 2 ** 18;

const rangesOf = (lengths: readonly number[]): BufferRange[] =>
  lengths.map((length, slot) => ({ slot, byteOffset: 0, bytes: length * 4 }));

const fits = (ranges: readonly BufferRange[], facts: WasmFacts): boolean =>
  ranges.every(({ bytes }) => bytes <= facts.maxRangeBytes);

/** Undefined where an operand is larger than a range. */
export function lowerSampledToWasm(plan: SampledPlan, facts: WasmFacts): LoweredToWasm | undefined {
  const { count, width, sign, m, n } = plan;
  const buffers = rangesOf([count, count, m * width, n * width, count, count]);
  if (plan.dtype === 'float64' || !fits(buffers, facts)) return undefined;
  const share = Math.max(1, Math.floor(CHUNK / (width + 4)));
  const params = Uint32Array.from([count, share, width, words.float(sign)]);
  const pass = { module: kernels, kernel: 'sampledProducts', chunks: Math.ceil(count / share), params, buffers };
  return { scratch: [], passes: [pass] };
}

/** Undefined where an operand is larger than a range. */
export function lowerProductToWasm(plan: SparseProductPlan, facts: WasmFacts): LoweredToWasm | undefined {
  const { count, width, m, n } = plan;
  const buffers = rangesOf([m + 1, count, count, n * width, m * width]);
  if (plan.dtype === 'float64' || !fits(buffers, facts)) return undefined;
  // Rows differ in length: small chunks even that out.
  const share = Math.max(1, Math.floor(CHUNK / (width * (1 + count / m))));
  const params = Uint32Array.from([m, share, width]);
  const pass = { module: kernels, kernel: 'sparseProduct', chunks: Math.ceil(m / share), params, buffers };
  return { scratch: [], passes: [pass] };
}
