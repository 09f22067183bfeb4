/**
 * The semidefinite primitive: A = K·Kᵀ for a symmetric A without negative eigenvalues, which may be singular – a
 * pseudo-inverse, say. It is Cholesky's factorisation with the largest remaining diagonal element as each pivot, and stops
 * where what remains is rounding; K's further columns are 0. K is not triangular, and Kᵀ is what is written.
 *
 * `scale` below is the largest diagonal element. Pivots up to `order · ε · scale` are rounding. An element of K is never
 * more than what is left of its diagonal element allows, so that an A that was rounded cannot grow it. Where K·Kᵀ then is
 * farther from A than 2⁻¹¹·scale, A has a clearly negative eigenvalue, which the status word tells: row + 1.
 * NaN in A makes NaN in K.
 */
import { bindRange, words, type GpuFacts, type Lowered, type Pass, type Primitive } from '../../device/index.ts';
import { LimitError, NotPositiveDefiniteError } from '../../errors.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import numericWgsl from '../../../shaders/lib/numeric.wgsl';
import paramsWgsl from '../../../shaders/linalg/semidefinite/params.wgsl';
import restWgsl from '../../../shaders/linalg/semidefinite/rest.wgsl';
import stepsWgsl from '../../../shaders/linalg/semidefinite/steps.wgsl';
import { emptyTensor, launch, showShape, viewOf, type Scope, type Tensor } from '../../tensor/index.ts';

/** Reads: A, dense. Writes: Kᵀ, dense, and the status word. */
interface SemidefinitePlan {
  readonly dtype: 'float32' | 'float64';
  readonly order: number;
  readonly offset: number;
}

const EPSILON = { float32: 2 ** -23, float64: 2 ** -52 } as const;
/** The share of the scale by which K·Kᵀ may miss A: far above the rounding of A, whatever it was rounded to. */
const NEGLIGIBLE = 2 ** -11;

/** Kᵀ of a dense symmetric [d, d]; both triangles must agree. */
export function semidefiniteFactor(matrix: Tensor, op: string, name: string, scope: Scope): Tensor {
  const factor = scope.keep(emptyTensor(matrix.device, matrix.shape, matrix.dtype, op));
  const plan = {
    dtype: matrix.dtype as SemidefinitePlan['dtype'],
    order: matrix.shape[0] ?? 0,
    offset: matrix.offset,
  };
  const explain = (word: number): NotPositiveDefiniteError =>
    new NotPositiveDefiniteError(
      `${op}: ${name} of shape ${showShape(matrix.shape)} is not positive semi-definite (seen in row ${word - 1}), so that it makes no distance. Give the inverse of a covariance matrix, in full precision.`,
    );
  if (factor.size > 0) launch(op, semidefinitePrimitive, plan, [matrix], [factor], explain);
  return factor;
}

const semidefinitePrimitive: Primitive<SemidefinitePlan> = {
  name: 'semidefinite',
  cpu({ dtype, order, offset }, [input], [output, status]) {
    const a = viewOf(input as Uint8Array, dtype).subarray(offset, offset + order * order);
    // Row i of K lies contiguous, so that a column takes a product of two rows for each of its elements.
    const k = new Float64Array(order * order);
    const rest = Float64Array.from({ length: order }, (_, i) => a[i * (order + 1)] as number);
    const scale = rest.reduce((most, x) => Math.max(most, x), 0);
    const epsilon = EPSILON[dtype];
    for (let step = 0; step < order; step++) {
      const pivot = largest(rest);
      const value = rest[pivot] as number;
      if (value <= order * epsilon * scale) break;
      const root = Math.sqrt(value);
      for (let i = 0; i < order; i++) {
        const left = rest[i] as number;
        if (left === -Infinity) continue;
        const most = Math.sqrt(Math.max(left, 0));
        const full = i === pivot ? root : remainder(a, k, order, i, pivot, step) / root;
        // Math.min and Math.max keep NaN.
        const share = Math.min(Math.max(full, -most), most);
        k[i * order + step] = share;
        rest[i] = i === pivot ? -Infinity : left - share * share;
      }
    }
    const word = viewOf(status as Uint8Array, 'uint32');
    for (let i = 0; i < order; i++)
      for (let j = 0; j <= i; j++) {
        const left = Math.abs(remainder(a, k, order, i, j, order));
        if (left > NEGLIGIBLE * scale) word[0] = Math.max(word[0] ?? 0, i + 1);
        else if (left !== left) k[i * order] = NaN;
      }
    const out = viewOf(output as Uint8Array, dtype);
    for (let i = 0; i < order; i++) for (let j = 0; j < order; j++) out[j * order + i] = k[i * order + j] as number;
  },
  webgpu: lowerSemidefinite,
};

/** The first of the largest; NaN before all numbers. */
function largest(values: Float64Array): number {
  let best = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value !== value) return i;
    if (value > (values[best] as number)) best = i;
  }
  return best;
}

/** aᵢⱼ less what the first `columns` columns of K make of it. */
function remainder(
  a: ArrayLike<number>,
  k: Float64Array,
  order: number,
  i: number,
  j: number,
  columns: number,
): number {
  let sum = a[i * order + j] as number;
  for (let s = 0; s < columns; s++) sum -= (k[i * order + s] as number) * (k[j * order + s] as number);
  return sum;
}

/** Bytes that the steps of one pass move, about: a pass of one workgroup cannot be cut further. */
const PASS_BYTES = 2 ** 24;

function lowerSemidefinite({ order, offset }: SemidefinitePlan, facts: GpuFacts): Lowered {
  const elements = order * order;
  const source = bindRange(0, offset, elements, facts);
  const factor = bindRange(1, 0, elements, facts);
  if (Math.max(source.binding.bytes, factor.binding.bytes) > facts.maxBindingBytes)
    throw new LimitError(
      `semidefinite: a matrix of ${order} rows takes ${elements * 4} bytes, and a binding of this device spans ${facts.maxBindingBytes}. Use a cpu device.`,
    );
  // Behind what is left of the diagonal comes the scale.
  const state = bindRange(3, 0, order + 1, facts);
  const group = facts.software ? 32 : Math.min(256, facts.maxInvocations);
  const pass = (
    name: string,
    file: typeof stepsWgsl,
    groups: number,
    first: number,
    end: number,
    work: number,
  ): Pass => ({
    kernel: {
      name: `semidefinite/${name}`,
      wgsl: [gridWgsl, numericWgsl, paramsWgsl, file],
      constants: { GROUP: group },
      bindings: ['read', 'write', 'write', 'write'],
    },
    groups,
    params: Uint32Array.from([
      order,
      first,
      end,
      source.base,
      factor.base,
      words.float(order * EPSILON.float32),
      words.float(NEGLIGIBLE),
      words.nan,
      words.minusInfinity,
    ]),
    buffers: [source.binding, factor.binding, state.binding, { slot: 2, byteOffset: 0, bytes: 4 }],
    work,
  });
  const passes: Pass[] = [];
  for (let first = 0; first < order;) {
    const steps = Math.max(1, Math.floor(PASS_BYTES / (order * 4 * (first + 8))));
    const end = Math.min(order, first + steps);
    passes.push(pass('steps', stepsWgsl, 1, first, end, (end - first) * end * order * 4));
    first = end;
  }
  passes.push(pass('rest', restWgsl, Math.ceil(elements / group), 0, order, elements * order * 4));
  return { scratch: [(order + 1) * 4], passes };
}
