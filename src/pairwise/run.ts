/**
 * Running the pairwise primitive over tensors: rows are made contiguous, the result is allocated, the call is enqueued.
 * What the operands mean and which metric it is, the rooms above know.
 */
import { LimitError } from '../errors.ts';
import {
  copyRowMajor,
  defaultFloat,
  emptyTensor,
  isFloat,
  launch,
  showShape,
  sizeOf,
  bytesOf,
  type Dtype,
  type Scope,
  type Shape,
  type Tensor,
} from '../tensor/index.ts';
import { defaultSettings, type PairMetric, type PairSettings } from './metric.ts';
import { pairPrimitive, type PairPlan, type Rows, type Sink } from './pairwise.ts';

export interface PairRun {
  /** [n, d] and [m, d], or stacks of such: [batches, n, d] and [batches, m, d]. Both float of one dtype, or both bool. */
  readonly a: Tensor;
  readonly b: Tensor;
  /** One number a column, of the same float dtype. */
  readonly weights?: Tensor | undefined;
  /** What `measure` found of the rows of b, where that was asked for before. */
  readonly numbers?: Tensor | undefined;
  readonly settings?: Partial<PairSettings> | undefined;
  readonly sink?: Sink | undefined;
  /** The dense tensor to write to, of the shape and dtype of the result. */
  readonly out?: Tensor | undefined;
}

/** Computes all pairs. The result is [n, m] (batched: [batches, n, m]), condensed, or one number a row, by the sink. */
export function pairs(op: string, metric: PairMetric, run: PairRun, scope: Scope): Tensor {
  const a = contiguousRows(run.a, op, scope);
  const b = run.b === run.a ? a : contiguousRows(run.b, op, scope);
  const [d = 0, n = 0] = a.shape.toReversed();
  const m = b.shape.at(-2) ?? 0;
  const batches = a.ndim === 3 ? (a.shape[0] ?? 1) : 1;
  const sink = run.sink ?? { kind: 'matrix' };
  const floats = floatsOf(a);
  const shape = resultShape(sink, a.ndim === 3 ? [batches, n, m] : [n, m]);
  const dtype: Dtype = sink.kind === 'argmin' || sink.kind === 'countBelow' ? 'uint32' : floats;
  checkFits(op, shape, dtype, a);
  const out = run.out ? scope.keep(run.out.alias(op)) : scope.keep(emptyTensor(a.device, shape, dtype, op));
  const plan: PairPlan = {
    dtype: a.dtype as PairPlan['dtype'],
    floats,
    batches,
    n,
    m,
    length: a.dtype === 'bool' ? Math.ceil(d / 32) : d,
    a: rowsOf(a),
    b: rowsOf(b),
    oneSet: b === a,
    weighted: run.weights !== undefined,
    weightsOffset: run.weights?.offset ?? 0,
    numbersOffset: run.numbers?.offset,
    outOffset: out.offset,
    settings: { ...defaultSettings(d), ...run.settings },
    sink,
  };
  const reads = [a, b, run.weights, run.numbers].filter(one => one !== undefined);
  if (out.size > 0) launch(op, pairPrimitive(metric), plan, reads, [out]);
  return scope.result(out);
}

const floatsOf = (a: Tensor): 'float32' | 'float64' =>
  (isFloat(a.dtype) ? a.dtype : defaultFloat(a.device.kind)) as 'float32' | 'float64';

function resultShape(sink: Sink, matrix: number[]): number[] {
  if (sink.kind === 'matrix') return matrix;
  const [n = 0] = matrix;
  return [sink.kind === 'condensed' ? Math.max(0, (n * (n - 1)) / 2) : n];
}

/** Rows may be any distance apart, but their elements must be neighbours. */
function contiguousRows(x: Tensor, op: string, scope: Scope): Tensor {
  if (x.dtype === 'bool' || x.strides.at(-1) === 1 || (x.shape.at(-1) ?? 0) <= 1) return x;
  return scope.keep(copyRowMajor(x, op));
}

export function rowsOf(x: Tensor): Rows {
  if (x.dtype === 'bool') {
    const stride = Math.ceil((x.shape.at(-1) ?? 0) / 32);
    return { offset: x.offset, stride, batchStride: 0 };
  }
  return { offset: x.offset, stride: x.strides.at(-2) ?? 0, batchStride: x.ndim === 3 ? (x.strides[0] ?? 0) : 0 };
}

function checkFits(op: string, shape: Shape, dtype: Dtype, a: Tensor): void {
  const bytes = sizeOf(shape) * bytesOf(dtype);
  const most = a.device.engine.backend.maxStorageBytes;
  if (bytes <= most) return;
  throw new LimitError(
    `${op}: the result of shape ${showShape(shape)} takes ${bytes} bytes, and one buffer of this device holds ${most}. Work in blocks with cdistChunks(a, b), or reduce as you go with pairwiseReduce(a, b, { reduce }).`,
  );
}
