/**
 * Metrics of sets and of agreement. Those of 0/1 values are quotients of three counts of a pair – both, only x, only y –
 * and exist twice by one helper: on packed bits, and on 0/1 floats with weights. `hamming` and `jaccard` take any numbers
 * too, and ask only whether they are equal, or 0.
 */
import type { WgslFile } from '../../device/index.ts';
import type { PairLoop, PairMetric, PairOfCounts } from '../../pairwise/index.ts';
import countsBitsWgsl from '../../../shaders/metric/counts-bits.wgsl';
import countsFloatsWgsl from '../../../shaders/metric/counts-floats.wgsl';
import countsHammingWgsl from '../../../shaders/metric/counts-hamming.wgsl';
import countsJaccardWgsl from '../../../shaders/metric/counts-jaccard.wgsl';
import diceWgsl from '../../../shaders/metric/dice.wgsl';
import hammingWgsl from '../../../shaders/metric/hamming.wgsl';
import jaccardWgsl from '../../../shaders/metric/jaccard.wgsl';
import kulczynski1Wgsl from '../../../shaders/metric/kulczynski1.wgsl';
import rogerstanimotoWgsl from '../../../shaders/metric/rogerstanimoto.wgsl';
import russellraoWgsl from '../../../shaders/metric/russellrao.wgsl';
import sokalmichenerWgsl from '../../../shaders/metric/sokalmichener.wgsl';
import sokalsneathWgsl from '../../../shaders/metric/sokalsneath.wgsl';
import yuleWgsl from '../../../shaders/metric/yule.wgsl';

/** From the counts (weights summed, where there are any) of a pair: true in both, in x alone, in y alone, and of all. */
type Quotient = (both: number, onlyX: number, onlyY: number, all: number) => number;

/** How many bits of a word are 1. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

const onBits = (name: string, quotient: Quotient, fragment: readonly WgslFile[], wasm: PairOfCounts): PairMetric => ({
  name: `${name}-bits`,
  element: 'bits',
  cpu: {
    pair(x, xAt, y, yAt, length, _weights, settings) {
      let both = 0;
      let onlyX = 0;
      let onlyY = 0;
      for (let k = 0; k < length; k++) {
        const p = x[xAt + k] as number;
        const q = y[yAt + k] as number;
        both += ones(p & q);
        onlyX += ones(p & ~q);
        onlyY += ones(~p & q);
      }
      return quotient(both, onlyX, onlyY, settings.size);
    },
  },
  gpu: { wgsl: fragment },
  wasm,
});

/** Σw, or how many columns there are: the same for every row, but found once. */
const total: PairLoop['row'] = (_x, _at, length, weights) => {
  if (!weights) return length;
  let sum = 0;
  for (let k = 0; k < length; k++) sum += weights[k] as number;
  return sum;
};

const onFloats = (name: string, quotient: Quotient, fragment: readonly WgslFile[]): PairMetric => ({
  name,
  element: 'float',
  cpu: {
    row: total,
    pair(x, xAt, y, yAt, length, weights, _settings, all) {
      let both = 0;
      let onlyX = 0;
      let onlyY = 0;
      for (let k = 0; k < length; k++) {
        const p = x[xAt + k] !== 0;
        const q = y[yAt + k] !== 0;
        if (!p && !q) continue;
        const weight = weights ? (weights[k] as number) : 1;
        if (p && q) both += weight;
        else if (p) onlyX += weight;
        else onlyY += weight;
      }
      return quotient(both, onlyX, onlyY, all);
    },
  },
  gpu: { wgsl: fragment },
});

/** One metric of 0/1 values in its two forms. */
export interface BooleanMetric {
  readonly bits: PairMetric;
  readonly floats: PairMetric;
}

const boolean = (name: string, wgsl: WgslFile, quotient: Quotient, wasm: PairOfCounts): BooleanMetric => ({
  bits: onBits(name, quotient, [countsBitsWgsl, wgsl], wasm),
  floats: onFloats(name, quotient, [countsFloatsWgsl, wgsl]),
});

/** R/(2·both + R), where R counts what is unequal here and below; NaN where neither has anything. */
export const dice: BooleanMetric = /* @__PURE__ */ boolean(
  'dice',
  diceWgsl,
  (both, onlyX, onlyY) => (onlyX + onlyY) / (2 * both + onlyX + onlyY),
  { top: [0, 1, 0], bottom: [2, 1, 0] },
);

/** both/R: grows with likeness, infinite for equal rows; NaN where neither has anything. */
export const kulczynski1: BooleanMetric = /* @__PURE__ */ boolean(
  'kulczynski1',
  kulczynski1Wgsl,
  (both, onlyX, onlyY) => both / (onlyX + onlyY),
  { top: [1, 0, 0], bottom: [0, 1, 0] },
);

const twiceUnequal: Quotient = (_both, onlyX, onlyY, all) => {
  const unequal = onlyX + onlyY;
  return (2 * unequal) / (all + unequal);
};

const twiceUnequalOfCounts: PairOfCounts = { top: [0, 2, 0], bottom: [0, 1, 1] };

/** 2R/(all + R) */
export const rogerstanimoto: BooleanMetric = /* @__PURE__ */ boolean(
  'rogerstanimoto',
  rogerstanimotoWgsl,
  twiceUnequal,
  twiceUnequalOfCounts,
);

/** 2R/(all + R): the same as `rogerstanimoto`, as in SciPy. */
export const sokalmichener: BooleanMetric = /* @__PURE__ */ boolean(
  'sokalmichener',
  sokalmichenerWgsl,
  twiceUnequal,
  twiceUnequalOfCounts,
);

/** (all − both)/all: not 0 for equal rows that are not all true. */
export const russellrao: BooleanMetric = /* @__PURE__ */ boolean(
  'russellrao',
  russellraoWgsl,
  (both, _onlyX, _onlyY, all) => (all - both) / all,
  { top: [-1, 0, 1], bottom: [0, 0, 1] },
);

/** 2R/(both + 2R); NaN where neither has anything. */
export const sokalsneath: BooleanMetric = /* @__PURE__ */ boolean(
  'sokalsneath',
  sokalsneathWgsl,
  (both, onlyX, onlyY) => {
    const unequal = onlyX + onlyY;
    return (2 * unequal) / (both + 2 * unequal);
  },
  { top: [0, 2, 0], bottom: [1, 2, 0] },
);

/** 2·onlyX·onlyY / (both·neither + onlyX·onlyY), and 0 where onlyX·onlyY is. */
export const yule: BooleanMetric = /* @__PURE__ */ boolean(
  'yule',
  yuleWgsl,
  (both, onlyX, onlyY, all) => {
    const crossed = onlyX * onlyY;
    return crossed === 0 ? 0 : (2 * crossed) / (both * (all - both - onlyX - onlyY) + crossed);
  },
  { top: [1, 0, 0], bottom: [-1, -1, 1], yule: true, orZero: true },
);

/** The share of columns (of weights) that differ. */
const differing: PairLoop['pair'] = (x, xAt, y, yAt, length, weights, _settings, all) => {
  let unequal = 0;
  for (let k = 0; k < length; k++) if (x[xAt + k] !== y[yAt + k]) unequal += weights ? (weights[k] as number) : 1;
  return unequal / all;
};

export const hamming: BooleanMetric = {
  bits: /* @__PURE__ */ onBits(
    'hamming',
    (_both, onlyX, onlyY, all) => (onlyX + onlyY) / all,
    [countsBitsWgsl, countsHammingWgsl],
    { top: [0, 1, 0], bottom: [0, 0, 1] },
  ),
  floats: {
    name: 'hamming',
    element: 'float',
    cpu: { row: total, pair: differing },
    gpu: { wgsl: [hammingWgsl] },
    wasm: { sum: 'unequal', over: 'all' },
  },
};

/** Of the columns where one of the two is not 0, the share that differs; 0 where there is none. */
const differingOfNonzero: PairLoop['pair'] = (x, xAt, y, yAt, length, weights) => {
  let unequal = 0;
  let nonzero = 0;
  for (let k = 0; k < length; k++) {
    const p = x[xAt + k] as number;
    const q = y[yAt + k] as number;
    if (p === 0 && q === 0) continue;
    const weight = weights ? (weights[k] as number) : 1;
    nonzero += weight;
    if (p !== q) unequal += weight;
  }
  return nonzero === 0 ? 0 : unequal / nonzero;
};

export const jaccard: BooleanMetric = {
  bits: /* @__PURE__ */ onBits(
    'jaccard',
    (both, onlyX, onlyY) => (both + onlyX + onlyY === 0 ? 0 : (onlyX + onlyY) / (both + onlyX + onlyY)),
    [countsBitsWgsl, countsJaccardWgsl],
    { top: [0, 1, 0], bottom: [1, 1, 0], orZero: true },
  ),
  floats: {
    name: 'jaccard',
    element: 'float',
    cpu: { pair: differingOfNonzero },
    gpu: { wgsl: [jaccardWgsl] },
    wasm: { sum: 'unequal', over: 'either', orZero: true },
  },
};
