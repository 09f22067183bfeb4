/**
 * From a metric and its options to what the pairwise primitive runs: which options a metric has, what they must be, and
 * how metrics that are others in disguise are dressed – `seuclidean` and `mahalanobis` as `euclidean` of other rows or
 * weights, Minkowski's of order 1, 2 and ∞ as the simpler metrics that they are.
 */
import {
  abs,
  concat,
  demand,
  div,
  max,
  mean,
  mul,
  notNegative,
  sqrt,
  square,
  sub,
  sum,
  where,
} from '../arith/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { asOwnFloat, checkShrinkage, whiten, whitenFactor, type WhitenFactor } from '../linalg/index.ts';
import { checkOptions, show } from '../options.ts';
import { isMeasured, measure, pairs, type PairMetric, type PairSettings, type Sink } from '../pairwise/index.ts';
import {
  castTensor,
  copyInto,
  defaultFloat,
  isFloat,
  rowMajor,
  showShape,
  toTensors,
  type Device,
  type Dtype,
  type Scope,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { truthValues } from './check.ts';
import { CustomMetric } from './custom.ts';
import { as, asFloats, checkRows, columnNumbers } from './operands.ts';
import { entryOf, metricsWith, minkowskiOf, type Metric, type MetricEntry, type Steer } from './table.ts';

/** Which metric, and what steers it. An option that the metric does not have is an error. */
export interface MetricOptions {
  /** Default: 'euclidean'. */
  readonly metric?: Metric | undefined;
  /** The order of 'minkowski': above 0, or Infinity. Default 2. */
  readonly p?: number | undefined;
  /** One weight ≥ 0 a column. */
  readonly w?: TensorLike | undefined;
  /** The variances of 'seuclidean', one a column. Default: those of all rows together (ddof 1). */
  readonly V?: TensorLike | undefined;
  /** The inverse covariance matrix of 'mahalanobis'. Default: that of all rows together (ddof 1). */
  readonly VI?: TensorLike | undefined;
  /** The distance of 'cosine' and 'correlation' where a row has no direction. Default NaN. */
  readonly zeroVector?: number | undefined;
  /** Makes the covariance of 'mahalanobis' regular: 'ledoit-wolf', or a share from 0 to 1. */
  readonly shrinkage?: 'ledoit-wolf' | number | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

/** A metric with its options, checked as far as they can be without operands. */
export interface Chosen {
  readonly entry: MetricEntry;
  readonly options: MetricOptions;
  /** What `factored` found once for rows that come some at a time. */
  readonly factor?: WhitenFactor | undefined;
}

const STEERS: readonly Steer[] = ['p', 'w', 'V', 'VI', 'zeroVector', 'shrinkage'];

/** What a user gave as a metric, checked. `more` are options of the operation itself. */
export function chooseMetric(
  op: string,
  given: Metric | MetricOptions | undefined,
  more: readonly string[] = [],
): Chosen {
  if (given !== undefined && (typeof given !== 'object' || given instanceof CustomMetric))
    return { entry: entryOf(op, given), options: {} };
  const options = given === undefined ? {} : given;
  checkOptions(op, options, ['metric', ...STEERS, 'device', ...more]);
  const entry = entryOf(op, options.metric === undefined ? 'euclidean' : options.metric);
  const stray = STEERS.find(name => options[name] !== undefined && !entry.takes.includes(name));
  if (stray) {
    const others = metricsWith(stray);
    throw new OptionError(
      `${op}: the metric '${entry.name}' has no option ${stray}. Leave it out; ${others.join(', ')} ${others.length === 1 ? 'has' : 'have'} it.`,
    );
  }
  const { p, zeroVector } = options;
  if (p !== undefined && !(typeof p === 'number' && p > 0))
    throw new OptionError(`${op}: p is ${show(p)}. Give a number above 0, or Infinity.`);
  if (zeroVector !== undefined && typeof zeroVector !== 'number')
    throw new OptionError(
      `${op}: zeroVector is ${show(zeroVector)}. Give the distance of a row without direction, as a number.`,
    );
  checkShrinkage(options.shrinkage, op);
  if (options.VI !== undefined && options.shrinkage !== undefined)
    throw new OptionError(
      `${op}: VI and shrinkage are both given. Shrinkage makes a covariance that VI replaces: give one.`,
    );
  return { entry, options };
}

/** The same, with the factor of VI, where that is given, in its place: found once for all rows of d elements. It belongs to the scope. */
export function factored(op: string, chosen: Chosen, device: Device, d: number, scope: Scope): Chosen {
  const { VI } = chosen.options;
  if (chosen.entry.name !== 'mahalanobis' || VI === undefined || d === 0) return chosen;
  const [matrix] = toTensors([VI], op, scope, device) as [Tensor];
  checkInverse(op, matrix, d);
  const factor = whitenFactor({ inverse: matrix }, d, op, scope);
  return { ...chosen, options: { ...chosen.options, VI: undefined }, factor };
}

/** Operands and metric, ready for `pairs`. */
export interface Prepared {
  readonly metric: PairMetric;
  readonly a: Tensor;
  readonly b: Tensor;
  readonly weights: Tensor | undefined;
  /** What `measureRows` found of the rows of b, where that was asked for before. */
  readonly numbers?: Tensor | undefined;
  readonly settings: Partial<PairSettings>;
  /** The dtype of the distances. */
  readonly dtype: Dtype;
  /** What a result must carry besides its numbers: checks that only values can decide. */
  readonly checks: readonly ((result: Tensor) => void)[];
}

/** The operands – two sets of rows, or one that is compared with itself – as what the metric needs. */
export function prepare(op: string, operands: readonly TensorLike[], chosen: Chosen, scope: Scope): Prepared {
  const { entry, options } = chosen;
  const { w, V, VI } = options;
  const list = operands[0] === operands[1] ? operands.slice(0, 1) : operands;
  const vectors = [w, V, VI].filter(one => one !== undefined);
  const tensors = toTensors([...list, ...vectors], op, scope, options.device);
  const rows = tensors.splice(0, list.length);
  const [first, second = first] = rows as [Tensor, Tensor?];
  checkRows(op, rows);
  const columns = first.shape[1] ?? 0;
  if (entry.name === 'haversine' && columns !== 2)
    throw new ShapeError(
      `${op}: 'haversine' takes rows of [latitude, longitude] in radians, and these have ${columns} elements. Give two columns.`,
    );
  const checks: Prepared['checks'][number][] = [];
  const ask = (check: Prepared['checks'][number] | undefined): void => void (check && checks.push(check));
  if (entry.boolean)
    rows.forEach((one, i) => {
      const wanted = truthValues(op, entry.name, i === 0 ? 'a' : 'b', columns);
      ask(demand(op, list[i] as TensorLike, one, wanted, scope));
    });
  const given = (): Tensor => tensors.shift() as Tensor;

  if (w === undefined && entry.bits && (entry.boolean || rows.every(one => one.dtype === 'bool'))) {
    const left = as(first, 'bool', op, scope);
    const right = second === first ? left : as(second, 'bool', op, scope);
    const dtype = defaultFloat(left.device.kind);
    return { metric: entry.bits, a: left, b: right, weights: undefined, settings: {}, dtype, checks };
  }
  const floats = asFloats(first, second, op, scope);
  const { dtype } = floats.a;
  const settings: Partial<PairSettings> = {
    ...(options.p !== undefined && { power: options.p }),
    ...(options.zeroVector !== undefined && { zeroVector: options.zeroVector }),
  };
  const plain = { metric: entry.floats, ...floats, weights: undefined, settings, dtype, checks };
  switch (entry.name) {
    case 'minkowski':
      return { ...plain, metric: minkowskiOf(options.p ?? 2), weights: weights() };
    case 'seuclidean': {
      const own = asOwnFloats(floats, op, scope);
      if (V === undefined) return { ...plain, ...standardised(own, scope) };
      const variances = given();
      const numbers = columnNumbers(variances, columns, own.a.dtype, 'V', op, scope);
      ask(demand(op, V, variances, notNegative(op, 'V'), scope));
      return { ...plain, ...own, weights: scope.keep(div(1, numbers)) };
    }
    case 'mahalanobis':
      return { ...plain, ...whitened(op, floats, VI === undefined ? undefined : given(), chosen, scope) };
    default:
      return { ...plain, weights: weights() };
  }

  function weights(): Tensor | undefined {
    if (w === undefined) return undefined;
    const tensor = given();
    const numbers = columnNumbers(tensor, columns, dtype, 'w', op, scope);
    ask(demand(op, w, tensor, notNegative(op, 'w'), scope));
    return numbers;
  }
}

/** Whether a metric, as it is steered, changes each row by something that can be found once and kept beside the row. */
export const keepsNumbers = ({ entry, options }: Chosen): boolean =>
  isMeasured(entry.floats) && options.w === undefined;

/** Finds the numbers of some rows of floats, [n, d], and writes them to `into`: uint32 [n, 4], dense. */
export function measureRows(op: string, { entry }: Chosen, rows: Tensor, into: Tensor): void {
  measure(op, entry.floats, rows, into);
}

/** Runs prepared operands, and where they are in a wider float than the distances, rounds those. */
export function runPrepared(op: string, prepared: Prepared, sink: Sink, scope: Scope, out?: Tensor): Tensor {
  const { metric, a, b, weights, numbers, settings, dtype } = prepared;
  const rounds = isFloat(a.dtype) && a.dtype !== dtype;
  const found = pairs(op, metric, { a, b, weights, numbers, settings, sink, out: rounds ? undefined : out }, scope);
  for (const check of prepared.checks) check(found);
  if (!rounds || !isFloat(found.dtype)) return found;
  scope.keep(found);
  if (!out) return castTensor(found, dtype, op);
  copyInto(out, found, out.offset, rowMajor(out.shape), op);
  return out.alias(op);
}

interface RowSets {
  readonly a: Tensor;
  readonly b: Tensor;
}

/** In doubles on a cpu device, where preparing rows in float32 would round them twice. */
function asOwnFloats({ a, b }: RowSets, op: string, scope: Scope): RowSets {
  const left = asOwnFloat(a, op, scope);
  return { a: left, b: a === b ? left : asOwnFloat(b, op, scope) };
}

const together = ({ a, b }: RowSets, scope: Scope): Tensor => (a === b ? a : scope.keep(concat([a, b])));

/**
 * Rows minus the mean of all, over the standard deviations of all: what lies between them then is `seuclidean`. Columns
 * are centred twice, since the mean of large numbers is rounded, and scaled by their largest number, since its square
 * may not fit.
 */
function standardised(sets: RowSets, scope: Scope): RowSets {
  const keep = (x: Tensor): Tensor => scope.keep(x);
  const all = together(sets, scope);
  if (all.size === 0) return sets;
  const centre = keep(mean(all, { axis: 0, keepdims: true }));
  const near = keep(sub(all, centre));
  const apart = keep(sub(near, keep(mean(near, { axis: 0, keepdims: true }))));
  const most = keep(max(keep(abs(apart)), { axis: 0, keepdims: true }));
  const unit = keep(where(most, most, 1));
  const squares = keep(sum(keep(square(keep(div(apart, unit)))), { axis: 0, keepdims: true }));
  const deviations = keep(mul(unit, keep(sqrt(keep(div(squares, (all.shape[0] ?? 0) - 1))))));
  const scaled = (rows: Tensor): Tensor => keep(div(keep(sub(rows, centre)), deviations));
  const a = scaled(sets.a);
  return { a, b: sets.a === sets.b ? a : scaled(sets.b) };
}

/** Rows that are as far apart in euclidean distance as the given ones in Mahalanobis's. */
function whitened(
  op: string,
  sets: RowSets,
  inverse: Tensor | undefined,
  { options: { shrinkage }, factor }: Chosen,
  scope: Scope,
): RowSets {
  const d = sets.a.shape[1] ?? 0;
  if (inverse) checkInverse(op, inverse, d);
  if (sets.a.shape[0] === 0 || sets.b.shape[0] === 0) return sets;
  const source = factor
    ? { factor }
    : inverse
      ? { inverse }
      : { samples: together(sets, scope), shrinkage, instead: 'VI' };
  const [a, b = a] = whiten(sets.a === sets.b ? [sets.a] : [sets.a, sets.b], source, op, scope) as [Tensor, Tensor?];
  return { a, b };
}

function checkInverse(op: string, inverse: Tensor, d: number): void {
  if (inverse.ndim !== 2 || inverse.shape[0] !== d || inverse.shape[1] !== d)
    throw new ShapeError(
      `${op}: VI has shape ${showShape(inverse.shape)}, and the rows have ${d} elements. Give a matrix of shape [${d}, ${d}].`,
    );
}
