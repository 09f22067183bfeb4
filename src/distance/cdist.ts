/**
 * `cdist`: the distance of every row of one matrix from every row of another, as scipy.spatial.distance.cdist has it.
 * The metrics themselves are in metrics/, their names in table.ts.
 */
import { DtypeError, OptionError, ShapeError } from '../errors.ts';
import { show } from '../options.ts';
import { checkSameDevice, scoped, showShape, Tensor, type TensorLike } from '../tensor/index.ts';
import { chooseMetric, prepare, runPrepared, type MetricOptions, type Prepared } from './resolve.ts';
import type { Metric } from './table.ts';

export interface CdistOptions extends MetricOptions {
  /** A tensor of the result's shape and dtype on the same device, to be written to and returned. */
  readonly out?: Tensor | undefined;
}

/**
 * Distances of all pairs of rows: a tensor of shape [rows of a, rows of b].
 *
 * ```ts
 * const a = [[0, 0], [3, 4]];
 * await cdist(a, [[0, 0], [3, 0]]).toArray();                        // [[0, 3], [5, 4]]
 * await cdist(a, [[6, 8]], 'cityblock').toArray();                   // [[14], [7]]
 * await cdist(a, [[6, 8]], { metric: 'minkowski', p: 3, w: [1, 0] }).toArray(); // [[6], [3]]
 * await cdist([[true, false]], [[true, true]], 'jaccard').toArray(); // [[0.5]]
 * ```
 *
 * With x and y two rows, w the weights (1 where there are none), p and q rows divided by their sums, and for 0/1 rows c
 * the columns where both are 1, R those that differ and n all of them:
 *
 * | metric | what it is |
 * | --- | --- |
 * | `euclidean`, `sqeuclidean` | √Σw(x − y)², and the same without the root |
 * | `cityblock`, `chebyshev` | Σw\|x − y\|, and max\|x − y\| where w > 0 |
 * | `minkowski` | (Σw\|x − y\|^p)^(1/p) for any p > 0 |
 * | `seuclidean` | √Σ(x − y)²/V |
 * | `mahalanobis` | √(x − y)·VI·(x − y) |
 * | `canberra`, `braycurtis` | Σw\|x − y\|/(\|x\| + \|y\|) with 0/0 = 0, and Σw\|x − y\| / Σw\|x + y\| |
 * | `cosine`, `correlation` | 1 − cos of the angle between x and y, and the same of x and y minus their means |
 * | `dot` | −Σwxy: not a distance, but smaller is closer |
 * | `hamming`, `matching` | the share of columns where x ≠ y |
 * | `jaccard` | the same of the columns where x or y is not 0; 0 if there is none |
 * | `dice`, `sokalsneath` | R/(2c + R), and 2R/(c + 2R) |
 * | `rogerstanimoto`, `sokalmichener` | 2R/(n + R) |
 * | `russellrao`, `kulczynski1` | (n − c)/n, and c/R |
 * | `yule` | 2st/(c(n − c − R) + st) with s, t the columns where only x and only y is 1 |
 * | `jensenshannon` | √½Σ(p ln(p/m) + q ln(q/m)) with m = (p + q)/2; ∞ where a row sums to 0 or has a negative number |
 * | `kl` | Σp ln(p/q), ∞ where q = 0 < p; not symmetric |
 * | `hellinger` | √½Σ(√p − √q)² |
 * | `haversine` | the angle between two places of [latitude, longitude] in radians |
 *
 * Meaning, weights and edge cases are SciPy 1.10's. NaN in a row gives NaN, but `hamming` and `jaccard` only ask whether
 * numbers differ. A row has no `cosine` if it is 0, no `correlation` if it is constant: those are NaN, or `zeroVector`.
 * A row is exactly 0 away from itself in every metric that is one. Metrics of 0/1 rows run on packed bits, 32 to a word,
 * and so do `hamming` and `jaccard` of `bool` tensors; with weights they run on floats.
 */
export function cdist(a: TensorLike, b: TensorLike, metric: Metric | CdistOptions = 'euclidean'): Tensor {
  const op = 'cdist';
  return scoped(scope => {
    const chosen = chooseMetric(op, metric, ['out']);
    const { out } = chosen.options as CdistOptions;
    const prepared = prepare(op, [a, b], chosen, scope);
    if (out === undefined) return runPrepared(op, prepared, { kind: 'matrix' }, scope);
    checkOut(op, out, prepared);
    runPrepared(op, prepared, { kind: 'matrix' }, scope, out).dispose();
    return out;
  });
}

function checkOut(op: string, out: unknown, { a, b, weights, dtype }: Prepared): asserts out is Tensor {
  if (!(out instanceof Tensor))
    throw new OptionError(`${op}: out is ${show(out)}. Give a tensor to write to, or leave it out.`);
  checkSameDevice([a, out], op);
  const shape = [a.shape[0] ?? 0, b.shape[0] ?? 0];
  if (out.ndim !== 2 || out.shape[0] !== shape[0] || out.shape[1] !== shape[1])
    throw new ShapeError(
      `${op}: out has shape ${showShape(out.shape)}, the result ${showShape(shape)}. Give a tensor of the result's shape.`,
    );
  if (out.dtype !== dtype)
    throw new DtypeError(`${op}: out is ${out.dtype}, the result ${dtype}. Give a tensor of the result's dtype.`);
  if (!out.isRowMajor)
    throw new OptionError(`${op}: out is a strided view. Give a tensor whose elements lie row by row without gaps.`);
  const storage = out.storageFor(op);
  if ([a, b, weights].some(one => one?.storageFor(op) === storage))
    throw new OptionError(`${op}: out shares its memory with an operand. Give a tensor of its own.`);
}
