/** What an index is told when it is made: dimensions, dtype, the metric with what steers it. Checked here, once and for all. */
import { chooseMetric, type Metric, type MetricOptions } from '../distance/index.ts';
import { DtypeError, OptionError, ShapeError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import { flatten, showShape, type Device, type HostData } from '../tensor/index.ts';
import { measureOf, type Measure } from './flat-index-numbers.ts';
import { rowFormat, type RowFormat } from './flat-index-rows.ts';

export interface FlatIndexOptions {
  /** Numbers in a vector. */
  readonly dim: number;
  /** As `cdist` takes it. Default: 'euclidean'. */
  readonly metric?: Metric | undefined;
  /** How vectors are stored: 'float32' (the default), 'float64' on cpu devices, or 'bool' (the default of metrics of true and false). */
  readonly dtype?: 'float32' | 'float64' | 'bool' | undefined;
  /** The order of 'minkowski'. */
  readonly p?: number | undefined;
  /** One weight ≥ 0 a column. */
  readonly w?: HostData | undefined;
  /** The variances of 'seuclidean', one a column. */
  readonly V?: HostData | undefined;
  /** The inverse covariance matrix of 'mahalanobis'. */
  readonly VI?: HostData | undefined;
  /** The distance of 'cosine' and 'correlation' where a vector has no direction. Default NaN: such vectors are not found. */
  readonly zeroVector?: number | undefined;
  /** Whether a copy of all vectors stays on the host, from which a lost device is replaced. Default: up to 256 MiB. */
  readonly keepHostCopy?: boolean | undefined;
}

const METRIC_OPTIONS = ['p', 'w', 'V', 'VI', 'zeroVector'] as const;

/** The numbers that steer a metric, as plain data. */
export interface MetricNumbers {
  readonly p?: number;
  readonly w?: readonly number[];
  readonly V?: readonly number[];
  /** Row by row. */
  readonly VI?: readonly number[];
  readonly zeroVector?: number;
}

export interface IndexSettings {
  readonly format: RowFormat;
  /** The metric's name. */
  readonly name: string;
  readonly metric: Metric;
  readonly numbers: MetricNumbers;
  /** Metric and numbers, as the scan takes them. */
  readonly scan: MetricOptions;
  /** How rows are measured, where the metric wants that. */
  readonly measure: Measure | undefined;
  /** True where numbers other than 0 and 1 are a mistake. */
  readonly truths: boolean;
  /** Undefined: as long as it is small. */
  readonly keepHost: boolean | undefined;
}

export function checkSettings(op: string, options: FlatIndexOptions, device: Device): IndexSettings {
  checkOptions(op, options, ['dim', 'metric', 'dtype', ...METRIC_OPTIONS, 'keepHostCopy']);
  const { dim, metric = 'euclidean', keepHostCopy } = options;
  if (!Number.isInteger(dim) || dim < 1)
    throw new OptionError(`${op}: dim is ${show(dim)}. Give the numbers in a vector, a whole number above 0.`);
  if (keepHostCopy !== undefined && typeof keepHostCopy !== 'boolean')
    throw new OptionError(`${op}: keepHostCopy is ${show(keepHostCopy)}. Give true or false, or leave it out.`);
  const numbers = numbersOf(op, options, dim);
  const scan = scanMetric(metric, numbers, dim);
  const { entry } = chooseMetric(op, scan);
  if (entry.name === 'seuclidean' && !numbers.V)
    throw new OptionError(
      `${op}: 'seuclidean' needs V, the variances of the columns, as vectors come and go. Give V, one number a column.`,
    );
  if (entry.name === 'mahalanobis' && !numbers.VI)
    throw new OptionError(
      `${op}: 'mahalanobis' needs VI, the inverse covariance, as vectors come and go. Give VI, a matrix of shape [${dim}, ${dim}].`,
    );
  if (entry.name === 'haversine' && dim !== 2)
    throw new OptionError(`${op}: 'haversine' is about [latitude, longitude], and dim is ${dim}. Give dim: 2.`);
  const { dtype = entry.boolean && !numbers.w ? 'bool' : 'float32' } = options;
  if (dtype !== 'float32' && dtype !== 'float64' && dtype !== 'bool')
    throw new DtypeError(`${op}: the dtype ${show(dtype)} cannot be indexed. Use 'float32', 'float64' or 'bool'.`);
  device.checkDtype(dtype, op);
  const truths = entry.boolean || dtype === 'bool';
  const measure = dtype === 'bool' ? undefined : measureOf(op, scan);
  const format = rowFormat(dim, dtype);
  return { format, name: entry.name, metric, numbers, scan, measure, truths, keepHost: keepHostCopy };
}

function numbersOf(op: string, { p, w, V, VI, zeroVector }: FlatIndexOptions, dim: number): MetricNumbers {
  const columns = (name: string, data: HostData): number[] => {
    const { values, shape } = flatten(data, undefined, op);
    if (shape.length !== 1 || shape[0] !== dim)
      throw new ShapeError(
        `${op}: ${name} has shape ${showShape(shape)}, and vectors have ${dim} numbers. Give one number a column, shape [${dim}].`,
      );
    return notNegative(op, name, values);
  };
  return {
    ...(p !== undefined && { p }),
    ...(w !== undefined && { w: columns('w', w) }),
    ...(V !== undefined && { V: columns('V', V) }),
    ...(VI !== undefined && { VI: square(op, VI, dim) }),
    ...(zeroVector !== undefined && { zeroVector }),
  };
}

function notNegative(op: string, name: string, values: ArrayLike<number | boolean>): number[] {
  const list = Array.from(values, Number);
  const wrong = list.findIndex(value => !(value >= 0));
  if (wrong >= 0)
    throw new OptionError(`${op}: ${name} has ${String(list[wrong])} at position ${wrong}. Give numbers from 0 up.`);
  return list;
}

function square(op: string, data: HostData, dim: number): number[] {
  const { values, shape } = flatten(data, undefined, op);
  if (shape.length !== 2 || shape[0] !== dim || shape[1] !== dim)
    throw new ShapeError(
      `${op}: VI has shape ${showShape(shape)}, and vectors have ${dim} numbers. Give a matrix of shape [${dim}, ${dim}].`,
    );
  return Array.from(values, Number);
}

function scanMetric(metric: Metric, { p, w, V, VI, zeroVector }: MetricNumbers, dim: number): MetricOptions {
  return {
    metric,
    ...(p !== undefined && { p }),
    ...(w && { w: Float64Array.from(w) }),
    ...(V && { V: Float64Array.from(V) }),
    ...(VI && { VI: { data: Float64Array.from(VI), shape: [dim, dim] } }),
    ...(zeroVector !== undefined && { zeroVector }),
  };
}
