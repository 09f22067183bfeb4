/**
 * `normalize`: vectors divided by their norms, x / max(‖x‖, eps). A zero vector stays zero, never NaN; ask for the norms
 * (`returnNorms`) to see which those were.
 */
import { applyMap } from '../arith/index.ts';
import { OptionError } from '../errors.ts';
import { checkOptions, readFlag } from '../options.ts';
import {
  defineMap,
  frontAxis,
  mapHelpers,
  scoped,
  toTensors,
  type Device,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { norm } from './norm.ts';
import { parseOrd } from './order.ts';

export interface NormalizeOptions {
  /** 1, 2 (the default), Infinity or 'inf'. */
  readonly ord?: number | 'inf' | undefined;
  /** The axis along which the vectors lie; the last where left out. */
  readonly axis?: number | undefined;
  /** Norms below this count as this. Default 0: only zero vectors are special. */
  readonly eps?: number | undefined;
  /** Return the norms too, with the axis kept as length 1. */
  readonly returnNorms?: boolean | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

/** a / b, and 0 where b is 0. */
const divide = /* @__PURE__ */ defineMap({
  name: 'normalize',
  wgsl: 'share_of_norm(a, b)',
  helpers: mapHelpers,
  cpu: (a, b) => (b === 0 ? 0 : a / b),
  wasm: 'share',
});

/** The same with norms below c counting as c. */
const divideByAtLeast = /* @__PURE__ */ defineMap({
  name: 'normalize-eps',
  wgsl: 'share_of_norm(a, most_of(b, c))',
  helpers: mapHelpers,
  cpu: (a, b, c) => (Math.max(b, c) === 0 ? 0 : a / Math.max(b, c)),
  wasm: 'share-at-least',
});

/**
 * Scales vectors to unit length.
 *
 * ```ts
 * await normalize([[3, 4], [0, 0]]).toArray(); // [[0.6, 0.8], [0, 0]]
 * ```
 */
export function normalize(
  x: TensorLike,
  options: NormalizeOptions & { readonly returnNorms: true },
): { normalized: Tensor; norms: Tensor };
export function normalize(x: TensorLike, options?: NormalizeOptions & { readonly returnNorms?: false }): Tensor;
export function normalize(
  x: TensorLike,
  options: NormalizeOptions = {},
): Tensor | { normalized: Tensor; norms: Tensor } {
  const op = 'normalize';
  return scoped(scope => {
    checkOptions(op, options, ['ord', 'axis', 'eps', 'returnNorms', 'device']);
    const ord = parseOrd(options.ord ?? 2, op);
    if (ord !== 1 && ord !== 2 && ord !== Infinity)
      throw new OptionError(`${op}: the ord ${String(options.ord)} is not offered. Use 1, 2 or Infinity.`);
    const { eps = 0 } = options;
    if (typeof eps !== 'number' || !(eps >= 0))
      throw new OptionError(`${op}: eps is ${String(eps)}. Give a number ≥ 0.`);
    const returnNorms = readFlag(op, 'returnNorms', options.returnNorms);
    const [given] = toTensors([x], op, scope, options.device) as [Tensor];
    const axis = frontAxis(options.axis ?? -1, given.ndim, op);
    const length = given.shape[axis] ?? 0;
    // The largest of nothing is undefined, but nothing is easily normalised.
    const norms = scope.keep(norm(given, { ord: length === 0 ? 2 : ord, axis, keepdims: true }));
    const normalized =
      eps > 0
        ? applyMap(op, { float: divideByAtLeast }, [given, norms, eps], {})
        : applyMap(op, { float: divide }, [given, norms], {});
    return returnNorms ? { normalized, norms: scope.result(norms) } : normalized;
  });
}
