/**
 * Metrics of probabilities: `jensenshannon`, `kl` (Kullback–Leibler), `hellinger`. Rows are divided by their sums first.
 * A row with a negative number, or whose sum is 0, is no distribution: `jensenshannon` is Infinity there, as in SciPy, the
 * other two are NaN. NaN in gives NaN out.
 *
 * The divergences are summed in terms that are never negative – the textbook's terms cancel where p and q are close, and
 * their sum may even fall below 0.
 */
import type { PairKernel, PairLoop, PairMetric } from '../../pairwise/index.ts';
import hellingerWgsl from '../../../shaders/metric/hellinger.wgsl';
import jensenshannonWgsl from '../../../shaders/metric/jensenshannon.wgsl';
import klWgsl from '../../../shaders/metric/kl.wgsl';
import squaresWgsl from '../../../shaders/metric/squares.wgsl';

/** Σx of a distribution; 0 of what is none, NaN where there is one. */
const sumOf: PairLoop['row'] = (x, at, length) => {
  let sum = 0;
  for (let k = at; k < at + length; k++) {
    if ((x[k] as number) < 0) return 0;
    sum += x[k] as number;
  }
  return sum;
};

/** Series are used for arguments up to this: what they leave out is below the rounding of doubles. */
const SMALL = 0.1;

/** (1 + r)·ln(1 + r) + (1 − r)·ln(1 − r) = r² + r⁴/6 + r⁶/15 + …, for |r| ≤ 1. */
function evenEntropy(r: number): number {
  if (Math.abs(r) > SMALL) {
    const upper = r > -1 ? (1 + r) * Math.log1p(r) : 0;
    return upper + (r < 1 ? (1 - r) * Math.log1p(-r) : 0);
  }
  const square = r * r;
  let term = square;
  let sum = square;
  for (let k = 2; k <= 8; k++) {
    term *= square;
    sum += term / (k * (2 * k - 1));
  }
  return sum;
}

/** p·ln(p/q) − p + q = q·(u²/2 − u³/6 + u⁴/12 − …) with u = (p − q)/q. */
function excess(p: number, q: number): number {
  if (q === 0) return p === 0 ? 0 : p * Infinity;
  if (p === 0) return q;
  const u = (p - q) / q;
  // Where the quotient leaves the range of doubles, the logarithms do not.
  if (!(Math.abs(u) <= SMALL)) return p * (p / q < Infinity ? Math.log(p / q) : Math.log(p) - Math.log(q)) - (p - q);
  let term = -u;
  let sum = 0;
  for (let k = 2; k <= 16; k++) {
    term *= -u;
    sum += term / (k * (k - 1));
  }
  return q * sum;
}

/** √(½ Σ (p·ln(p/m) + q·ln(q/m))) with m = (p + q)/2. */
const jensenShannonOf: PairLoop['pair'] = (x, xAt, y, yAt, length, _weights, _settings, left, right) => {
  if (left === 0 || right === 0) return Infinity;
  let sum = 0;
  for (let k = 0; k < length; k++) {
    const p = (x[xAt + k] as number) / left;
    const q = (y[yAt + k] as number) / right;
    const both = p + q;
    if (both !== 0) sum += (both / 2) * evenEntropy((p - q) / both);
  }
  return Math.sqrt(sum / 2);
};

/** Σ p·ln(p/q), summed as Σ (p·ln(p/q) − p + q); a share of p where q has none makes it infinite. */
const divergenceOf: PairLoop['pair'] = (x, xAt, y, yAt, length, _weights, _settings, left, right) => {
  if (left === 0 || right === 0) return NaN;
  let sum = 0;
  for (let k = 0; k < length; k++) sum += excess((x[xAt + k] as number) / left, (y[yAt + k] as number) / right);
  return sum;
};

/** √(½ Σ (√p − √q)²) */
const hellingerOf: PairLoop['pair'] = (x, xAt, y, yAt, length, _weights, _settings, left, right) => {
  if (left === 0 || right === 0) return NaN;
  let sum = 0;
  for (let k = 0; k < length; k++) {
    const gap = Math.sqrt((x[xAt + k] as number) / left) - Math.sqrt((y[yAt + k] as number) / right);
    sum += gap * gap;
  }
  return Math.sqrt(sum / 2);
};

const metric = (name: string, pair: PairLoop['pair'], gpu: PairKernel): PairMetric => ({
  name,
  element: 'float',
  cpu: { row: sumOf, pair },
  gpu,
});

/** √ of the Jensen–Shannon divergence, with the natural logarithm: from 0 to √ln 2. */
export const jensenshannon: PairMetric = /* @__PURE__ */ metric('jensenshannon', jensenShannonOf, {
  wgsl: [jensenshannonWgsl],
  cost: 'heavy',
  prepare: 'shares',
});

/** The Kullback–Leibler divergence of a's row from b's: Σ p·ln(p/q). Not symmetric. */
export const kl: PairMetric = /* @__PURE__ */ metric('kl', divergenceOf, {
  wgsl: [klWgsl],
  directed: true,
  prepare: 'shares',
  cost: 'heavy',
});

/** √(½ Σ (√p − √q)²), from 0 to 1. */
export const hellinger: PairMetric = {
  name: 'hellinger',
  element: 'float',
  cpu: { row: sumOf, pair: hellingerOf },
  gpu: { wgsl: [squaresWgsl, hellingerWgsl], cost: 'light', prepare: 'root-shares', expands: true },
  wasm: { sum: 'squares', scale: 0.5, root: true },
};
