/** The device room: the only one that touches GPUDevice, WebAssembly or Worker. What other rooms may use of it. */
export type {
  Backend,
  BufferRange,
  DeviceInfo,
  DeviceKind,
  GpuFacts,
  Kernel,
  Lowered,
  LoweredToWasm,
  LowerToWasm,
  LostInfo,
  MemoryUse,
  Pass,
  Primitive,
  ReadRange,
  Selection,
  StorageId,
  Verdict,
  WasmFacts,
  WasmModule,
  WasmPass,
  WgslFile,
} from './contract.ts';
export { BENCH_BYTES } from './contract.ts';
export { bindRange, words } from './binding.ts';
export { createCpuBackend } from './cpu/backend.ts';
export { Engine, Storage, type StatusReader } from './engine.ts';
export { chooseBackend, type OpenOptions } from './open.ts';
