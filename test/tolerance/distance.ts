/** Bounds of distances and similarities: each metric by its own formula. */
import { ROUNDING, SMALLEST_NORMAL, plus, roundings, norm, type Precision, type Tolerance } from './steps.ts';

export interface DistanceTerms {
  /** The exponent of a Minkowski distance. */
  readonly p?: number | undefined;
  /** True where the call has weights. */
  readonly weighted?: boolean | undefined;
  /** What oracle/distance.ts says that the error of this pair is measured against. */
  readonly magnitude?: number | undefined;
}

/**
 * Where less than an eighth of ‖x‖² + ‖y‖² (of centred rows) is left after −2x·y, a GPU finds Σ(x − y)² from the differences.
 * Above that, what is subtracted has the error of twice the squares: no more than 16 times that of a plain sum.
 */
const EXPANDED = 16;

/** Errors in roundings: `relative` to the distance, and `absolute`, of the magnitude or of 1. */
interface Roundings {
  readonly relative: number;
  readonly absolute: number;
}

/** The arithmetic that a distance is found with. */
interface Arithmetic {
  /** One rounding. */
  readonly unit: number;
  /** The roundings of a sum of d terms. */
  readonly chain: number;
  /** 1 where differences are summed, more where a product of matrices may be. */
  readonly expanded: number;
  /** The roundings that a logarithm is off by near 1. */
  readonly log: number;
}

function distanceRoundings(
  metric: string,
  { weighted = false, magnitude = 1 }: DistanceTerms,
  { unit, chain, expanded, log }: Arithmetic,
): Roundings {
  switch (metric) {
    case 'chebyshev':
      return { relative: 2, absolute: 0 };
    case 'cityblock':
      return { relative: chain + 4, absolute: 0 };
    case 'sqeuclidean':
      return { relative: (chain + 4) * expanded, absolute: 0 };
    // The root halves the error, and has one of its own.
    case 'euclidean':
      return { relative: ((chain + 4) * expanded) / 2 + 9, absolute: 0 };
    // As euclidean; the weights are quotients. Rows that had their mean taken off and were scaled moved by some roundings.
    case 'seuclidean':
      return { relative: ((chain + 12) * expanded) / 2 + 9, absolute: (chain + 8) * magnitude };
    // Whitened rows are sums of d terms each; see oracle/distance.ts for what they are measured against.
    case 'mahalanobis':
      return { relative: ((chain + 4) * expanded) / 2 + 9, absolute: (chain + 8) * magnitude };
    // A quotient in each term, or one of two sums.
    case 'canberra':
      return { relative: chain + 10, absolute: 0 };
    case 'braycurtis':
      return { relative: 2 * chain + 12, absolute: 0 };
    // Unit vectors have the error of their norm and a division; the products of their elements sum to 1 at most.
    case 'cosine':
      return { relative: chain, absolute: 3 * chain + 10 };
    // The same after the mean went off.
    case 'correlation':
      return { relative: chain, absolute: (3 * chain + 10) * Math.max(1, magnitude) };
    case 'hellinger':
      return { relative: ((chain + 4) * expanded) / 2 + 9, absolute: 2 * chain + 10 };
    // The roots of sums of terms that are never negative: what shares are off by shows once.
    case 'jensenshannon':
      return { relative: chain + 10, absolute: 2 * chain + 10 };
    case 'kl':
      return { relative: chain + 10, absolute: (chain + 10) * magnitude + chain + 2 * log };
    case 'dot':
      return { relative: 0, absolute: (chain + 2) * magnitude };
    // The arc sine is steep half way round, where the error of its square shows as its root.
    case 'haversine':
      return { relative: 24, absolute: Math.min(24 * magnitude, 2 * Math.sqrt(24 / unit)) };
    // Counts are exact, sums of weights are not; one quotient.
    case 'hamming':
    case 'matching':
    case 'jaccard':
    case 'dice':
    case 'kulczynski1':
    case 'rogerstanimoto':
    case 'sokalmichener':
    case 'sokalsneath':
      return { relative: (weighted ? 3 * chain : 0) + 10, absolute: 0 };
    // What neither has is what remains of all weights.
    case 'russellrao':
      return { relative: 10, absolute: weighted ? 2 * chain + 2 : 0 };
    case 'yule':
      return weighted
        ? { relative: 6 * chain + 20, absolute: (3 * chain + 10) * magnitude }
        : { relative: 20, absolute: 0 };
    default:
      throw new Error(`no bound is stated for '${metric}'`);
  }
}

/**
 * A distance of two rows of d numbers.
 *
 * float32 throughout: sums of differences within 2⁻²⁴·(log₂(d) + a few), relative; squared differences, where a GPU may
 * multiply matrices, within 16 times that, also for near-duplicates; angles and divergences relative to 1.
 */
export function distance(metric: string, d: number, precision: Precision, terms: DistanceTerms = {}): Tolerance {
  if (metric === 'minkowski') return minkowski(d, precision, terms);
  const of = (arithmetic: Arithmetic): Tolerance => {
    const { relative, absolute } = distanceRoundings(metric, terms, arithmetic);
    const { unit } = arithmetic;
    return { relative: relative * unit, absolute: Number.isFinite(absolute) ? absolute * unit : 0 };
  };
  const doubles = of({ unit: ROUNDING.float64, chain: d + 8, expanded: 1, log: 4 });
  if (precision === 'double') return doubles;
  // Scaled and whitened rows are float32 numbers themselves: doubles after that come too late.
  const prepared = metric === 'seuclidean' || metric === 'mahalanobis';
  if (precision === 'rounded' && !prepared)
    return plus(doubles, { relative: ROUNDING.float32, absolute: SMALLEST_NORMAL });
  // Angles are roots of sums of squares, and squares below the smallest normal number are lost.
  const least = metric === 'haversine' ? 2 ** -61 : SMALLEST_NORMAL;
  const expanded = precision === 'single' ? EXPANDED : 1;
  const singles = of({ unit: ROUNDING.float32, chain: roundings(d), expanded, log: 8 });
  return plus(singles, { relative: 0, absolute: least });
}

/** What is promised of euclidean distances of near-duplicates, however far from the origin: points are rounded first. */
export const nearDuplicates: Tolerance = { relative: 1e-3, absolute: 0 };

/** How far from 1 the cosine of a row and itself may be, below it. */
export const SELF_SIMILARITY = 2 ** -22;

/** Powers and roots as in norms, after a difference; p = 1, 2 and ∞ are other metrics. */
function minkowski(d: number, precision: Precision, terms: DistanceTerms): Tolerance {
  const { p = 2 } = terms;
  const named = p === 1 ? 'cityblock' : p === 2 ? 'euclidean' : p === Infinity ? 'chebyshev' : undefined;
  if (named) return distance(named, d, precision, terms);
  const ofNorm = norm(d, p, precision);
  const few = 4 * (precision === 'double' ? ROUNDING.float64 : ROUNDING.float32);
  return { ...ofNorm, relative: (ofNorm.relative + few) * Math.max(1, 1 / (2 * p)) };
}
