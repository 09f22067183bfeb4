/**
 * Factorisations and substitutions on a wasm device. Many matrices, or small ones, are factored one a thread, in one pass; a
 * large one in a pass for each panel of 32 columns (lu.as says how). Right sides are solved eight columns at a time.
 */
import {
  BENCH_BYTES,
  words,
  type BufferRange,
  type LoweredToWasm,
  type WasmFacts,
  type WasmPass,
} from '../../device/index.ts';
import type { CholeskyPlan } from './cholesky.ts';
import kernels from './factor.as';
import type { InvertPlan } from './invert.ts';
import type { LuPlan } from './lu.ts';
import { inOrder, type MatricesAt, type TriangularPlan } from './triangular.ts';

/** The stages of lu.as and cholesky.as. */
const [WHOLE, START, PANEL, UPDATE, EXCHANGE] = [0, 1, 2, 3, 4];

const BLOCK = 32;
const ACROSS = 8;
/** Rows that a chunk of START copies. */
const COPIED = 64;

/** Matrices up to this order, or at least so many of them, are factored one a thread. */
const SMALL = 64;
const MANY = 8;
/** Multiplications that make a chunk long enough, some 20 µs. */
const LONG_ENOUGH = 2 ** 17;

/** Rows of a panel that lies on the bench, beside work. */
const MOST_ROWS = Math.floor((BENCH_BYTES - 1024) / (ACROSS * 4));

/** Elements from the first to the last of a matrix. */
const spanOf = ({ rowStride, columnStride }: MatricesAt, rows: number, columns: number): number =>
  (rows - 1) * rowStride + (columns - 1) * columnStride + 1;

/** A stretch of a buffer, counted in elements of 4 bytes. */
const range = (slot: number, first: number, count: number): BufferRange => ({
  slot,
  byteOffset: first * 4,
  bytes: count * 4,
});

interface Extent {
  readonly span: number;
  readonly batchStride: number;
}

/** How many matrices of a stack a range spans at a time: 0 where not even one. */
const atOnce = (batches: number, operands: readonly Extent[], { maxRangeBytes }: WasmFacts): number =>
  Math.min(
    batches,
    ...operands.map(({ span, batchStride }) => {
      const room = Math.floor(maxRangeBytes / 4) - span;
      return room < 0 ? 0 : 1 + Math.floor(room / Math.max(1, batchStride));
    }),
  );

/** Matrices to factor, as both factorisations see them. */
interface Squares extends MatricesAt {
  readonly order: number;
  readonly batches: number;
}

/** What differs between the two: the buffers of some matrices, parameters of its own, and whether rows are exchanged. */
interface Factorisation {
  readonly kernel: 'lu' | 'cholesky';
  readonly buffers: (batch: number, count: number) => readonly BufferRange[];
  readonly own: readonly number[];
  readonly exchanges: boolean;
  readonly scratch: readonly number[];
}

/** The passes of a factorisation, or undefined where a matrix is larger than a range. */
function factorPasses(plan: Squares, facts: WasmFacts, how: Factorisation): LoweredToWasm | undefined {
  const { order, batches } = plan;
  const elements = order * order;
  const span = spanOf(plan, order, order);
  const operands = [
    { span, batchStride: plan.batchStride },
    { span: elements, batchStride: elements },
  ];
  const most = atOnce(batches, operands, facts);
  if (most < 1) return undefined;
  const passes: WasmPass[] = [];
  for (let batch = 0; batch < batches; batch += most) {
    const count = Math.min(most, batches - batch);
    const source = range(0, plan.offset + batch * plan.batchStride, (count - 1) * plan.batchStride + span);
    const share = Math.max(1, Math.floor(LONG_ENOUGH / order ** 3));
    const pass = (stage: number, chunks: number, first = 0): WasmPass => ({
      module: kernels,
      kernel: how.kernel,
      chunks,
      params: Uint32Array.from([
        stage,
        order,
        count,
        batch,
        share,
        plan.batchStride * 4,
        plan.rowStride * 4,
        plan.columnStride * 4,
        first,
        ...how.own,
      ]),
      buffers: [source, ...how.buffers(batch, count)],
    });
    if (order <= SMALL || count >= MANY) {
      passes.push(pass(WHOLE, Math.ceil(count / share)));
      continue;
    }
    const panels = Math.ceil(order / BLOCK);
    passes.push(pass(START, count * Math.ceil(order / COPIED)), pass(PANEL, count));
    for (let panel = 0; panel < panels - 1; panel++)
      passes.push(pass(UPDATE, count * (panels - 1 - panel), panel * BLOCK));
    if (how.exchanges) passes.push(pass(EXCHANGE, count * (panels - 1)));
  }
  return { scratch: how.scratch, passes };
}

export function lowerLuToWasm(plan: LuPlan, facts: WasmFacts): LoweredToWasm | undefined {
  if (plan.dtype === 'float64') return undefined;
  const { order } = plan;
  return factorPasses(plan, facts, {
    kernel: 'lu',
    buffers: (batch, count) => [
      range(1, batch * order * order, count * order * order),
      range(2, batch * order, count * order),
      range(3, batch * order, count * order),
      range(4, 0, 1),
    ],
    own: [],
    exchanges: true,
    scratch: plan.tells ? [] : [4],
  });
}

export function lowerCholeskyToWasm(plan: CholeskyPlan, facts: WasmFacts): LoweredToWasm | undefined {
  if (plan.dtype === 'float64') return undefined;
  const elements = plan.order ** 2;
  return factorPasses(plan, facts, {
    kernel: 'cholesky',
    buffers: (batch, count) => [range(1, batch * elements, count * elements), range(2, 0, 1)],
    own: [words.float(plan.tolerance), Number(plan.nanFails)],
    exchanges: false,
    scratch: [],
  });
}

/** Where the reads and writes of a substitution are among a call's buffers. */
interface Slots {
  readonly triangle: number;
  readonly right: number;
  readonly rows: number;
  readonly solution: number;
  readonly status: number;
}

export const lowerTriangularToWasm = (plan: TriangularPlan, facts: WasmFacts): LoweredToWasm | undefined =>
  substitutionPasses(plan, { triangle: 0, right: 1, rows: 2, solution: 3, status: 4 }, facts);

/** L·W = I. */
export function lowerInvertToWasm({ dtype, order, offset }: InvertPlan, facts: WasmFacts): LoweredToWasm | undefined {
  const triangle = { offset, batchStride: 0, rowStride: order, columnStride: 1 };
  const plan = {
    op: 'invert',
    dtype,
    batches: 1,
    order,
    columns: order,
    lower: true,
    unit: false,
    tells: false,
    triangle,
  };
  return substitutionPasses(plan, { triangle: 0, right: 0, rows: 0, solution: 1, status: 2 }, facts);
}

function substitutionPasses(plan: TriangularPlan, slots: Slots, facts: WasmFacts): LoweredToWasm | undefined {
  const { dtype, order, columns, batches, triangle, right, rows } = plan;
  if (dtype === 'float64' || order > MOST_ROWS) return undefined;
  const turned = inOrder(plan);
  const elements = order * columns;
  const spans = {
    triangle: spanOf(triangle, order, order),
    right: right ? spanOf(right, order, columns) : 0,
  };
  const operands = [
    { span: spans.triangle, batchStride: triangle.batchStride },
    { span: elements, batchStride: elements },
    ...(right ? [{ span: spans.right, batchStride: right.batchStride }] : []),
  ];
  const most = atOnce(batches, operands, facts);
  if (most < 1) return undefined;
  const panels = Math.ceil(columns / ACROSS);
  const share = Math.max(1, Math.floor(LONG_ENOUGH / (order * order * ACROSS)));
  const passes: WasmPass[] = [];
  for (let batch = 0; batch < batches; batch += most) {
    const count = Math.min(most, batches - batch);
    const rangeOf = (slot: number, at: MatricesAt, span: number): BufferRange =>
      range(slot, at.offset + batch * at.batchStride, (count - 1) * at.batchStride + span);
    const own = rangeOf(slots.triangle, triangle, spans.triangle);
    passes.push({
      module: kernels,
      kernel: 'triangular',
      chunks: Math.ceil((count * panels) / share),
      params: Uint32Array.from([
        order,
        columns,
        panels,
        count * panels,
        share,
        batch,
        ...[turned.offset - triangle.offset, turned.batchStride, turned.rowStride, turned.columnStride].map(inBytes),
        ...[right?.batchStride ?? 0, right?.rowStride ?? 0, right?.columnStride ?? 0].map(inBytes),
        inBytes(rows?.batchStride ?? 0),
        Number(plan.unit),
        Number(plan.lower),
        Number(!right),
        Number(rows !== undefined),
      ]),
      buffers: [
        own,
        right ? rangeOf(slots.right, right, spans.right) : own,
        rows ? range(slots.rows, rows.offset + batch * rows.batchStride, (count - 1) * rows.batchStride + order) : own,
        range(slots.solution, batch * elements, count * elements),
        range(slots.status, 0, 1),
      ],
    });
  }
  return { scratch: plan.tells ? [] : [4], passes };
}

const inBytes = (elements: number): number => elements * 4;
