/**
 * The product of two rows, Σ xₖ·yₖ (with weights Σ wₖ·xₖ·yₖ), as a pair metric: all pairs of rows of two matrices are the
 * matrix product A·Bᵀ. Everything in this room that multiplies matrices goes through it.
 */
import { productSums, type PairLoop, type PairMetric } from '../pairwise/index.ts';
import productWgsl from '../../shaders/metric/product.wgsl';

/** In four chains that a processor can overlap. */
const pair: PairLoop['pair'] = (x, xAt, y, yAt, length, weights) => {
  if (weights) {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += (weights[k] as number) * (x[xAt + k] as number) * (y[yAt + k] as number);
    return sum;
  }
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let k = 0;
  for (const last = length - 3; k < last; k += 4) {
    a += (x[xAt + k] as number) * (y[yAt + k] as number);
    b += (x[xAt + k + 1] as number) * (y[yAt + k + 1] as number);
    c += (x[xAt + k + 2] as number) * (y[yAt + k + 2] as number);
    d += (x[xAt + k + 3] as number) * (y[yAt + k + 3] as number);
  }
  for (; k < length; k++) a += (x[xAt + k] as number) * (y[yAt + k] as number);
  return a + b + (c + d);
};

export const product: PairMetric = {
  name: 'product',
  element: 'float',
  cpu: { pair, sums: { eight: productSums, isSure: () => true, finish: sum => sum } },
  gpu: { wgsl: [productWgsl], cost: 'light' },
  wasm: { sum: 'products' },
};
