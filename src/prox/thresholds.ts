/**
 * Proximal operators that take every element by itself: `softThreshold` of |x|, `hardThreshold` of counting, `huberProx` of
 * Huber's function. prox_f(x) is the y with the least f(y) + ½(y − x)².
 */
import { applyMap, type DeviceOption } from '../arith/index.ts';
import { checkOptions } from '../options.ts';
import helpersWgsl from '../../shaders/prox/map-helpers.wgsl';
import { defineMap, mapHelpers, scoped, type Tensor, type TensorLike } from '../tensor/index.ts';
import { checkNumber, withNumbers } from './check.ts';

const helpers = [mapHelpers, helpersWgsl] as const;

const soft = /* @__PURE__ */ defineMap({
  name: 'soft',
  wgsl: 'softened(a, b)',
  helpers,
  cpu: (x, t) => (Math.abs(x) < t ? 0 : x < 0 ? x + t : x - t),
  wasm: 'soft',
});

const hard = /* @__PURE__ */ defineMap({
  name: 'hard',
  wgsl: 'hardened(a, b)',
  helpers,
  cpu: (x, t) => (Math.abs(x) <= t ? 0 : x),
  wasm: 'hard',
});

const huber = /* @__PURE__ */ defineMap({
  name: 'huber-prox',
  wgsl: 'huber_softened(a, b, c)',
  helpers,
  cpu: (x, s, d) => (Math.abs(x) <= d + s * d ? x / (1 + s) : x < 0 ? x + s * d : x - s * d),
  wasm: 'huber-prox',
});

function thresholded(
  op: string,
  map: typeof soft,
  x: TensorLike,
  name: string,
  threshold: TensorLike,
  more: readonly number[],
  options: DeviceOption,
): Tensor {
  return scoped(scope => {
    const { x: given, numbers } = withNumbers(op, x, name, threshold, scope, options.device);
    const result = scope.keep(applyMap(op, { float: map }, [given, numbers.value, ...more], {}));
    numbers.attach(result);
    return scope.result(result);
  });
}

/**
 * sign(x)·max(|x| − t, 0) for each element: the proximal operator of t·Σ|x|. `threshold` is a number ≥ 0, or a tensor of
 * such, which broadcasts.
 *
 * A threshold of 0 changes nothing; |x| ≤ t gives an exact 0; NaN stays NaN and ±∞ stays ±∞. Negative thresholds are an
 * error: in a tensor, at the read.
 *
 * ```ts
 * await softThreshold([3, -1, 0.5, -2.5], 1).toArray();      // [2, 0, 0, -1.5]
 * await softThreshold([[3, 3], [3, 3]], [1, 2]).toArray();   // [[2, 1], [2, 1]]
 * ```
 */
export function softThreshold(x: TensorLike, threshold: TensorLike, options: DeviceOption = {}): Tensor {
  const op = 'softThreshold';
  checkOptions(op, options, ['device']);
  return thresholded(op, soft, x, 'threshold', threshold, [], options);
}

/**
 * x where |x| > t, else 0: the proximal operator of (t²/2)·‖x‖₀, so that λ‖x‖₀ takes the threshold √(2λ). `threshold` is a
 * number ≥ 0, or a tensor of such, which broadcasts.
 *
 * Where |x| is t, both 0 and x are minima, and it is 0. NaN stays NaN and ±∞ stays ±∞. Negative thresholds are an error: in a
 * tensor, at the read.
 *
 * ```ts
 * await hardThreshold([3, -1, 0.5, -2.5], 1).toArray(); // [3, 0, 0, -2.5]
 * ```
 */
export function hardThreshold(x: TensorLike, threshold: TensorLike, options: DeviceOption = {}): Tensor {
  const op = 'hardThreshold';
  checkOptions(op, options, ['device']);
  return thresholded(op, hard, x, 'threshold', threshold, [], options);
}

export interface HuberProxOptions extends DeviceOption {
  /** Where Huber's function turns from a parabola to a line: a number > 0. Default: 1. */
  readonly delta?: number | undefined;
}

/**
 * The proximal operator of t·Σ hδ(x), with Huber's hδ(x) = ½x² for |x| ≤ δ, and δ(|x| − ½δ) beyond:
 *
 *     x / (1 + t)      where |x| ≤ δ(1 + t)
 *     x − t·δ·sign(x)  beyond
 *
 * `step` is t: a number ≥ 0, or a tensor of such, which broadcasts. With 0 nothing changes. NaN stays NaN and ±∞ stays ±∞.
 *
 * ```ts
 * await huberProx([4, 1, -0.5, -3], 1).toArray(); // [3, 0.5, -0.25, -2]
 * ```
 */
export function huberProx(x: TensorLike, step: TensorLike, options: HuberProxOptions = {}): Tensor {
  const op = 'huberProx';
  checkOptions(op, options, ['delta', 'device']);
  const { delta = 1 } = options;
  checkNumber(op, 'delta', delta, true);
  return thresholded(op, huber, x, 'step', step, [delta], options);
}
