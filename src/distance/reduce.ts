/**
 * `pairwiseReduce`: one number for each row of a – its nearest row of b, how far that is, how many are near – without the
 * matrix of all distances ever being there.
 */
import { OptionError, ShapeError } from '../errors.ts';
import { show } from '../options.ts';
import type { Sink } from '../pairwise/index.ts';
import { scoped, showShape, type Tensor, type TensorLike } from '../tensor/index.ts';
import { chooseMetric, prepare, runPrepared, type MetricOptions } from './resolve.ts';

const KINDS = ['argmin', 'min', 'sum', 'countBelow'] as const;

export interface PairwiseReduceOptions extends MetricOptions {
  /** `argmin` the nearest row of b, `min` its distance, `sum` of the distances, `countBelow` how many are below `threshold`. */
  readonly reduce: (typeof KINDS)[number];
  /** For 'countBelow'. */
  readonly threshold?: number | undefined;
}

/**
 * Reduces the distances of each row of `a` from all rows of `b`, in memory for one number a row.
 *
 * ```ts
 * const [a, b] = [[[0, 0], [5, 5]], [[1, 0], [4, 4], [9, 9]]];
 * await pairwiseReduce(a, b, { reduce: 'argmin' }).toArray();                    // [0, 1]
 * await pairwiseReduce(a, b, { metric: 'cityblock', reduce: 'min' }).toArray();  // [1, 2]
 * await pairwiseReduce(a, b, { reduce: 'countBelow', threshold: 6 }).toArray();  // [2, 2]
 * ```
 *
 * `argmin` and `countBelow` are uint32. NaN comes before every number and the lowest index wins ties, as in `min` and
 * `argmin`; NaN is below no threshold. Of no rows the sum and the count are 0, and the smallest throws.
 */
export function pairwiseReduce(a: TensorLike, b: TensorLike, options: PairwiseReduceOptions): Tensor {
  const op = 'pairwiseReduce';
  return scoped(scope => {
    const chosen = chooseMetric(op, options, ['reduce', 'threshold']);
    const sink = sinkOf(op, options);
    const prepared = prepare(op, [a, b], chosen, scope);
    if ((sink.kind === 'min' || sink.kind === 'argmin') && prepared.b.shape[0] === 0)
      throw new ShapeError(
        `${op}: b of shape ${showShape(prepared.b.shape)} has no rows, and nothing has no ${sink.kind}. Give at least one row.`,
      );
    return runPrepared(op, prepared, sink, scope);
  });
}

function sinkOf(op: string, options: unknown): Sink {
  const { reduce, threshold } = (options ?? {}) as Partial<PairwiseReduceOptions>;
  if (reduce === undefined || !KINDS.includes(reduce))
    throw new OptionError(`${op}: reduce is ${show(reduce)}. Use one of ${KINDS.join(', ')}.`);
  if (reduce !== 'countBelow') {
    if (threshold !== undefined)
      throw new OptionError(`${op}: '${reduce}' has no threshold. Leave it out, or reduce by 'countBelow'.`);
    return { kind: reduce };
  }
  if (typeof threshold !== 'number' || Number.isNaN(threshold))
    throw new OptionError(`${op}: threshold is ${show(threshold)}. Give the number that distances must be below.`);
  return { kind: reduce, threshold };
}
