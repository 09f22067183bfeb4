/**
 * Measuring rows: what a metric that prepares its rows would change each by – a mean, a length, a sum – found once for rows that
 * are compared again and again, 16 bytes a row. What the numbers are is the affair of the device that wrote them: they are
 * handed back to `pairs` with the rows, and never looked at.
 */
import type { GpuFacts, Lowered, Primitive } from '../device/index.ts';
import { launch, type Tensor } from '../tensor/index.ts';
import { measureOnCpu } from './cpu.ts';
import type { PairMetric, Preparation } from './metric.ts';
import type { Rows } from './pairwise.ts';
import { preparePasses } from './prepare.ts';
import { rowsOf } from './run.ts';

/** Reads: the rows. Writes: their numbers. */
export interface MeasurePlan {
  readonly dtype: 'float32' | 'float64';
  readonly preparation: Preparation;
  readonly rows: Rows;
  readonly count: number;
  readonly length: number;
  readonly outOffset: number;
}

/** Whether a metric wants anything of each row that can be found once. */
export const isMeasured = (metric: PairMetric): boolean => metric.gpu.prepare !== undefined;

const primitives = /* @__PURE__ */ new WeakMap<PairMetric, Primitive<MeasurePlan>>();

function measurePrimitive(metric: PairMetric): Primitive<MeasurePlan> {
  const known = primitives.get(metric);
  if (known) return known;
  const made: Primitive<MeasurePlan> = {
    name: `measure/${metric.name}`,
    cpu: (plan, reads, writes) => measureOnCpu(metric, plan, reads, writes),
    webgpu: lowerMeasure,
    ...(metric.wasm && { wasm: () => import('./wasm.ts').then(room => room.lowerMeasureToWasm) }),
  };
  primitives.set(metric, made);
  return made;
}

/** Finds the numbers of some rows [n, d] and writes them to `into`, uint32 [n, 4] and dense. */
export function measure(op: string, metric: PairMetric, rows: Tensor, into: Tensor): void {
  const { prepare } = metric.gpu;
  const [count = 0, length = 0] = rows.shape;
  if (prepare === undefined || count === 0) return;
  const plan: MeasurePlan = {
    dtype: rows.dtype as MeasurePlan['dtype'],
    preparation: prepare,
    rows: rowsOf(rows),
    count,
    length,
    outOffset: into.offset,
  };
  launch(op, measurePrimitive(metric), plan, [rows], [into]);
}

function lowerMeasure({ preparation, rows, count, length, outOffset }: MeasurePlan, facts: GpuFacts): Lowered {
  const passes = preparePasses(
    preparation,
    {
      slot: 0,
      offset: rows.offset,
      stride: rows.stride,
      count,
      length,
      weights: undefined,
      centre: undefined,
      into: 1,
      intoOffset: outOffset,
      measures: true,
    },
    facts,
  );
  return { scratch: [], passes };
}
