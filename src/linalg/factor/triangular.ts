/**
 * The triangular primitive: T·X = B for a stack of triangular matrices, by substitution – backward stable, where a product
 * with T⁻¹ would not be. B may be the identity, or come with its rows in another order. A transposed T is one with its
 * strides exchanged. A 0 on the diagonal is told by the status word, and X then has infinities or NaN.
 *
 * Rows are solved in blocks of 32, each two passes on the GPU: the rows themselves, and what they take away from all that come
 * after them.
 */
import { bindRange, type GpuFacts, type Lowered, type Pass, type Primitive } from '../../device/index.ts';
import type { SingularMatrixError } from '../../errors.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import numericWgsl from '../../../shaders/lib/numeric.wgsl';
import blockWgsl from '../../../shaders/linalg/triangular/block.wgsl';
import paramsWgsl from '../../../shaders/linalg/triangular/params.wgsl';
import restWgsl from '../../../shaders/linalg/triangular/rest.wgsl';
import startWgsl from '../../../shaders/linalg/triangular/start.wgsl';
import { emptyTensor, launch, viewOf, type Scope, type Tensor } from '../../tensor/index.ts';
import { matricesAtOnce } from './binding.ts';
import { zeroPivot, zeroPivotWord, type ZeroPivot } from './lu.ts';

/** Where the matrices of a stack lie. */
export interface MatricesAt {
  readonly offset: number;
  readonly batchStride: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/**
 * Reads: T, B, and the rows of B; T stands in for what there is not. Writes: X, dense, and where the plan tells the status
 * word, which counts rows in the order in which they are solved.
 */
export interface TriangularPlan {
  /** The operation, for messages. */
  readonly op: string;
  readonly dtype: 'float32' | 'float64';
  readonly batches: number;
  /** Rows and columns of T. */
  readonly order: number;
  /** Columns of X. */
  readonly columns: number;
  /** Which triangle of T is looked at. Upper ones are solved from the last row to the first. */
  readonly lower: boolean;
  /** True where T has ones on its diagonal, whatever stands there. */
  readonly unit: boolean;
  /** Whether a 0 on the diagonal is told; else the word for it is scratch, in the same slot. */
  readonly tells: boolean;
  readonly triangle: MatricesAt;
  /** B; without it, the identity. */
  readonly right?: MatricesAt;
  /** For each row which row of B it is made from. */
  readonly rows?: { readonly offset: number; readonly batchStride: number };
}

export interface TriangularRun {
  /** [batches, n, n]. */
  readonly triangle: Tensor;
  readonly lower: boolean;
  readonly unit: boolean;
  /** B: [batches, n, m]. Without it, the identity. */
  readonly right?: Tensor;
  /** uint32, [batches, n]. */
  readonly rows?: Tensor;
  /** Without it no diagonal element is wrong. */
  readonly explain?: (zero: ZeroPivot) => SingularMatrixError;
}

const placeOf = ({ offset, strides: [batchStride = 0, rowStride = 0, columnStride = 0] }: Tensor): MatricesAt => ({
  offset,
  batchStride,
  rowStride,
  columnStride,
});

/** X: [batches, n, m]. Stacks of one dtype and one length. */
export function solveTriangle(run: TriangularRun, op: string, scope: Scope): Tensor {
  const { triangle, right, rows, lower, unit } = run;
  const [batches = 0, order = 0] = triangle.shape;
  const columns = right?.shape.at(-1) ?? order;
  const out = scope.keep(emptyTensor(triangle.device, [batches, order, columns], triangle.dtype, op));
  const plan: TriangularPlan = {
    op,
    dtype: triangle.dtype as TriangularPlan['dtype'],
    batches,
    order,
    columns,
    lower,
    unit,
    tells: run.explain !== undefined,
    triangle: placeOf(triangle),
    ...(right && { right: placeOf(right) }),
    ...(rows && { rows: { offset: rows.offset, batchStride: rows.strides[0] ?? 0 } }),
  };
  const reads = [triangle, right ?? triangle, rows ?? triangle];
  const { explain } = run;
  const status = explain && ((word: number) => explain(zeroOf(word, order, lower)));
  if (out.size > 0) launch(op, triangularPrimitive, plan, reads, [out], status);
  return out;
}

function zeroOf(word: number, order: number, lower: boolean): ZeroPivot {
  const { batch, pivot } = zeroPivot(word, order);
  return { batch, pivot: lower ? pivot : order - 1 - pivot };
}

/** T as its rows are solved: an upper triangle turned by half a turn is a lower one. */
export function inOrder({ triangle, order, lower }: TriangularPlan): MatricesAt {
  if (lower) return triangle;
  const { offset, rowStride, columnStride } = triangle;
  return {
    ...triangle,
    offset: offset + (order - 1) * (rowStride + columnStride),
    rowStride: -rowStride,
    columnStride: -columnStride,
  };
}

export const triangularPrimitive: Primitive<TriangularPlan> = {
  name: 'triangular',
  cpu(plan, [triangle, right, rows], [output, status]) {
    const { order, columns, dtype, batches, lower } = plan;
    const t = viewOf(triangle as Uint8Array, dtype);
    const b = viewOf(right as Uint8Array, dtype);
    const list = plan.rows && (viewOf(rows as Uint8Array, 'uint32') as Uint32Array);
    const out = viewOf(output as Uint8Array, dtype);
    const word = status && viewOf(status, 'uint32');
    const turned = inOrder(plan);
    const x = new Float64Array(order * columns);
    for (let batch = 0; batch < batches; batch++) {
      fill(x, plan, batch, b, list);
      const failed = substitute(x, plan, t, { ...turned, offset: turned.offset + batch * turned.batchStride });
      if (word && failed !== undefined) word[0] = Math.max(word[0] ?? 0, zeroPivotWord(batch * order + failed));
      for (let i = 0; i < order; i++) {
        const to = (batch * order + (lower ? i : order - 1 - i)) * columns;
        out.set(x.subarray(i * columns, (i + 1) * columns), to);
      }
    }
  },
  webgpu: lowerTriangular,
  wasm: () => import('./wasm.ts').then(wasm => wasm.lowerTriangularToWasm),
};

/** What X is made from, its rows in the order in which they are solved. */
function fill(
  x: Float64Array,
  { order, columns, lower, right, rows }: TriangularPlan,
  batch: number,
  b: ArrayLike<number>,
  list: Uint32Array | undefined,
): void {
  for (let i = 0; i < order; i++) {
    const own = lower ? i : order - 1 - i;
    const row = rows && list ? (list[rows.offset + batch * rows.batchStride + own] as number) : own;
    const from = right ? right.offset + batch * right.batchStride + row * right.rowStride : 0;
    for (let j = 0; j < columns; j++)
      x[i * columns + j] = right ? (b[from + j * right.columnStride] as number) : Number(row === j);
  }
}

/** Forward substitution. Returns the first row whose diagonal element is 0. */
function substitute(
  x: Float64Array,
  { order, columns, unit }: TriangularPlan,
  t: ArrayLike<number>,
  { offset, rowStride, columnStride }: MatricesAt,
): number | undefined {
  let failed: number | undefined;
  for (let i = 0; i < order; i++) {
    const row = offset + i * rowStride;
    const from = i * columns;
    const end = from + columns;
    for (let k = 0; k < i; k++) {
      const share = t[row + k * columnStride] as number;
      for (let at = from, up = k * columns; at < end; at++, up++) x[at] = (x[at] as number) - share * (x[up] as number);
    }
    if (unit) continue;
    const diagonal = t[row + i * columnStride] as number;
    if (diagonal === 0) failed ??= i;
    for (let at = from; at < end; at++) x[at] = (x[at] as number) / diagonal;
  }
  return failed;
}

/** Rows that are solved at a time: 32² numbers are 4 KiB of a workgroup's memory. */
const BLOCK = 32;
const GROUP = 64;
/** Columns that a workgroup takes where there are few: on a software adapter idle invocations cost as much as busy ones. */
const FEW = 4;

/** Elements from the first to the last of a matrix. */
const spanOf = ({ rowStride, columnStride }: MatricesAt, rows: number, columns: number): number =>
  (rows - 1) * rowStride + (columns - 1) * columnStride + 1;

function lowerTriangular(plan: TriangularPlan, facts: GpuFacts): Lowered {
  const { order, columns, batches, triangle, right } = plan;
  const operands = [
    { span: spanOf(triangle, order, order), batchStride: triangle.batchStride },
    { span: order * columns, batchStride: order * columns },
    ...(right ? [{ span: spanOf(right, order, columns), batchStride: right.batchStride }] : []),
  ];
  const atOnce = matricesAtOnce(plan.op, batches, order, operands, facts);
  const passes: Pass[] = [];
  for (let batch = 0; batch < batches; batch += atOnce)
    passes.push(...stackPasses(plan, batch, Math.min(atOnce, batches - batch), facts));
  return { scratch: plan.tells ? [] : [4], passes };
}

/** The passes of `count` matrices, which fit one binding. */
function stackPasses(plan: TriangularPlan, batch: number, count: number, facts: GpuFacts): Pass[] {
  const { order, columns, lower, right, rows } = plan;
  const turned = inOrder(plan);
  const rangeOf = (slot: number, at: MatricesAt, across: number) =>
    bindRange(
      slot,
      at.offset + batch * at.batchStride,
      (count - 1) * at.batchStride + spanOf(at, order, across),
      facts,
    );
  const triangle = rangeOf(0, plan.triangle, order);
  const source = right ? rangeOf(1, right, columns) : triangle;
  const list = rows
    ? bindRange(2, rows.offset + batch * rows.batchStride, (count - 1) * rows.batchStride + order, facts)
    : triangle;
  const elements = order * columns;
  const solution = bindRange(3, batch * elements, count * elements, facts);
  const pass = (
    name: string,
    file: typeof startWgsl,
    group: number,
    invocations: number,
    first: number,
    work: number,
  ): Pass => {
    const groupsAMatrix = Math.ceil(invocations / group);
    const turns = !lower && name !== 'start';
    return {
      kernel: {
        name: `triangular/${name}`,
        wgsl: [gridWgsl, numericWgsl, paramsWgsl, file],
        constants: { GROUP: group, BLOCK },
        bindings: ['read', 'read', 'read', 'write', 'write'],
      },
      groups: groupsAMatrix * count,
      params: Uint32Array.from([
        groupsAMatrix,
        order,
        columns,
        first,
        triangle.base + turned.offset - plan.triangle.offset,
        turned.batchStride,
        turned.rowStride,
        turned.columnStride,
        source.base,
        right?.batchStride ?? 0,
        right?.rowStride ?? 0,
        right?.columnStride ?? 0,
        list.base,
        rows?.batchStride ?? 0,
        solution.base + (turns ? elements - columns : 0),
        elements,
        turns ? -columns : columns,
        batch,
        Number(plan.unit),
        Number(!right),
        Number(rows !== undefined),
      ]),
      buffers: [triangle.binding, source.binding, list.binding, solution.binding, { slot: 4, byteOffset: 0, bytes: 4 }],
      work: work * count,
    };
  };
  const passes = [pass('start', startWgsl, GROUP, elements, 0, elements * 8)];
  const across = facts.software && columns <= FEW ? FEW : GROUP;
  for (let first = 0; first < order; first += BLOCK) {
    passes.push(pass('block', blockWgsl, across, columns, first, BLOCK * BLOCK * columns));
    const rest = order - first - BLOCK;
    if (rest <= 0) break;
    const tiles = Math.ceil(rest / 4) * Math.ceil(columns / 4);
    passes.push(pass('rest', restWgsl, GROUP, tiles, first, rest * columns * BLOCK));
  }
  return passes;
}
