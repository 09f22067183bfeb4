/**
 * unitball: norms, distances, similarity search, low-rank and sparse models on WebGPU, WebAssembly and plain CPU.
 * This file is the table of contents: every public name, grouped by the room that it lives in.
 */

// Devices and tensors
export {
  defaultDevice,
  Device,
  openDevice,
  setDefaultDevice,
  tensor,
  Tensor,
  type Axis,
  type Dtype,
  type GpuBuffer,
  type HostData,
  type Nested,
  type NestedOut,
  type NumberArray,
  type Shape,
  type TensorLike,
  type TensorOptions,
  type TypedArray,
} from './tensor/index.ts';
export type { DeviceInfo, DeviceKind, GpuFacts, LostInfo, MemoryUse, OpenOptions } from './device/index.ts';

// Arithmetic
export {
  abs,
  add,
  argmax,
  argmin,
  cast,
  clip,
  concat,
  contiguous,
  div,
  exp,
  log,
  max,
  mean,
  min,
  mul,
  neg,
  sqrt,
  square,
  sub,
  sum,
  take,
  transpose,
  where,
  type ArgOptions,
  type DeviceOption,
  type Indices,
  type ReduceOptions,
} from './arith/index.ts';

// Norms
export {
  norm,
  normalize,
  normSummary,
  type NormalizeOptions,
  type NormOptions,
  type NormSummary,
  type Ord,
} from './norm/index.ts';

// Errors
export * from './errors.ts';
