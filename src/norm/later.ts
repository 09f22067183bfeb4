/**
 * Norms that are made of singular values: 2, −2 and 'nuc' of matrices, and Schatten's. Here are their shapes, and a
 * tensor that is filled later. What finds singular values is large: it is loaded when it is first wanted (singular-norms.ts),
 * and costs nobody else anything.
 */
import { emptyTensor, reducedShape, sizeOf, type Tensor } from '../tensor/index.ts';

/** (Σσᵖ)^(1/p) for an order above 0, with ∞ for the largest σ; 'least' is the smallest. */
export type SingularOrder = number | 'least';

/** The norms of the matrices of floats that two axes make. What goes wrong on the way comes at the read. */
export function normOfSingularValues(
  x: Tensor,
  axes: readonly [number, number],
  order: SingularOrder,
  keepdims: boolean,
  op: string,
): Tensor {
  const { device } = x;
  const shape = reducedShape(x.shape, axes, keepdims);
  if (x.size === 0) return device.upload(new Float32Array(sizeOf(shape)), shape, x.dtype, op);
  const out = emptyTensor(device, shape, x.dtype, op);
  const target = out.storageFor(op);
  const matrices = x.permuted([...[...x.shape.keys()].filter(axis => !axes.includes(axis)), ...axes]);
  device.engine.defer(target, async () => {
    try {
      const { singularNorms } = await import('./singular-norms.ts');
      const norms = await singularNorms(matrices, order, op);
      const stored = x.dtype === 'float64' ? norms : Float32Array.from(norms);
      device.engine.write(target, new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength));
    } finally {
      matrices.dispose();
    }
  });
  return out;
}
