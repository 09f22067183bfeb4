/** The search room: the nearest of some points, what neighbours tell, and an index that keeps points. */
export { nearest, type Nearest, type NearestOptions } from './nearest.ts';
export {
  knnClassify,
  knnGraph,
  knnRegress,
  type KnnGraph,
  type KnnGraphOptions,
  type KnnOptions,
  type KnnWeights,
} from './knn.ts';
export { audit, type AuditOptions, type AuditReport } from './audit.ts';
export { filters, IdFilter, type Filter } from './filter.ts';
export {
  DeviceChangeEvent,
  FlatIndex,
  type BatchOptions,
  type RangeOptions,
  type SearchByIdOptions,
  type SearchOptions,
  type VectorBatch,
} from './flat-index.ts';
export {
  RangeResult,
  ReconstructedResult,
  SearchResult,
  type Hit,
  type HitWithVector,
  type VectorArray,
} from './flat-index-results.ts';
export type { FlatIndexOptions } from './flat-index-settings.ts';
export { toSimilarity } from './flat-index-similarity.ts';
export type { Id, IdArray } from './ids.ts';
export {
  readFvecs,
  readIvecs,
  readNpy,
  writeFvecs,
  writeIvecs,
  writeNpy,
  type DatabasePlace,
  type FileHandle,
  type FileOptions,
  type FileSink,
  type LoadOptions,
  type PlainArray,
  type SaveOptions,
  type Source,
  type Target,
} from './store/index.ts';
