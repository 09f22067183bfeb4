/** The wasm kernels of factorisations and substitutions: one binary, since all stand on the same loops. */
export { cholesky } from './cholesky'
export { lu } from './lu'
export { triangular } from './triangular'
