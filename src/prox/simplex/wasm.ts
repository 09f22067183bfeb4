/** The simplex primitive on a wasm device: chunks of whole rows. */
import { words, type LoweredToWasm, type WasmFacts, type WasmPass } from '../../device/index.ts';
import kernels from './simplex.as';
import type { SimplexPlan } from './simplex.ts';

/** Elements of a chunk, at least where there are so many. */
const CHUNK = 2 ** 13;

/** Undefined where a row is larger than a range. */
export function lowerSimplexToWasm(plan: SimplexPlan, facts: WasmFacts): LoweredToWasm | undefined {
  const { rows, length, radiusStep } = plan;
  const atOnce = Math.floor(facts.maxRangeBytes / 4 / length);
  if (plan.dtype === 'float64' || atOnce < 1) return undefined;
  const share = Math.max(1, Math.floor(CHUNK / length));
  const passes: WasmPass[] = [];
  for (let first = 0; first < rows; first += atOnce) {
    const count = Math.min(atOnce, rows - first);
    passes.push({
      module: kernels,
      kernel: 'simplex',
      chunks: Math.ceil(count / share),
      params: Uint32Array.from([count, share, length, radiusStep * 4, Number(plan.ball), words.float(plan.slack)]),
      buffers: [
        { slot: 0, byteOffset: (plan.offset + first * length) * 4, bytes: count * length * 4 },
        { slot: 1, byteOffset: (plan.radiusOffset + first * radiusStep) * 4, bytes: (radiusStep ? count : 1) * 4 },
        { slot: 2, byteOffset: first * length * 4, bytes: count * length * 4 },
      ],
    });
  }
  return { scratch: [], passes };
}
