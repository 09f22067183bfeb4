/**
 * Runs the wasm kernels of a reduction beside its `cpu` in doubles: both builds, both orders of chunks, ranges of all
 * sizes. What the specs of the arith and the norm room share.
 */
import { type LowerToWasm, type Primitive } from '../../src/device/index.ts';
import { planReduce } from '../../src/arith/reduce/plan.ts';
import type { ReducePlan } from '../../src/arith/index.ts';
import { rowMajor, sizeOf, spanOf, viewOf, type Dtype, type WordArray } from '../../src/tensor/index.ts';
import type { Tolerance } from '../tolerance.ts';
import type { Findings } from './expect.ts';
import { Random } from './random.ts';
import { runLowered } from './wasm-run.ts';

/** Ranges that hold everything, and that cut nearly all. */
const RANGES: readonly number[] = [2 ** 31, 4096];

export interface ReduceCase {
  readonly shape: readonly number[];
  readonly axes: readonly number[];
  /** Default: row-major. */
  readonly strides?: readonly number[];
  readonly offset?: number;
  /** Puts other numbers among the random ones, which have holes. */
  readonly place?: (x: Float32Array | Uint32Array) => void;
  readonly planes?: number;
  readonly power?: number;
  /** Default: float32 to float32. */
  readonly dtypes?: { readonly dtype: Dtype; readonly outDtype: Dtype };
  readonly ranges?: readonly number[];
}

/** One number for each cell, or for each cell and plane: what it may be off by, from the elements of the cell. */
export type BoundOf = (elements: Float64Array, plane: number) => Tolerance;

export async function loweringOf<Plan>(primitive: Primitive<Plan>): Promise<LowerToWasm<Plan>> {
  const lower = await primitive.wasm?.();
  if (!lower) throw new Error(`${primitive.name} has no wasm kernels`);
  return lower;
}

export function compareReduce(
  findings: Findings,
  primitive: Primitive<ReducePlan>,
  lower: LowerToWasm<ReducePlan>,
  given: ReduceCase,
  bound: BoundOf,
): void {
  const { shape, axes, strides = rowMajor(shape), offset = 0, planes = 1, power = 0 } = given;
  const { dtype, outDtype } = given.dtypes ?? { dtype: 'float32', outDtype: 'float32' };
  const count = sizeOf(shape) > 0 ? offset + spanOf(shape, strides) : 0;
  const random = new Random(count + axes.length);
  const x = dtype === 'uint32' ? Uint32Array.from({ length: count }, () => random.bits()) : random.sparse(count, 0.1);
  given.place?.(x);
  const plan = planReduce(shape, strides, offset, axes, { dtype, outDtype }, power);
  const label = `${primitive.name}([${shape.join(', ')}] by [${strides.join(', ')}], axes [${axes.join(', ')}])`;
  if (!plan) throw new Error(`${label} has no plan`);
  const cells = plan.outer * plan.inner;

  const wide = { float32: 'float64', float64: 'float64', uint32: 'uint32', bool: 'bool' } as const;
  const expected = new Uint8Array(cells * planes * 8);
  const doubles = dtype === 'uint32' ? x : Float64Array.from(x);
  primitive.cpu({ ...plan, dtype: wide[dtype], outDtype: wide[outDtype] }, [bytesOf(doubles)], [expected]);
  const wanted = Float64Array.from(viewOf(expected, wide[outDtype]).subarray(0, cells * planes), value =>
    outDtype === 'uint32' || Number.isFinite(Math.fround(value)) ? value : Math.fround(value),
  );
  const tolerance = (index: number): Tolerance => bound(elementsOf(plan, x, index % cells), Math.floor(index / cells));

  for (const maxRangeBytes of given.ranges ?? RANGES) {
    const lowered = lower(plan, { maxRangeBytes });
    if (!lowered) {
      findings.check(false, `${label}: not lowered for ranges of ${maxRangeBytes} bytes`);
      continue;
    }
    const ranges = lowered.passes.flatMap(pass => pass.buffers);
    findings.check(
      ranges.every(range => range.bytes <= maxRangeBytes && range.byteOffset % 4 === 0),
      `${label}: a range of more than ${maxRangeBytes} bytes`,
    );
    // Nothing is multiplied and added in one step, so both builds must agree to the bit.
    const [one, other] = ([{ order: 'forward' }, { order: 'backward', build: 'plain' }] as const).map(options => {
      const out = new Uint8Array(cells * planes * 4);
      runLowered(lowered, [bytesOf(x)], [out], options);
      return viewOf(out, outDtype);
    }) as [WordArray, WordArray];
    findings.close(one, wanted, tolerance, `${label}, ranges of ${maxRangeBytes} bytes`);
    findings.exact(other, one, `${label}: another order of chunks, or the plain build`);
  }
}

const bytesOf = (data: Float32Array | Float64Array | Uint32Array): Uint8Array => new Uint8Array(data.buffer);

function elementsOf(plan: ReducePlan, x: ArrayLike<number>, cell: number): Float64Array {
  const at = plan.offset + Math.floor(cell / plan.inner) * plan.strideOuter + (cell % plan.inner) * plan.strideInner;
  return Float64Array.from({ length: plan.length }, (_, k) => x[at + k * plan.strideAxis] ?? NaN);
}

/** Shapes and strides of every way through memory, with lengths on both sides of every boundary. */
export const LAYOUTS: readonly ReduceCase[] = [
  // Rows: alone, in groups, shorter than a vector, gathered as columns, with rests, longer than a band and a segment.
  ...[1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 16, 31, 64, 65, 100].flatMap(n =>
    [1, 6, 67].map(rows => ({ shape: [rows, n], axes: [1] })),
  ),
  { shape: [3, 4097], axes: [1] },
  { shape: [2, 140_003], axes: [1], ranges: [2 ** 31, 2 ** 16] },
  { shape: [270_001], axes: [0], ranges: [2 ** 31, 2 ** 16] },
  // Rows with gaps, from an offset.
  { shape: [9, 30], strides: [41, 1], offset: 5, axes: [1] },
  { shape: [9, 7], strides: [41, 1], offset: 3, axes: [1] },
  // Columns: few, some, with others behind the last four, in several groups and segments.
  ...[1, 2, 3, 4, 5, 6, 8, 15, 33].flatMap(columns =>
    [1, 7, 9, 30, 130].map(n => ({ shape: [n, columns], axes: [0] })),
  ),
  { shape: [3, 1030], axes: [0] },
  { shape: [700, 1030], axes: [0], ranges: [2 ** 31, 2 ** 16] },
  { shape: [70_000, 3], axes: [0], ranges: [2 ** 31, 2 ** 16] },
  { shape: [40, 9], strides: [23, 1], offset: 7, axes: [0] },
  // Three axes: the middle one, and cells whose distances do not merge.
  { shape: [5, 20, 6], axes: [1] },
  { shape: [5, 3, 6], axes: [1] },
  { shape: [40, 3, 2], axes: [1] },
  // Elements that lie apart: one vector, rows, cells beside each other the other way round.
  { shape: [1000], strides: [3], offset: 1, axes: [0] },
  { shape: [5, 50], strides: [110, 2], axes: [1] },
  { shape: [6, 5, 20], strides: [1, 120, 6], axes: [2] },
  { shape: [6, 20, 5], strides: [1, 6, 120], axes: [1] },
  { shape: [20, 6, 5], strides: [6, 1, 120], axes: [0] },
  // No cells.
  { shape: [0, 5], axes: [1] },
];
