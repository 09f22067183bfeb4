/**
 * `groupSoftThreshold`: the proximal operator of a sum of lengths, which makes whole groups of elements 0 together. Groups are
 * the vectors along an axis, or what labels say.
 */
import { applyMap, concat, take, type DeviceOption } from '../arith/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { norm } from '../norm/index.ts';
import { checkOptions, show } from '../options.ts';
import helpersWgsl from '../../shaders/prox/map-helpers.wgsl';
import {
  defineMap,
  frontAxis,
  isTypedArray,
  mapHelpers,
  scoped,
  showShape,
  toFloat,
  type Scope,
  type Tensor,
  type TensorLike,
  type TypedArray,
} from '../tensor/index.ts';
import { withNumbers } from './check.ts';

export interface GroupOptions extends DeviceOption {
  /** The axis along which the groups lie; the last one where left out. Negative ones count from the end. */
  readonly axis?: number | undefined;
  /** A label for each place along the axis, from 0: places with the same label are a group. Default: all are one. */
  readonly groups?: readonly number[] | TypedArray | undefined;
}

const shorten = /* @__PURE__ */ defineMap({
  name: 'group-soft',
  wgsl: 'shortened(a, b, c)',
  helpers: [mapHelpers, helpersWgsl],
  cpu: (x, n, t) => (n > t ? x * (1 - t / n) : n <= t ? 0 : NaN),
  wasm: 'group-soft',
});

/**
 * x·max(1 − t/‖x‖₂, 0) for each group of elements: the proximal operator of t·Σ‖group‖₂, as the group lasso has it. A group
 * no longer than t becomes exact zeros; others keep their direction.
 *
 * Groups are the vectors along `axis`, or those of its elements that have the same label in `groups`. `threshold` is a number
 * ≥ 0, or a tensor of such, which broadcasts to one a group: the shape of x, with the axis as long as there are groups. 0
 * changes nothing. A NaN makes NaN of its group.
 *
 * ```ts
 * await groupSoftThreshold([[3, 4], [0.6, 0.8]], 2.5).toArray();               // [[1.5, 2], [0, 0]]
 * await groupSoftThreshold([3, 0.1, 4], 2.5, { groups: [0, 1, 0] }).toArray(); // [1.5, 0, 2]
 * ```
 */
export function groupSoftThreshold(x: TensorLike, threshold: TensorLike, options: GroupOptions = {}): Tensor {
  const op = 'groupSoftThreshold';
  checkOptions(op, options, ['axis', 'groups', 'device']);
  return scoped(scope => {
    const { x: operand, numbers } = withNumbers(op, x, 'threshold', threshold, scope, options.device);
    const given = toFloat(operand, op, scope);
    const axis = frontAxis(options.axis ?? -1, given.ndim, op);
    const found = options.groups === undefined ? undefined : labelsOf(options.groups, given, axis, op);
    // Of nothing there are no groups.
    const labels = found?.length === 0 ? undefined : found;
    const groups = labels ? labels.reduce((most, label) => Math.max(most, label), 0) + 1 : 1;
    const norms = labels
      ? normsOfGroups(given, axis, labels, groups, op, scope)
      : scope.keep(norm(given, { axis, keepdims: true }));
    const t = thresholdBeside(numbers.value, given, axis, groups, labels, op, scope);
    const result = scope.keep(applyMap(op, { float: shorten }, [given, norms, t], {}));
    numbers.attach(result);
    return scope.result(result);
  });
}

function labelsOf(groups: unknown, x: Tensor, axis: number, op: string): Uint32Array {
  const length = x.shape[axis] ?? 0;
  if (!Array.isArray(groups) && !isTypedArray(groups))
    throw new OptionError(`${op}: groups is ${show(groups)}. Give an array of one label for each place of the axis.`);
  if (groups.length !== length)
    throw new ShapeError(
      `${op}: there are ${groups.length} labels for axis ${axis} of ${showShape(x.shape)}. Give ${length}.`,
    );
  return Uint32Array.from(groups as ArrayLike<unknown>, (label, at) => {
    if (!Number.isInteger(label) || (label as number) < 0 || (label as number) >= length)
      throw new OptionError(
        `${op}: groups[${at}] is ${show(label)}. Give whole numbers from 0 to ${length - 1}, as many as there are groups at most.`,
      );
    return label as number;
  });
}

/**
 * The length of each element's group, in the shape of x. Groups of about the same size are gathered together, filled up with
 * zeros to the largest of them: at most twice as many elements as there are.
 */
function normsOfGroups(x: Tensor, axis: number, labels: Uint32Array, groups: number, op: string, scope: Scope): Tensor {
  const members: number[][] = Array.from({ length: groups }, () => []);
  labels.forEach((label, at) => members[label]?.push(at));
  const classes: Record<number, number[]> = {};
  members.forEach(({ length }, label) => (classes[Math.ceil(Math.log2(length || 1))] ??= []).push(label));
  const zero = labels.length;
  const one = x.shape.map((length, k) => (k === axis ? 1 : length));
  const zeros = scope.keep(
    x.device.upload(new Float32Array(one.reduce((n, length) => n * length, 1)), one, x.dtype, op),
  );
  const padded = scope.keep(concat([x, zeros], { axis }));
  const places = new Uint32Array(groups);
  let place = 0;
  const parts = Object.values(classes).map(list => {
    const width = list.reduce((most, label) => Math.max(most, members[label]?.length ?? 0), 1);
    const picks = list.flatMap(label => Array.from({ length: width }, (_, k) => members[label]?.[k] ?? zero));
    for (const label of list) places[label] = place++;
    const indices = scope.keep(x.device.upload(Uint32Array.from(picks), [list.length, width], 'uint32', op));
    const gathered = scope.keep(take(padded, indices, { axis }));
    return scope.keep(norm(gathered, { axis: axis + 1 }));
  });
  const all = scope.keep(concat(parts, { axis }));
  return scope.keep(
    take(
      all,
      labels.map(label => places[label] ?? 0),
      { axis },
    ),
  );
}

/** Thresholds of groups, one for each element along the axis. */
function thresholdBeside(
  threshold: Tensor | number,
  x: Tensor,
  axis: number,
  groups: number,
  labels: Uint32Array | undefined,
  op: string,
  scope: Scope,
): Tensor | number {
  if (typeof threshold === 'number') return threshold;
  const own = axis - x.ndim + threshold.ndim;
  const length = own < 0 ? 1 : (threshold.shape[own] ?? 1);
  if (length === 1) return threshold;
  if (length !== groups)
    throw new ShapeError(
      `${op}: the threshold of shape ${showShape(threshold.shape)} has ${length} numbers for ${groups} group${groups === 1 ? '' : 's'} along axis ${axis} of ${showShape(x.shape)}. Give ${groups === 1 ? 'one' : `one or ${groups}`}.`,
    );
  return labels ? scope.keep(take(threshold, labels, { axis: own })) : threshold;
}
