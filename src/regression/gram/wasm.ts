/** The descend primitive on a wasm device: one pass, a chunk of it a chain. */
import { BENCH_BYTES, words, type BufferRange, type LoweredToWasm, type WasmFacts } from '../../device/index.ts';
import type { DescendPlan } from './descend.ts';
import kernels from './descend.as';

/** Columns whose gradient lies on the bench in doubles, beside what else a step keeps there. */
const MOST_COLUMNS = Math.floor((BENCH_BYTES - 80) / 8);

/** Undefined where an operand is larger than a range. */
export function lowerDescendToWasm(plan: DescendPlan, facts: WasmFacts): LoweredToWasm | undefined {
  const { p, grams, chains, steps, fromChain, toChain } = plan;
  const scratch = (toChain - fromChain) * 2 * p;
  const lengths = [grams * p * p, chains * (p + 1), chains, chains * steps * 2, chains * p, chains * steps * p];
  const buffers = [...lengths, chains * steps * 2, scratch].map((length, slot): BufferRange => ({
    slot,
    byteOffset: 0,
    bytes: length * 4,
  }));
  const fits = p <= MOST_COLUMNS && buffers.every(({ bytes }) => bytes <= facts.maxRangeBytes);
  if (plan.dtype === 'float64' || !fits) return undefined;
  const params = Uint32Array.from([
    p,
    steps,
    fromChain,
    plan.fromStep,
    plan.toStep,
    Number(plan.positive),
    words.float(plan.tolerance),
    words.float(plan.least),
    plan.maxSweeps,
  ]);
  const pass = { module: kernels, kernel: 'descend', chunks: toChain - fromChain, params, buffers };
  return { scratch: [scratch * 4], passes: [pass] };
}
