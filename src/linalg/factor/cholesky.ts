/**
 * The Cholesky primitive: A = L·Lᵀ with L lower triangular, for a stack of symmetric matrices of which only the lower
 * triangle is read. What is not positive definite is told by the status word, and L is NaN from the pivot in question on.
 *
 * On the GPU a matrix is factored in panels of 32 columns, each three passes: its square on the diagonal, the rows below
 * it, and what they take away from the rest.
 */
import { bindRange, words, type GpuFacts, type Lowered, type Pass, type Primitive } from '../../device/index.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import numericWgsl from '../../../shaders/lib/numeric.wgsl';
import diagonalWgsl from '../../../shaders/linalg/cholesky/diagonal.wgsl';
import panelWgsl from '../../../shaders/linalg/cholesky/panel.wgsl';
import paramsWgsl from '../../../shaders/linalg/cholesky/params.wgsl';
import startWgsl from '../../../shaders/linalg/cholesky/start.wgsl';
import trailingWgsl from '../../../shaders/linalg/cholesky/trailing.wgsl';
import { viewOf } from '../../tensor/index.ts';
import { matricesAtOnce } from './binding.ts';

/** Reads: the matrices. Writes: the factors, dense and row-major, and the status word. */
export interface CholeskyPlan {
  readonly dtype: 'float32' | 'float64';
  readonly batches: number;
  /** Rows and columns of a matrix. */
  readonly order: number;
  readonly offset: number;
  readonly batchStride: number;
  readonly rowStride: number;
  readonly columnStride: number;
  /** A pivot must be larger than this share of the diagonal element that it came from; 0 asks for a positive one. */
  readonly tolerance: number;
  /** False where a NaN among the elements makes a factor of NaN instead of an error. */
  readonly nanFails: boolean;
}

/** Which pivot of which matrix failed first. */
export interface FailedPivot {
  readonly batch: number;
  readonly pivot: number;
  readonly nan: boolean;
}

/** Words count down, so that the largest one that a kernel wrote is the first failure. Mirrors params.wgsl. */
const statusWord = (place: number, nan: boolean): number => 0xffffffff - 2 * place - Number(nan);

export function failedPivot(word: number, order: number): FailedPivot {
  const code = 0xffffffff - word;
  const place = Math.floor(code / 2);
  return { batch: Math.floor(place / order), pivot: place % order, nan: code % 2 === 1 };
}

export const choleskyPrimitive: Primitive<CholeskyPlan> = {
  name: 'cholesky',
  cpu(plan, [input], [output, status]) {
    const { order, dtype } = plan;
    const a = viewOf(input as Uint8Array, dtype);
    const out = viewOf(output as Uint8Array, dtype);
    const word = viewOf(status as Uint8Array, 'uint32');
    const lower = new Float64Array(order * order);
    for (let batch = 0; batch < plan.batches; batch++) {
      lower.fill(0);
      const failed = factor(plan, a, plan.offset + batch * plan.batchStride, lower);
      if (failed) word[0] = Math.max(word[0] ?? 0, statusWord(batch * order + failed.pivot, failed.nan));
      out.set(lower, batch * order * order);
    }
  },
  webgpu: lowerCholesky,
  wasm: () => import('./wasm.ts').then(wasm => wasm.lowerCholeskyToWasm),
};

/** Row by row, each element by a product of two rows of L. */
function factor(
  { order, rowStride, columnStride, tolerance, nanFails }: CholeskyPlan,
  a: ArrayLike<number>,
  at: number,
  lower: Float64Array,
): { pivot: number; nan: boolean } | undefined {
  for (let i = 0; i < order; i++) {
    const row = i * order;
    for (let j = 0; j <= i; j++) {
      const other = j * order;
      const element = a[at + i * rowStride + j * columnStride] as number;
      let sum = element;
      for (let k = 0; k < j; k++) sum -= (lower[row + k] as number) * (lower[other + k] as number);
      if (j < i) {
        lower[row + j] = sum / (lower[other + j] as number);
        continue;
      }
      const nan = sum !== sum;
      if (nan ? nanFails : !(sum > tolerance * element)) {
        for (let rest = i; rest < order; rest++)
          lower.fill(NaN, rest * order + (rest === i ? i : 0), rest * order + rest + 1);
        return { pivot: i, nan };
      }
      lower[row + i] = Math.sqrt(sum);
    }
  }
  return undefined;
}

/** Columns of a panel: 32² numbers are 4 KiB of a workgroup's memory. */
const BLOCK = 32;
const GROUP = 64;

function lowerCholesky(plan: CholeskyPlan, facts: GpuFacts): Lowered {
  const { order } = plan;
  const elements = order * order;
  const operands = [
    { span: (order - 1) * (plan.rowStride + plan.columnStride) + 1, batchStride: plan.batchStride },
    { span: elements, batchStride: elements },
  ];
  const atOnce = matricesAtOnce('cholesky', plan.batches, order, operands, facts);
  const passes: Pass[] = [];
  for (let batch = 0; batch < plan.batches; batch += atOnce)
    passes.push(...stackPasses(plan, batch, Math.min(atOnce, plan.batches - batch), facts));
  return { scratch: [], passes };
}

/** The passes of `count` matrices, which fit one binding. */
function stackPasses(plan: CholeskyPlan, batch: number, count: number, facts: GpuFacts): Pass[] {
  const { order } = plan;
  const elements = order * order;
  const span = (order - 1) * (plan.rowStride + plan.columnStride) + 1;
  const source = bindRange(0, plan.offset + batch * plan.batchStride, (count - 1) * plan.batchStride + span, facts);
  const factors = bindRange(1, batch * elements, count * elements, facts);
  const pass = (
    name: string,
    file: typeof startWgsl,
    group: number,
    groupsAMatrix: number,
    first: number,
    work: number,
  ): Pass => ({
    kernel: {
      name: `cholesky/${name}`,
      wgsl: [gridWgsl, numericWgsl, paramsWgsl, file],
      constants: { GROUP: group, BLOCK },
      bindings: ['read', 'write', 'write'],
    },
    groups: groupsAMatrix * count,
    params: Uint32Array.from([
      groupsAMatrix,
      order,
      first,
      source.base,
      plan.batchStride,
      plan.rowStride,
      plan.columnStride,
      factors.base,
      batch,
      words.float(plan.tolerance),
      Number(plan.nanFails),
      words.nan,
    ]),
    buffers: [source.binding, factors.binding, { slot: 2, byteOffset: 0, bytes: 4 }],
    work: work * count,
  });
  // A barrier costs a software adapter more than a small square.
  const few = facts.software ? 1 : GROUP;
  const passes = [pass('start', startWgsl, GROUP, Math.ceil(elements / GROUP), 0, elements * 8)];
  for (let first = 0; first < order; first += BLOCK) {
    passes.push(pass('diagonal', diagonalWgsl, few, 1, first, BLOCK ** 3));
    const rows = order - first - BLOCK;
    if (rows <= 0) break;
    passes.push(pass('panel', panelWgsl, GROUP, Math.ceil(rows / GROUP), first, rows * BLOCK * BLOCK));
    passes.push(
      pass('trailing', trailingWgsl, GROUP, Math.ceil(Math.ceil(rows / 4) ** 2 / GROUP), first, rows * rows * BLOCK),
    );
  }
  return passes;
}
