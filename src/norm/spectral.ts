/**
 * `spectralNorm`: the largest singular value, by power iteration.
 */
import { div, mul, where } from '../arith/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { asOwnFloat, matmul, normals } from '../linalg/index.ts';
import { checkOptions, readFlag, show } from '../options.ts';
import {
  castTensor,
  copyRowMajor,
  isFloat,
  scoped,
  showShape,
  sizeOf,
  toTensors,
  type Device,
  type Dtype,
  type Scope,
  type Shape,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { norm } from './norm.ts';
import { normalize } from './normalize.ts';

export interface SpectralNormOptions {
  /** How often a vector is multiplied by A·Aᵀ. Default: 15. */
  readonly iterations?: number | undefined;
  /** Where to start from, [..., m]: the `u` of a call before, or of a matrix much like this one. */
  readonly u?: TensorLike | undefined;
  /** A whole number ≥ 0 that determines the start where `u` is left out. Default: 0. */
  readonly seed?: number | undefined;
  /** True to have the singular vectors, too. */
  readonly vectors?: boolean | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

/** The largest singular value [...], and its vectors of length 1: u [..., m] and v [..., n], with A·v = norm·u. */
export interface SpectralNorm {
  readonly norm: Tensor;
  readonly u: Tensor;
  readonly v: Tensor;
}

/**
 * The spectral norm σ₁ = max ‖A·x‖ / ‖x‖ of a matrix [m, n], or of each of a stack [..., m, n], estimated by power iteration:
 *
 *     v ← Aᵀu / ‖Aᵀu‖,   u ← A·v / ‖A·v‖,   σ₁ ≈ ‖A·v‖
 *
 * The estimate never exceeds σ₁, but for rounding. Its relative error falls by (σ₂ / σ₁)⁴ an iteration; where σ₂ is close to σ₁
 * it is small all the same, some ln(m) / iterations at worst. `norm(a, { ord: 2 })` has σ₁ to rounding, at the price of all
 * singular values. To follow a matrix that changes little by little, as PyTorch's `spectral_norm` does, take the vectors, and
 * go on from them with `iterations: 1`.
 *
 * A is never squared, so that no magnitudes leave the range; a zero matrix has norm 0 and zero vectors. NaN and ∞ make NaN.
 *
 * ```ts
 * await spectralNorm([[3, 0], [0, 4]]).item(); // 4, to 1e-3 and better
 *
 * let { norm: sigma, u } = spectralNorm([[3, 0], [0, 4]], { vectors: true });
 * ({ norm: sigma, u } = spectralNorm([[3, 0], [0, 4.1]], { vectors: true, u, iterations: 1 }));
 * ```
 */
export function spectralNorm(a: TensorLike, options: SpectralNormOptions & { readonly vectors: true }): SpectralNorm;
export function spectralNorm(a: TensorLike, options?: SpectralNormOptions & { readonly vectors?: false }): Tensor;
export function spectralNorm(a: TensorLike, options: SpectralNormOptions = {}): Tensor | SpectralNorm {
  const op = 'spectralNorm';
  checkOptions(op, options, ['iterations', 'u', 'seed', 'vectors', 'device']);
  const { iterations = 15, seed = 0 } = options;
  if (!Number.isInteger(iterations) || iterations < 1)
    throw new OptionError(`${op}: iterations is ${show(iterations)}. Give a whole number ≥ 1.`);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new OptionError(`${op}: seed is ${show(seed)}. Give a whole number ≥ 0.`);
  const wanted = readFlag(op, 'vectors', options.vectors);
  return scoped(scope => {
    const values = options.u === undefined ? [a] : [a, options.u];
    const [given, start] = toTensors(values, op, scope, options.device) as [Tensor, Tensor?];
    if (given.ndim < 2)
      throw new ShapeError(
        `${op}: the shape ${showShape(given.shape)} is no matrix or stack of them. Give [m, n], or [..., m, n].`,
      );
    const rows = given.shape.slice(0, -1);
    if (start && (start.ndim !== rows.length || start.shape.some((length, axis) => length !== rows[axis])))
      throw new ShapeError(
        `${op}: u has shape ${showShape(start.shape)} for matrices of shape ${showShape(given.shape)}. Give ${showShape(rows)}.`,
      );
    const matrices = asOwnFloat(given, op, scope);
    const dtype = isFloat(given.dtype) ? given.dtype : matrices.dtype;
    if (given.size === 0) return nothing(given.shape, given.device, dtype, wanted, op);
    const first = start ? asOwnFloat(start, op, scope) : anyStart(matrices, rows, seed, op, scope);
    const found = iterate(matrices, first, iterations, op, scope);
    const result = (x: Tensor): Tensor => castTensor(x, dtype, op);
    if (!wanted) return result(found.norm);
    return { norm: result(found.norm), u: result(found.u), v: result(found.v) };
  });
}

/** Of matrices without elements: norms and vectors of zeros. */
function nothing(shape: Shape, device: Device, dtype: Dtype, wanted: boolean, op: string): Tensor | SpectralNorm {
  const zeros = (own: Shape): Tensor => device.upload(new Float32Array(sizeOf(own)), own, dtype, op);
  const batch = shape.slice(0, -2);
  const norms = zeros(batch);
  return wanted ? { norm: norms, u: zeros(shape.slice(0, -1)), v: zeros([...batch, shape.at(-1) ?? 0]) } : norms;
}

/** The same normal numbers for each matrix. */
function anyStart(a: Tensor, shape: readonly number[], seed: number, op: string, scope: Scope): Tensor {
  const m = shape.at(-1) ?? 0;
  const own = normals(m, seed);
  const all = Float32Array.from({ length: sizeOf(shape) }, (_, at) => own[at % m] ?? 0);
  return scope.keep(a.device.upload(all, shape, a.dtype, op));
}

function iterate(a: Tensor, start: Tensor, iterations: number, op: string, scope: Scope): SpectralNorm {
  const batch = a.shape.slice(0, -2);
  const turned = a.permuted([...batch.keys(), a.ndim - 1, a.ndim - 2]);
  const across = scope.keep(copyRowMajor(scope.keep(turned), op));
  const along = a.isRowMajor ? a : scope.keep(copyRowMajor(a, op));
  // Vectors are divided by the largest magnitude before they meet the matrix, so that no product leaves the range.
  const peaks = scope.keep(norm(scope.keep(along.reshape([...batch, -1])), { ord: Infinity, axis: -1 }));
  const sizes = scope.keep(where(peaks, peaks, 1));
  const column = scope.keep(sizes.reshape([...batch, 1]));
  const times = (matrices: Tensor, x: Tensor): Tensor => {
    const scaled = scope.keep(div(x, column));
    const product = scope.keep(matmul(matrices, scope.keep(scaled.reshape([...scaled.shape, 1]))));
    return scope.keep(product.reshape(product.shape.slice(0, -1)));
  };
  const unit = (x: Tensor): Tensor => scope.keep(normalize(x));
  let u = unit(start);
  let v = u;
  let reached = u;
  for (let k = 0; k < iterations; k++) {
    v = unit(times(across, u));
    reached = times(along, v);
    u = unit(reached);
  }
  const lengths = scope.keep(norm(reached, { axis: -1 }));
  return { norm: scope.keep(mul(lengths, sizes)), u, v };
}
