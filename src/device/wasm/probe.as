/** The smallest module that uses what all kernels use: whether an engine takes it tells whether it takes those. */
import { madd } from './simd';

export function probe(at: usize): void {
  v128.store(at, madd(v128.load(at), v128.load(at, 16), v128.load(at, 32)));
}
