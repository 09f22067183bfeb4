/**
 * What the README quotes of bench/results: which run, which libraries, which benches. scripts/quote-results.mjs makes tables of it,
 * which `npm run check` compares with what stands there. After a new run, name its file here and run the script.
 */

const ours = { label: 'unitball cpu', entry: 'unitball cpu' };
const oneThread = { label: 'on one thread', entry: 'unitball wasm on one thread' };
const wasm = { label: 'unitball wasm', entry: 'unitball wasm' };
const webgpu = { label: 'unitball webgpu', entry: 'unitball webgpu' };
/** Whoever computed it natively says so in the cell. */
const native = { label: 'native', entry: /^(?<who>.*) native$/ };

/**
 * @typedef {{ label: string, entry: string | RegExp }} Column
 * @typedef {{ label: string, bench: string, file?: string }} Row `file`, where another run is quoted than by the rest of the table.
 * @typedef {{ file: string, host: string, about: string, columns: Column[], rows: Row[] }} Table
 *
 * @type {Table[]}
 */
export const quotes = [
  {
    file: '2026-11-21-google-swiftshader.json',
    host: 'chrome',
    about: 'Beside loops as one writes them, and other libraries',
    columns: [
      ours,
      { label: 'plain JS loop', entry: 'plain JS cpu' },
      webgpu,
      { label: 'jax-js webgpu', entry: 'jax-js webgpu' },
      { label: 'the same, eager', entry: 'jax-js eager webgpu' },
      { label: 'TF.js webgpu', entry: 'TF.js webgpu' },
      { label: 'jax-js wasm', entry: 'jax-js wasm' },
      { label: 'TF.js wasm', entry: 'TF.js wasm' },
    ],
    rows: [
      { label: 'L2 of the rows', bench: 'norm/rows' },
      { label: 'L2 of one vector', bench: 'norm/vector' },
    ],
  },
  {
    file: '2026-11-21-google-swiftshader-wasm.json',
    host: 'chrome',
    about: 'The wasm device on two threads and on one, with native code beside it',
    columns: [
      wasm,
      oneThread,
      webgpu,
      { label: 'jax-js wasm', entry: 'jax-js wasm' },
      { label: 'TF.js wasm', entry: 'TF.js wasm' },
      native,
    ],
    rows: [
      { label: 'L2 of the rows', bench: 'norm/rows' },
      { label: 'products of all rows, A·Bᵀ', bench: 'distance/inner' },
      { label: 'one row with all others', bench: 'distance/query-inner' },
      { label: 'euclidean distances of 64 rows to all others', bench: 'distance/queries-euclidean' },
      { label: 'city-block distances of the same', bench: 'distance/queries-cityblock' },
      { label: 'ten nearest to one query', bench: 'search/query' },
      { label: 'ten nearest to 64 queries', bench: 'search/queries' },
    ],
  },
  {
    file: '2026-11-21-google-swiftshader-search-linalg.json',
    host: 'chrome',
    about: 'Searches and singular values',
    columns: [wasm, oneThread, ours, webgpu, { label: 'TF.js webgpu', entry: 'TF.js webgpu' }, native],
    rows: [
      { label: 'ten nearest to one query', bench: 'search/query' },
      {
        label: 'ten nearest to 64 queries',
        bench: 'search/queries',
        file: '2026-11-21-google-swiftshader-queries.json',
      },
      { label: '`svd`', bench: 'linalg/svd' },
      { label: '`svdvals`', bench: 'linalg/svdvals' },
    ],
  },
  {
    file: '2026-11-22-google-swiftshader-search-index.json',
    host: 'chrome',
    about: 'An exact index beside graphs that miss some: 64 searches for the ten nearest, as one call and one by one',
    columns: [
      { label: 'unitball wasm, one call', entry: 'unitball wasm, together' },
      { label: 'one by one', entry: 'unitball wasm, one by one' },
      { label: 'hnswlib wasm', entry: 'hnswlib wasm, one by one' },
      { label: 'the same, 99 % found', entry: 'hnswlib wasm, one by one, 99 % found' },
      { label: 'EdgeVec wasm', entry: 'EdgeVec wasm, one by one' },
      { label: 'FAISS native, one call', entry: 'FAISS native, together' },
      { label: 'FAISS HNSW native, one call, 99 % found', entry: 'FAISS HNSW native, together, 99 % found' },
    ],
    rows: [
      { label: 'embeddings', bench: 'search/index' },
      { label: 'more of them', bench: 'search/index-large' },
    ],
  },
  {
    file: '2026-11-22-no-gpu-lowrank.json',
    host: 'node',
    about:
      'In Node, matrices completed: the problems of the paper on singular value thresholding, seen in some times as many entries as they have degrees of freedom',
    columns: [
      { label: 'unitball wasm, svt', entry: 'unitball wasm, svt' },
      { label: 'SciPy, svt', entry: 'SciPy native, svt' },
      { label: 'unitball wasm, als', entry: 'unitball wasm, als' },
      { label: 'SciPy, als', entry: 'SciPy native, als' },
    ],
    rows: [
      { label: 'rank 10, 6 times', bench: 'lowrank/completion-10' },
      { label: 'rank 50, 4 times', bench: 'lowrank/completion-50' },
      { label: 'rank 100, 3 times', bench: 'lowrank/completion-100' },
    ],
  },
  {
    file: '2026-11-22-no-gpu-regression.json',
    host: 'node',
    about: 'In Node, sparse models (the last column of a shape is the target) and robust principal components',
    columns: [wasm, ours, native],
    rows: [
      { label: 'lasso, 100 α', bench: 'regression/lasso-path' },
      { label: 'the same', bench: 'regression/lasso-path-large' },
      { label: 'the same, wide', bench: 'regression/lasso-path-wide' },
      { label: 'elastic net, 100 α', bench: 'regression/elastic-net-path' },
      { label: '`lassoCV`, 5 folds, tol 1e-4', bench: 'regression/lasso-cv' },
      { label: '`ridge`', bench: 'regression/ridge' },
      {
        label: '`robustPca`, rank 25 under 5 % of gross errors',
        bench: 'lowrank/robust-pca',
        file: '2026-11-22-no-gpu-robust-pca.json',
      },
    ],
  },
];
