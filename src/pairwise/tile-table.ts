/**
 * Rows and columns that one invocation of a pairwise kernel takes at most, by the kind of device and by how much a step of
 * the metric computes. Written by `npm run bench:tiles`, which measures the row of the adapter that it runs on.
 */
import type { PairKernel } from './metric.ts';

type Sides = Readonly<Record<NonNullable<PairKernel['cost']>, number>>;

export const tileTable: Readonly<Record<'software' | 'registers' | 'workgroup', Sides>> = {
  // 2026-11-21, google swiftshader
  software: { light: 16, middle: 8, heavy: 8 },
  // not measured
  registers: { light: 8, middle: 4, heavy: 2 },
  // not measured
  workgroup: { light: 8, middle: 4, heavy: 2 },
};
