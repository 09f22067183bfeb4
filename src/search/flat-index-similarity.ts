/** From distances to similarities: larger where vectors are closer. */
import { chooseMetric, type Metric } from '../distance/index.ts';

/** Metrics of which 1 − d is a similarity: their distances are shares, or 1 minus a cosine. */
const SHARES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'cosine',
  'correlation',
  'braycurtis',
  'hamming',
  'matching',
  'jaccard',
  'dice',
  'sokalsneath',
  'rogerstanimoto',
  'sokalmichener',
  'russellrao',
  'yule',
  'jensenshannon',
  'hellinger',
]);

/**
 * Distances as similarities, in an array of the same type.
 *
 * ```ts
 * toSimilarity([0, 0.25, 2], 'cosine');  // [1, 0.75, −1]: the cosines
 * toSimilarity([-12, -3], 'dot');        // [12, 3]: the products
 * toSimilarity([0, 1, 3], 'euclidean');  // [1, 0.5, 0.25]
 * ```
 *
 * `dot` is −d. `cosine`, `correlation` and what counts shares (`hamming`, `jaccard`, …) are 1 − d; everything else is
 * 1 / (1 + d). A place without a hit, at distance ∞, has the similarity −∞ in the first two cases and 0 in the last.
 */
export function toSimilarity<Numbers extends Float32Array | Float64Array | readonly number[]>(
  distances: Numbers,
  metric: Metric,
): Numbers {
  const { name } = chooseMetric('toSimilarity', metric).entry;
  const similarity = (d: number): number => {
    if (name === 'dot') return -d;
    return SHARES.has(name) ? 1 - d : 1 / (1 + d);
  };
  return (distances as readonly number[]).map(similarity) as unknown as Numbers;
}
