/**
 * Which primitives have a kernel on a wasm device, by name: what `device.info.kernels` shows. The kernels themselves lie in
 * their rooms' `wasm.ts` and `.as` files, where the primitive's `wasm` member finds them; test/device/kernels.spec.ts holds
 * this list against those. A plan that a kernel does not take – some strides, say – still goes to `cpu`.
 */
import type { Kernels } from '../contract.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Names by family: `pairs/cosine`. */
const families: Readonly<Record<string, readonly string[]>> = {
  map: words(`abs adam add add-uint32 axpy cast castToUint clip clip-uint32 copy div exp group-soft hard huber-prox lerp log mul
    mul-uint32 neg normalize normalize-eps rescale sign soft sqrt square square-uint32 sub sub-uint32 where where-uint32 within`),
  reduce: words('argmax argmin l0 l1 l2 linf l-inf max mean min power sum summary'),
  pairs:
    words(`braycurtis canberra chebyshev cityblock correlation cosine cosine-similarity dice-bits dot euclidean hamming
    hamming-bits hellinger jaccard jaccard-bits kulczynski1-bits minkowski product rogerstanimoto-bits russellrao-bits
    sokalmichener-bits sokalsneath-bits sqeuclidean yule-bits`),
};

/** Those that are a family of their own. */
const singles: readonly string[] = [
  'admit',
  'cholesky',
  'correlations',
  'descend',
  'householder',
  'invert-lower',
  'jacobi',
  'lu',
  'residuals',
  'sampled',
  'select',
  'simplex',
  'sparse',
  'take',
  'triangular',
];

export function kernelsOn(kind: 'wasm'): Kernels {
  const names = Object.entries(families).flatMap(([family, own]) => own.map(name => `${family}/${name}`));
  return { ...Object.fromEntries([...names, ...singles].map(name => [name, kind] as const)), others: 'cpu' };
}
