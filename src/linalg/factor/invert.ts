/**
 * The inverse of a lower triangular matrix, by forward substitution: W = L⁻¹ is lower triangular too. A zero on the
 * diagonal gives infinities, as a division does.
 */
import { bindRange, type GpuFacts, type Lowered, type Pass, type Primitive } from '../../device/index.ts';
import { LimitError } from '../../errors.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import invertWgsl from '../../../shaders/linalg/invert-lower.wgsl';
import { emptyTensor, launch, viewOf, type Scope, type Tensor } from '../../tensor/index.ts';

/** Reads: L, dense. Writes: its inverse, dense. */
export interface InvertPlan {
  readonly dtype: 'float32' | 'float64';
  readonly order: number;
  readonly offset: number;
}

/** L⁻¹ of a dense lower triangular [d, d]. */
export function invertLower(lower: Tensor, op: string, scope: Scope): Tensor {
  const inverse = scope.keep(emptyTensor(lower.device, lower.shape, lower.dtype, op));
  const plan = {
    dtype: lower.dtype as InvertPlan['dtype'],
    order: lower.shape[0] ?? 0,
    offset: lower.offset,
  };
  if (inverse.size > 0) launch(op, invertPrimitive, plan, [lower], [inverse]);
  return inverse;
}

const invertPrimitive: Primitive<InvertPlan> = {
  name: 'invert-lower',
  cpu({ dtype, order, offset }, [input], [output]) {
    const lower = viewOf(input as Uint8Array, dtype).subarray(offset);
    const inverse = new Float64Array(order * order);
    // Row i of W is (eᵢ − Σ lᵢₖ·Wₖ) / lᵢᵢ over the rows above it.
    for (let i = 0; i < order; i++) {
      const row = inverse.subarray(i * order, (i + 1) * order);
      for (let k = 0; k < i; k++) {
        const share = lower[i * order + k] as number;
        for (let j = 0; j <= k; j++) row[j] = (row[j] as number) - share * (inverse[k * order + j] as number);
      }
      row[i] = 1;
      const diagonal = lower[i * order + i] as number;
      for (let j = 0; j <= i; j++) row[j] = (row[j] as number) / diagonal;
    }
    viewOf(output as Uint8Array, dtype).set(inverse);
  },
  webgpu: lowerInvert,
  wasm: () => import('./wasm.ts').then(wasm => wasm.lowerInvertToWasm),
};

const GROUP = 32;
/** Rows of one pass, a multiple of four: keeps the passes of a large matrix short. */
const ROWS = 64;

function lowerInvert(plan: InvertPlan, facts: GpuFacts): Lowered {
  const { order } = plan;
  const elements = order * order;
  const source = bindRange(0, plan.offset, elements, facts);
  const target = bindRange(1, 0, elements, facts);
  if (Math.max(source.binding.bytes, target.binding.bytes) > facts.maxBindingBytes)
    throw new LimitError(
      `invert: a matrix of ${order} rows takes ${elements * 4} bytes, and a binding of this device spans ${facts.maxBindingBytes}. Use a cpu device.`,
    );
  const passes: Pass[] = [];
  for (let first = 0; first < order; first += ROWS) {
    const end = Math.min(order, first + ROWS);
    passes.push({
      kernel: {
        name: 'invert-lower',
        wgsl: [gridWgsl, invertWgsl],
        constants: { GROUP },
        bindings: ['read', 'write'],
      },
      groups: Math.ceil(order / (4 * GROUP)),
      params: Uint32Array.from([order, first, end, source.base, target.base]),
      buffers: [source.binding, target.binding],
      work: (end - first) * end * order,
    });
  }
  return { scratch: [], passes };
}
