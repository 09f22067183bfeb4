/** `nearest`: the k nearest of some points to each of some queries, exactly, without the matrix of all distances. */
import { chooseMetric, type Chosen, type MetricOptions } from '../distance/index.ts';
import { DtypeError, OptionError, ShapeError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import { Scope, showShape, toTensors, type Device, type Tensor, type TensorLike } from '../tensor/index.ts';
import { areFew, scanNearest, type Hits, type MetricLike } from './scan/scan.ts';

export interface NearestOptions extends MetricOptions {
  /** How many points to find for each query: 1 up to the number of points. */
  readonly k: number;
  /** Only points whose distance is at most this. */
  readonly radius?: number | undefined;
  /** Only these points: a bool for each. */
  readonly filter?: TensorLike | undefined;
  /** Ends the search: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface Nearest {
  /** The rows of the points that are nearest, uint32, nearest first. */
  readonly indices: Tensor;
  readonly distances: Tensor;
}

/**
 * The k nearest points of each query, nearest first: two tensors of shape [queries, k], or [k] for a single vector.
 *
 * ```ts
 * const points = [[0, 0], [1, 0], [0, 3], [4, 4]];
 * const { indices, distances } = await nearest([[0, 1], [3, 3]], points, { k: 2 });
 * await indices.toArray(); // [[0, 1], [3, 2]]
 * const one = await nearest([0, 1], points, { k: 3, metric: 'cityblock', filter: [false, true, true, true] });
 * await one.distances.toArray(); // [2, 2, 7]
 * ```
 *
 * Metrics and their options are those of `cdist`, and so are the distances; of equally distant points the one with the lower
 * row comes first. A point whose distance is NaN is never found. Where fewer than k points remain – by `radius`, by `filter`, or
 * since their distances are NaN – the places behind them have distance Infinity and index 4294967295.
 *
 * Memory beside points, queries and results stays below 64 MB at any number of points and k up to 1024 (but for metrics
 * that learn from all rows: `seuclidean` without V, `mahalanobis` without VI). Between blocks the event loop has its turn.
 */
export async function nearest(queries: TensorLike, points: TensorLike, options: NearestOptions): Promise<Nearest> {
  const op = 'nearest';
  const { k, radius, filter, signal, device, metric } = splitOptions(op, options);
  const scope = new Scope();
  try {
    const { queries: rows, points: block, extra } = sidesOf(op, [queries, points], filter, device, scope);
    checkK(op, k, block.shape[0] ?? 0, 'points');
    const allowed = extra && maskOf(op, extra, block.shape[0] ?? 0);
    const only = fewOf(filter, block.shape[0] ?? 0);
    const blocks = [{ points: block, first: 0, ...(only ? { only } : { allowed }) }];
    const hits = await scanNearest(rows.tensor, blocks, k, { op, metric, radius, signal });
    return tensorsOf(hits, rows.single, rows.tensor.device);
  } finally {
    scope.close();
  }
}

/** What steers the metric apart from what steers the search, both checked. */
function splitOptions(
  op: string,
  options: NearestOptions,
): Pick<NearestOptions, 'k' | 'radius' | 'filter' | 'signal' | 'device'> & { metric: MetricLike } {
  chooseFrom(op, options, ['k', 'radius', 'filter', 'signal']);
  const { k, radius, filter, signal, ...metric } = options;
  checkSignal(op, signal);
  if (radius !== undefined && (typeof radius !== 'number' || Number.isNaN(radius)))
    throw new OptionError(`${op}: radius is ${show(radius)}. Give the largest distance of a point that is found.`);
  return { k, radius, filter, signal, device: metric.device, metric };
}

/** The metric among options that must be given, of which `more` are the operation's own. */
export function chooseFrom(op: string, options: MetricOptions, more: readonly string[]): Chosen {
  if (typeof options !== 'object' || options === null) checkOptions(op, options, more);
  return chooseMetric(op, options, more);
}

/** Throws unless k is a whole number of rows there are. */
export function checkK(op: string, k: unknown, count: number, what: string): asserts k is number {
  if (typeof k === 'number' && Number.isInteger(k) && k >= 1 && k <= count) return;
  const remedy = count > 0 ? `Give a whole number from 1 to ${count}` : 'Give at least one';
  throw new OptionError(`${op}: k is ${show(k)}, and there are ${count} ${what}. ${remedy}.`);
}

export function checkSignal(op: string, signal: AbortSignal | undefined): void {
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function')
    throw new OptionError(`${op}: signal is ${show(signal)}. Give the signal of an AbortController.`);
  signal?.throwIfAborted();
}

/** Queries as rows – a single vector is one – and points, on one device. */
export function sidesOf(
  op: string,
  [queries, points]: readonly [TensorLike, TensorLike],
  extra: TensorLike | undefined,
  device: Device | undefined,
  scope: Scope,
): { queries: { tensor: Tensor; single: boolean }; points: Tensor; extra: Tensor | undefined } {
  const list = queries === points ? [points] : [points, queries];
  const tensors = toTensors(extra === undefined ? list : [...list, extra], op, scope, device);
  const more = extra === undefined ? undefined : tensors.pop();
  const [right, left = right] = tensors as [Tensor, Tensor?];
  if (right.ndim !== 2)
    throw new ShapeError(
      `${op}: the points have shape ${showShape(right.shape)}. Give a matrix of shape [points, columns].`,
    );
  if (left.ndim !== 1 && left.ndim !== 2)
    throw new ShapeError(
      `${op}: the queries have shape ${showShape(left.shape)}. Give a matrix of shape [queries, ${right.shape[1]}], or one vector.`,
    );
  const columns = left.shape.at(-1);
  if (columns !== right.shape[1])
    throw new ShapeError(
      `${op}: queries of shape ${showShape(left.shape)} have ${columns} elements, points of shape ${showShape(right.shape)} have ${right.shape[1]}. Make them equally long.`,
    );
  const single = left.ndim === 1;
  const rows = single ? scope.keep(left.reshape([1, columns ?? 0])) : left;
  return { queries: { tensor: rows, single }, points: right, extra: more };
}

function maskOf(op: string, filter: Tensor, count: number): Tensor {
  if (filter.dtype !== 'bool')
    throw new DtypeError(
      `${op}: the filter is ${filter.dtype}. Give one bool a point: booleans, or cast(filter, 'bool').`,
    );
  if (filter.ndim !== 1 || filter.shape[0] !== count)
    throw new ShapeError(
      `${op}: the filter has shape ${showShape(filter.shape)}, and there are ${count} points. Give one bool a point, shape [${count}].`,
    );
  return filter;
}

/** The rows that a plain list of booleans lets through, where those are few. */
function fewOf(filter: TensorLike | undefined, count: number): Uint32Array | undefined {
  if (!Array.isArray(filter)) return undefined;
  const rows = Array.from(filter.keys()).filter(row => filter[row] === true);
  return areFew(rows.length, count) ? Uint32Array.from(rows) : undefined;
}

function tensorsOf({ rows, distances, k }: Hits, single: boolean, device: Device): Nearest {
  const shape = single ? [k] : [rows.length / k, k];
  const dtype = distances instanceof Float64Array ? 'float64' : 'float32';
  return {
    indices: device.tensor(rows, shape, { dtype: 'uint32' }),
    distances: device.tensor(distances, shape, { dtype }),
  };
}
