/**
 * Means and second moments of rows, so computed that float32 keeps what it can: rows are centred in two steps – by a row
 * of the data, then by the mean of what remains, so that a large offset costs nothing –, and long sums over rows go in
 * blocks whose results are added.
 */
import { abs, add, applyMap, div, max, mean, min, mul, sub, sum } from '../arith/index.ts';
import { pairs } from '../pairwise/index.ts';
import { defineMap, type Scope, type Tensor } from '../tensor/index.ts';
import mapHelpersWgsl from '../../shaders/linalg/map-helpers.wgsl';
import { product } from './product.ts';

/** What is subtracted from rows, in turn. Each is [1, d]. */
export type Centre = readonly Tensor[];

/** a, and b where a is infinite or no number. */
export const finiteOr: { readonly float: ReturnType<typeof defineMap> } = {
  float: /* @__PURE__ */ defineMap({
    name: 'finite-or',
    wgsl: 'finite_or(a, b)',
    helpers: mapHelpersWgsl,
    cpu: (a, b) => (Number.isFinite(a) ? a : b),
  }),
};

const unitScale = {
  float: /* @__PURE__ */ defineMap({
    name: 'unit-scale',
    wgsl: 'unit_scales(a)',
    helpers: mapHelpersWgsl,
    cpu: a => (a > 0 && a < Infinity ? 2 ** -Math.min(1022, Math.max(-1022, Math.floor(Math.log2(a)))) : 1),
  }),
};

/** Above most numbers, and finite on every device. */
const LARGE = 2 ** 126;

/** The mean of rows [n, d], weighted by [n, 1] where given; NaN in columns that have one. */
export function centreOf(x: Tensor, scope: Scope, weights?: Tensor): Centre {
  const first = scope.keep(x.slice(0, 1));
  const rest = scope.keep(sub(x, first));
  if (!weights) return [first, scope.keep(mean(rest, { axis: 0, keepdims: true }))];
  const shares = scope.keep(div(weights, scope.keep(sum(weights))));
  return [first, scope.keep(sum(scope.keep(mul(rest, shares)), { axis: 0, keepdims: true }))];
}

/**
 * Something in the midst of rows [n, d], always finite: the mean, with infinities and NaN counting as the least number of
 * their column. Good to centre differences on, which a NaN in one row must not spoil for the others.
 */
export function finiteCentreOf(x: Tensor, op: string, scope: Scope): Centre {
  const least = scope.keep(min(scope.keep(applyMap(op, finiteOr, [x, LARGE], {})), { axis: 0, keepdims: true }));
  const rest = scope.keep(applyMap(op, finiteOr, [scope.keep(sub(x, least)), 0], {}));
  return [least, scope.keep(mean(rest, { axis: 0, keepdims: true }))];
}

/** Rows less a centre. */
export const centred = (x: Tensor, centre: Centre, scope: Scope): Tensor =>
  centre.reduce((rows, part) => scope.keep(sub(rows, part)), x);

/** Powers of two that bring centred rows to magnitudes about 1: one for each column, or one for all. [1, d] or [1, 1]. */
export function scalesOf(rows: Tensor, alike: boolean, op: string, scope: Scope): Tensor {
  const sizes = scope.keep(abs(rows));
  const most = scope.keep(max(sizes, { axis: alike ? [0, 1] : 0, keepdims: true }));
  return scope.keep(applyMap(op, unitScale, [most], {}));
}

/** Rows that are summed in one go, and the numbers that the sums of all blocks may take together. */
const BLOCK_ROWS = 1024;
const MAX_PARTIALS = 2 ** 22;

/** XᵀY for rows X, Y of shape [n, d]: a [d, d] of sums over the rows. Give the same tensor twice for XᵀX. */
export function scatter(x: Tensor, y: Tensor, op: string, scope: Scope): Tensor {
  const [n = 0, d = 0] = x.shape;
  const blocks = Math.min(Math.floor(n / BLOCK_ROWS), Math.floor(MAX_PARTIALS / Math.max(1, d * d)));
  if (blocks < 2) return scope.keep(pairs(op, product, columnsOf(x, y, scope), scope));
  const rows = Math.floor(n / blocks);
  const parts = [x, y === x ? undefined : y].map(
    one => one && scope.keep(scope.keep(one.slice(0, blocks * rows)).reshape([blocks, rows, d])),
  );
  const [left, right = left] = parts as [Tensor, Tensor?];
  const sums = scope.keep(pairs(op, product, columnsOf(left, right, scope), scope));
  const total = scope.keep(sum(sums, { axis: 0 }));
  if (blocks * rows === n) return total;
  const tail = [x, y === x ? undefined : y].map(one => one && scope.keep(one.slice(blocks * rows)));
  const [lastX, lastY = lastX] = tail as [Tensor, Tensor?];
  return scope.keep(add(total, scope.keep(pairs(op, product, columnsOf(lastX, lastY, scope), scope))));
}

/** Columns as rows, for the last two axes. */
function columnsOf(x: Tensor, y: Tensor, scope: Scope): { a: Tensor; b: Tensor } {
  const turned = (one: Tensor): Tensor => scope.keep(one.permuted(one.ndim === 3 ? [0, 2, 1] : [1, 0]));
  const a = turned(x);
  return { a, b: x === y ? a : turned(y) };
}
