/** The lowrank room: approximations of low rank, principal components. */
export { lowRank, type LowRank, type LowRankMethod, type LowRankOptions } from './low-rank.ts';
export { pca, type Pca, type PcaOptions } from './pca.ts';
