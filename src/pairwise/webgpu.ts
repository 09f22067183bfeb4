import type { GpuFacts, Lowered } from '../device/index.ts';
import type { PairMetric } from './metric.ts';
import type { PairPlan } from './pairwise.ts';

export function lowerPairs(_metric: PairMetric, _plan: PairPlan, _facts: GpuFacts): Lowered {
  return { scratch: [], passes: [] };
}
