/** How many matrices of a stack a GPU's bindings span at a time. Pure arithmetic, shared by the factorisations of stacks. */
import type { GpuFacts } from '../../device/index.ts';
import { LimitError } from '../../errors.ts';

/** The matrices of one operand, in elements of 4 bytes: from the first element of one to its last, and to the next one's first. */
interface Extent {
  readonly span: number;
  readonly batchStride: number;
}

/** At least one matrix, or a `LimitError` that names the matrices of `order` rows. */
export function matricesAtOnce(
  op: string,
  batches: number,
  order: number,
  operands: readonly Extent[],
  facts: GpuFacts,
): number {
  const room = Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4);
  const most = Math.max(...operands.map(({ span }) => span));
  if (most > room)
    throw new LimitError(
      `${op}: a matrix of ${order} rows takes ${most * 4} bytes, and a binding of this device spans ${facts.maxBindingBytes}. Use a cpu device.`,
    );
  const fits = operands.map(({ span, batchStride }) => 1 + Math.floor((room - span) / Math.max(1, batchStride)));
  return Math.min(batches, ...fits);
}
