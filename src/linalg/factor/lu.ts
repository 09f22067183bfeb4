/**
 * The LU primitive: P·A = L·U for a stack of square matrices, with the largest magnitude of each column (the first of equal
 * ones) as its pivot. L, whose diagonal is ones, and U share one matrix. A pivot of 0 is told by the status word and leaves
 * its column as it is, so that L and U are good for a determinant; NaN spreads.
 *
 * On the GPU a matrix is factored in panels of 32 columns, each three passes: the panel with its exchanges of rows by one
 * workgroup, those exchanges and a triangular solution across the other columns, and what both take away from the rest.
 * Golub, Van Loan: Matrix Computations, 3.4.
 */
import { bindRange, type GpuFacts, type Lowered, type Pass, type Primitive } from '../../device/index.ts';
import type { SingularMatrixError } from '../../errors.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import numericWgsl from '../../../shaders/lib/numeric.wgsl';
import acrossWgsl from '../../../shaders/linalg/lu/across.wgsl';
import panelWgsl from '../../../shaders/linalg/lu/panel.wgsl';
import paramsWgsl from '../../../shaders/linalg/lu/params.wgsl';
import startWgsl from '../../../shaders/linalg/lu/start.wgsl';
import trailingWgsl from '../../../shaders/linalg/lu/trailing.wgsl';
import { emptyTensor, launch, viewOf, type Scope, type Tensor } from '../../tensor/index.ts';
import { matricesAtOnce } from './binding.ts';

/**
 * Reads: the matrices. Writes: L\U, dense; for each row of L\U the row of A that it is; for each row in turn the one that it
 * changed places with; and, where the plan tells, the status word.
 */
export interface LuPlan {
  /** The operation, for messages. */
  readonly op: string;
  readonly dtype: 'float32' | 'float64';
  readonly batches: number;
  /** Rows and columns of a matrix. */
  readonly order: number;
  readonly offset: number;
  readonly batchStride: number;
  readonly rowStride: number;
  readonly columnStride: number;
  /** Whether a pivot of 0 is told; else the word for it is scratch, in the same slot. */
  readonly tells: boolean;
}

export interface Lu {
  /** L\U: [batches, n, n]. */
  readonly factors: Tensor;
  /** uint32, [batches, n]. */
  readonly rows: Tensor;
  readonly exchanges: Tensor;
}

/** The first pivot that is 0. */
export interface ZeroPivot {
  readonly batch: number;
  readonly pivot: number;
}

/** Words count down, so that the largest one that a kernel wrote is the first. Mirrors the shaders. */
export const zeroPivotWord = (place: number): number => 0xffffffff - place;

export function zeroPivot(word: number, order: number): ZeroPivot {
  const place = 0xffffffff - word;
  return { batch: Math.floor(place / order), pivot: place % order };
}

/** Factors a stack [batches, n, n] of floats. Without `explain` no pivot is wrong. */
export function factorLu(a: Tensor, op: string, scope: Scope, explain?: (pivot: ZeroPivot) => SingularMatrixError): Lu {
  const [batches = 0, order = 0] = a.shape;
  const factors = scope.keep(emptyTensor(a.device, a.shape, a.dtype, op));
  const rows = scope.keep(emptyTensor(a.device, [batches, order], 'uint32', op));
  const exchanges = scope.keep(emptyTensor(a.device, [batches, order], 'uint32', op));
  const [batchStride = 0, rowStride = 0, columnStride = 0] = a.strides;
  const { offset } = a;
  const dtype = a.dtype as LuPlan['dtype'];
  const tells = explain !== undefined;
  const plan: LuPlan = { op, dtype, batches, order, offset, batchStride, rowStride, columnStride, tells };
  const status = explain && ((word: number) => explain(zeroPivot(word, order)));
  if (a.size > 0) launch(op, luPrimitive, plan, [a], [factors, rows, exchanges], status);
  return { factors, rows, exchanges };
}

export const luPrimitive: Primitive<LuPlan> = {
  name: 'lu',
  cpu(plan, [input], [output, rowList, exchangeList, status]) {
    const { order, dtype, batches } = plan;
    const a = viewOf(input as Uint8Array, dtype);
    const out = viewOf(output as Uint8Array, dtype);
    const rows = viewOf(rowList as Uint8Array, 'uint32') as Uint32Array;
    const exchanges = viewOf(exchangeList as Uint8Array, 'uint32') as Uint32Array;
    const word = status && viewOf(status, 'uint32');
    const factors = new Float64Array(order * order);
    for (let batch = 0; batch < batches; batch++) {
      const at = plan.offset + batch * plan.batchStride;
      for (let i = 0; i < order; i++)
        for (let j = 0; j < order; j++)
          factors[i * order + j] = a[at + i * plan.rowStride + j * plan.columnStride] as number;
      const own = (list: Uint32Array): Uint32Array => list.subarray(batch * order, (batch + 1) * order);
      const failed = factor(factors, order, own(rows), own(exchanges));
      if (word && failed !== undefined) word[0] = Math.max(word[0] ?? 0, zeroPivotWord(batch * order + failed));
      out.set(factors, batch * order * order);
    }
  },
  webgpu: lowerLu,
  wasm: () => import('./wasm.ts').then(wasm => wasm.lowerLuToWasm),
};

/** Column by column, each row below the pivot's less its share of that row. Returns the first pivot that is 0. */
function factor(a: Float64Array, order: number, rows: Uint32Array, exchanges: Uint32Array): number | undefined {
  let failed: number | undefined;
  for (let i = 0; i < order; i++) rows[i] = i;
  for (let j = 0; j < order; j++) {
    const other = pivotOf(a, order, j);
    exchanges[j] = other;
    if (other !== j) {
      const row = a.slice(j * order, (j + 1) * order);
      a.copyWithin(j * order, other * order, (other + 1) * order);
      a.set(row, other * order);
      [rows[j], rows[other]] = [rows[other] as number, rows[j] as number];
    }
    const pivot = a[j * (order + 1)] as number;
    if (pivot === 0) {
      failed ??= j;
      continue;
    }
    const end = (j + 1) * order;
    for (let i = j + 1; i < order; i++) {
      const share = (a[i * order + j] as number) / pivot;
      a[i * order + j] = share;
      for (let up = j * order + j + 1, at = i * order + j + 1; up < end; up++, at++)
        a[at] = (a[at] as number) - share * (a[up] as number);
    }
  }
  return failed;
}

/** The first row from `column` on with the largest magnitude there; NaN before all numbers. */
function pivotOf(a: Float64Array, order: number, column: number): number {
  let best = column;
  let most = -1;
  for (let i = column; i < order; i++) {
    const size = Math.abs(a[i * order + column] as number);
    if (size !== size) return i;
    if (size > most) [best, most] = [i, size];
  }
  return best;
}

/** Columns of a panel: 32² numbers are 4 KiB of a workgroup's memory. */
const BLOCK = 32;
const GROUP = 64;

function lowerLu(plan: LuPlan, facts: GpuFacts): Lowered {
  const { order, batches, batchStride } = plan;
  const elements = order * order;
  const span = (order - 1) * (plan.rowStride + plan.columnStride) + 1;
  const operands = [
    { span, batchStride },
    { span: elements, batchStride: elements },
  ];
  const atOnce = matricesAtOnce(plan.op, batches, order, operands, facts);
  const passes: Pass[] = [];
  for (let batch = 0; batch < batches; batch += atOnce)
    passes.push(...stackPasses(plan, batch, Math.min(atOnce, batches - batch), span, facts));
  return { scratch: plan.tells ? [] : [4], passes };
}

/** The passes of `count` matrices, which fit one binding. */
function stackPasses(plan: LuPlan, batch: number, count: number, span: number, facts: GpuFacts): Pass[] {
  const { order, batchStride } = plan;
  const elements = order * order;
  const source = bindRange(0, plan.offset + batch * batchStride, (count - 1) * batchStride + span, facts);
  const factors = bindRange(1, batch * elements, count * elements, facts);
  const rows = bindRange(2, batch * order, count * order, facts);
  const exchanges = bindRange(3, batch * order, count * order, facts);
  const pass = (
    name: string,
    file: typeof startWgsl,
    group: number,
    groupsAMatrix: number,
    first: number,
    work: number,
  ): Pass => ({
    kernel: {
      name: `lu/${name}`,
      wgsl: [gridWgsl, numericWgsl, paramsWgsl, file],
      constants: { GROUP: group, BLOCK },
      bindings: ['read', 'write', 'write', 'write', 'write'],
    },
    groups: groupsAMatrix * count,
    params: Uint32Array.from([
      groupsAMatrix,
      order,
      first,
      source.base,
      batchStride,
      plan.rowStride,
      plan.columnStride,
      factors.base,
      rows.base,
      exchanges.base,
      batch,
    ]),
    buffers: [source.binding, factors.binding, rows.binding, exchanges.binding, { slot: 4, byteOffset: 0, bytes: 4 }],
    work: work * count,
  });
  const passes = [pass('start', startWgsl, GROUP, Math.ceil(elements / GROUP), 0, elements * 8)];
  const panelGroup = panelGroupOf(order, facts);
  for (let first = 0; first < order; first += BLOCK) {
    const width = Math.min(BLOCK, order - first);
    const rest = order - first - width;
    passes.push(pass('panel', panelWgsl, panelGroup, 1, first, (rest + width) * width * width));
    if (order > width)
      passes.push(pass('across', acrossWgsl, GROUP, Math.ceil((order - width) / GROUP), first, order * width * width));
    if (rest > 0)
      passes.push(
        pass('trailing', trailingWgsl, GROUP, Math.ceil(Math.ceil(rest / 4) ** 2 / GROUP), first, rest * rest * width),
      );
  }
  return passes;
}

/** Invocations of a panel: about one a row. Barriers cost a software adapter more than rows do. */
function panelGroupOf(order: number, { software, maxInvocations }: GpuFacts): number {
  if (software) return 4;
  let group = 32;
  while (group < order && group < Math.min(256, maxInvocations)) group *= 2;
  return group;
}
