/**
 * `distance`: one distance of two plain vectors, at once and in doubles, by the loops that are every kernel's oracle. No
 * device and no tensor takes part.
 */
import { OptionError, ShapeError } from '../errors.ts';
import { show } from '../options.ts';
import { defaultSettings, type PairMetric } from '../pairwise/index.ts';
import { isTypedArray, type TypedArray } from '../tensor/index.ts';
import { chooseMetric, type MetricOptions } from './resolve.ts';
import { minkowskiOf, type Metric } from './table.ts';

/** A vector of plain numbers or booleans. */
export type PlainVector = readonly (number | boolean)[] | TypedArray;

/** The options of one distance: of a metric, but with plain numbers, and no device. */
export interface DistanceOptions extends Pick<MetricOptions, 'metric' | 'p' | 'zeroVector'> {
  /** One weight ≥ 0 a column. */
  readonly w?: PlainVector | undefined;
  /** The variances of 'seuclidean', which two vectors alone do not have. */
  readonly V?: PlainVector | undefined;
  /** The rows of the inverse covariance matrix of 'mahalanobis'. */
  readonly VI?: readonly PlainVector[] | undefined;
}

const op = 'distance';

/**
 * The distance of two plain vectors, as a number. Metrics and their edge cases are those of `cdist`; 'seuclidean' needs
 * its V and 'mahalanobis' its VI.
 *
 * ```ts
 * distance([0, 0], [3, 4]);                                    // 5
 * distance([1, 0, 1], [1, 1, 1], 'hamming');                   // 0.333…
 * distance([1, 2], [2, 4], { metric: 'cosine' });              // 0
 * distance([0, 0], [2, 2], { metric: 'seuclidean', V: [1, 4] }); // 2.236…
 * ```
 */
export function distance(u: PlainVector, v: PlainVector, metric: Metric | DistanceOptions = 'euclidean'): number {
  const { entry, options } = chooseMetric(op, metric as Metric | MetricOptions);
  const x = numbers(u, 'u');
  const y = numbers(v, 'v');
  if (x.length !== y.length)
    throw new ShapeError(`${op}: u has length ${x.length}, v has length ${y.length}. Compare vectors of one length.`);
  if (entry.name === 'haversine' && x.length !== 2)
    throw new ShapeError(
      `${op}: 'haversine' takes [latitude, longitude] in radians, and these have ${x.length} elements. Give two.`,
    );
  if (options.device !== undefined || options.shrinkage !== undefined)
    throw new OptionError(`${op}: two plain vectors have no device and no covariance. Leave device and shrinkage out.`);
  if (entry.boolean)
    for (const [name, vector] of [
      ['u', x],
      ['v', y],
    ] as const) {
      const at = vector.findIndex(value => value !== 0 && value !== 1);
      if (at >= 0)
        throw new OptionError(
          `${op}: the metric '${entry.name}' takes 0 and 1, and ${name}[${at}] is ${vector[at]}. Give booleans.`,
        );
    }
  const w = options.w === undefined ? undefined : columns(options.w, 'w', x.length);
  const settings = { power: options.p ?? 2, zeroVector: options.zeroVector ?? NaN };
  switch (entry.name) {
    case 'minkowski':
      return run(minkowskiOf(settings.power), x, y, w, settings);
    case 'seuclidean': {
      if (options.V === undefined) throw missing('seuclidean', 'V', 'the variances');
      return run(
        entry.floats,
        x,
        y,
        columns(options.V, 'V', x.length).map(variance => 1 / variance),
        settings,
      );
    }
    case 'mahalanobis': {
      if (options.VI === undefined) throw missing('mahalanobis', 'VI', 'the inverse covariance matrix');
      return mahalanobis(x, y, matrix(options.VI, x.length));
    }
    default:
      return run(entry.floats, x, y, w, settings);
  }
}

function run(
  metric: PairMetric,
  x: Float64Array,
  y: Float64Array,
  w: Float64Array | undefined,
  steer: { readonly power: number; readonly zeroVector: number },
): number {
  const settings = { ...defaultSettings(x.length), ...steer };
  const { row, pair } = metric.cpu;
  const left = row?.(x, 0, x.length, w, settings) ?? 0;
  const right = row?.(y, 0, y.length, w, settings) ?? 0;
  return pair(x, 0, y, 0, x.length, w, settings, left, right);
}

/** √(δᵀ·VI·δ), δ scaled by its largest element. */
function mahalanobis(x: Float64Array, y: Float64Array, inverse: readonly Float64Array[]): number {
  const step = x.map((value, k) => value - (y[k] as number));
  const top = step.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (top === 0) return 0;
  let sum = 0;
  for (let i = 0; i < step.length; i++)
    for (let j = 0; j < step.length; j++)
      sum += ((step[i] as number) / top) * ((inverse[i] as Float64Array)[j] as number) * ((step[j] as number) / top);
  return top * Math.sqrt(sum);
}

function numbers(data: unknown, name: string): Float64Array {
  if (!isTypedArray(data) && !Array.isArray(data))
    throw new OptionError(
      `${op}: ${name} is ${show(data)}. Give an array of numbers or a typed array; for tensors there is cdist(a, b).`,
    );
  const list = data as ArrayLike<unknown>;
  const wrong = isTypedArray(data)
    ? -1
    : Array.from(list).findIndex(one => typeof one !== 'number' && typeof one !== 'boolean');
  if (wrong >= 0)
    throw new OptionError(`${op}: ${name}[${wrong}] is ${show(list[wrong])}. Give numbers or booleans alone.`);
  return Float64Array.from(list as ArrayLike<number>, Number);
}

/** One number ≥ 0 a column. */
function columns(data: unknown, name: string, length: number): Float64Array {
  const found = numbers(data, name);
  if (found.length !== length)
    throw new ShapeError(`${op}: ${name} has ${found.length} numbers, the vectors have ${length}. Give one a column.`);
  const at = found.findIndex(value => !(value >= 0));
  if (at >= 0) throw new OptionError(`${op}: ${name}[${at}] is ${found[at]}. Give numbers ≥ 0.`);
  return found;
}

function matrix(data: unknown, length: number): Float64Array[] {
  const rows = Array.isArray(data) ? data.map((row, i) => numbers(row, `VI[${i}]`)) : [];
  if (rows.length !== length || rows.some(row => row.length !== length))
    throw new ShapeError(
      `${op}: VI is not a matrix of ${length} rows of ${length} numbers, which the vectors take. Give an array of rows.`,
    );
  return rows;
}

const missing = (metric: string, option: string, what: string): OptionError =>
  new OptionError(
    `${op}: two vectors alone have no ${option} for '${metric}'. Give ${what}, or use cdist on all rows.`,
  );
