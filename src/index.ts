/**
 * unitball: norms, distances, similarity search, low-rank and sparse models on WebGPU, WebAssembly and plain CPU.
 * This file is the table of contents: every public name, grouped by the room that it lives in.
 */

// Devices and tensors
export {
  defaultDevice,
  Device,
  openDevice,
  setDefaultDevice,
  tensor,
  Tensor,
  type Axis,
  type Dtype,
  type GpuBuffer,
  type HostData,
  type LongOptions,
  type Nested,
  type NestedOut,
  type NumberArray,
  type Progress,
  type Shape,
  type TensorLike,
  type TensorOptions,
  type TypedArray,
} from './tensor/index.ts';
export type { DeviceInfo, DeviceKind, GpuFacts, LostInfo, MemoryUse, OpenOptions } from './device/index.ts';

// Arithmetic
export {
  abs,
  add,
  argmax,
  argmin,
  cast,
  clip,
  concat,
  contiguous,
  div,
  exp,
  log,
  max,
  mean,
  min,
  mul,
  neg,
  sqrt,
  square,
  sub,
  sum,
  take,
  transpose,
  where,
  type ArgOptions,
  type DeviceOption,
  type Indices,
  type ReduceOptions,
} from './arith/index.ts';

// Order
export { argsort, sort, topk, type SortOptions, type Topk, type TopkOptions } from './order/index.ts';

// Norms
export {
  norm,
  normalize,
  normSummary,
  type NormalizeOptions,
  type NormOptions,
  type NormSummary,
  type Ord,
} from './norm/index.ts';

// Linear algebra
export { cholesky, covariance, matmul, type CovarianceOptions, type Shrinkage } from './linalg/index.ts';

// Distances
export {
  cdist,
  cdistChunks,
  cosineSimilarity,
  CustomMetric,
  defineMetric,
  distance,
  gram,
  inner,
  mahalanobisScores,
  pairwiseReduce,
  pdist,
  squareform,
  verifyMetric,
  type CdistChunk,
  type CdistChunksOptions,
  type CdistOptions,
  type DistanceOptions,
  type InnerOptions,
  type MahalanobisOptions,
  type MahalanobisScores,
  type Metric,
  type MetricDefinition,
  type MetricName,
  type MetricOptions,
  type MetricReport,
  type PairwiseReduceOptions,
  type PlainVector,
  type SimilarityOptions,
  type SquareformOptions,
  type VerifyOptions,
} from './distance/index.ts';

// Search
export {
  audit,
  knnClassify,
  knnGraph,
  knnRegress,
  nearest,
  type KnnGraph,
  type KnnGraphOptions,
  type KnnOptions,
  type KnnWeights,
  type Nearest,
  type NearestOptions,
  DeviceChangeEvent,
  FlatIndex,
  filters,
  IdFilter,
  RangeResult,
  readFvecs,
  readIvecs,
  readNpy,
  ReconstructedResult,
  SearchResult,
  toSimilarity,
  writeFvecs,
  writeIvecs,
  writeNpy,
  type AuditOptions,
  type AuditReport,
  type BatchOptions,
  type DatabasePlace,
  type FileHandle,
  type FileOptions,
  type FileSink,
  type Filter,
  type FlatIndexOptions,
  type Hit,
  type HitWithVector,
  type Id,
  type IdArray,
  type LoadOptions,
  type PlainArray,
  type RangeOptions,
  type SaveOptions,
  type SearchByIdOptions,
  type SearchOptions,
  type Source,
  type Target,
  type VectorArray,
  type VectorBatch,
} from './search/index.ts';

// Errors
export * from './errors.ts';
