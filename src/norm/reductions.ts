/**
 * The reductions that norms are made of: count, Σ|x|, √Σx², largest and smallest |x|, (Σ|x|^p)^(1/p), and all in one.
 * Each pairs a WGSL fragment in shaders/norm/ with a loop in doubles; the loops scale by the largest element instead of
 * by blocks, so that kernel and oracle do not share a formula.
 */
import { defineReduction, extremeWgsl, keysWgsl, sumWgsl, type Reduction, type ReducePlan } from '../arith/index.ts';
import { words, type Primitive } from '../device/index.ts';
import countWgsl from '../../shaders/norm/count.wgsl';
import l2Wgsl from '../../shaders/norm/l2.wgsl';
import powerWgsl from '../../shaders/norm/power.wgsl';
import scaledSquaresWgsl from '../../shaders/norm/scaled-squares.wgsl';
import summaryWgsl from '../../shaders/norm/summary.wgsl';
import type { WordArray } from '../tensor/index.ts';

/** Σ|x|, in four chains that a processor can overlap. */
export function sumOfMagnitudes(x: WordArray, at: number, stride: number, length: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const end = at + length * stride;
  let k = at;
  for (const last = end - 3 * stride; k < last; k += 4 * stride) {
    a += Math.abs(x[k] as number);
    b += Math.abs(x[k + stride] as number);
    c += Math.abs(x[k + 2 * stride] as number);
    d += Math.abs(x[k + 3 * stride] as number);
  }
  for (; k < end; k += stride) a += Math.abs(x[k] as number);
  return a + b + (c + d);
}

/** Σx², in four chains. */
function sumOfSquares(x: WordArray, at: number, stride: number, length: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const end = at + length * stride;
  let k = at;
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
  for (; k < end; k += stride) a += (x[k] as number) ** 2;
  return a + b + (c + d);
}

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

/** Sums of squares at or above this lost nothing that matters to underflow, whatever their number. */
const SAFE_LEAST = 2 ** -900;

/** √Σx². Plain where the sum tells that it can be trusted – always so for float32 –, else scaled by the largest element. */
function euclidean(x: WordArray, at: number, stride: number, length: number): number {
  const plain = sumOfSquares(x, at, stride, length);
  if (plain >= SAFE_LEAST && plain < Infinity) return Math.sqrt(plain);
  const top = extremeMagnitude(x, at, stride, length, false);
  if (top === 0 || top === Infinity || top !== top) return top;
  let sum = 0;
  for (let k = 0; k < length; k++) sum += ((x[at + k * stride] as number) / top) ** 2;
  return top * Math.sqrt(sum);
}

/** (Σ|x|^p)^(1/p), scaled by the element that rules the sum: the largest for p > 0, the smallest for p < 0. */
function powerNorm(x: WordArray, at: number, stride: number, length: number, p: number): number {
  const ruling = extremeMagnitude(x, at, stride, length, p < 0);
  if (ruling === 0 || ruling === Infinity || ruling !== ruling) return ruling;
  let sum = 0;
  for (let k = 0; k < length; k++) sum += (Math.abs(x[at + k * stride] as number) / ruling) ** p;
  return ruling * sum ** (1 / p);
}

function countNonzero(x: WordArray, at: number, stride: number, length: number): number {
  let count = 0;
  for (let k = 0; k < length; k++) if (x[at + k * stride] !== 0) count++;
  return count;
}

type Loop = (x: WordArray, at: number, stride: number, length: number, plan: ReducePlan) => number;

const single = (
  name: string,
  parts: Pick<Reduction, 'wgsl' | 'constants' | 'accWords' | 'guarded'> & Partial<Pick<Reduction, 'neutral'>>,
  loop: Loop,
): Primitive<ReducePlan> =>
  defineReduction({
    name,
    planes: 1,
    neutral: () => 0,
    ...parts,
    cpu(x, at, stride, plan, out) {
      out[0] = loop(x, at, stride, plan.length, plan);
    },
  });

const extremeParts = (least: boolean): Pick<Reduction, 'wgsl' | 'constants' | 'accWords' | 'guarded' | 'neutral'> => ({
  wgsl: [keysWgsl, extremeWgsl],
  constants: { LEAST: least, MAGNITUDE: true, UNSIGNED: false },
  accWords: 1,
  guarded: false,
  neutral: () => (least ? words.infinity : 0),
});

export const l0: Primitive<ReducePlan> = /* @__PURE__ */ single('l0', { wgsl: [countWgsl], constants: {}, accWords: 1, guarded: false }, countNonzero);

export const l1: Primitive<ReducePlan> = /* @__PURE__ */ single(
  'l1',
  { wgsl: [sumWgsl], constants: { MAGNITUDE: true, MEAN: false }, accWords: 1, guarded: false },
  sumOfMagnitudes,
);

export const l2: Primitive<ReducePlan> = /* @__PURE__ */ single('l2', { wgsl: [scaledSquaresWgsl, l2Wgsl], constants: {}, accWords: 2, guarded: true }, euclidean);

export const largest: Primitive<ReducePlan> = /* @__PURE__ */ single('linf', extremeParts(false), (x, at, stride, length) => extremeMagnitude(x, at, stride, length, false));

export const smallest: Primitive<ReducePlan> = /* @__PURE__ */ single('l-inf', extremeParts(true), (x, at, stride, length) => extremeMagnitude(x, at, stride, length, true));

/** Exponents that need no logarithm get a kernel of their own: the constant POWER of shaders/norm/power.wgsl. */
const EXACT_POWERS: ReadonlyMap<number, number> = /* @__PURE__ */ new Map([
  [3, 1],
  [4, 2],
  [0.5, 3],
  [1.5, 4],
  [-1, 5],
]);

export const power: Primitive<ReducePlan> = /* @__PURE__ */ single(
  'power',
  {
    wgsl: [powerWgsl],
    constants: plan => ({ POWER: EXACT_POWERS.get(plan.power) ?? 0 }),
    accWords: 2,
    guarded: true,
    // Zeros add nothing to positive powers, infinities nothing to negative ones.
    neutral: plan => (plan.power > 0 ? 0 : words.infinity),
  },
  (x, at, stride, length, plan) => powerNorm(x, at, stride, length, plan.power),
);

/** Five planes: L0, L1, L2, L∞ and min|x|. */
export const summary: Primitive<ReducePlan> = /* @__PURE__ */ defineReduction({
  name: 'summary',
  wgsl: [scaledSquaresWgsl, summaryWgsl],
  constants: {},
  accWords: 6,
  planes: 5,
  guarded: true,
  neutral: () => 0,
  cpu(x, at, stride, plan, out) {
    const { length } = plan;
    out[0] = countNonzero(x, at, stride, length);
    out[1] = sumOfMagnitudes(x, at, stride, length);
    out[2] = euclidean(x, at, stride, length);
    out[3] = extremeMagnitude(x, at, stride, length, false);
    out[4] = extremeMagnitude(x, at, stride, length, true);
  },
});
