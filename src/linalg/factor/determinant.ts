/**
 * The determinant primitive: sign, logarithm and value of the determinants of a stack, from the diagonals of its factors L\U
 * and the exchanges of rows. The product of a diagonal is kept as a number near 1 and a power of two, so that its logarithm
 * is right where the value itself is beyond all floats.
 */
import { bindRange, words, type GpuFacts, type Lowered, type Pass, type Primitive } from '../../device/index.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import numericWgsl from '../../../shaders/lib/numeric.wgsl';
import determinantWgsl from '../../../shaders/linalg/determinant.wgsl';
import { copyRowMajor, emptyTensor, launch, Tensor, viewOf, type Scope } from '../../tensor/index.ts';
import { matricesAtOnce } from './binding.ts';
import type { Lu } from './lu.ts';

/** Reads: diagonals and exchanges, dense. Writes: signs, logarithms of the magnitudes, values. */
interface DeterminantPlan {
  /** The operation, for messages. */
  readonly op: string;
  readonly dtype: 'float32' | 'float64';
  readonly batches: number;
  /** Numbers on a diagonal, at least one. */
  readonly order: number;
}

export interface Determinants {
  /** 1, −1 or 0: [batches], as the others. */
  readonly sign: Tensor;
  readonly logabsdet: Tensor;
  readonly value: Tensor;
}

/** Of at least one matrix of at least one row. */
export function determinantsOf({ factors, exchanges }: Lu, op: string, scope: Scope): Determinants {
  const { device, dtype, shape } = factors;
  const [batches = 0, order = 0] = shape;
  const diagonals = new Tensor({
    device,
    storage: factors.storageFor(op).retain(),
    shape: [batches, order],
    dtype,
    offset: factors.offset,
    strides: [order * order, order + 1],
  });
  const dense = scope.keep(copyRowMajor(scope.keep(diagonals), op));
  const result = (): Tensor => scope.keep(emptyTensor(device, [batches], dtype, op));
  const [sign, logabsdet, value] = [result(), result(), result()];
  const plan = { op, dtype: dtype as DeterminantPlan['dtype'], batches, order };
  launch(op, determinantPrimitive, plan, [dense, exchanges], [sign, logabsdet, value]);
  return { sign, logabsdet, value };
}

const determinantPrimitive: Primitive<DeterminantPlan> = {
  name: 'determinant',
  cpu({ dtype, batches, order }, [diagonalBytes, exchangeBytes], outputs) {
    const diagonals = viewOf(diagonalBytes as Uint8Array, dtype);
    const exchanges = viewOf(exchangeBytes as Uint8Array, 'uint32');
    const [signs, logarithms, values] = outputs.map(bytes => viewOf(bytes, dtype));
    if (!signs || !logarithms || !values) throw new Error('determinant: three results are written');
    for (let batch = 0; batch < batches; batch++) {
      let [product, scale] = [1, 0];
      for (let i = 0; i < order; i++) {
        let factor = diagonals[batch * order + i] as number;
        if (exchanges[batch * order + i] !== i) factor = -factor;
        [factor, scale] = nearOne(factor, scale);
        [product, scale] = nearOne(product * factor, scale);
      }
      // Not −0.
      if (product === 0) product = 0;
      signs[batch] = Math.sign(product);
      logarithms[batch] = Math.log(Math.abs(product)) + scale * STEP * Math.LN2;
      // Never more than once past the range: then it is 0 or ∞ for good.
      for (; scale > 0 && Number.isFinite(product) && product !== 0; scale--) product *= 2 ** STEP;
      for (; scale < 0 && product !== 0; scale++) product /= 2 ** STEP;
      values[batch] = product;
    }
  },
  webgpu: lowerDeterminant,
};

/** Steps of this many powers of two keep the product of two numbers within the range of doubles, whatever they are. */
const STEP = 600;

/** x brought within 2^±300 by at most one step, which is counted. */
function nearOne(x: number, scale: number): [number, number] {
  const size = Math.abs(x);
  if (size > 2 ** 300 && size < Infinity) return [x / 2 ** STEP, scale + 1];
  if (size < 2 ** -300 && size > 0) return [x * 2 ** STEP, scale - 1];
  return [x, scale];
}

const GROUP = 64;

function lowerDeterminant({ op, batches, order }: DeterminantPlan, facts: GpuFacts): Lowered {
  const operands = [
    { span: order, batchStride: order },
    { span: 1, batchStride: 1 },
  ];
  const atOnce = matricesAtOnce(op, batches, order, operands, facts);
  const passes: Pass[] = [];
  for (let batch = 0; batch < batches; batch += atOnce) {
    const count = Math.min(atOnce, batches - batch);
    const reads = [0, 1].map(slot => bindRange(slot, batch * order, count * order, facts));
    const writes = [2, 3, 4].map(slot => bindRange(slot, batch, count, facts));
    const ranges = [...reads, ...writes];
    passes.push({
      kernel: {
        name: 'determinant',
        wgsl: [gridWgsl, numericWgsl, determinantWgsl],
        constants: { GROUP },
        bindings: ['read', 'read', 'write', 'write', 'write'],
      },
      groups: Math.ceil(count / GROUP),
      params: Uint32Array.from([count, order, ...ranges.map(({ base }) => base), words.nan, words.infinity]),
      buffers: ranges.map(({ binding }) => binding),
      work: count * order * 16,
    });
  }
  return { scratch: [], passes };
}
