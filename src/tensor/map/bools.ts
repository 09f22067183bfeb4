/** Packed bools to 0/1 words and back: the only two places besides the host conversion that know the packing. */
import {
  bindRange,
  type GpuFacts,
  type Kernel,
  type Lowered,
  type Pass,
  type Primitive,
  type WgslFile,
} from '../../device/index.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import packWgsl from '../../../shaders/tensor/pack.wgsl';
import unpackWgsl from '../../../shaders/tensor/unpack.wgsl';
import { packedWords, viewOf, type Dtype } from '../dtype.ts';
import { emptyTensor, launch } from '../run.ts';
import { sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { copyRowMajor } from './copy.ts';

/** `rows` rows of `length` elements; offsets in stored elements of either side. */
interface BoolPlan {
  readonly rows: number;
  readonly length: number;
  readonly inOffset: number;
  readonly inDtype: Dtype;
}

const GROUP = 64;

const unpack: Primitive<BoolPlan> = {
  name: 'bools/unpack',
  cpu(plan, [input], [output]) {
    const bits = viewOf(input as Uint8Array, 'uint32');
    const out = viewOf(output as Uint8Array, 'uint32');
    const rowWords = packedWords(plan.length);
    for (let row = 0; row < plan.rows; row++)
      for (let k = 0; k < plan.length; k++)
        out[row * plan.length + k] = ((bits[plan.inOffset + row * rowWords + (k >>> 5)] ?? 0) >>> (k & 31)) & 1;
  },
  webgpu: (plan, facts) => lowerBools('unpack', unpackWgsl, plan, facts),
};

const pack: Primitive<BoolPlan> = {
  name: 'bools/pack',
  cpu(plan, [input], [output]) {
    const values = viewOf(input as Uint8Array, plan.inDtype);
    const out = viewOf(output as Uint8Array, 'uint32');
    const rowWords = packedWords(plan.length);
    for (let row = 0; row < plan.rows; row++)
      for (let word = 0; word < rowWords; word++) {
        let bits = 0;
        for (let k = word * 32; k < Math.min(plan.length, word * 32 + 32); k++)
          if (values[plan.inOffset + row * plan.length + k] !== 0) bits |= 1 << (k & 31);
        out[row * rowWords + word] = bits;
      }
  },
  webgpu: (plan, facts) => lowerBools('pack', packWgsl, plan, facts),
};

/** One invocation a packed word, whichever way. Blocks of rows – or parts of one row – are cut so that both sides fit a binding. */
function lowerBools(name: 'pack' | 'unpack', wgsl: WgslFile, plan: BoolPlan, facts: GpuFacts): Lowered {
  const rowWords = packedWords(plan.length);
  const room = Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4);
  const rowsAtOnce = Math.max(1, Math.floor(room / Math.max(plan.length, 1)));
  const wordsAtOnce = rowsAtOnce > 1 || plan.length <= room ? rowWords : Math.floor(room / 32);
  const kernel: Kernel = {
    name: `bools/${name}`,
    wgsl: [gridWgsl, wgsl],
    constants: { GROUP, FLOAT: plan.inDtype === 'float32' },
    bindings: ['read', 'write'],
  };
  const passes: Pass[] = [];
  for (let row = 0; row < plan.rows; row += rowsAtOnce)
    for (let word = 0; word < rowWords; word += wordsAtOnce) {
      const rows = Math.min(rowsAtOnce, plan.rows - row);
      const words = Math.min(wordsAtOnce, rowWords - word);
      const length = Math.min(words * 32, plan.length - word * 32);
      const bits = { first: row * rowWords + word, count: rows * words };
      const elements = { first: row * plan.length + word * 32, count: rows * length };
      const [from, to] = name === 'pack' ? [elements, bits] : [bits, elements];
      const input = bindRange(0, plan.inOffset + from.first, from.count, facts);
      const output = bindRange(1, to.first, to.count, facts);
      passes.push({
        kernel,
        groups: Math.ceil((rows * words) / GROUP),
        params: Uint32Array.from([rows * words, words, length, input.base, output.base]),
        buffers: [input.binding, output.binding],
        work: (bits.count + elements.count) * 4,
      });
    }
  return { scratch: [], passes };
}

const planOf = (x: Tensor): BoolPlan => ({
  rows: sizeOf(x.shape.slice(0, -1)),
  length: x.shape.at(-1) ?? 1,
  inOffset: x.offset,
  inDtype: x.dtype,
});

/** A bool tensor as uint32 0 and 1. */
export function unpackBools(x: Tensor, op: string): Tensor {
  const out = emptyTensor(x.device, x.shape, 'uint32', op);
  launch(op, unpack, planOf(x), [x], [out]);
  return out;
}

/** A tensor as packed bools: true where it is not 0, and so for NaN. */
export function packBools(x: Tensor, op: string): Tensor {
  const dense = x.isRowMajor ? x.alias(op) : copyRowMajor(x, op);
  try {
    const out = emptyTensor(x.device, x.shape, 'bool', op);
    launch(op, pack, planOf(dense), [dense], [out]);
    return out;
  } finally {
    dense.dispose();
  }
}
