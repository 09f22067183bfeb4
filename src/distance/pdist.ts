/** `pdist`: the distances of all pairs of rows of one matrix, each pair once, in SciPy's condensed order. */
import { scoped, type Tensor, type TensorLike } from '../tensor/index.ts';
import { chooseMetric, prepare, runPrepared, type MetricOptions } from './resolve.ts';
import type { Metric } from './table.ts';

/**
 * Distances of the pairs of rows (0, 1), (0, 2), …, (1, 2), …: for n rows a vector of n(n − 1)/2 numbers. `squareform` makes
 * it a symmetric matrix. Metrics and options are those of `cdist`.
 *
 * ```ts
 * await pdist([[0, 0], [3, 4], [6, 8]]).toArray();              // [5, 10, 5]
 * await pdist([[0, 0], [3, 4], [6, 8]], 'chebyshev').toArray(); // [4, 8, 4]
 * ```
 */
export function pdist(a: TensorLike, metric: Metric | MetricOptions = 'euclidean'): Tensor {
  const op = 'pdist';
  return scoped(scope => {
    const prepared = prepare(op, [a], chooseMetric(op, metric), scope);
    return runPrepared(op, prepared, { kind: 'condensed' }, scope);
  });
}
