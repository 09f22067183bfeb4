/** The arith room: element-wise arithmetic, reductions, rearranging. Enough to write norm(sub(a, b)); not an array framework. */
export { demand, notNegative, type Demand } from './check.ts';
export {
  abs,
  add,
  applyMap,
  clip,
  div,
  exp,
  log,
  mul,
  neg,
  sqrt,
  square,
  sub,
  where,
  type DeviceOption,
} from './elementwise.ts';
export {
  argmax,
  argmin,
  max,
  mean,
  min,
  reduceTensor,
  sum,
  type ArgOptions,
  type ReduceOptions,
} from './reductions.ts';
export {
  defineReduction,
  eachCell,
  type Reduction,
  type ReducePlan,
  type RowWalk,
  type WasmPlane,
  type WasmPlanes,
} from './reduce/reduce.ts';
export { takePrimitive } from './take/take.ts';
export { cast, concat, contiguous, take, transpose, type Indices } from './shaping.ts';
export { default as keysWgsl } from '../../shaders/arith/reduce/keys.wgsl';
export { default as extremeWgsl } from '../../shaders/arith/reduce/extreme.wgsl';
export { default as sumWgsl } from '../../shaders/arith/reduce/sum.wgsl';
