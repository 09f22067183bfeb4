/** The primitives of doubles on a wasm device: chunks of rows, and of columns. */
import type { BufferRange, LoweredToWasm, WasmFacts } from '../../device/index.ts';
import type { DoublesPlan } from './doubles.ts';
import kernels from './doubles.as';

/** Rows of a chunk of `residuals`, and columns of one of `correlations`: those of doubles.as. */
const ROWS = 32;
const COLUMNS = 16;

const rangesOf = (lengths: readonly number[]): BufferRange[] =>
  lengths.map((length, slot) => ({ slot, byteOffset: 0, bytes: length * 8 }));

const fits = (ranges: readonly BufferRange[], facts: WasmFacts): boolean =>
  ranges.every(({ bytes }) => bytes <= facts.maxRangeBytes);

/** Undefined where an operand is larger than a range. */
export function lowerResidualsToWasm(plan: DoublesPlan, facts: WasmFacts): LoweredToWasm | undefined {
  const { n, p, count } = plan;
  const buffers = rangesOf([p * n, n, count * p, count * n]);
  if (!fits(buffers, facts)) return undefined;
  const params = Uint32Array.from([n, p, count]);
  const pass = { module: kernels, kernel: 'residuals', chunks: Math.ceil(n / ROWS), params, buffers };
  return { scratch: [], passes: [pass] };
}

/** Undefined where an operand is larger than a range. */
export function lowerCorrelationsToWasm(plan: DoublesPlan, facts: WasmFacts): LoweredToWasm | undefined {
  const { n, p, count } = plan;
  const buffers = rangesOf([p * n, count * n, count * p]);
  if (!fits(buffers, facts)) return undefined;
  const params = Uint32Array.from([n, p, count]);
  const pass = { module: kernels, kernel: 'correlations', chunks: Math.ceil(p / COLUMNS), params, buffers };
  return { scratch: [], passes: [pass] };
}
