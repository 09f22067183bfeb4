/**
 * How a metric's sums and counts are told to the kernels of pairs.as: the words behind those of the box. Pure arithmetic; what
 * they mean is said in params.as.
 */
import { words } from '../../device/index.ts';
import type { PairOfCounts, PairOfSums, PairSum } from '../metric.ts';
import type { PairPlan } from '../pairwise.ts';

/** The numbers of steps.as. Of powers, three and four, and a half and one and a half, are sums of their own. */
const SUMS: Record<PairSum, number> = {
  products: 0,
  squares: 1,
  absolutes: 2,
  largest: 3,
  powers: 4,
  relatives: 7,
  together: 8,
  unequal: 9,
  either: 10,
  all: 11,
};
const THIRDS = 5;
const HALVES = 6;
const NONE = -1;

const SQUARE_ROOT = 1;
const POWER_ROOT = 2;

const SAFE_LEAST = 0x17800000; // 2⁻⁸⁰
const ALL_BITS = 0xffffffff;

/** A power as two float32: its first 12 bits, and the rest. */
function halvesOf(power: number): [number, number] {
  const unit = 2 ** (Math.floor(Math.log2(power)) - 11);
  const high = Math.floor(power / unit) * unit;
  return [words.float(high), words.float(power - high)];
}

/** The number of a sum, of powers by the exponent. */
export function numberOf(sum: PairSum, power: number): number {
  if (sum !== 'powers') return SUMS[sum];
  return power === 3 || power === 4 ? THIRDS : power === 0.5 || power === 1.5 ? HALVES : SUMS.powers;
}

/** The words of SumParams: emptyIsZero, sum, over, isStreamed, … none. */
export function sumWords(wasm: PairOfSums, plan: PairPlan, preparation: number, streamed: boolean): number[] {
  const { power, zeroVector } = plan.settings;
  const { sum, scale = 1, shift = 0, over } = wasm;
  const isPower = sum === 'powers';
  // Where all weigh 1, it is known what all weigh.
  const isKnown = over === 'all' && !plan.weighted;
  return [
    wasm.orZero ? ALL_BITS : 0,
    numberOf(sum, power),
    over === undefined || isKnown ? NONE : SUMS[over],
    Number(streamed),
    preparation,
    power === 4 || power === 0.5 ? ALL_BITS : 0,
    ...halvesOf(isPower ? power : 1),
    ...halvesOf(isPower ? 1 / power : 1),
    ...sureBits(wasm, plan.weighted),
    // No two unit rows are further apart, whatever rounding says.
    preparation === 1 || preparation === 2 ? words.float(4) : words.infinity,
    words.float(isKnown ? plan.length : 1 / scale),
    words.float(shift),
    !wasm.root ? 0 : isPower ? POWER_ROOT : SQUARE_ROOT,
    words.float(shift + Math.sign(scale) * zeroVector),
  ];
}

/** The bits of sums that are trusted: the first, and how many. Largest differences and counts are as they are. */
function sureBits({ sum, over }: PairOfSums, weighted: boolean): [number, number] {
  switch (sum) {
    case 'squares':
    case 'powers':
      return [SAFE_LEAST, words.infinity - SAFE_LEAST];
    case 'products':
    case 'relatives':
      return [0, words.infinity];
    case 'absolutes':
      // Weights make small terms smaller, which a quotient shows, and large ones less; else an infinite sum is infinite.
      if (over) return weighted ? [SAFE_LEAST, words.infinity - SAFE_LEAST] : [0, words.infinity];
      return [0, weighted ? words.infinity : ALL_BITS];
    default:
      return [0, ALL_BITS];
  }
}

/** The words of CountParams: emptyIsZero, size, top, bottom, isYule. */
export const countWords = ({ top, bottom, yule = false, orZero = false }: PairOfCounts, plan: PairPlan): number[] => [
  orZero ? ALL_BITS : 0,
  plan.settings.size,
  ...top,
  ...bottom,
  Number(yule),
];
