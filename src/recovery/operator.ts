/**
 * What `sparseRecover` takes as A: an object that multiplies by a matrix and by its transpose, without having to have the matrix;
 * and how this room makes such objects out of tensor operations and constants that are uploaded once a device.
 */
import { OptionError, ShapeError } from '../errors.ts';
import { asOwnFloat } from '../linalg/index.ts';
import { show } from '../options.ts';
import {
  castTensor,
  isFloat,
  scoped,
  showShape,
  Tensor,
  type Device,
  type Scope,
  type Shape,
} from '../tensor/index.ts';

/** A matrix A [m, n] by what it does to vectors. Those of this library are made by functions; one of your own will do. */
export interface LinearOperator {
  /** [m, n] */
  readonly shape: readonly [number, number];
  /** A·x [m] for x [n], a new tensor on the device of x. */
  readonly apply: (x: Tensor) => Tensor;
  /** Aᵀ·y [n] for y [m]: the transpose exactly, ⟨A·x, y⟩ = ⟨x, Aᵀ·y⟩. */
  readonly adjoint: (y: Tensor) => Tensor;
  /** ‖A‖₂, or a little more: steps are 1 / norm² long. */
  readonly norm: number;
  /** About how many multiplications a product takes, which decides how often long work pauses. m·n where left out. */
  readonly cost?: number | undefined;
  /** Gives back what the operator holds on devices. */
  readonly dispose?: (() => void) | undefined;
}

/** Numbers that an operator multiplies by: made at its first product on a device, and uploaded there once. */
export class Constant {
  readonly #shape: Shape;
  readonly #make: () => Float64Array | Uint32Array;
  readonly #uploaded: Map<Device, Tensor> = new Map();

  constructor(shape: Shape, make: () => Float64Array | Uint32Array) {
    this.#shape = shape;
    this.#make = make;
  }

  /** In the dtype of `like` and on its device; indices are uint32 anywhere. */
  beside(like: Tensor, op: string): Tensor {
    const { device } = like;
    const known = this.#uploaded.get(device);
    if (known) return known;
    const values = this.#make();
    const made = device.upload(values, this.#shape, values instanceof Uint32Array ? 'uint32' : like.dtype, op);
    this.#uploaded.set(device, made);
    return made;
  }

  dispose(): void {
    for (const tensor of this.#uploaded.values()) tensor.dispose();
    this.#uploaded.clear();
  }
}

/** One direction of an operator: a vector in the device's own float to another; what is made on the way belongs to the scope. */
export type Product = (x: Tensor, scope: Scope) => Tensor;

/** The object behind an operator: vectors are checked, multiplied in the device's own float, and come back in the dtype they had. */
export function operatorOf(
  op: string,
  parts: {
    readonly shape: readonly [number, number];
    readonly norm: number;
    readonly cost: number;
    readonly apply: Product;
    readonly adjoint: Product;
    readonly held: readonly { dispose: () => void }[];
  },
): Required<LinearOperator> {
  const { shape, norm, cost, apply, adjoint, held } = parts;
  const [m, n] = shape;
  const run = (product: Product, x: Tensor, length: number, what: string): Tensor => {
    checkVector(x, length, `${op}: ${what}`);
    return scoped(scope => {
      const out = product(asOwnFloat(x, op, scope), scope);
      return castTensor(out, isFloat(x.dtype) ? x.dtype : out.dtype, op);
    });
  };
  return {
    shape,
    norm,
    cost,
    apply: x => run(apply, x, n, 'apply'),
    adjoint: y => run(adjoint, y, m, 'adjoint'),
    dispose() {
      for (const one of held) one.dispose();
    },
  };
}

function checkVector(x: unknown, length: number, what: string): asserts x is Tensor {
  if (!(x instanceof Tensor)) throw new OptionError(`${what} takes a tensor, not ${show(x)}. Give tensor(…).`);
  if (x.ndim !== 1 || x.shape[0] !== length)
    throw new ShapeError(
      `${what} takes a vector [${length}], and the shape is ${showShape(x.shape)}. Give one of that length.`,
    );
}

/** Throws unless this has all that an operator needs. */
export function checkOperator(operator: unknown, what: string): asserts operator is LinearOperator {
  const { shape, apply, adjoint, norm, cost } = Object(operator) as Partial<LinearOperator>;
  const isLength = (length: unknown): boolean => Number.isSafeInteger(length) && (length as number) > 0;
  if (typeof apply !== 'function' || typeof adjoint !== 'function')
    throw new OptionError(
      `${what} is ${show(operator)}. Give partialDct(…), partialFourier(…), haarWavelet(…), await matrixOperator(…), or { shape, apply, adjoint, norm }.`,
    );
  if (!Array.isArray(shape) || shape.length !== 2 || !shape.every(isLength))
    throw new ShapeError(`${what} has the shape ${show(shape)}. Give [m, n], both above 0.`);
  if (typeof norm !== 'number' || !(norm >= 0) || norm === Infinity)
    throw new OptionError(`${what} has the norm ${show(norm)}. Give a number ≥ 0 that ‖A‖₂ is not above.`);
  if (cost !== undefined && !(typeof cost === 'number' && cost >= 0))
    throw new OptionError(`${what} has the cost ${show(cost)}. Give a number ≥ 0, or leave it out.`);
}

/** A product with what somebody gave as an operator: its result must be what was agreed. */
export function multiplied(operator: LinearOperator, direction: 'apply' | 'adjoint', x: Tensor, op: string): Tensor {
  const [m, n] = operator.shape;
  const length = direction === 'apply' ? m : n;
  const out: unknown = operator[direction](x);
  if (!(out instanceof Tensor) || out.ndim !== 1 || out.shape[0] !== length || out.device !== x.device)
    throw new ShapeError(
      `${op}: ${direction} of the operator [${m}, ${n}] gave ${out instanceof Tensor ? out.toString() : show(out)} for ${x.toString()}. It must give a vector [${length}] on the same device.`,
    );
  return out;
}

/**
 * A·B of two operators, such as rows of a Fourier transform times a wavelet basis: what a signal that is sparse in that basis
 * looks like when it is sampled. Its norm is the product of theirs, and disposing it disposes both.
 *
 * ```ts
 * // A picture of 64 × 64 out of a third of its frequencies: few wavelet coefficients tell it.
 * const operator = composeOperators(partialFourier([64, 64], picks), haarWavelet([64, 64]));
 * ```
 */
export function composeOperators(sampling: LinearOperator, synthesis: LinearOperator): LinearOperator {
  const op = 'composeOperators';
  checkOperator(sampling, `${op}: the first operator`);
  checkOperator(synthesis, `${op}: the second operator`);
  const [m, inner] = sampling.shape;
  const [outer, n] = synthesis.shape;
  if (inner !== outer)
    throw new ShapeError(
      `${op}: the shapes [${m}, ${inner}] and [${outer}, ${n}] do not fit. The first takes what the second gives.`,
    );
  return operatorOf(op, {
    shape: [m, n],
    norm: sampling.norm * synthesis.norm,
    cost: (sampling.cost ?? m * inner) + (synthesis.cost ?? outer * n),
    apply: (x, scope) =>
      scope.keep(multiplied(sampling, 'apply', scope.keep(multiplied(synthesis, 'apply', x, op)), op)),
    adjoint: (y, scope) =>
      scope.keep(multiplied(synthesis, 'adjoint', scope.keep(multiplied(sampling, 'adjoint', y, op)), op)),
    held: [sampling, synthesis].map(one => ({ dispose: () => one.dispose?.() })),
  });
}
