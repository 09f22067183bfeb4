/** The distance room: matrices of distances and similarities, one distance of two vectors, metrics of one's own. */
export { cdist, type CdistOptions } from './cdist.ts';
export { cdistChunks, type CdistChunk, type CdistChunksOptions } from './chunks.ts';
export { CustomMetric } from './custom.ts';
export { defineMetric, verifyMetric, type MetricDefinition, type MetricReport, type VerifyOptions } from './define.ts';
export { distance, type DistanceOptions, type PlainVector } from './distance.ts';
export { mahalanobisScores, type MahalanobisOptions, type MahalanobisScores } from './mahalanobis.ts';
export { pdist } from './pdist.ts';
export { pairwiseReduce, type PairwiseReduceOptions } from './reduce.ts';
export {
  chooseMetric,
  factored,
  keepsNumbers,
  measureRows,
  prepare,
  runPrepared,
  type Chosen,
  type MetricOptions,
  type Prepared,
} from './resolve.ts';
export { cosineSimilarity, gram, inner, type InnerOptions, type SimilarityOptions } from './similarity.ts';
export { squareform, type SquareformOptions } from './squareform.ts';
export type { Metric, MetricName } from './table.ts';
