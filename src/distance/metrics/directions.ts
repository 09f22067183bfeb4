/**
 * Metrics of directions: `cosine`, its twin `cosine-similarity`, and `correlation`, the cosine of rows minus their means.
 * A row without a direction – all 0, or all the same for correlation – is `settings.zeroVector` away from every other (and
 * 1 − that similar), NaN by default.
 *
 * 1 − cos loses digits where cos is close to 1, so close rows are measured as what it equals: half the squared distance
 * of the two rows at unit length. Identical rows are exactly 0 apart by it.
 */
import { product } from '../../linalg/index.ts';
import { productSums, type PairLoop, type PairMetric, type PairSettings, type PairSums } from '../../pairwise/index.ts';
import type { WordArray } from '../../tensor/index.ts';
import correlationWgsl from '../../../shaders/metric/correlation.wgsl';
import squaresWgsl from '../../../shaders/metric/squares.wgsl';
import cosineSimilarityWgsl from '../../../shaders/metric/cosine-similarity.wgsl';
import cosineWgsl from '../../../shaders/metric/cosine.wgsl';

/** Cosines above this are measured by the distance of unit rows. */
const CLOSE = 0.9;

/** Sums of squares in this range lost nothing that matters, and neither do quotients by their roots. */
const isSafe = (sum: number): boolean => sum >= 2 ** -900 && sum <= 2 ** 900;

const clamp = (cosine: number): number => Math.max(-1, Math.min(1, cosine));

/** √Σ w·(x − mean)², scaled by the largest |x − mean| where the plain sum cannot be trusted. */
function lengthOf(x: WordArray, at: number, length: number, weights: WordArray | undefined, mean: number): number {
  let plain = 0;
  for (let k = 0; k < length; k++) {
    const value = (x[at + k] as number) - mean;
    plain += weights ? (weights[k] as number) * value * value : value * value;
  }
  if (isSafe(plain) || plain !== plain) return Math.sqrt(plain);
  let top = 0;
  for (let k = 0; k < length; k++) {
    const value = Math.abs((x[at + k] as number) - mean);
    if (value > top && (!weights || (weights[k] as number) > 0)) top = value;
  }
  if (top === 0 || top === Infinity) return top;
  let sum = 0;
  for (let k = 0; k < length; k++) {
    const ratio = ((x[at + k] as number) - mean) / top;
    sum += weights ? (weights[k] as number) * ratio * ratio : ratio * ratio;
  }
  return top * Math.sqrt(sum);
}

/** Σ w·p·q of two rows minus their means at unit length: for rows whose plain product leaves the range of doubles. */
function unitProduct(
  x: WordArray,
  xAt: number,
  y: WordArray,
  yAt: number,
  length: number,
  weights: WordArray | undefined,
  left: number,
  right: number,
  leftMean: number,
  rightMean: number,
): number {
  let sum = 0;
  for (let k = 0; k < length; k++) {
    const term = (((x[xAt + k] as number) - leftMean) / left) * (((y[yAt + k] as number) - rightMean) / right);
    sum += weights ? (weights[k] as number) * term : term;
  }
  return sum;
}

/** ½ Σ w·(p − q)² of the same: 1 − cos without its loss of digits. */
function unitGap(
  x: WordArray,
  xAt: number,
  y: WordArray,
  yAt: number,
  length: number,
  weights: WordArray | undefined,
  left: number,
  right: number,
  leftMean: number,
  rightMean: number,
): number {
  let sum = 0;
  for (let k = 0; k < length; k++) {
    const gap = ((x[xAt + k] as number) - leftMean) / left - ((y[yAt + k] as number) - rightMean) / right;
    sum += weights ? (weights[k] as number) * gap * gap : gap * gap;
  }
  return sum / 2;
}

const norm: PairLoop['row'] = (x, at, length, weights) => lengthOf(x, at, length, weights, 0);

/** The distance, or the similarity, of two rows of lengths `left` and `right`. */
function cosineOf(
  x: WordArray,
  xAt: number,
  y: WordArray,
  yAt: number,
  length: number,
  weights: WordArray | undefined,
  settings: PairSettings,
  left: number,
  right: number,
  similar: boolean,
): number {
  if (left !== left || right !== right) return NaN;
  if (left === 0 || right === 0) return similar ? 1 - settings.zeroVector : settings.zeroVector;
  const plain = product.cpu.pair(x, xAt, y, yAt, length, weights, settings, left, right);
  const cosine =
    isSafe(left * left) && isSafe(right * right)
      ? plain / (left * right)
      : unitProduct(x, xAt, y, yAt, length, weights, left, right, 0, 0);
  if (cosine <= CLOSE || cosine !== cosine) return similar ? clamp(cosine) : 1 - clamp(cosine);
  const gap = unitGap(x, xAt, y, yAt, length, weights, left, right, 0, 0);
  return similar ? 1 - gap : gap;
}

/** The weighted mean, found around the first element that counts: the mean of equal numbers is that number exactly. */
const mean: PairLoop['row'] = (x, at, length, weights) => {
  let first = 0;
  if (weights) while (first < length - 1 && !((weights[first] as number) > 0)) first++;
  const shift = x[at + first] as number;
  let sum = 0;
  let total = 0;
  for (let k = 0; k < length; k++) {
    const weight = weights ? (weights[k] as number) : 1;
    sum += weight * ((x[at + k] as number) - shift);
    total += weight;
  }
  return shift + sum / total;
};

const correlationOf: PairLoop['pair'] = (x, xAt, y, yAt, length, weights, settings, leftMean, rightMean) => {
  let xx = 0;
  let yy = 0;
  let xy = 0;
  if (weights)
    for (let k = 0; k < length; k++) {
      const p = (x[xAt + k] as number) - leftMean;
      const q = (y[yAt + k] as number) - rightMean;
      const weight = weights[k] as number;
      xx += weight * p * p;
      xy += weight * p * q;
      yy += weight * q * q;
    }
  else
    for (let k = 0; k < length; k++) {
      const p = (x[xAt + k] as number) - leftMean;
      const q = (y[yAt + k] as number) - rightMean;
      xx += p * p;
      xy += p * q;
      yy += q * q;
    }
  const safe = isSafe(xx) && isSafe(yy);
  const left = safe ? Math.sqrt(xx) : lengthOf(x, xAt, length, weights, leftMean);
  const right = safe ? Math.sqrt(yy) : lengthOf(y, yAt, length, weights, rightMean);
  if (left !== left || right !== right) return NaN;
  if (left === 0 || right === 0) return settings.zeroVector;
  const cosine = safe
    ? xy / (left * right)
    : unitProduct(x, xAt, y, yAt, length, weights, left, right, leftMean, rightMean);
  if (cosine <= CLOSE || cosine !== cosine) return 1 - clamp(cosine);
  return unitGap(x, xAt, y, yAt, length, weights, left, right, leftMean, rightMean);
};

/** Whether rows of these lengths have a product that lost nothing, and are not so close that it says too little. */
const isPlain: PairSums['isSure'] = (sum, left, right) =>
  isSafe(left * left) && isSafe(right * right) && sum <= CLOSE * left * right;

/** 1 − Σ w·x·y / √(Σ w·x² · Σ w·y²), from 0 to 2. */
export const cosine: PairMetric = {
  name: 'cosine',
  element: 'float',
  cpu: {
    row: norm,
    pair: (x, xAt, y, yAt, length, weights, settings, left, right) =>
      cosineOf(x, xAt, y, yAt, length, weights, settings, left, right, false),
    sums: {
      eight: productSums,
      isSure: isPlain,
      finish: (sum, _settings, left, right) => 1 - clamp(sum / (left * right)),
    },
  },
  gpu: { wgsl: [squaresWgsl, cosineWgsl], prepare: 'unit', expands: true, cost: 'light' },
  wasm: { sum: 'squares', scale: 0.5 },
};

/** Σ w·x·y / √(Σ w·x² · Σ w·y²), from −1 to 1. */
export const cosineSimilarity: PairMetric = {
  name: 'cosine-similarity',
  element: 'float',
  cpu: {
    row: norm,
    pair: (x, xAt, y, yAt, length, weights, settings, left, right) =>
      cosineOf(x, xAt, y, yAt, length, weights, settings, left, right, true),
    sums: {
      eight: productSums,
      isSure: isPlain,
      finish: (sum, _settings, left, right) => clamp(sum / (left * right)),
    },
  },
  gpu: { wgsl: [squaresWgsl, cosineSimilarityWgsl], prepare: 'unit', expands: true, cost: 'light' },
  wasm: { sum: 'squares', scale: -0.5, shift: 1 },
};

/** The cosine distance of the rows minus their (weighted) means. */
export const correlation: PairMetric = {
  name: 'correlation',
  element: 'float',
  cpu: { row: mean, pair: correlationOf },
  gpu: { wgsl: [squaresWgsl, correlationWgsl], prepare: 'centred-unit', expands: true, cost: 'light' },
  wasm: { sum: 'squares', scale: 0.5 },
};
