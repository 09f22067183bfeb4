/**
 * `Device`: the public face of an engine, and where tensors begin. Here too: `openDevice`, and the default device on
 * which plain numbers land. How a device is chosen and what it does inside is the device room's.
 */
import {
  chooseBackend,
  createCpuBackend,
  Engine,
  type DeviceInfo,
  type DeviceKind,
  type LostInfo,
  type MemoryUse,
  type OpenOptions,
  type Storage,
} from '../device/index.ts';
import { DeviceClosedError, OptionError, ShapeError, UnsupportedError } from '../errors.ts';
import { checkOptions, show, showAsText } from '../options.ts';
import { bytesOf, checkDtype, defaultFloat, storedCount, type Dtype } from './dtype.ts';
import { encode, flatten, naturalDtype, type HostData } from './host.ts';
import { checkShape, showShape, type Shape } from './shape.ts';
import { Tensor, type GpuBuffer } from './tensor.ts';

export interface TensorOptions {
  /** Default: `uint32` and `float32` for such typed arrays, `bool` for arrays of booleans, else the device's float. */
  readonly dtype?: Dtype | undefined;
}

export class Device {
  static {
    showAsText(this.prototype);
  }

  /** @internal */
  readonly engine: Engine;

  /** @internal How it was opened, so that another one like it can be. */
  readonly options: OpenOptions;

  /** @internal Use `openDevice()`. */
  constructor(engine: Engine, options: OpenOptions = {}) {
    this.engine = engine;
    this.options = options;
    void engine.lost.then(() => {
      if (chosenDefault === this) chosenDefault = undefined;
    });
  }

  get kind(): DeviceKind {
    return this.engine.backend.info.kind;
  }

  /** Vendor, architecture, features, limits, and which kernels run. */
  get info(): DeviceInfo {
    return this.engine.backend.info;
  }

  /** Resolves with the reason when the device is closed or lost. Never rejects. */
  get lost(): Promise<LostInfo> {
    return this.engine.lost;
  }

  toString(): string {
    return `Device(${[this.kind, this.info.vendor, this.info.architecture].filter(Boolean).join(', ')})`;
  }

  /** Bytes held by tensors, bytes waiting for reuse, and the peak of both. */
  memory(): MemoryUse {
    return this.engine.backend.memory();
  }

  /** Frees everything that the device made. A GPUDevice that you passed in stays yours and alive. */
  close(): void {
    if (chosenDefault === this) chosenDefault = undefined;
    this.engine.close();
  }

  /** Copies host numbers to the device, at the call. */
  tensor(data: HostData, shape?: Shape, options: TensorOptions = {}): Tensor {
    checkOptions('tensor', options, ['dtype']);
    return this.upload(data, shape, options.dtype, 'tensor');
  }

  /**
   * A tensor over a GPUBuffer of this device's GPUDevice, without a copy (one whose size is no multiple of 16 bytes is
   * copied). The buffer stays yours: do not write to it or destroy it while the tensor or results that wait for it are in
   * use. It needs STORAGE and COPY_SRC usage.
   */
  fromBuffer(buffer: GpuBuffer, shape: Shape, options: TensorOptions & { readonly byteOffset?: number } = {}): Tensor {
    const op = 'fromBuffer';
    checkOptions(op, options, ['dtype', 'byteOffset']);
    const { buffers } = this.engine.backend;
    this.engine.assertOpen(op);
    if (!buffers)
      throw new UnsupportedError(`${op}: a '${this.kind}' device has no GPU buffers. Use device.tensor(data, shape).`);
    const dtype = options.dtype ?? 'float32';
    checkDtype(dtype, this.kind, op);
    checkShape(shape, op);
    const byteOffset = options.byteOffset ?? 0;
    if (!Number.isInteger(byteOffset) || byteOffset < 0 || byteOffset % 4 !== 0)
      throw new OptionError(`${op}: byteOffset ${byteOffset} is not a multiple of 4. Elements begin at whole words.`);
    const needed = byteOffset + storedCount(shape, dtype) * bytesOf(dtype);
    const { id, bytes } = buffers.borrow(buffer);
    const storage = this.engine.adopt(id, bytes);
    if (needed > bytes) {
      storage.release();
      throw new ShapeError(
        `${op}: the shape ${showShape(shape)} of ${dtype} from byte ${byteOffset} needs ${needed} bytes, the buffer has ${bytes}. Give a smaller shape or a larger buffer.`,
      );
    }
    return new Tensor({ device: this, storage, shape, dtype, offset: byteOffset / 4 });
  }

  /** @internal */
  upload(data: HostData, shape: Shape | undefined, dtype: Dtype | undefined, op: string): Tensor {
    this.engine.assertOpen(op);
    const flat = flatten(data, shape, op);
    const kept = dtype ?? naturalDtype(flat.values, defaultFloat(this.kind));
    checkDtype(kept, this.kind, op);
    const stored = encode(flat.values, flat.shape, kept, op);
    const storage = this.engine.upload(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength), op);
    return new Tensor({ device: this, storage, shape: flat.shape, dtype: kept });
  }

  /** @internal Throws where this device cannot hold the dtype. */
  checkDtype(dtype: Dtype, op: string): void {
    checkDtype(dtype, this.kind, op);
  }

  /** @internal */
  async lendBuffer(storage: Storage): Promise<object> {
    const { buffers } = this.engine.backend;
    if (!buffers)
      throw new UnsupportedError(
        `gpuBuffer: a '${this.kind}' device has no GPU buffers. Use data(), or t.to(a webgpu device) first.`,
      );
    storage.retain();
    try {
      await this.engine.settle(storage, 'gpuBuffer');
      this.engine.assertOpen('gpuBuffer');
      return buffers.lend(storage.id);
    } finally {
      storage.release();
    }
  }
}

/**
 * Opens a device. `auto` (the default) takes a real GPU where there is one, else `wasm`; a software adapter is used
 * only when asked for with `{ device: 'webgpu' }`, which rejects where there is no adapter. The first device opened
 * becomes the default one.
 */
export async function openDevice(options: OpenOptions = {}): Promise<Device> {
  const device = new Device(new Engine(await chooseBackend(options)), options);
  if (!everOpened) chosenDefault = device;
  everOpened = true;
  return device;
}

let everOpened = false;
let chosenDefault: Device | undefined;
let fallback: Device | undefined;

/** Throws unless this is a device: a kind's name is the usual slip. */
export function checkDevice(device: unknown, op: string): asserts device is Device {
  if (!(device instanceof Device))
    throw new OptionError(`${op}: ${show(device)} is not a Device. Give one from await openDevice().`);
}

/** The device of plain numbers: the first one opened while it lives, or what `setDefaultDevice` chose; else `cpu`. */
export function defaultDevice(): Device {
  return chosenDefault ?? (fallback ??= new Device(new Engine(createCpuBackend('cpu', false))));
}

/** Makes plain numbers land on `device` from now on. */
export function setDefaultDevice(device: Device): void {
  checkDevice(device, 'setDefaultDevice');
  if (!device.engine.open)
    throw new DeviceClosedError('setDefaultDevice: the device was closed or lost. Open another one with openDevice().');
  chosenDefault = device;
}

/** What is welcome wherever a tensor is. Plain data land on the other operand's device, or the default one. */
export type TensorLike = Tensor | HostData;

/** Host numbers as a tensor on the default device, or on `options.device`. */
export function tensor(
  data: HostData,
  shape?: Shape,
  options: TensorOptions & { readonly device?: Device } = {},
): Tensor {
  checkOptions('tensor', options, ['dtype', 'device']);
  const device = options.device ?? defaultDevice();
  checkDevice(device, 'tensor');
  return device.upload(data, shape, options.dtype, 'tensor');
}
