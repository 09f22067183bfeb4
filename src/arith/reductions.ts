/**
 * `sum`, `mean`, `min`, `max`, `argmin`, `argmax` along axes, with numpy's meaning: NaN wins in min and max, the lowest
 * index wins ties, sums accumulate in doubles on the CPU and in short chains of float32 on the GPU.
 */
import type { Primitive } from '../device/index.ts';
import { words } from '../device/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { checkOptions, readFlag } from '../options.ts';
import argExtremeWgsl from '../../shaders/arith/reduce/arg-extreme.wgsl';
import extremeWgsl from '../../shaders/arith/reduce/extreme.wgsl';
import keysWgsl from '../../shaders/arith/reduce/keys.wgsl';
import sumWgsl from '../../shaders/arith/reduce/sum.wgsl';
import {
  castTensor,
  copyRowMajor,
  emptyTensor,
  frontAxes,
  launch,
  reducedShape,
  scoped,
  showShape,
  sizeOf,
  toFloat,
  toTensors,
  type Axis,
  type Device,
  type Dtype,
  type Scope,
  type Tensor,
  type TensorLike,
  type WordArray,
} from '../tensor/index.ts';
import { planReduce } from './reduce/plan.ts';
import { defineReduction, eachCell, type ReducePlan, type Reduction, type RowWalk } from './reduce/reduce.ts';

export interface ReduceOptions {
  /** The axis or axes to reduce; all where left out. Negative ones count from the end. */
  readonly axis?: Axis | undefined;
  /** Keep the reduced axes with length 1. */
  readonly keepdims?: boolean | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

export interface ArgOptions extends ReduceOptions {
  readonly axis?: number | undefined;
}

/** Σx of every cell, in four chains that a processor can overlap; the mean where asked. */
function sumRows(x: WordArray, walk: RowWalk, out: WordArray, outAt: number, mean: boolean): void {
  const { stride, length } = walk;
  for (let cell = 0; cell < walk.cells; cell++) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let k = walk.at + cell * walk.cellStride;
    const end = k + length * stride;
    for (const last = end - 3 * stride; k < last; k += 4 * stride) {
      a += x[k] as number;
      b += x[k + stride] as number;
      c += x[k + 2 * stride] as number;
      d += x[k + 3 * stride] as number;
    }
    for (; k < end; k += stride) a += x[k] as number;
    out[outAt + cell] = mean ? (a + b + (c + d)) / length : a + b + (c + d);
  }
}

/** The same for columns: one sum a column, row by row. */
function sumColumns(x: WordArray, walk: RowWalk, out: WordArray, outAt: number, mean: boolean): void {
  const sums = new Float64Array(walk.cells);
  for (let k = 0; k < walk.length; k++) {
    const row = walk.at + k * walk.stride;
    for (let cell = 0; cell < sums.length; cell++) sums[cell] = (sums[cell] as number) + (x[row + cell] as number);
  }
  sums.forEach((sum, cell) => (out[outAt + cell] = mean ? sum / walk.length : sum));
}

const sumReduction = (name: string, mean: boolean): Primitive<ReducePlan> =>
  defineReduction({
    name,
    wgsl: [sumWgsl],
    constants: { MAGNITUDE: false, MEAN: mean },
    accWords: 1,
    planes: 1,
    guarded: false,
    neutral: () => 0,
    cpu: (x, walk, _, out, outAt) => sumRows(x, walk, out, outAt, mean),
    cpuColumns: (x, walk, _, out, outAt) => sumColumns(x, walk, out, outAt, mean),
  });

/** Where the smallest (or largest) element lies: the first NaN, else the first of the best. */
function bestIndex(x: WordArray, at: number, stride: number, length: number, least: boolean): number {
  let best = 0;
  let value = x[at] as number;
  if (value !== value) return 0;
  for (let k = 1; k < length; k++) {
    const candidate = x[at + k * stride] as number;
    if (candidate !== candidate) return k;
    if (least ? candidate < value : candidate > value) {
      best = k;
      value = candidate;
    }
  }
  return best;
}

const extremeParts = (
  least: boolean,
  unsigned: boolean,
): Pick<Reduction, 'constants' | 'planes' | 'guarded' | 'neutral'> => ({
  constants: { LEAST: least, MAGNITUDE: false, UNSIGNED: unsigned },
  planes: 1,
  guarded: false,
  neutral: () => (unsigned ? (least ? 0xffffffff : 0) : least ? words.infinity : words.minusInfinity),
});

const extreme = (name: string, least: boolean, unsigned: boolean): Primitive<ReducePlan> =>
  defineReduction({
    ...extremeParts(least, unsigned),
    name,
    wgsl: [keysWgsl, extremeWgsl],
    accWords: 1,
    cpu: (x, walk, _, out, outAt) =>
      eachCell(walk, (at, cell) => {
        out[outAt + cell] = x[at + bestIndex(x, at, walk.stride, walk.length, least) * walk.stride] as number;
      }),
  });

const argExtreme = (name: string, least: boolean, unsigned: boolean): Primitive<ReducePlan> =>
  defineReduction({
    ...extremeParts(least, unsigned),
    name,
    wgsl: [keysWgsl, argExtremeWgsl],
    accWords: 2,
    cpu: (x, walk, _, out, outAt) =>
      eachCell(walk, (at, cell) => {
        out[outAt + cell] = bestIndex(x, at, walk.stride, walk.length, least);
      }),
  });

/** @internal */
export const sumPrimitive: Primitive<ReducePlan> = /* @__PURE__ */ sumReduction('sum', false);
/** @internal */
export const meanPrimitive: Primitive<ReducePlan> = /* @__PURE__ */ sumReduction('mean', true);
/** @internal */
export const extremes: Readonly<
  Record<'min' | 'max' | 'argmin' | 'argmax', Readonly<Record<'float' | 'uint32', Primitive<ReducePlan>>>>
> = {
  min: { float: /* @__PURE__ */ extreme('min', true, false), uint32: /* @__PURE__ */ extreme('min', true, true) },
  max: { float: /* @__PURE__ */ extreme('max', false, false), uint32: /* @__PURE__ */ extreme('max', false, true) },
  argmin: {
    float: /* @__PURE__ */ argExtreme('argmin', true, false),
    uint32: /* @__PURE__ */ argExtreme('argmin', true, true),
  },
  argmax: {
    float: /* @__PURE__ */ argExtreme('argmax', false, false),
    uint32: /* @__PURE__ */ argExtreme('argmax', false, true),
  },
};

/**
 * Reduces `axes` (counted from the front) of a tensor by a primitive: copies it first where its strides need that.
 * `planes` results a cell come as a leading axis.
 * @internal
 */
export function reduceTensor(
  op: string,
  primitive: Primitive<ReducePlan>,
  x: Tensor,
  axes: readonly number[],
  out: { dtype: Dtype; shape: readonly number[]; planes?: number; power?: number },
  scope: Scope,
): Tensor {
  const dtypes = { dtype: x.dtype, outDtype: out.dtype };
  let source = x;
  let plan = planReduce(x.shape, x.strides, x.offset, axes, dtypes, out.power);
  if (!plan) {
    const kept = x.shape.map((_, axis) => axis).filter(axis => !axes.includes(axis));
    // The reduced axes last and in their own order, so that a flat index means what it meant before.
    const reduced = axes.toSorted((a, b) => a - b);
    source = scope.keep(copyRowMajor(scope.keep(x.permuted([...kept, ...reduced])), op));
    plan = planReduce(
      source.shape,
      source.strides,
      source.offset,
      source.shape.map((_, axis) => axis).slice(kept.length),
      dtypes,
      out.power,
    );
    if (!plan) throw new Error('broken invariant: a row-major tensor reduces along its last axes');
  }
  const result = scope.keep(emptyTensor(x.device, out.planes ? [out.planes, ...out.shape] : out.shape, out.dtype, op));
  launch(op, primitive, plan, [source], [result]);
  return scope.result(result);
}

function reduceFloat(op: string, primitive: Primitive<ReducePlan>, x: TensorLike, options: ReduceOptions): Tensor {
  return scoped(scope => {
    checkOptions(op, options, ['axis', 'keepdims', 'device']);
    const keepdims = readFlag(op, 'keepdims', options.keepdims);
    const [given] = toTensors([x], op, scope, options.device) as [Tensor];
    const axes = frontAxes(options.axis, given.ndim, op);
    const source = toFloat(given, op, scope);
    return reduceTensor(
      op,
      primitive,
      source,
      axes,
      { dtype: source.dtype, shape: reducedShape(given.shape, axes, keepdims) },
      scope,
    );
  });
}

function reduceExtreme(op: 'min' | 'max' | 'argmin' | 'argmax', x: TensorLike, options: ReduceOptions): Tensor {
  return scoped(scope => {
    checkOptions(op, options, ['axis', 'keepdims', 'device']);
    const keepdims = readFlag(op, 'keepdims', options.keepdims);
    const [given] = toTensors([x], op, scope, options.device) as [Tensor];
    const arg = op === 'argmin' || op === 'argmax';
    if (arg && typeof options.axis === 'object')
      throw new OptionError(
        `${op}: axis [${options.axis.join(', ')}] is a list. Give one axis, or none for the flat index.`,
      );
    const axes = frontAxes(options.axis, given.ndim, op);
    if (sizeOf(axes.map(axis => given.shape[axis] ?? 0)) === 0)
      throw new ShapeError(
        `${op}: the shape ${showShape(given.shape)} has nothing along the reduced axes, and nothing has no ${op}. Reduce another axis or check size first.`,
      );
    const source = given.dtype === 'bool' ? scope.keep(castTensor(given, 'uint32', op)) : given;
    const primitive = extremes[op][source.dtype === 'uint32' ? 'uint32' : 'float'];
    return reduceTensor(
      op,
      primitive,
      source,
      axes,
      { dtype: arg ? 'uint32' : source.dtype, shape: reducedShape(given.shape, axes, keepdims) },
      scope,
    );
  });
}

/** Σx along axes. Empty sums are 0. uint32 and bool are summed as the device's float, on a GPU float32. */
export const sum = (x: TensorLike, options: ReduceOptions = {}): Tensor => reduceFloat('sum', sumPrimitive, x, options);

/** Σx / n along axes. The mean of nothing is NaN. */
export const mean = (x: TensorLike, options: ReduceOptions = {}): Tensor =>
  reduceFloat('mean', meanPrimitive, x, options);

/** The smallest element along axes; NaN where there is one. Nothing has no minimum: that throws. */
export const min = (x: TensorLike, options: ReduceOptions = {}): Tensor => reduceExtreme('min', x, options);

/** The largest element along axes; NaN where there is one. Nothing has no maximum: that throws. */
export const max = (x: TensorLike, options: ReduceOptions = {}): Tensor => reduceExtreme('max', x, options);

/** The index of the smallest element (of the first NaN, if any) as uint32; the lowest of equal ones; flat without an axis. */
export const argmin = (x: TensorLike, options: ArgOptions = {}): Tensor => reduceExtreme('argmin', x, options);

/** The index of the largest element (of the first NaN, if any) as uint32; the lowest of equal ones; flat without an axis. */
export const argmax = (x: TensorLike, options: ArgOptions = {}): Tensor => reduceExtreme('argmax', x, options);
