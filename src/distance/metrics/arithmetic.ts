/**
 * Metrics that are sums, maxima and quotients of what two rows differ by, element by element: Minkowski's family,
 * `canberra`, `braycurtis`, and `dot`. Each is a loop in doubles beside the name of its WGSL fragment. Metrics of
 * directions, probabilities, 0/1 values and places on a globe have files of their own.
 */
import { product } from '../../linalg/index.ts';
import {
  absoluteSums,
  productSums,
  squareSums,
  type PairKernel,
  type PairLoop,
  type PairMetric,
  type PairOfSums,
  type PairSums,
} from '../../pairwise/index.ts';
import type { WordArray } from '../../tensor/index.ts';
import braycurtisWgsl from '../../../shaders/metric/braycurtis.wgsl';
import canberraWgsl from '../../../shaders/metric/canberra.wgsl';
import chebyshevWgsl from '../../../shaders/metric/chebyshev.wgsl';
import cityblockWgsl from '../../../shaders/metric/cityblock.wgsl';
import dotWgsl from '../../../shaders/metric/dot.wgsl';
import euclideanWgsl from '../../../shaders/metric/euclidean.wgsl';
import minkowskiWgsl from '../../../shaders/metric/minkowski.wgsl';
import sqeuclideanWgsl from '../../../shaders/metric/sqeuclidean.wgsl';
import squaresWgsl from '../../../shaders/metric/squares.wgsl';

type Pair = PairLoop['pair'];

const metric = (name: string, pair: Pair, gpu: PairKernel, wasm: PairOfSums, sums?: PairSums): PairMetric => ({
  name,
  element: 'float',
  cpu: sums ? { pair, sums } : { pair },
  gpu,
  wasm,
});

const always = (): boolean => true;
const itself = (sum: number): number => sum;

/** Σ w·|x − y|, in four chains that a processor can overlap. */
const absoluteSum: Pair = (x, xAt, y, yAt, length, weights) => {
  let a = 0;
  let i = xAt;
  const shift = yAt - xAt;
  const end = xAt + length;
  if (weights) {
    for (; i < end; i++) a += (weights[i - xAt] as number) * Math.abs((x[i] as number) - (y[i + shift] as number));
    return a;
  }
  let b = 0;
  let c = 0;
  let d = 0;
  for (const last = end - 3; i < last; i += 4) {
    const j = i + shift;
    a += Math.abs((x[i] as number) - (y[j] as number));
    b += Math.abs((x[i + 1] as number) - (y[j + 1] as number));
    c += Math.abs((x[i + 2] as number) - (y[j + 2] as number));
    d += Math.abs((x[i + 3] as number) - (y[j + 3] as number));
  }
  for (; i < end; i++) a += Math.abs((x[i] as number) - (y[i + shift] as number));
  return a + b + (c + d);
};

/** Σ w·(x − y)², in four chains. */
const squareSum: Pair = (x, xAt, y, yAt, length, weights) => {
  let a = 0;
  let i = xAt;
  const shift = yAt - xAt;
  const end = xAt + length;
  if (weights) {
    for (; i < end; i++) {
      const difference = (x[i] as number) - (y[i + shift] as number);
      a += (weights[i - xAt] as number) * difference * difference;
    }
    return a;
  }
  let b = 0;
  let c = 0;
  let d = 0;
  for (const last = end - 3; i < last; i += 4) {
    const j = i + shift;
    const p = (x[i] as number) - (y[j] as number);
    const q = (x[i + 1] as number) - (y[j + 1] as number);
    const r = (x[i + 2] as number) - (y[j + 2] as number);
    const s = (x[i + 3] as number) - (y[j + 3] as number);
    a += p * p;
    b += q * q;
    c += r * r;
    d += s * s;
  }
  for (; i < end; i++) {
    const difference = (x[i] as number) - (y[i + shift] as number);
    a += difference * difference;
  }
  return a + b + (c + d);
};

/** Sums of squares or powers in this range lost nothing that matters to overflow or underflow, whatever their number. */
const isSafe = (sum: number): boolean => sum >= 2 ** -900 && sum < Infinity;

/** The largest |x − y| of the columns that count (all, or those with a positive weight); NaN where there is one. */
function largestDifference(
  x: WordArray,
  xAt: number,
  y: WordArray,
  yAt: number,
  length: number,
  weights: WordArray | undefined,
): number {
  let a = 0;
  let k = 0;
  if (weights) {
    for (; k < length; k++)
      if ((weights[k] as number) > 0) a = Math.max(a, Math.abs((x[xAt + k] as number) - (y[yAt + k] as number)));
    return a;
  }
  let b = 0;
  let c = 0;
  let d = 0;
  for (const last = length - 3; k < last; k += 4) {
    const [i, j] = [xAt + k, yAt + k];
    a = Math.max(a, Math.abs((x[i] as number) - (y[j] as number)));
    b = Math.max(b, Math.abs((x[i + 1] as number) - (y[j + 1] as number)));
    c = Math.max(c, Math.abs((x[i + 2] as number) - (y[j + 2] as number)));
    d = Math.max(d, Math.abs((x[i + 3] as number) - (y[j + 3] as number)));
  }
  for (; k < length; k++) a = Math.max(a, Math.abs((x[xAt + k] as number) - (y[yAt + k] as number)));
  return Math.max(a, b, c, d);
}

/** √Σ w·(x − y)² where the plain sum can be trusted – always so for float32 –, else scaled by the largest difference. */
const root: Pair = (x, xAt, y, yAt, length, weights, settings, left, right) => {
  const plain = squareSum(x, xAt, y, yAt, length, weights, settings, left, right);
  if (isSafe(plain)) return Math.sqrt(plain);
  const top = largestDifference(x, xAt, y, yAt, length, weights);
  if (plain !== plain || top === 0 || top === Infinity) return plain !== plain ? plain : top;
  let sum = 0;
  for (let k = 0; k < length; k++) {
    const ratio = ((x[xAt + k] as number) - (y[yAt + k] as number)) / top;
    sum += weights ? (weights[k] as number) * ratio * ratio : ratio * ratio;
  }
  return top * Math.sqrt(sum);
};

/** Σ w·(|x − y| / unit)^p. */
function powerSum(
  x: WordArray,
  xAt: number,
  y: WordArray,
  yAt: number,
  length: number,
  weights: WordArray | undefined,
  power: number,
  unit: number,
): number {
  let sum = 0;
  for (let k = 0; k < length; k++) {
    const ratio = Math.abs((x[xAt + k] as number) - (y[yAt + k] as number)) / unit;
    const term = power === 3 ? ratio * ratio * ratio : power === 0.5 ? Math.sqrt(ratio) : ratio ** power;
    sum += weights ? (weights[k] as number) * term : term;
  }
  return sum;
}

/** (Σ w·|x − y|^p)^(1/p), scaled by the largest difference where the plain sum cannot be trusted. */
const powerRoot: Pair = (x, xAt, y, yAt, length, weights, { power }) => {
  const plain = powerSum(x, xAt, y, yAt, length, weights, power, 1);
  if (isSafe(plain)) return plain ** (1 / power);
  const top = largestDifference(x, xAt, y, yAt, length, weights);
  if (plain !== plain || top === 0 || top === Infinity) return plain !== plain ? plain : top;
  return top * powerSum(x, xAt, y, yAt, length, weights, power, top) ** (1 / power);
};

/** Σ w·|x − y| / (|x| + |y|), where 0/0 counts 0. */
const relativeSum: Pair = (x, xAt, y, yAt, length, weights) => {
  let sum = 0;
  for (let k = 0; k < length; k++) {
    const p = x[xAt + k] as number;
    const q = y[yAt + k] as number;
    const whole = Math.abs(p) + Math.abs(q);
    if (whole === 0) continue;
    const term = Math.abs(p - q) / whole;
    sum += weights ? (weights[k] as number) * term : term;
  }
  return sum;
};

/** Σ w·|x − y| / Σ w·|x + y|; NaN where both are 0. */
const relativeToSum: Pair = (x, xAt, y, yAt, length, weights) => {
  let apart = 0;
  let together = 0;
  for (let k = 0; k < length; k++) {
    const p = x[xAt + k] as number;
    const q = y[yAt + k] as number;
    const weight = weights ? (weights[k] as number) : 1;
    apart += weight * Math.abs(p - q);
    together += weight * Math.abs(p + q);
  }
  return apart / together;
};

/** −Σ w·x·y */
const minusProduct: Pair = (x, xAt, y, yAt, length, weights, settings, left, right) =>
  0 - product.cpu.pair(x, xAt, y, yAt, length, weights, settings, left, right);

/** Σ w·|x − y| */
export const cityblock: PairMetric = /* @__PURE__ */ metric(
  'cityblock',
  absoluteSum,
  { wgsl: [cityblockWgsl], cost: 'light' },
  { sum: 'absolutes' },
  { eight: absoluteSums, isSure: always, finish: itself },
);

/** √Σ w·(x − y)² */
export const euclidean: PairMetric = /* @__PURE__ */ metric(
  'euclidean',
  root,
  { wgsl: [squaresWgsl, euclideanWgsl], cost: 'light', guarded: true, expands: true },
  { sum: 'squares', root: true },
  { eight: squareSums, isSure: isSafe, finish: Math.sqrt },
);

/** Σ w·(x − y)² */
export const sqeuclidean: PairMetric = /* @__PURE__ */ metric(
  'sqeuclidean',
  squareSum,
  { wgsl: [squaresWgsl, sqeuclideanWgsl], cost: 'light', guarded: true, expands: true },
  { sum: 'squares' },
  { eight: squareSums, isSure: always, finish: itself },
);

/** max |x − y| of the columns whose weight is not 0; NaN where there is one. */
export const chebyshev: PairMetric = /* @__PURE__ */ metric(
  'chebyshev',
  largestDifference,
  { wgsl: [chebyshevWgsl], cost: 'light' },
  { sum: 'largest' },
);

/** (Σ w·|x − y|^p)^(1/p) */
export const minkowski: PairMetric = /* @__PURE__ */ metric(
  'minkowski',
  powerRoot,
  { wgsl: [minkowskiWgsl], cost: 'heavy', guarded: true },
  { sum: 'powers', root: true },
);

/** Σ w·|x − y| / (|x| + |y|) */
export const canberra: PairMetric = /* @__PURE__ */ metric(
  'canberra',
  relativeSum,
  { wgsl: [canberraWgsl] },
  { sum: 'relatives' },
);

/** Σ w·|x − y| / Σ w·|x + y| */
export const braycurtis: PairMetric = /* @__PURE__ */ metric(
  'braycurtis',
  relativeToSum,
  { wgsl: [braycurtisWgsl] },
  { sum: 'absolutes', over: 'together' },
);

/** −Σ w·x·y: not a distance, but smaller is closer. */
export const dot: PairMetric = /* @__PURE__ */ metric(
  'dot',
  minusProduct,
  { wgsl: [dotWgsl], cost: 'light' },
  { sum: 'products', scale: -1 },
  { eight: productSums, isSure: always, finish: sum => 0 - sum },
);
