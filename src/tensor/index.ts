/** The tensor room: handles, shapes, dtypes, views, host conversion, and the map primitive. What other rooms may use of it. */
export {
  checkDevice,
  defaultDevice,
  Device,
  openDevice,
  setDefaultDevice,
  tensor,
  type TensorLike,
  type TensorOptions,
} from './device.ts';
export { bytesOf, defaultFloat, isFloat, viewOf, type Dtype, type NumberArray, type WordArray } from './dtype.ts';
export { encode, flatten, isTypedArray, type HostData, type Nested, type NestedOut, type TypedArray } from './host.ts';
export { castTensor, copyInto, copyRowMajor, toFloat } from './map/copy.ts';
export { defineMap, planMap, type MapExpression, type MapPlan } from './map/map.ts';
export { default as mapHelpers } from '../../shaders/tensor/map-helpers.wgsl';
export { Pace, stepsAtOnce, type LongOptions, type Progress } from './pace.ts';
export { commonDtype, emptyTensor, launch, Scope, scoped, toTensors } from './run.ts';
export {
  boxOffset,
  broadcastShapes,
  frontAxes,
  frontAxis,
  mergeAxes,
  reducedShape,
  rowMajor,
  showShape,
  sizeOf,
  spanOf,
  splitBoxes,
  type Axis,
  type Box,
  type Shape,
} from './shape.ts';
export { checkSameDevice, Tensor, type GpuBuffer } from './tensor.ts';
