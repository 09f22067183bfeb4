/**
 * Comparing norms with the oracle, many at a time: what the specs of boundaries, views and limits share.
 */
import { norm, type Device, type Tensor } from '../../src/index.ts';
import { sizeOf, type Grid } from '../oracle/grid.ts';
import { norm as oracle, type NormOptions } from '../oracle/norm.ts';
import { normOf } from '../tolerance.ts';
import { Random } from './random.ts';
import { type Batch, floatsOf, given, gridOf, tensorOf } from './tensors.ts';

/** Seeded numbers with holes, so that counting is not trivial. */
export const holed = (shape: readonly number[]): Grid =>
  gridOf(shape, new Random(sizeOf(shape) + shape.length).sparse(sizeOf(shape), 0.1));

/** One norm along an axis for each order. */
export const along = (axis: number | undefined, ords: readonly NormOptions['ord'][]): NormOptions[] =>
  ords.map(ord => ({ ord, axis }));

/** Enqueues a norm of a tensor that holds the numbers of `x`. */
export function compareNorm(batch: Batch, tensor: Tensor, x: Grid, options: NormOptions, note = ''): void {
  const { ord, axis } = options;
  batch.expect(
    `${note}norm([${x.shape.join(', ')}], ${JSON.stringify({ ord: String(ord), axis })})`,
    () => norm(tensor, given(options)),
    oracle(x, options),
    precision => normOf(x.shape, options, precision),
  );
}

/** Enqueues norms of the same numbers for all float dtypes of the device. */
export function compareNorms(batch: Batch, device: Device, x: Grid, list: readonly NormOptions[], note = ''): void {
  for (const dtype of floatsOf(device)) {
    const tensor = tensorOf(device, x, dtype);
    for (const options of list) compareNorm(batch, tensor, x, options, note);
    tensor.dispose();
  }
}
