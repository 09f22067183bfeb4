/** The linalg room: products of matrices, factorisations, covariance, whitening. */
export { cholesky } from './cholesky.ts';
export { cond, type CondOrd } from './cond.ts';
export { asOwnFloat, checkDdof, covariance, type CovarianceOptions } from './covariance.ts';
export { det, slogdet, type Slogdet } from './det.ts';
export { eigh, eigvalsh, type Eigh, type EighOptions } from './eigh.ts';
export { lstsq, type Lstsq } from './lstsq.ts';
export { matmul, type MatmulOptions } from './matmul.ts';
export { cutoffOf, inNameOf } from './matrices.ts';
export { centreOf, type Centre } from './moments.ts';
export { pinv, type PinvOptions } from './pinv.ts';
export { product } from './product.ts';
export { qr, type QrMode, type QrOptions } from './qr.ts';
export { matrixRank, type MatrixRankOptions } from './rank.ts';
export { checkShrinkage, type Shrinkage } from './shrinkage.ts';
export { inv, solve } from './solve.ts';
export { solveTriangular, type SolveTriangularOptions } from './solve-triangular.ts';
export { svd, svdvals, type Svd, type SvdOptions, type SvdvalsOptions } from './svd.ts';
export { whiten, type WhitenSource } from './whiten.ts';
