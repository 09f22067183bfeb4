/**
 * The take primitive: out[o, p, i] = x[o, indices[p], i] over a dense source. An index out of range leaves its elements
 * unwritten and is told by the status word: index + 1 of one that failed.
 */
import { bindRange, type GpuFacts, type Lowered, type Pass, type Primitive } from '../../device/index.ts';
import { IndexError, LimitError } from '../../errors.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import takeWgsl from '../../../shaders/arith/take.wgsl';
import { showShape, viewOf, type Dtype, type Shape } from '../../tensor/index.ts';

export interface TakePlan {
  readonly dtype: Dtype;
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
  readonly picks: number;
  readonly offset: number;
  readonly indexOffset: number;
}

export const takePrimitive: Primitive<TakePlan> = {
  name: 'take',
  cpu(plan, [input, list], [output, status]) {
    const x = viewOf(input as Uint8Array, plan.dtype);
    const indices = viewOf(list as Uint8Array, 'uint32').subarray(plan.indexOffset, plan.indexOffset + plan.picks);
    const out = viewOf(output as Uint8Array, plan.dtype);
    for (let o = 0; o < plan.outer; o++)
      for (let p = 0; p < plan.picks; p++) {
        const index = indices[p] ?? 0;
        const to = (o * plan.picks + p) * plan.inner;
        if (index >= plan.length) {
          viewOf(status as Uint8Array, 'uint32')[0] = Math.min(index + 1, 0xffffffff);
          continue;
        }
        const from = plan.offset + (o * plan.length + index) * plan.inner;
        out.set(x.subarray(from, from + plan.inner), to);
      }
  },
  webgpu: lowerTake,
  wasm: () => import('./wasm.ts').then(room => room.lowerTake),
};

export const explainTake = (word: number, axis: number, shape: Shape): IndexError =>
  new IndexError(
    `take: index ${word - 1} is out of range for axis ${axis} of ${showShape(shape)}. Give indices from 0 to ${(shape[axis] ?? 0) - 1}.`,
  );

const GROUP = 64;

/**
 * Any index may point anywhere, so what is larger than a binding is taken in windows: each pass sees a run of positions
 * along the axis (of one outer index, where several do not fit) and copies the picks that fall into it.
 */
function lowerTake(plan: TakePlan, facts: GpuFacts): Lowered {
  const room = Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4);
  const kernel = {
    name: 'take',
    wgsl: [gridWgsl, takeWgsl],
    constants: { GROUP },
    bindings: ['read', 'read', 'write', 'write'] as const,
  };
  const slab = Math.max(plan.length, plan.picks) * plan.inner;
  const outersAtOnce = Math.max(1, Math.floor(room / slab));
  const windowLength = Math.min(plan.length, Math.floor(room / plan.inner));
  const picksAtOnce = Math.min(plan.picks, Math.floor(room / plan.inner));
  if (windowLength < 1 || picksAtOnce < 1)
    throw new LimitError(
      `take: one index picks ${plan.inner} elements, more than a binding of ${facts.maxBindingBytes} bytes. Slice the later axes first.`,
    );
  const passes: Pass[] = [];
  for (let outer = 0; outer < plan.outer; outer += outersAtOnce) {
    const outers = Math.min(outersAtOnce, plan.outer - outer);
    for (let first = 0; first < plan.length; first += windowLength) {
      const window = Math.min(windowLength, plan.length - first);
      for (let pick = 0; pick < plan.picks; pick += picksAtOnce) {
        const picks = Math.min(picksAtOnce, plan.picks - pick);
        const source = bindRange(
          0,
          plan.offset + (outer * plan.length + first) * plan.inner,
          ((outers - 1) * plan.length + window) * plan.inner,
          facts,
        );
        const indices = bindRange(1, plan.indexOffset + pick, picks, facts);
        const out = bindRange(
          2,
          (outer * plan.picks + pick) * plan.inner,
          ((outers - 1) * plan.picks + picks) * plan.inner,
          facts,
        );
        const elements = outers * picks * plan.inner;
        passes.push({
          kernel,
          groups: Math.ceil(elements / GROUP),
          params: Uint32Array.from([
            elements,
            plan.length,
            first,
            window,
            plan.inner,
            picks,
            plan.picks,
            source.base,
            indices.base,
            out.base,
          ]),
          buffers: [source.binding, indices.binding, out.binding, { slot: 3, byteOffset: 0, bytes: 4 }],
          work: elements * 12,
        });
      }
    }
  }
  return { scratch: [], passes };
}
