/**
 * Norms that are made of singular values: 2, −2 and 'nuc' of matrices, and Schatten's. Here are their shapes, and a
 * tensor that is filled later. What finds singular values is large: it is loaded when it is first wanted (singular-norms.ts),
 * and costs nobody else anything.
 */
import { emptyTensor, reducedShape, type Tensor } from '../tensor/index.ts';

/**
 * (Σσᵖ)^(1/p) of the matrices of floats that two axes make, with p = ∞ for the largest σ and −∞ for the smallest. What goes
 * wrong on the way comes at the read.
 */
export function normOfSingularValues(
  x: Tensor,
  axes: readonly [number, number],
  p: number,
  keepdims: boolean,
  op: string,
): Tensor {
  const out = emptyTensor(x.device, reducedShape(x.shape, axes, keepdims), x.dtype, op);
  const held = x.alias(op);
  const target = out.storageFor(op);
  target.engine.defer(target, async () => {
    const { fillSingularNorms } = await import('./singular-norms.ts');
    await fillSingularNorms(target, held, axes, p, op);
  });
  return out;
}
