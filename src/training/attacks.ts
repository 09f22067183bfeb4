/** `fgsm` and `pgd`: inputs moved a little, so that a model's loss grows most. For testing how much of that it bears. */
import { add, clip, sub, type DeviceOption } from '../arith/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { normals, uniforms } from '../linalg/index.ts';
import { normalize, parseOrd } from '../norm/index.ts';
import { checkOptions, readFlag, show } from '../options.ts';
import { checkNumber, projectL2Ball, projectLinfBall } from '../prox/index.ts';
import {
  Scope,
  scoped,
  showShape,
  toFloat,
  toTensors,
  type LongOptions,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { checkBox, checkCount, inDtypeOf, pairOf, sameShape } from './check.ts';
import { axpy, sign } from './maps.ts';

/** Where inputs must stay. */
interface Box {
  /** The least and the largest number of an input, where there are such: 0 and 1 of an image, say. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export interface FgsmOptions extends DeviceOption, Box {
  /** How far each element moves: a number ≥ 0. */
  readonly epsilon: number;
}

const boxed = (x: Tensor, { min, max }: Box, scope: Scope): Tensor =>
  min === undefined && max === undefined ? x : scope.keep(clip(x, min ?? null, max ?? null));

/**
 * The fast gradient sign method: x + ε·sign(g), held within the box. An element whose gradient is 0 stays; NaN in the gradient
 * makes NaN.
 *
 * ```ts
 * await fgsm([0.5, 0.95, 0.2], [3, 1, -0.1], { epsilon: 0.1, max: 1 }).toArray(); // [0.6, 1, 0.1]
 * ```
 */
export function fgsm(x: TensorLike, gradient: TensorLike, options: FgsmOptions): Tensor {
  const op = 'fgsm';
  checkOptions(op, options, ['epsilon', 'min', 'max', 'device']);
  checkNumber(op, 'epsilon', options.epsilon);
  checkBox(op, options.min, options.max);
  return scoped(scope => {
    const [own, slope] = pairOf(op, ['x', 'gradient'], [x, gradient], scope, options.device);
    const moved = scope.keep(axpy(op, own, scope.keep(sign(op, slope)), options.epsilon));
    return scope.result(boxed(moved, options, scope));
  });
}

export interface PgdOptions extends DeviceOption, Box, LongOptions {
  /** How far an input may move, in the norm: a number ≥ 0. */
  readonly epsilon: number;
  /** How far a step moves, in the norm. Default: 2.5·epsilon / steps. */
  readonly stepSize?: number | undefined;
  /** Default: 10. */
  readonly steps?: number | undefined;
  /** 2 or Infinity. Default: Infinity. */
  readonly norm?: 2 | typeof Infinity | 'inf' | undefined;
  /** Begin anywhere in the ball, and not at x. Default: false. */
  readonly randomStart?: boolean | undefined;
  /** A whole number ≥ 0 that determines where. Default: 0. */
  readonly seed?: number | undefined;
}

/** The gradient of what is to grow, at x. */
export type GradientOf = (x: Tensor) => TensorLike | Promise<TensorLike>;

/**
 * Projected gradient ascent (Madry et al.) from x₀: at each step
 *
 *     x ← x + stepSize·sign(g)       for norm ∞
 *     x ← x + stepSize·g / ‖g‖₂      for norm 2
 *
 * then x − x₀ is projected onto the ball of radius ε, and x held within the box. The first axis of x counts inputs, each with a
 * ball of its own; a vector is one input. A gradient of 0 moves nothing.
 *
 * `gradientOf` is given the x of a step and returns the gradient there, or a promise of it. That tensor x lives until the next
 * step begins; the gradient stays the caller's. `randomStart` begins at a random point of the ball (and the box).
 *
 * ```ts
 * // f(x) = Σx² grows away from 0.
 * const moved = await pgd([0.5, -0.25], x => mul(x, 2), { epsilon: 0.1, stepSize: 0.05, steps: 5 });
 * await moved.toArray(); // [0.6, -0.35]
 * ```
 */
export async function pgd(x: TensorLike, gradientOf: GradientOf, options: PgdOptions): Promise<Tensor> {
  const op = 'pgd';
  const known = [
    'epsilon',
    'stepSize',
    'steps',
    'norm',
    'min',
    'max',
    'randomStart',
    'seed',
    'device',
    'signal',
    'onProgress',
  ];
  checkOptions(op, options, known);
  const { epsilon, steps = 10, seed = 0, signal, onProgress } = options;
  checkNumber(op, 'epsilon', epsilon);
  checkCount(op, 'steps', steps, 0);
  checkCount(op, 'seed', seed, 0);
  const { stepSize = (2.5 * epsilon) / Math.max(1, steps) } = options;
  checkNumber(op, 'stepSize', stepSize);
  checkBox(op, options.min, options.max);
  const ord = parseOrd(options.norm ?? Infinity, op);
  if (ord !== 2 && ord !== Infinity) throw new OptionError(`${op}: norm is ${show(options.norm)}. Give 2 or Infinity.`);
  const randomStart = readFlag(op, 'randomStart', options.randomStart);
  if (typeof gradientOf !== 'function')
    throw new OptionError(`${op}: gradientOf is ${show(gradientOf)}. Give a function of x that returns a gradient.`);
  const ball: Ball = ord === 2 ? euclidean : maximum;
  const whole = new Scope();
  try {
    const [found] = toTensors([x], op, whole, options.device) as [Tensor];
    const own = toFloat(found, op, whole);
    const origin = whole.keep(
      own.reshape(own.ndim < 2 ? [1, own.size] : [own.shape[0] ?? 0, own.size / Math.max(1, own.shape[0] ?? 0)]),
    );
    let current = origin.alias(op);
    if (randomStart)
      current = scoped(scope => {
        scope.keep(current);
        const noise = ball.anywhere(origin.shape, epsilon, seed);
        const start = scope.keep(add(origin, scope.keep(origin.device.upload(noise, origin.shape, origin.dtype, op))));
        return scope.result(boxed(start, options, scope));
      });
    for (let step = 0; step < steps; step++) {
      const here = whole.keep(current);
      signal?.throwIfAborted();
      const scope = new Scope();
      try {
        const gradient = await gradientOf(scope.keep(here.reshape(own.shape)));
        const [slope] = toTensors([gradient], op, scope, origin.device) as [Tensor];
        if (!sameShape(slope, own))
          throw new ShapeError(
            `${op}: gradientOf returned the shape ${showShape(slope.shape)} for x of ${showShape(own.shape)}. Return one number for each of x.`,
          );
        const rows = scope.keep(inDtypeOf(origin, slope, op, scope).reshape(origin.shape));
        const moved = scope.keep(axpy(op, here, scope.keep(ball.direction(op, rows)), stepSize));
        const apart = scope.keep(ball.project(scope.keep(sub(moved, origin)), epsilon));
        const next = scope.keep(add(origin, apart));
        current = scope.result(boxed(next, options, scope));
      } finally {
        scope.close();
        here.dispose();
      }
      onProgress?.({ stage: 'steps', done: step + 1, total: steps });
    }
    whole.keep(current);
    return current.reshape(own.shape);
  } finally {
    whole.close();
  }
}

/** What a norm makes of steps, of balls, and of points in them. Inputs are rows. */
interface Ball {
  readonly direction: (op: string, gradient: Tensor) => Tensor;
  readonly project: (apart: Tensor, radius: number) => Tensor;
  readonly anywhere: (shape: readonly number[], radius: number, seed: number) => Float32Array;
}

const maximum: Ball = {
  direction: sign,
  project: (apart, radius) => projectLinfBall(apart, radius),
  anywhere: ([rows = 0, length = 0], radius, seed) =>
    uniforms(rows * length, seed).map(value => radius * (2 * value - 1)),
};

const euclidean: Ball = {
  direction: (_, gradient) => normalize(gradient),
  project: (apart, radius) => projectL2Ball(apart, radius),
  /** Any direction, and a length whose power `length` is uniform: so that each part of the ball is as likely as it is large. */
  anywhere([rows = 0, length = 0], radius, seed) {
    const points = normals(rows * length, seed);
    const shares = uniforms(rows, seed);
    for (let row = 0; row < rows; row++) {
      const point = points.subarray(row * length, (row + 1) * length);
      const size = Math.sqrt(point.reduce((sum, value) => sum + value * value, 0));
      const wanted = radius * (shares[row] ?? 0) ** (1 / length);
      point.forEach((value, k) => (point[k] = size > 0 ? (value / size) * wanted : 0));
    }
    return points;
  },
};
