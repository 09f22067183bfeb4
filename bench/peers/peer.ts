/**
 * A library, seen from the benchmark: a session holds its tensors `T` and knows the ops that benches ask for. An adapter
 * leaves out what its library cannot do, and uses the library as its README advises.
 */

export interface Peer {
  readonly name: string;
  readonly device: 'webgpu' | 'wasm' | 'cpu';
  /** What sets it apart from the same library on the same device: `on one thread`. */
  readonly variant?: string;
  /** Where it can run. */
  readonly hosts: readonly Host[];
  /** Loads the library, if need be, and makes it ready. Rejects with a sentence where it cannot. */
  open(): Promise<Session<unknown>>;
}

export type PairMetric = 'inner' | 'euclidean' | 'cosine' | 'cityblock';

/** One search of all queries, or one a query: all begun in one tick, or each when the one before is over. */
export type Searches = 'together' | 'in one tick' | 'one by one';

/** A page of Chrome; Node, without a GPU; Node with Dawn, on machines that have a GPU and no browser. */
export type Host = 'chrome' | 'node' | 'dawn';

/** Methods, not function properties: a session of some `T` then passes for one of `unknown`. */
export interface Session<T> {
  /** Called before each timed stretch, outside of the clock. */
  enter(): Promise<void>;
  /** Resolves when the numbers are where the kernels want them. */
  upload(values: Float32Array<ArrayBuffer>, shape: readonly number[]): Promise<T>;
  read(x: T): Promise<Float32Array>;
  /** Resolves when all are computed, without bringing them to the host. */
  settle(list: readonly T[]): Promise<void>;
  free(x: T): void;
  /** Milliseconds that kernels took so far, where the library can tell. */
  kernelMs?(): number;

  /** Vector norms along an axis, or of everything. */
  norm?(x: T, ord: number, axis?: number): T | undefined;
  /** One number for each row of a with each row of b. */
  pairs?(a: T, b: T, metric: PairMetric): T | undefined;
  /** Vectors along an axis brought to unit L2 norm. */
  normalize?(x: T, axis: number): T;
  /** sign(x)·max(|x| − t, 0) of all elements. */
  softThreshold?(x: T, t: number): T;
  /** Rows projected onto the simplex. */
  projectSimplex?(x: T): T;
  /** Of each query the k points with the largest inner products: minus those, ascending, and which points they are. */
  search?(queries: T, points: T, k: number): T[] | Promise<T[]>;
  /** Puts points in an index by their inner products. */
  index?(points: T): Promise<void>;
  /**
   * What `search` finds, by the index of the points: all queries in one search, or each in one of its own. Undefined where it has no
   * such search. An approximate index looks at as much as `effort` says; left out, at what it does by itself.
   */
  indexed?(queries: T, points: T, k: number, searches: Searches, effort?: number): Promise<T[] | undefined>;
  /** What approximate indexes are asked to look at in a search, ascending: their ef, the first being their default. None: it is exact. */
  readonly efforts?: readonly number[];
  /** The lower triangular factor of a positive definite matrix. */
  cholesky?(a: T): T;
  /** Q and R. */
  qr?(a: T): T[];
  /** The singular values, alone and with vectors, and the eigenvalues of a symmetric matrix with vectors: the values are returned. */
  svdvals?(a: T): Promise<T>;
  svd?(a: T): Promise<T>;
  eigh?(a: T): Promise<T>;
  /** The largest singular values, found with their vectors. */
  randomizedSvd?(a: T, rank: number): Promise<T>;
  /** The x that brings A·x closest to a vector b. */
  lstsq?(a: T, b: T): Promise<T>;
  /** The matrix with its singular values lowered by τ, those below it to 0, in one way or another. */
  shrink?(a: T, tau: number, method: 'auto' | 'svd' | 'randomized' | 'polar'): Promise<T> | undefined;
  /** What is of low rank in a matrix of which some elements are grossly wrong. */
  robustPca?(d: T): Promise<T>;
  /** A matrix whose rank is a `share` of its columns, completed from what is not NaN of it, and how many iterations that took [1]. */
  complete?(holes: T, method: 'svt' | 'als', share: number): Promise<T[]>;
  /** Models of 100 penalties: the α, and the dual gap of each beside ‖y‖², y less its mean. */
  elasticNetPath?(x: T, y: T, l1Ratio: number): Promise<T[]>;
  /** The mean errors of a lasso's path of 100 α, over folds of neighbouring rows. */
  lassoCV?(x: T, y: T, folds: number): Promise<T>;
  /** The coefficients of a ridge regression with an intercept. */
  ridge?(x: T, y: T, alpha: number): Promise<T>;
  /** x with A·x = b for a vector b. */
  solve?(a: T, b: T): T;
  /** L0, L1, L2 and L∞ along an axis by one call. */
  normSummary?(x: T, axis: number): T[];
}
