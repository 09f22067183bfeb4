/** The recovery room: sparse vectors from few numbers, and the operators that those numbers come from. */
export { partialDct } from './dct.ts';
export { partialFourier } from './fourier.ts';
export { haarWavelet } from './haar.ts';
export { matrixOperator } from './matrix-operator.ts';
export { composeOperators, type LinearOperator } from './operator.ts';
export type { SignalShape } from './picks.ts';
export type { RecoveryStep } from './shrinkage.ts';
export {
  sparseRecover,
  type RecoveryProgress,
  type SparseRecoverOptions,
  type SparseRecovery,
} from './sparse-recover.ts';
