/**
 * The reductions that norms are made of: count, Σ|x|, √Σx², largest and smallest |x|, (Σ|x|^p)^(1/p), and all in one.
 * Each pairs a WGSL fragment in shaders/norm/ with a loop in doubles; the loops scale by the largest element instead of
 * by blocks, so that kernel and oracle do not share a formula.
 */
import {
  defineReduction,
  eachCell,
  extremeWgsl,
  keysWgsl,
  sumWgsl,
  type Reduction,
  type ReducePlan,
} from '../arith/index.ts';
import { words, type Primitive } from '../device/index.ts';
import countWgsl from '../../shaders/norm/count.wgsl';
import l2Wgsl from '../../shaders/norm/l2.wgsl';
import powerWgsl from '../../shaders/norm/power.wgsl';
import scaledSquaresWgsl from '../../shaders/norm/scaled-squares.wgsl';
import summaryWgsl from '../../shaders/norm/summary.wgsl';
import type { WordArray } from '../tensor/index.ts';

type Cpu = Reduction['cpu'];

/** Σ|x| of every cell, in four chains that a processor can overlap. */
const magnitudeRows: Cpu = (x, walk, _, out, outAt) => {
  const { stride, length } = walk;
  for (let cell = 0; cell < walk.cells; cell++) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let k = walk.at + cell * walk.cellStride;
    const end = k + length * stride;
    for (const last = end - 3 * stride; k < last; k += 4 * stride) {
      a += Math.abs(x[k] as number);
      b += Math.abs(x[k + stride] as number);
      c += Math.abs(x[k + 2 * stride] as number);
      d += Math.abs(x[k + 3 * stride] as number);
    }
    for (; k < end; k += stride) a += Math.abs(x[k] as number);
    out[outAt + cell] = a + b + (c + d);
  }
};

/** Σ|x| of columns: one sum a column, row by row. */
const magnitudeColumns: Cpu = (x, walk, _, out, outAt) => {
  const sums = new Float64Array(walk.cells);
  for (let k = 0; k < walk.length; k++) {
    const row = walk.at + k * walk.stride;
    for (let cell = 0; cell < sums.length; cell++)
      sums[cell] = (sums[cell] as number) + Math.abs(x[row + cell] as number);
  }
  sums.forEach((sum, cell) => (out[outAt + cell] = sum));
};

/** Sums of squares at or above this lost nothing that matters to underflow, whatever their number. */
const SAFE_LEAST = 2 ** -900;

/** √Σx² where the plain sum can be trusted – always so for float32 –, else scaled by the largest element. */
function rootOf(plain: number, x: WordArray, at: number, stride: number, length: number): number {
  if (plain >= SAFE_LEAST && plain < Infinity) return Math.sqrt(plain);
  const top = extremeMagnitude(x, at, stride, length, false);
  if (!(top > 0 && top < Infinity)) return top;
  let sum = 0;
  for (let k = 0; k < length; k++) sum += ((x[at + k * stride] as number) / top) ** 2;
  return top * Math.sqrt(sum);
}

const euclideanRows: Cpu = (x, walk, _, out, outAt) => {
  const { stride, length } = walk;
  for (let cell = 0; cell < walk.cells; cell++) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    const at = walk.at + cell * walk.cellStride;
    let k = at;
    const end = at + length * stride;
    for (const last = end - 3 * stride; k < last; k += 4 * stride) {
      const p = x[k] as number;
      const q = x[k + stride] as number;
      const r = x[k + 2 * stride] as number;
      const s = x[k + 3 * stride] as number;
      a += p * p;
      b += q * q;
      c += r * r;
      d += s * s;
    }
    for (; k < end; k += stride) a += (x[k] as number) * (x[k] as number);
    out[outAt + cell] = rootOf(a + b + (c + d), x, at, stride, length);
  }
};

const euclideanColumns: Cpu = (x, walk, _, out, outAt) => {
  const sums = new Float64Array(walk.cells);
  for (let k = 0; k < walk.length; k++) {
    const row = walk.at + k * walk.stride;
    for (let cell = 0; cell < sums.length; cell++) {
      const value = x[row + cell] as number;
      sums[cell] = (sums[cell] as number) + value * value;
    }
  }
  sums.forEach((sum, cell) => (out[outAt + cell] = rootOf(sum, x, walk.at + cell, walk.stride, walk.length)));
};

/** The largest (or smallest) |x|; NaN where there is one; 0 (or ∞) of nothing. */
function extremeMagnitude(x: WordArray, at: number, stride: number, length: number, least: boolean): number {
  let best = least ? Infinity : 0;
  const end = at + length * stride;
  for (let k = at; k < end; k += stride) {
    const magnitude = Math.abs(x[k] as number);
    if (magnitude !== magnitude) return NaN;
    if (least ? magnitude < best : magnitude > best) best = magnitude;
  }
  return best;
}

/** (Σ|x|^p)^(1/p), scaled by the element that rules the sum: the largest for p > 0, the smallest for p < 0. */
function powerNorm(x: WordArray, at: number, stride: number, length: number, p: number): number {
  const ruling = extremeMagnitude(x, at, stride, length, p < 0);
  if (!(ruling > 0 && ruling < Infinity)) return ruling;
  let sum = 0;
  const end = at + length * stride;
  if (p === 3)
    for (let k = at; k < end; k += stride) {
      const ratio = Math.abs(x[k] as number) / ruling;
      sum += ratio * ratio * ratio;
    }
  else if (p === 0.5) for (let k = at; k < end; k += stride) sum += Math.sqrt(Math.abs(x[k] as number) / ruling);
  else for (let k = at; k < end; k += stride) sum += (Math.abs(x[k] as number) / ruling) ** p;
  return ruling * sum ** (1 / p);
}

/** The five norms of every cell in one look at its elements. */
const summaryRows: Cpu = (x, walk, _, out, outAt, planeStride) => {
  const { stride, length } = walk;
  for (let cell = 0; cell < walk.cells; cell++) {
    const at = walk.at + cell * walk.cellStride;
    const end = at + length * stride;
    let zeros = 0;
    let sum = 0;
    let squares = 0;
    let most = 0;
    let least = Infinity;
    let broken = 0;
    for (let k = at; k < end; k += stride) {
      const magnitude = Math.abs(x[k] as number);
      sum += magnitude;
      squares += magnitude * magnitude;
      if (magnitude > most) most = magnitude;
      if (magnitude < least) least = magnitude;
      if (magnitude === 0) zeros++;
      if (magnitude !== magnitude) broken++;
    }
    const planes = [
      length - zeros,
      sum,
      rootOf(squares, x, at, stride, length),
      broken ? NaN : most,
      broken ? NaN : least,
    ];
    for (let plane = 0; plane < planes.length; plane++)
      out[outAt + cell + plane * planeStride] = planes[plane] as number;
  }
};

function countNonzero(x: WordArray, at: number, stride: number, length: number): number {
  let count = 0;
  for (let k = 0; k < length; k++) if (x[at + k * stride] !== 0) count++;
  return count;
}

type Loop = (x: WordArray, at: number, stride: number, length: number, power: number) => number;

const looped =
  (loop: Loop): Cpu =>
  (x, walk, plan, out, outAt) =>
    eachCell(walk, (at, cell) => {
      out[outAt + cell] = loop(x, at, walk.stride, walk.length, plan.power);
    });

type Parts = Omit<Reduction, 'name' | 'planes' | 'neutral'> & Partial<Pick<Reduction, 'neutral'>>;

const single = (name: string, parts: Parts): Primitive<ReducePlan> =>
  defineReduction({ name, planes: 1, neutral: () => 0, wasm: () => import('./wasm.ts'), ...parts });

const extreme = (name: string, least: boolean): Primitive<ReducePlan> =>
  single(name, {
    wgsl: [keysWgsl, extremeWgsl],
    constants: { LEAST: least, MAGNITUDE: true, UNSIGNED: false },
    accWords: 1,
    guarded: false,
    neutral: () => (least ? words.infinity : 0),
    cpu: looped((x, at, stride, length) => extremeMagnitude(x, at, stride, length, least)),
  });

export const l0: Primitive<ReducePlan> = /* @__PURE__ */ single('l0', {
  wgsl: [countWgsl],
  constants: {},
  accWords: 1,
  guarded: false,
  cpu: /* @__PURE__ */ looped(countNonzero),
});

export const l1: Primitive<ReducePlan> = /* @__PURE__ */ single('l1', {
  wgsl: [sumWgsl],
  constants: { MAGNITUDE: true, MEAN: false },
  accWords: 1,
  guarded: false,
  cpu: magnitudeRows,
  cpuColumns: magnitudeColumns,
});

export const l2: Primitive<ReducePlan> = /* @__PURE__ */ single('l2', {
  wgsl: [scaledSquaresWgsl, l2Wgsl],
  constants: {},
  accWords: 2,
  guarded: true,
  cpu: euclideanRows,
  cpuColumns: euclideanColumns,
});

export const largest: Primitive<ReducePlan> = /* @__PURE__ */ extreme('linf', false);

export const smallest: Primitive<ReducePlan> = /* @__PURE__ */ extreme('l-inf', true);

/** Exponents that need no logarithm get kernels of their own: from 1 on, the constant POWER of shaders/norm/power.wgsl. */
const EXACT_POWERS: readonly number[] = [3, 4, 0.5, 1.5, -1];

export const power: Primitive<ReducePlan> = /* @__PURE__ */ single('power', {
  wgsl: [powerWgsl],
  constants: plan => ({ POWER: EXACT_POWERS.indexOf(plan.power) + 1 }),
  accWords: 2,
  guarded: true,
  // Zeros add nothing to positive powers, infinities nothing to negative ones.
  neutral: plan => (plan.power > 0 ? 0 : words.infinity),
  cpu: /* @__PURE__ */ looped(powerNorm),
});

/** Five planes: L0, L1, L2, L∞ and min|x|. */
export const summary: Primitive<ReducePlan> = /* @__PURE__ */ defineReduction({
  name: 'summary',
  wgsl: [scaledSquaresWgsl, summaryWgsl],
  constants: {},
  accWords: 6,
  planes: 5,
  guarded: true,
  neutral: () => 0,
  cpu: summaryRows,
  wasm: () => import('./wasm.ts'),
});
