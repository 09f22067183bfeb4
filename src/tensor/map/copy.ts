/**
 * Copies and casts of whole tensors: a strided view made row-major, numbers of one dtype made another, bools unpacked to
 * uint32 and packed again. Values saturate on the way to uint32 and NaN becomes 0 (numpy leaves both undefined).
 */
import mapHelpersWgsl from '../../../shaders/tensor/map-helpers.wgsl';
import { launch, emptyTensor, scoped, type Scope } from '../run.ts';
import { defaultFloat, isFloat, type Dtype } from '../dtype.ts';
import type { Tensor } from '../tensor.ts';
import { packBools, unpackBools } from './bools.ts';
import { defineMap, planMap } from './map.ts';

const copy = /* @__PURE__ */ defineMap({ name: 'copy', wgsl: 'a', cpu: a => a, wasm: 'copy' });
const castToFloat = /* @__PURE__ */ defineMap({ name: 'cast', wgsl: 'Out(a)', cpu: a => a, wasm: 'cast' });
const castToUint = /* @__PURE__ */ defineMap({
  name: 'castToUint',
  wgsl: 'to_uints(a)',
  helpers: mapHelpersWgsl,
  cpu: a => (a >= 4294967295 ? 4294967295 : a > 0 ? Math.floor(a) : 0),
  wasm: 'castToUint',
});

/** The same elements, dense and row-major, in storage of their own. Packed bools always are, so they do not come here. */
export function copyRowMajor(x: Tensor, op: string): Tensor {
  return mapped(copy, x, x.dtype, op);
}

function mapped(primitive: typeof copy, x: Tensor, dtype: Dtype, op: string): Tensor {
  return scoped(scope => {
    const out = scope.keep(emptyTensor(x.device, x.shape, dtype, op));
    launch(op, primitive, planMap(x.shape, [x], out), [x], [out]);
    return scope.result(out);
  });
}

/** A fresh tensor with the same numbers in another dtype; the same dtype gives a view. */
export function castTensor(x: Tensor, dtype: Dtype, op: string): Tensor {
  if (x.dtype === dtype) return x.alias(op);
  if (dtype === 'bool') return packBools(x, op);
  return scoped(scope => {
    const numbers = x.dtype === 'bool' ? scope.keep(unpackBools(x, op)) : x;
    return numbers.dtype === dtype
      ? scope.result(numbers)
      : mapped(dtype === 'uint32' ? castToUint : castToFloat, numbers, dtype, op);
  });
}

/** A tensor as floats: itself, or what its whole numbers or bools are in the device's default float. */
export function toFloat(x: Tensor, op: string, scope: Scope): Tensor {
  if (isFloat(x.dtype)) return x;
  const numbers = x.dtype === 'bool' ? scope.keep(unpackBools(x, op)) : x;
  return scope.keep(mapped(castToFloat, numbers, defaultFloat(x.device.kind), op));
}

/** Copies `x` into a part of `target`, which must not have been read yet. */
export function copyInto(target: Tensor, x: Tensor, offset: number, strides: readonly number[], op: string): void {
  const primitive = x.dtype === target.dtype ? copy : castToFloat;
  launch(op, primitive, planMap(x.shape, [x], target, { offset, strides }), [x], [target]);
}
