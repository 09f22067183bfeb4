/**
 * What regressions are given, read to the host as doubles and checked: a matrix of observations, one or many targets, weights of
 * rows. Plain numbers never travel to a device, so that nothing is rounded. Centring and scaling are in design.ts.
 */
import { NonFiniteError, OptionError, ShapeError } from '../errors.ts';
import { show } from '../options.ts';
import {
  checkDevice,
  checkSameDevice,
  defaultDevice,
  flatten,
  showShape,
  Tensor,
  type Device,
  type TensorLike,
} from '../tensor/index.ts';

/** Observations on the host. */
export interface Observations {
  readonly op: string;
  /** Where results land: the operands' own device, else the option's, else the default one. */
  readonly device: Device;
  /** Rows and columns of x. */
  readonly n: number;
  readonly p: number;
  /** Row-major [n, p]; not to be changed: it may be the caller's. */
  readonly x: ArrayLike<number>;
  readonly targets: number;
  /** True where y is a vector, so that coefficients are one, too. */
  readonly single: boolean;
  /** [n, targets], row-major. */
  readonly y: ArrayLike<number>;
  /** A weight ≥ 0 for each row, at least one of them above 0; or undefined where all count alike. */
  readonly weights: Float64Array | undefined;
  /** x as it came, where it came as a tensor: for products on its device. */
  readonly tensor: Tensor | undefined;
}

interface Numbers {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** Tensors are read; plain numbers are copied at the call, since their owner may change them while tensors are on their way. */
async function numbersOf(given: TensorLike, op: string): Promise<Numbers> {
  if (given instanceof Tensor) return { values: await given.data(), shape: given.shape };
  const { values, shape } = flatten(given, undefined, op);
  return { values: new Float64Array(values as ArrayLike<number>), shape };
}

/** Reads and checks x [n, p], y [n] or [n, targets] and weights [n]. */
export async function readObservations(
  op: string,
  x: TensorLike,
  y: TensorLike,
  sampleWeight: TensorLike | undefined,
  device: Device | undefined,
): Promise<Observations> {
  const target = deviceOf([x, y, ...(sampleWeight === undefined ? [] : [sampleWeight])], device, op);
  const [rows, right, weights] = await Promise.all([
    numbersOf(x, op),
    numbersOf(y, op),
    sampleWeight === undefined ? undefined : numbersOf(sampleWeight, op),
  ]);
  const [n = 0, p = 0] = rows.shape;
  if (rows.shape.length !== 2 || n === 0 || p === 0)
    throw new ShapeError(
      `${op}: x has the shape ${showShape(rows.shape)}. Give a matrix [n, p] of at least one row and one column.`,
    );
  if (right.shape.length < 1 || right.shape.length > 2 || right.shape[0] !== n || right.shape[1] === 0)
    throw new ShapeError(
      `${op}: y has the shape ${showShape(right.shape)}, and x has ${n} rows. Give a vector [${n}], or a matrix [${n}, targets].`,
    );
  if (weights && (weights.shape.length !== 1 || weights.shape[0] !== n))
    throw new ShapeError(
      `${op}: sampleWeight has the shape ${showShape(weights.shape)}, and x has ${n} rows. Give a vector [${n}].`,
    );
  for (const [name, numbers] of [
    ['x', rows],
    ['y', right],
  ] as const) {
    // Else one is not finite, or too large, or they are very many: then they are looked at one by one.
    if (magnitudeOf(numbers.values) < TOO_LARGE) continue;
    checkFinite(numbers, name, op);
    checkRange(numbers, name, op);
  }
  return {
    op,
    device: target,
    n,
    p,
    x: rows.values,
    targets: right.shape[1] ?? 1,
    single: right.shape.length === 1,
    y: right.values,
    weights: weights && checkWeights(weights.values, op),
    tensor: x instanceof Tensor ? x : undefined,
  };
}

/** The device that operands share, or land on. */
export function deviceOf(given: readonly TensorLike[], device: Device | undefined, op: string): Device {
  if (device !== undefined) checkDevice(device, op);
  const tensors = given.filter(value => value instanceof Tensor);
  checkSameDevice(tensors, op);
  const target = tensors[0]?.device ?? device ?? defaultDevice();
  target.engine.assertOpen(op);
  return target;
}

/** Σ|value|: where that is in range, each of them is. NaN where one is. In two chains that a processor overlaps. */
function magnitudeOf(values: ArrayLike<number>): number {
  let a = 0;
  let b = 0;
  let i = 0;
  for (const last = values.length - 1; i < last; i += 2) {
    a += Math.abs(values[i] as number);
    b += Math.abs(values[i + 1] as number);
  }
  if (i < values.length) a += Math.abs(values[i] as number);
  return a + b;
}

function checkFinite({ values, shape }: Numbers, name: string, op: string): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    const [, columns = 1] = shape;
    const where = shape.length === 1 ? `position ${i}` : `row ${Math.floor(i / columns)}, column ${i % columns}`;
    throw new NonFiniteError(
      `${op}: ${name} of shape ${showShape(shape)} has ${String(values[i])} at ${where}. Clean the numbers first.`,
    );
  }
}

/** Numbers of this size have squares whose sums leave the range of doubles: a column of them would pass for one without spread. */
const TOO_LARGE = 1e150;

function checkRange({ values, shape }: Numbers, name: string, op: string): void {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i] as number));
  if (largest >= TOO_LARGE)
    throw new OptionError(
      `${op}: ${name} of shape ${showShape(shape)} has numbers as large as ${largest}, whose squares leave the range of doubles. Divide ${name} by a number, so that all are below ${TOO_LARGE}.`,
    );
}

function checkWeights(values: ArrayLike<number>, op: string): Float64Array {
  const weights = Float64Array.from(values);
  const wrong = weights.findIndex(weight => !(weight >= 0 && weight < Infinity));
  if (wrong >= 0)
    throw new OptionError(`${op}: sampleWeight is ${show(weights[wrong])} at row ${wrong}. Give finite numbers ≥ 0.`);
  if (!weights.some(weight => weight > 0))
    throw new OptionError(`${op}: all of sampleWeight is 0. Give at least one row a weight above 0.`);
  return weights;
}
