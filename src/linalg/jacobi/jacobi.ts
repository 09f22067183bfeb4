/**
 * The jacobi primitive: rotates the rows of matrices in pairs until all are orthogonal to each other, in place (one-sided
 * Jacobi: Hestenes 1958). plan.ts says in which order, cpu.ts how two rows are rotated.
 *
 * What it keeps is what makes it worth its while: a rotation changes the shorter of two rows by no more than roundings of that
 * row, so that rows of very different lengths all keep their own relative accuracy (Demmel and Veselić 1992).
 */
import type { Primitive } from '../../device/index.ts';
import { jacobiCpu } from './cpu.ts';
import type { JacobiPlan } from './plan.ts';
import { lowerJacobi } from './webgpu.ts';

/** Writes: the rows [batches, rows, stride], and what is known of their sweeps [batches, stateLength]. */
export const jacobiPrimitive: Primitive<JacobiPlan> = {
  name: 'jacobi',
  cpu: jacobiCpu,
  webgpu: lowerJacobi,
  wasm: () => import('./wasm.ts').then(room => room.lowerJacobiToWasm),
};
