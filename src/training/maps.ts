/** The element-wise steps that this room's functions are made of, beside those of arithmetic. */
import { applyMap } from '../arith/index.ts';
import helpersWgsl from '../../shaders/training/map-helpers.wgsl';
import { defineMap, mapHelpers, type Tensor } from '../tensor/index.ts';

type Operand = Tensor | number;

const signMap = /* @__PURE__ */ defineMap({
  name: 'sign',
  wgsl: 'signs(a)',
  helpers: [mapHelpers, helpersWgsl],
  cpu: Math.sign,
  wasm: 'sign',
});
const axpyMap = /* @__PURE__ */ defineMap({
  name: 'axpy',
  wgsl: 'a + b * c',
  cpu: (a, b, c) => a + b * c,
  wasm: 'axpy',
});
const lerpMap = /* @__PURE__ */ defineMap({
  name: 'lerp',
  wgsl: 'a + (b - a) * c',
  cpu: (a, b, c) => a + (b - a) * c,
  wasm: 'lerp',
});
const adamMap = /* @__PURE__ */ defineMap({
  name: 'adam',
  wgsl: 'quotient(a, roots(b) + c)',
  helpers: mapHelpers,
  cpu: (m, v, eps) => m / (Math.sqrt(v) + eps),
  wasm: 'adam',
});

/** 1, 0 or −1 for each element; NaN stays NaN. */
export const sign = (op: string, x: Tensor): Tensor => applyMap(op, { float: signMap }, [x], {});

/** a + b·c */
export const axpy = (op: string, a: Tensor, b: Operand, c: Operand): Tensor =>
  applyMap(op, { float: axpyMap }, [a, b, c], {});

/** a + (b − a)·c: c of the way from a to b. */
export const lerp = (op: string, a: Tensor, b: Tensor, c: number): Tensor =>
  applyMap(op, { float: lerpMap }, [a, b, c], {});

/** m / (√v + ε) */
export const adamDirection = (op: string, m: Tensor, v: Tensor, eps: number): Tensor =>
  applyMap(op, { float: adamMap }, [m, v, eps], {});
