/** What is larger where rows are closer: `cosineSimilarity`, and the inner products `inner` and `gram`. */
import { product } from '../linalg/index.ts';
import { checkOptions } from '../options.ts';
import { pairs } from '../pairwise/index.ts';
import { scoped, toTensors, type Device, type Tensor, type TensorLike } from '../tensor/index.ts';
import { cosineSimilarity as metric } from './metrics/directions.ts';
import { asFloats, checkRows } from './operands.ts';
import { chooseMetric, prepare, runPrepared } from './resolve.ts';

export interface SimilarityOptions {
  /** One weight ≥ 0 a column. */
  readonly w?: TensorLike | undefined;
  /** The *distance* of a row without direction, as in `cdist`: its similarity is 1 − zeroVector. Default NaN. */
  readonly zeroVector?: number | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

/**
 * The cosines of the angles between all rows of `a` and all rows of `b` (of `a`, where left out): 1 − the cosine distance,
 * from −1 to 1 and never above, exactly 1 for a row and itself.
 *
 * ```ts
 * await cosineSimilarity([[1, 0]], [[2, 0], [0, 3], [-1, 0]]).toArray(); // [[1, 0, -1]]
 * await cosineSimilarity([[0, 0]], [[1, 0]], { zeroVector: 1 }).toArray(); // [[0]]: a distance of 1
 * ```
 */
export function cosineSimilarity(a: TensorLike, b: TensorLike = a, options: SimilarityOptions = {}): Tensor {
  const op = 'cosineSimilarity';
  return scoped(scope => {
    checkOptions(op, options, ['w', 'zeroVector', 'device']);
    const prepared = prepare(op, [a, b], chooseMetric(op, { ...options, metric: 'cosine' }), scope);
    return runPrepared(op, { ...prepared, metric }, { kind: 'matrix' }, scope);
  });
}

export interface InnerOptions {
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

function products(op: string, operands: readonly TensorLike[], options: InnerOptions): Tensor {
  return scoped(scope => {
    checkOptions(op, options, ['device']);
    const rows = toTensors(operands, op, scope, options.device);
    checkRows(op, rows);
    const [a, b = a] = rows as [Tensor, Tensor?];
    return pairs(op, product, asFloats(a, b, op, scope), scope);
  });
}

/**
 * The inner products of all rows of `a` with all rows of `b`: A·Bᵀ, of shape [rows of a, rows of b].
 *
 * ```ts
 * await inner([[1, 2], [3, 4]], [[1, 1]]).toArray(); // [[3], [7]]
 * ```
 */
export const inner = (a: TensorLike, b: TensorLike, options: InnerOptions = {}): Tensor =>
  products('inner', a === b ? [a] : [a, b], options);

/**
 * The inner products of all rows of `a` with each other: A·Aᵀ, symmetric.
 *
 * ```ts
 * await gram([[1, 2], [3, 4]]).toArray(); // [[5, 11], [11, 25]]
 * ```
 */
export const gram = (a: TensorLike, options: InnerOptions = {}): Tensor => products('gram', [a], options);
