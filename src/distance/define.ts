/**
 * Metrics that users write: `defineMetric` makes one of a WGSL fragment and its twin in JavaScript, `verifyMetric` runs both
 * on the same rows and compares. Nothing is registered anywhere: the value itself is passed as the metric.
 */
import { OptionError, ShaderError } from '../errors.ts';
import { checkOptions, readFlag, show } from '../options.ts';
import type { WordArray } from '../tensor/index.ts';
import { defaultDevice, scoped, type Device } from '../tensor/index.ts';
import { cdist } from './cdist.ts';
import { CustomMetric } from './custom.ts';

export interface MetricDefinition {
  /** For messages: letters, digits and dashes. */
  readonly name: string;
  /** The fragment, with the members that shaders/README.md lists under "A metric". */
  readonly wgsl: string;
  /** The distance of two rows, in doubles. `w` is undefined where a call has no weights. */
  readonly js: (x: Float64Array, y: Float64Array, w: Float64Array | undefined) => number;
  /** Whether calls may have weights. Default false. */
  readonly weighted?: boolean | undefined;
  /** Whether the fragment has the members of a guarded one, for sums that may leave the range of float32. Default false. */
  readonly guarded?: boolean | undefined;
}

/**
 * A metric of your own, to be passed as `metric` wherever a name can be.
 *
 * ```ts
 * // Σ w·|x − y|^1.25
 * const mixed = defineMetric({
 *   name: 'mixed',
 *   weighted: true,
 *   js: (x, y, w) => x.reduce((sum, value, k) => sum + (w ? w[k] : 1) * Math.abs(value - y[k]) ** 1.25, 0),
 *   wgsl: `
 *     alias Pair = f32;
 *     fn pair_start() -> Pair { return 0.0; }
 *     fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair {
 *       return pair + dot(w, pow(abs(x - y), vec4f(1.25)));
 *     }
 *     fn pair_join(a: Pair, b: Pair) -> Pair { return a + b; }
 *     fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 { return pair; }`,
 * });
 * await verifyMetric(mixed);
 * await cdist([[0, 0]], [[1, 16]], mixed).toArray(); // [[33]]
 * ```
 */
export function defineMetric(definition: MetricDefinition): CustomMetric {
  const op = 'defineMetric';
  checkOptions(op, definition, ['name', 'wgsl', 'js', 'weighted', 'guarded']);
  const { name, wgsl, js } = definition;
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]*$/i.test(name))
    throw new OptionError(`${op}: the name is ${show(name)}. Give letters, digits and dashes, a letter first.`);
  if (typeof wgsl !== 'string') throw new OptionError(`${op}: wgsl is ${show(wgsl)}. Give the text of a fragment.`);
  if (typeof js !== 'function')
    throw new OptionError(`${op}: js is ${show(js)}. Give a function of two rows and their weights.`);
  const weighted = readFlag(op, 'weighted', definition.weighted);
  const guarded = readFlag(op, 'guarded', definition.guarded);
  // Rows come as doubles, but for very long ones.
  const row = (x: WordArray, at: number, length: number): Float64Array =>
    x instanceof Float64Array ? x.subarray(at, at + length) : Float64Array.from(x.subarray(at, at + length));
  return new CustomMetric(
    {
      name,
      element: 'float',
      cpu: {
        pair: (x, xAt, y, yAt, length, weights) =>
          js(row(x, xAt, length), row(y, yAt, length), weights && row(weights, 0, length)),
      },
      // Pipelines are known by the ids of their files, so a metric of another text must have another id.
      gpu: { wgsl: [{ id: `defineMetric/${name}-${fingerprint(wgsl)}.wgsl`, text: wgsl }], guarded, directed: true },
    },
    weighted,
  );
}

/** Eight hexadecimal digits of a text (FNV-1a). */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

export interface VerifyOptions {
  /** Where the fragment runs; the default device where left out. On a `cpu` device the twin is compared with itself. */
  readonly device?: Device | undefined;
  /** Elements of the rows that are made up. Default 33. */
  readonly dim?: number | undefined;
  /** How many rows are made up for each case. Default 8. */
  readonly rows?: number | undefined;
  /** The largest error relative to the twin's number. Default 2⁻¹⁴. */
  readonly tolerance?: number | undefined;
  /** The largest error whatever the number; for metrics that subtract. Default 0. */
  readonly absolute?: number | undefined;
  /** Rows to compare on, in place of those that are made up: for metrics that do not take any numbers. */
  readonly data?: readonly (readonly number[])[] | undefined;
}

export interface MetricReport {
  readonly metric: string;
  readonly device: Device['kind'];
  /** What was compared: how many pairs, and the largest error relative to the twin's number. */
  readonly cases: readonly { readonly name: string; readonly pairs: number; readonly worst: number }[];
}

/** The smallest normal float32: what is below it may be lost. */
const SMALLEST_NORMAL = 2 ** -126;

/** Rows of a table in an error. */
const SHOWN = 8;

/**
 * Compares a metric's fragment with its twin on all pairs of rows that are random, equal, 0, near-duplicates, huge (1e25)
 * and tiny (1e-30), without and with weights. Resolves with a report, or rejects with a ShaderError that has a table of the
 * pairs that differ.
 *
 * ```ts
 * const { cases } = await verifyMetric(metric, { device, tolerance: 1e-5 });
 * ```
 */
export async function verifyMetric(metric: CustomMetric, options: VerifyOptions = {}): Promise<MetricReport> {
  const op = 'verifyMetric';
  checkOptions(op, options, ['device', 'dim', 'rows', 'tolerance', 'absolute', 'data']);
  if (!(metric instanceof CustomMetric))
    throw new OptionError(`${op}: ${show(metric)} is not a metric of defineMetric. Give what it returned.`);
  const { dim = 33, rows = 8, tolerance = 2 ** -14, absolute = 0, device = defaultDevice() } = options;
  for (const [name, value, least] of [
    ['dim', dim, 1],
    ['rows', rows, 1],
    ['tolerance', tolerance, 0],
    ['absolute', absolute, 0],
  ] as const)
    if (typeof value !== 'number' || !(value >= least))
      throw new OptionError(`${op}: ${name} is ${show(value)}. Give a number ≥ ${least}.`);
  const sets = options.data ? [rowSet('data', options.data)] : madeUp(rows, dim);
  const cases: { name: string; pairs: number; worst: number }[] = [];
  const wrong: string[] = [];
  for (const { name, values, width } of sets)
    for (const weighted of metric.weighted ? [false, true] : [false]) {
      const weights = weighted ? Float32Array.from({ length: width }, (_, k) => (k % 4) / 2) : undefined;
      const label = weighted ? `${name}, weighted` : name;
      const actual = await onDevice(metric, device, values, width, weights);
      const doubles = Float64Array.from(values);
      const heavy = weights && Float64Array.from(weights);
      const n = values.length / width;
      let worst = 0;
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) {
          const expected = metric.pair.cpu.pair(doubles, i * width, doubles, j * width, width, heavy, none, 0, 0);
          const found = actual[i * n + j] as number;
          const error = errorOf(found, expected);
          const relative = error / Math.max(Math.abs(expected), SMALLEST_NORMAL);
          if (error > 0) worst = Math.max(worst, relative);
          if (!(error <= Math.max(tolerance * Math.abs(expected), absolute, SMALLEST_NORMAL)))
            wrong.push(`${label.padEnd(26)} [${i}, ${j}]  ${found}  ${expected}  ${relative.toExponential(2)}`);
        }
      cases.push({ name: label, pairs: n * n, worst });
    }
  if (wrong.length > 0)
    throw new ShaderError(
      [
        `${op}: the fragment of '${metric.name}' and its twin differ in ${wrong.length} pairs. Correct one of them, or allow more with { tolerance, absolute }.`,
        'rows                       pair    fragment  twin  relative error',
        ...wrong.slice(0, SHOWN),
        ...(wrong.length > SHOWN ? [`… and ${wrong.length - SHOWN} more`] : []),
      ].join('\n'),
    );
  return { metric: metric.name, device: device.kind, cases };
}

const none = { power: 0, zeroVector: NaN, size: 0 };

/** Numbers beyond float32 are its infinity; NaN is right where the twin has it, and nowhere else. */
function errorOf(found: number, expected: number): number {
  const rounded = Math.fround(expected);
  if (found === rounded || (found !== found && expected !== expected)) return 0;
  const error = Math.abs(found - expected);
  return error === error ? error : Infinity;
}

async function onDevice(
  metric: CustomMetric,
  device: Device,
  values: Float32Array,
  width: number,
  weights: Float32Array | undefined,
): Promise<ArrayLike<number>> {
  const result = scoped(scope => {
    const x = scope.keep(device.tensor(values, [values.length / width, width]));
    return cdist(x, x, { metric, ...(weights && { w: weights }) });
  });
  try {
    return await result.data();
  } finally {
    result.dispose();
  }
}

interface RowSet {
  readonly name: string;
  readonly values: Float32Array;
  readonly width: number;
}

function rowSet(name: string, rows: readonly (readonly number[])[]): RowSet {
  return { name, values: Float32Array.from(rows.flat()), width: rows[0]?.length ?? 0 };
}

/** Rows of all the kinds on which a formula may break. The same ones every time. */
function madeUp(rows: number, dim: number): RowSet[] {
  let state = 1;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const made = (make: (i: number, k: number) => number): number[][] =>
    Array.from({ length: rows }, (_, i) => Array.from({ length: dim }, (__, k) => make(i, k)));
  const random = made(uniform);
  const [first = []] = random;
  return [
    rowSet('random', random),
    rowSet(
      'equal and zero',
      made((i, k) => (i % 3 === 0 ? 0 : i % 3 === 1 ? (first[k] ?? 0) : 1)),
    ),
    rowSet(
      'near-duplicates',
      made((_, k) => 10 + (first[k] ?? 0) + 1e-3 * uniform()),
    ),
    rowSet(
      'huge',
      made(() => 1e25 * uniform()),
    ),
    rowSet(
      'tiny',
      made(() => 1e-30 * uniform()),
    ),
  ];
}
