/**
 * Runs the wasm kernels of a pair metric beside its `cpu` in doubles: both builds, both orders of chunks, ranges of all
 * sizes. What the specs of the pairwise room share.
 */
import pairsModule from '../../src/pairwise/pairs.as';
import { defaultSettings, pairPrimitive, type PairMetric, type PairPlan, type Sink } from '../../src/pairwise/index.ts';
import { viewOf } from '../../src/tensor/index.ts';
import type { MetricName, PairOptions } from '../oracle/distance.ts';
import { grid } from '../oracle/grid.ts';
import { distance, type Tolerance } from '../tolerance.ts';
import { boundOf } from './distances.ts';
import type { Findings } from './expect.ts';
import { Random } from './random.ts';
import { runLowered } from './wasm-run.ts';

/** Ranges that hold everything, and that hold some rows. */
const RANGES: readonly number[] = [2 ** 31, 2 ** 16];

export interface PairCase {
  readonly n: number;
  readonly m: number;
  /** Columns. */
  readonly d: number;
  /** Default: a matrix. */
  readonly sink?: Sink;
  readonly batches?: number;
  /** b is a once more. */
  readonly oneSet?: boolean;
  readonly weights?: Float32Array;
  readonly power?: number;
  readonly zeroVector?: number;
  /** Stored elements in front of the first row, and behind each. */
  readonly offset?: number;
  readonly gap?: number;
  /** Makes the rows; default: normal numbers with some zeros. */
  readonly make?: (count: number, random: Random) => Float32Array;
  /** Puts other numbers among them. */
  readonly place?: (x: Float32Array, y: Float32Array) => void;
  readonly ranges?: readonly number[];
}

/** The rows of a case as they are stored, with what else the primitive reads. */
interface Operands {
  readonly plan: PairPlan;
  readonly x: Float32Array | Uint32Array;
  readonly y: Float32Array | Uint32Array;
  readonly weights: Float32Array | undefined;
}

const bytesOf = (data: Float32Array | Float64Array | Uint32Array): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** The metric's name in the oracle and among the tolerances. */
function nameOf(metric: PairMetric): MetricName {
  const named: Readonly<Record<string, MetricName>> = { product: 'dot', 'cosine-similarity': 'cosine' };
  return named[metric.name] ?? (metric.name.replace(/-bits$/, '') as MetricName);
}

export function operandsOf(metric: PairMetric, given: PairCase): Operands {
  const { n, m, d, batches = 1, oneSet = false, offset = 0, gap = 0 } = given;
  const bits = metric.element === 'bits';
  const length = bits ? Math.ceil(d / 32) : d;
  const stride = length + gap;
  const random = new Random(n * 7919 + m * 31 + d);
  const make = given.make ?? ((count: number) => random.sparse(count, 0.1));
  const rowsOf = (count: number): Float32Array | Uint32Array => {
    const stored = offset + batches * count * stride;
    if (!bits) return make(stored, random);
    // Behind the last column of a row there are no bits.
    const rest = d % 32 === 0 ? 0xffffffff : 2 ** (d % 32) - 1;
    return Uint32Array.from({ length: stored }, (_, at) =>
      (at - offset) % stride === length - 1 ? (random.bits() & rest) >>> 0 : random.bits(),
    );
  };
  const x = rowsOf(n);
  const y = oneSet ? x : rowsOf(m);
  if (x instanceof Float32Array && y instanceof Float32Array) given.place?.(x, y);
  const plan: PairPlan = {
    dtype: bits ? 'bool' : 'float32',
    floats: 'float32',
    batches,
    n,
    m,
    length,
    a: { offset, stride, batchStride: n * stride },
    b: { offset, stride, batchStride: m * stride },
    oneSet,
    weighted: given.weights !== undefined,
    weightsOffset: given.weights ? 1 : 0,
    outOffset: 3,
    settings: { ...defaultSettings(d), power: given.power ?? 0, zeroVector: given.zeroVector ?? NaN },
    sink: given.sink ?? { kind: 'matrix' },
  };
  return { plan, x, y, weights: given.weights && Float32Array.of(NaN, ...given.weights) };
}

const countOf = ({ plan }: Operands): number =>
  plan.sink.kind === 'matrix'
    ? plan.batches * plan.n * plan.m
    : plan.sink.kind === 'condensed'
      ? (plan.n * (plan.n - 1)) / 2
      : plan.n;

const isPlace = ({ kind }: Sink): boolean => kind === 'argmin' || kind === 'countBelow';

/** The result of `cpu`, in doubles. */
export function inDoubles(metric: PairMetric, operands: Operands): Float64Array {
  const { plan, x, y, weights } = operands;
  const wide = (data: Float32Array | Uint32Array): Uint8Array =>
    bytesOf(data instanceof Float32Array ? Float64Array.from(data) : data);
  const out = new Float64Array(plan.outOffset + countOf(operands));
  const dtype = plan.dtype === 'bool' ? 'bool' : 'float64';
  pairPrimitive(metric).cpu(
    { ...plan, dtype, floats: 'float64' },
    weights ? [wide(x), wide(y), wide(weights)] : [wide(x), wide(y)],
    [bytesOf(out)],
  );
  const found = isPlace(plan.sink) ? Float64Array.from(new Uint32Array(out.buffer)) : out;
  return found.subarray(plan.outOffset, plan.outOffset + countOf(operands));
}

/** What the kernels come to, after checks of their ranges; bits must not depend on the order of chunks or on ranges. */
export async function onWasm(
  findings: Findings,
  metric: PairMetric,
  operands: Operands,
  label: string,
  { ranges = RANGES, build }: { ranges?: readonly number[] | undefined; build?: 'relaxed' | 'plain' } = {},
): Promise<Float32Array | Uint32Array> {
  const lower = await pairPrimitive(metric).wasm?.();
  const { plan, x, y, weights } = operands;
  let first: Float32Array | Uint32Array | undefined;
  for (const maxRangeBytes of ranges) {
    const lowered = lower?.(plan, { maxRangeBytes });
    if (!lowered) throw new Error(`${label}: not lowered for ranges of ${maxRangeBytes} bytes`);
    const all = lowered.passes.flatMap(pass => pass.buffers);
    findings.check(
      all.every(range => range.bytes >= 0 && range.bytes <= maxRangeBytes && range.byteOffset % 4 === 0),
      `${label}: a range of more than ${maxRangeBytes} bytes`,
    );
    for (const order of ['forward', 'backward'] as const) {
      const out = new Float32Array(plan.outOffset + countOf(operands) + 5).fill(7);
      const reads = weights ? [x, y, weights] : [x, y];
      runLowered(lowered, reads.map(bytesOf), [bytesOf(out)], { order, ...(build && { build }) });
      const end = plan.outOffset + countOf(operands);
      findings.check(
        [...out.subarray(0, plan.outOffset), ...out.subarray(end)].every(value => value === 7),
        `${label}: something is written beside the result`,
      );
      const found = viewOf(bytesOf(out), isPlace(plan.sink) ? 'uint32' : 'float32').subarray(plan.outOffset, end) as
        | Float32Array
        | Uint32Array;
      if (first) findings.exact(found, first, `${label}: ${order}, in ranges of ${maxRangeBytes} bytes`);
      first ??= found;
    }
  }
  if (!first) throw new Error('no ranges');
  return first;
}

/** Compares all pairs, kept as a matrix or in condensed order, with `cpu` in doubles. */
export async function comparePairs(findings: Findings, metric: PairMetric, given: PairCase): Promise<void> {
  const operands = operandsOf(metric, given);
  const { plan } = operands;
  const { n, m, batches } = plan;
  const label = labelOf(metric, given);
  const expected = Float64Array.from(inDoubles(metric, operands), value =>
    Number.isFinite(Math.fround(value)) ? value : Math.fround(value),
  );
  const bound = boundsOf(metric, given, operands);
  const order =
    plan.sink.kind === 'condensed'
      ? Array.from({ length: n * m }, (_, at) => at).filter(at => at % m > Math.floor(at / m))
      : undefined;
  for (const build of ['relaxed', 'plain'] as const) {
    if (build === 'relaxed' && !hasRelaxed) continue;
    const found = await onWasm(findings, metric, operands, label, { ranges: given.ranges, build });
    findings.close(found, expected, at => bound(order ? (order[at] ?? 0) : at), `${label} (${build})`);
  }
  findings.check(batches * n * m > 0, `${label}: nothing to compare`);
}

/** Whether this engine has relaxed SIMD. */
const hasRelaxed = WebAssembly.validate(
  Uint8Array.from(atob(pairsModule.relaxed), character => character.charCodeAt(0)),
);

const labelOf = (metric: PairMetric, { batches, n, m, d, weights, power }: PairCase): string =>
  [
    `${metric.name} of ${batches ? `${batches} × ` : ''}${n} and ${m} rows of ${d}`,
    ...(weights ? ['with weights'] : []),
    ...(power ? [`with p ${power}`] : []),
  ].join(' ');

/** The bound of each pair of the matrix (of the stack of matrices). */
function boundsOf(metric: PairMetric, given: PairCase, operands: Operands): (at: number) => Tolerance {
  const { plan, x, y } = operands;
  const name = nameOf(metric);
  const { n, m, batches, length } = plan;
  if (plan.dtype === 'bool') {
    const tolerance = distance(name, given.d, 'single', { magnitude: 0 });
    return () => tolerance;
  }
  const dense = (data: Float32Array | Uint32Array, rows: PairPlan['a'], count: number, batch: number) =>
    grid(
      [count, length],
      Array.from({ length: count * length }, (_, at) => {
        const row = Math.floor(at / length);
        return data[rows.offset + batch * rows.batchStride + row * rows.stride + (at % length)] ?? NaN;
      }),
    );
  const options: PairOptions = { p: given.power, w: given.weights };
  const bounds = Array.from({ length: batches }, (_, batch) =>
    boundOf(name, dense(x, plan.a, n, batch), dense(y, plan.b, m, batch), options)('single'),
  );
  return at => bounds[Math.floor(at / (n * m))]?.(at % (n * m)) ?? { relative: 0, absolute: 0 };
}
