/**
 * The Householder primitive: A = Q·R for a stack of matrices of any shape, with the signs of LAPACK. A column is mapped onto
 * its own first element by a reflection, I − τ·v·vᵀ, and all columns behind it with it; Q is the product of these reflections,
 * so that its columns are orthonormal whatever the rank of A. NaN and ∞ make NaN.
 *
 * In blocked form (Schreiber and Van Loan's): 32 reflections are I − V·T·Vᵀ, with V of 32 columns and a triangular T.
 */
import type { Primitive } from '../../device/index.ts';
import { householderCpu } from './cpu.ts';
import { lowerHouseholder } from './webgpu.ts';

/** Reads: the matrices. Writes: R, and Q where it is wanted; both dense. */
export interface HouseholderPlan {
  readonly dtype: 'float32' | 'float64';
  /** The matrices of this call: those of a stack from the first on, up to but not with another. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly columns: number;
  readonly offset: number;
  readonly batchStride: number;
  readonly rowStride: number;
  readonly columnStride: number;
  /** Rows of R to write: as many as there are reflections, or all. */
  readonly heightR: number;
  /** Columns of Q to write; 0 where there is no second output. */
  readonly widthQ: number;
}

export const householderPrimitive: Primitive<HouseholderPlan> = {
  name: 'householder',
  cpu: householderCpu,
  webgpu: lowerHouseholder,
  wasm: () => import('./wasm.ts').then(module => module.lowerHouseholderToWasm),
};
