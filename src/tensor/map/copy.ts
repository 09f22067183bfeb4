/**
 * Copies and casts of whole tensors: a strided view made row-major, numbers of one dtype made another, bools unpacked to
 * uint32 and packed again. Values saturate on the way to uint32 and NaN becomes 0 (numpy leaves both undefined).
 */
import { launch, emptyTensor, Scope } from '../run.ts';
import { defaultFloat, isFloat, type Dtype } from '../dtype.ts';
import type { Tensor } from '../tensor.ts';
import { packBools, unpackBools } from './bools.ts';
import { defineMap, planMap } from './map.ts';

const copy = defineMap({ name: 'copy', wgsl: 'a', cpu: a => a });
const castToFloat = defineMap({ name: 'cast', wgsl: 'Out(a)', cpu: a => a });
const castToUint = defineMap({
  name: 'castToUint',
  wgsl: 'to_uints(a)',
  helpers: true,
  cpu: a => (a >= 4294967295 ? 4294967295 : a > 0 ? Math.floor(a) : 0),
});

/** The same elements, dense and row-major, in storage of their own. */
export function copyRowMajor(x: Tensor, op: string): Tensor {
  if (x.dtype === 'bool') return castTensor(castTensor(x, 'uint32', op), 'bool', op, true);
  const out = emptyTensor(x.device, x.shape, x.dtype, op);
  launch(op, copy, planMap(x.shape, [x], out), [x], [out]);
  return out;
}

/** A fresh tensor with the same numbers in another dtype; the same dtype gives a view. */
export function castTensor(x: Tensor, dtype: Dtype, op: string, disposeInput = false): Tensor {
  const scope = new Scope();
  if (disposeInput) scope.keep(x);
  try {
    if (x.dtype === dtype) return x.alias(op);
    if (x.dtype === 'bool') {
      const bits = unpackBools(x, op);
      return dtype === 'uint32' ? bits : castTensor(bits, dtype, op, true);
    }
    if (dtype === 'bool') return packBools(x, op);
    const out = emptyTensor(x.device, x.shape, dtype, op);
    launch(op, dtype === 'uint32' ? castToUint : castToFloat, planMap(x.shape, [x], out), [x], [out]);
    return out;
  } finally {
    scope.close();
  }
}

/** A tensor as floats: itself, or what its whole numbers or bools are in the device's default float. */
export function toFloat(x: Tensor, op: string, scope: Scope): Tensor {
  return isFloat(x.dtype) ? x : scope.keep(castTensor(x, defaultFloat(x.device.kind), op));
}

/** Copies `x` into a part of `target`, which must not have been read yet. */
export function copyInto(target: Tensor, x: Tensor, offset: number, strides: readonly number[], op: string): void {
  launch(
    op,
    x.dtype === target.dtype ? copy : castToFloat,
    planMap(x.shape, [x], target, { offset, strides }),
    [x],
    [target],
  );
}
