/**
 * What neighbours tell: `knnClassify` (they vote), `knnRegress` (they are averaged), and `knnGraph` (who is whose). Votes and
 * averages of few numbers are taken on the host, in doubles.
 */
import type { MetricOptions } from '../distance/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { readFlag, show } from '../options.ts';
import { defaultFloat, Scope, showShape, toTensors, type Tensor, type TensorLike } from '../tensor/index.ts';
import { checkK, checkSignal, chooseFrom, sidesOf } from './nearest.ts';
import { scanNearest, type Hits, type MetricLike } from './scan/scan.ts';

/** 'uniform': all neighbours count the same. 'distance': as 1/distance; where some are 0, those alone. */
export type KnnWeights = 'uniform' | 'distance';

export interface KnnOptions extends MetricOptions {
  /** How many neighbours: 1 up to the number of rows of `train`. */
  readonly k: number;
  /** Default: 'uniform'. */
  readonly weights?: KnnWeights | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The label that most of the k nearest rows of `train` have, for each query.
 *
 * ```ts
 * const train = [[0, 0], [0, 1], [5, 5], [6, 5]];
 * await knnClassify([[1, 1], [5, 6]], train, ['low', 'low', 'high', 'high'], { k: 3 }); // ['low', 'high']
 * await knnClassify([[2, 3]], train, [7, 8, 9, 9], { k: 1, metric: 'cityblock' });      // [8]
 * ```
 *
 * Labels are numbers or strings, one a row. With `weights: 'distance'` a vote counts 1/distance, and where neighbours are 0
 * away they alone vote. Of labels with equally many votes the smallest wins, as in scikit-learn.
 */
export async function knnClassify<Label extends number | string>(
  queries: TensorLike,
  train: TensorLike,
  labels: readonly Label[] | (ArrayLike<Label> & object),
  options: KnnOptions,
): Promise<Label[]> {
  const op = 'knnClassify';
  const { k, weights, signal, metric } = splitOptions(op, options);
  const scope = new Scope();
  try {
    const sides = sidesOf(op, [queries, train], undefined, metric.device, scope);
    const count = sides.points.shape[0] ?? 0;
    const names = labelsOf(op, labels, count);
    checkK(op, k, count, 'rows to learn from');
    const blocks = [{ points: sides.points, first: 0 }];
    const hits = await scanNearest(sides.queries.tensor, blocks, k, { op, metric, signal });
    return neighboursOf(op, hits, weights).map(neighbours => elect(neighbours, names));
  } finally {
    scope.close();
  }
}

/**
 * The mean of what the k nearest rows of `train` have for targets, for each query: a tensor of shape [queries], or
 * [queries, t] for targets of shape [rows, t].
 *
 * ```ts
 * const train = [[0], [1], [2], [10]];
 * await (await knnRegress([[1], [6]], train, [0, 1, 2, 10], { k: 2 })).toArray();                     // [0.5, 6]
 * await (await knnRegress([[1], [6]], train, [0, 1, 2, 10], { k: 2, weights: 'distance' })).toArray(); // [1, 6]
 * ```
 *
 * With `weights: 'distance'` targets count 1/distance, and where neighbours are 0 away those alone count.
 */
export async function knnRegress(
  queries: TensorLike,
  train: TensorLike,
  targets: TensorLike,
  options: KnnOptions,
): Promise<Tensor> {
  const op = 'knnRegress';
  const { k, weights, signal, metric } = splitOptions(op, options);
  const scope = new Scope();
  try {
    const { queries: rows, points, extra } = sidesOf(op, [queries, train], targets, metric.device, scope);
    const wanted = extra as Tensor;
    const count = points.shape[0] ?? 0;
    if ((wanted.ndim !== 1 && wanted.ndim !== 2) || wanted.shape[0] !== count)
      throw new ShapeError(
        `${op}: the targets have shape ${showShape(wanted.shape)}, and there are ${count} rows to learn from. Give one number a row, shape [${count}], or a row of them.`,
      );
    checkK(op, k, count, 'rows to learn from');
    const [hits, numbers] = await Promise.all([
      scanNearest(rows.tensor, [{ points, first: 0 }], k, { op, metric, signal }),
      wanted.data(),
    ]);
    const width = wanted.shape[1] ?? 1;
    const means = neighboursOf(op, hits, weights).flatMap(neighbours => average(neighbours, numbers, width));
    const { device } = rows.tensor;
    const shape = [...(rows.single ? [] : [rows.tensor.shape[0] ?? 0]), ...wanted.shape.slice(1)];
    return device.tensor(Float64Array.from(means), shape, { dtype: defaultFloat(device.kind) });
  } finally {
    scope.close();
  }
}

export interface KnnGraphOptions extends MetricOptions {
  readonly k: number;
  /** Whether a point is its own neighbour. Default false. */
  readonly includeSelf?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A sparse matrix in compressed rows: the neighbours of point i are at `offsets[i]` up to but not including `offsets[i + 1]`. */
export interface KnnGraph {
  readonly offsets: Float64Array;
  /** Nearest first. */
  readonly indices: Uint32Array;
  readonly distances: Float32Array | Float64Array;
}

/**
 * The k nearest others of every point.
 *
 * ```ts
 * const { offsets, indices, distances } = await knnGraph([[0], [1], [3]], { k: 1 });
 * // offsets [0, 1, 2, 3], indices [1, 0, 1], distances [1, 1, 2]
 * ```
 *
 * The arrays are those of scikit-learn's `kneighbors_graph` in mode 'distance'. A point is not its own neighbour, though a
 * duplicate of it is; with `includeSelf` it may be. Points whose distances are NaN have no neighbours and are nobody's.
 */
export async function knnGraph(points: TensorLike, options: KnnGraphOptions): Promise<KnnGraph> {
  const op = 'knnGraph';
  chooseFrom(op, options, ['k', 'includeSelf', 'signal']);
  const { k, includeSelf, signal, ...metric } = options;
  const self = readFlag(op, 'includeSelf', includeSelf);
  checkSignal(op, signal);
  const scope = new Scope();
  try {
    const [rows] = toTensors([points], op, scope, metric.device) as [Tensor];
    if (rows.ndim !== 2)
      throw new ShapeError(
        `${op}: the points have shape ${showShape(rows.shape)}. Give a matrix of shape [points, columns].`,
      );
    const count = rows.shape[0] ?? 0;
    checkK(op, k, self ? count : count - 1, self ? 'points' : 'other points');
    const blocks = [{ points: rows, first: 0 }];
    const hits = await scanNearest(rows, blocks, self ? k : k + 1, { op, metric, signal });
    return graphOf(hits, k, self);
  } finally {
    scope.close();
  }
}

function splitOptions(
  op: string,
  options: KnnOptions,
): { k: number; weights: KnnWeights; signal: AbortSignal | undefined; metric: MetricLike & MetricOptions } {
  const { entry } = chooseFrom(op, options, ['k', 'weights', 'signal']);
  const { k, weights = 'uniform', signal, ...metric } = options;
  if (weights !== 'uniform' && weights !== 'distance')
    throw new OptionError(`${op}: weights is ${show(weights)}. Use 'uniform' or 'distance'.`);
  if (weights === 'distance' && entry.name === 'dot')
    throw new OptionError(
      `${op}: 'dot' is no distance, and 1/distance no weight. Use weights: 'uniform', or 'cosine'.`,
    );
  checkSignal(op, signal);
  return { k, weights, signal, metric };
}

function labelsOf<Label extends number | string>(
  op: string,
  labels: ArrayLike<Label>,
  count: number,
): readonly Label[] {
  const length: unknown = typeof labels === 'object' && labels !== null ? labels.length : undefined;
  if (length !== count)
    throw new ShapeError(
      `${op}: there are ${show(length)} labels and ${count} rows to learn from. Give an array with one label a row.`,
    );
  const names = Array.from(labels);
  const wrong = names.findIndex(
    name =>
      typeof name !== typeof names[0] || (typeof name !== 'string' && (typeof name !== 'number' || name !== name)),
  );
  if (wrong >= 0)
    throw new OptionError(`${op}: label ${wrong} is ${show(names[wrong])}. Give numbers, or strings, alone.`);
  return names;
}

/** A row that was found, and what it counts. */
interface Neighbour {
  readonly row: number;
  readonly weight: number;
}

function neighboursOf(op: string, { rows, distances, counts, k }: Hits, weights: KnnWeights): Neighbour[][] {
  return Array.from(counts, (count, query) => {
    if (count === 0)
      throw new OptionError(
        `${op}: query ${query} has no neighbour: its distance from every row is NaN. Leave such queries out.`,
      );
    const [first, last] = [query * k, query * k + count];
    const near = distances.subarray(first, last);
    const onIt = near.includes(0);
    return Array.from(rows.subarray(first, last), (row, rank) => {
      const distance = near[rank] as number;
      return { row, weight: weights === 'uniform' ? 1 : onIt ? Number(distance === 0) : 1 / distance };
    });
  });
}

/** The label with the most votes, the smallest of several. */
function elect<Label extends number | string>(neighbours: readonly Neighbour[], labels: readonly Label[]): Label {
  const votes = new Map<Label, number>();
  for (const { row, weight } of neighbours) {
    const label = labels[row] as Label;
    votes.set(label, (votes.get(label) ?? 0) + weight);
  }
  const [winner] = [...votes].reduce((best, one) =>
    one[1] > best[1] || (one[1] === best[1] && one[0] < best[0]) ? one : best,
  );
  return winner;
}

/** Σ w·y / Σ w of each column of the targets. */
function average(neighbours: readonly Neighbour[], targets: ArrayLike<number>, width: number): number[] {
  const total = neighbours.reduce((sum, { weight }) => sum + weight, 0);
  return Array.from({ length: width }, (_, column) => {
    const sum = neighbours.reduce((part, { row, weight }) => part + weight * (targets[row * width + column] ?? NaN), 0);
    return sum / total;
  });
}

/** Without `self` one more was looked for than is wanted: the point itself goes, or where others are as near the last. */
function graphOf({ rows, distances, counts, k: places }: Hits, k: number, self: boolean): KnnGraph {
  const kept: number[] = [];
  const offsets = new Float64Array(counts.length + 1);
  counts.forEach((count, point) => {
    const all = Array.from({ length: count }, (_, rank) => point * places + rank);
    kept.push(...(self ? all : all.filter(at => rows[at] !== point)).slice(0, k));
    offsets[point + 1] = kept.length;
  });
  const near = distances instanceof Float64Array ? new Float64Array(kept.length) : new Float32Array(kept.length);
  kept.forEach((at, to) => (near[to] = distances[at] as number));
  return { offsets, indices: Uint32Array.from(kept, at => rows[at] as number), distances: near };
}
