/**
 * Projections of vectors, each along an axis, onto what norms and sums bound: `projectL1Ball`, `projectSimplex`,
 * `projectL2Ball`, `projectLinfBall`. The projection is the closest point there, in the Euclidean sense.
 */
import { applyMap, clip, neg, type DeviceOption } from '../arith/index.ts';
import { ShapeError } from '../errors.ts';
import { norm } from '../norm/index.ts';
import { checkOptions } from '../options.ts';
import helpersWgsl from '../../shaders/prox/map-helpers.wgsl';
import {
  copyRowMajor,
  defineMap,
  emptyTensor,
  frontAxis,
  launch,
  mapHelpers,
  scoped,
  showShape,
  toFloat,
  type Scope,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { radiusBeside, withNumbers } from './check.ts';
import { simplexPrimitive } from './simplex/simplex.ts';

export interface ProjectOptions extends DeviceOption {
  /** The axis along which the vectors lie; the last one where left out. Negative ones count from the end. */
  readonly axis?: number | undefined;
}

/**
 * The share of the radius by which a norm may be above it and the vector yet be inside: norms are not known better. So what was
 * projected is inside, and projecting it again changes no bit.
 */
const SLACK = { float32: 2 ** -20, float64: 2 ** -45 } as const;
const slackOf = ({ dtype }: Tensor): number => SLACK[dtype as keyof typeof SLACK];

const helpers = [mapHelpers, helpersWgsl] as const;

/** A length n, or r where n is no more than that. */
const within = /* @__PURE__ */ defineMap({
  name: 'within',
  wgsl: 'length_or_radius(a, b, c)',
  helpers,
  cpu: (n, r, allowed) => (n <= r * allowed ? r : n),
  wasm: 'within',
});

const rescale = /* @__PURE__ */ defineMap({
  name: 'rescale',
  wgsl: 'rescaled(a, b, c)',
  helpers,
  cpu: (x, n, r) => (n === r ? x : (x / n) * r),
  wasm: 'rescale',
});

/** What all projections begin and end with. */
function projected(
  op: string,
  x: TensorLike,
  radius: TensorLike,
  options: ProjectOptions,
  project: (x: Tensor, radius: Tensor | number, axis: number, scope: Scope) => Tensor,
): Tensor {
  checkOptions(op, options, ['axis', 'device']);
  return scoped(scope => {
    const { x: found, numbers } = withNumbers(op, x, 'radius', radius, scope, options.device);
    const given = toFloat(found, op, scope);
    const axis = frontAxis(options.axis ?? -1, given.ndim, op);
    const own = radiusBeside(op, given, axis, numbers.value, scope);
    const result = scope.keep(project(given, own, axis, scope));
    numbers.attach(result);
    return scope.result(result);
  });
}

/** By the simplex primitive, which wants vectors as rows. */
function bySimplex(op: string, ball: boolean, x: Tensor, radius: Tensor | number, axis: number, scope: Scope): Tensor {
  const length = x.shape[axis] ?? 0;
  if (length === 0 && !ball)
    throw new ShapeError(
      `${op}: axis ${axis} of ${showShape(x.shape)} is empty, and nothing has no sum. Give elements.`,
    );
  const others = x.shape.map((_, k) => k).filter(k => k !== axis);
  const last = axis === x.ndim - 1;
  const turned = last ? x : scope.keep(x.permuted([...others, axis]));
  const rows = turned.isRowMajor ? turned : scope.keep(copyRowMajor(turned, op));
  const numbers = radii(radius, x, op, scope);
  const out = scope.keep(emptyTensor(x.device, rows.shape, x.dtype, op));
  if (out.size > 0) {
    const plan = {
      op,
      dtype: x.dtype as 'float32' | 'float64',
      ball,
      rows: out.size / length,
      length,
      offset: rows.offset,
      radiusOffset: numbers.offset,
      radiusStep: numbers.size === 1 ? (0 as const) : (1 as const),
      slack: slackOf(x),
    };
    launch(op, simplexPrimitive, plan, [rows, numbers], [out]);
  }
  if (last) return scope.result(out);
  const back = x.shape.map((_, k) => (k === axis ? x.ndim - 1 : others.indexOf(k)));
  return copyRowMajor(scope.keep(out.permuted(back)), op);
}

/** Radii one after the other. */
function radii(radius: Tensor | number, x: Tensor, op: string, scope: Scope): Tensor {
  if (typeof radius === 'number') return scope.keep(x.device.upload([radius], [1], x.dtype, op));
  return radius.isRowMajor ? radius : scope.keep(copyRowMajor(radius, op));
}

/**
 * The closest y to x with Σ|y| ≤ radius, for each vector along an axis: sign(x)·max(|x| − θ, 0), with the θ that makes the sum
 * the radius. (Soft thresholding, by a threshold that is found.)
 *
 * θ is exact: in float32 the sum is right to the rounding of its terms, however many there are. What is inside already, to
 * rounding (2⁻²⁰ of the radius, 2⁻⁴⁵ in doubles), stays as it is, bit for bit. The radius is a number ≥ 0, or a tensor of one
 * for each vector: the shape of x without the axis. Radius 0 gives zeros; negative ones are an error: in a tensor, at the read.
 * A NaN or ±∞ makes NaN of its vector.
 *
 * ```ts
 * await projectL1Ball([3, -1, 0.5], 2).toArray(); // [2, 0, 0]
 * await projectL1Ball([1, -0.5, 0], 2).toArray(); // [1, -0.5, 0]: inside
 * ```
 */
export const projectL1Ball = (x: TensorLike, radius: TensorLike = 1, options: ProjectOptions = {}): Tensor =>
  projected('projectL1Ball', x, radius, options, (given, own, axis, scope) =>
    bySimplex('projectL1Ball', true, given, own, axis, scope),
  );

/**
 * The closest y to x with y ≥ 0 and Σy = radius, for each vector along an axis: max(x − θ, 0). With radius 1, the default, the
 * results are probabilities. What `projectL1Ball` says of sums, radii and NaN holds; x that is there already stays as it is.
 *
 * ```ts
 * await projectSimplex([1, 0.5, -1]).toArray();      // [0.75, 0.25, 0]
 * await projectSimplex([[3, 1], [5, 5]]).toArray();  // [[1, 0], [0.5, 0.5]]
 * ```
 */
export const projectSimplex = (x: TensorLike, radius: TensorLike = 1, options: ProjectOptions = {}): Tensor =>
  projected('projectSimplex', x, radius, options, (given, own, axis, scope) =>
    bySimplex('projectSimplex', false, given, own, axis, scope),
  );

/**
 * The closest y to x with ‖y‖₂ ≤ radius, for each vector along an axis: x·radius/‖x‖₂ where that is shorter. Squares never leave the
 * range on the way; a vector whose length itself does (3.4e38 in float32) becomes zeros. What is inside already, to rounding (2⁻²⁰ of the radius, 2⁻⁴⁵ in doubles), stays as it is, bit for bit.
 * The radius is as that of `projectL1Ball`. A NaN makes NaN of its vector, ∞ of itself, beside zeros.
 *
 * ```ts
 * await projectL2Ball([[3, 4], [0.3, 0.4]]).toArray(); // [[0.6, 0.8], [0.3, 0.4]]
 * ```
 */
export const projectL2Ball = (x: TensorLike, radius: TensorLike = 1, options: ProjectOptions = {}): Tensor =>
  projected('projectL2Ball', x, radius, options, (given, own, axis, scope) => {
    const op = 'projectL2Ball';
    const norms = scope.keep(norm(given, { axis, keepdims: true }));
    const lengths = scope.keep(applyMap(op, { float: within }, [norms, own, 1 + slackOf(given)], {}));
    return applyMap(op, { float: rescale }, [given, lengths, own], {});
  });

/**
 * The closest y to x with |y| ≤ radius everywhere: x held between −radius and radius. The radius is as that of `projectL1Ball`;
 * `axis` matters where it is a tensor. NaN stays NaN, ±∞ becomes ±radius.
 *
 * ```ts
 * await projectLinfBall([3, -0.5, -2], 1).toArray(); // [1, -0.5, -1]
 * ```
 */
export const projectLinfBall = (x: TensorLike, radius: TensorLike = 1, options: ProjectOptions = {}): Tensor =>
  projected('projectLinfBall', x, radius, options, (given, own, _, scope) =>
    clip(given, typeof own === 'number' ? -own : scope.keep(neg(own)), own),
  );
