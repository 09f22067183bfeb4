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
