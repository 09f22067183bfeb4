/**
 * `Tensor`: a handle to numbers on a device – shape, dtype, and a stretch of storage that may still be on its way.
 * Views (`reshape`, `row`, `slice`) share the storage of their base; it lives until all are disposed or collected.
 * A tensor never changes once it is made. Arithmetic is in the rooms above.
 */
import type { Storage } from '../device/index.ts';
import { DeviceMismatchError, DisposedError, OptionError, ShapeError, UnsupportedError } from '../errors.ts';
import { checkOptions, show, showAsText } from '../options.ts';
import { checkDevice, type Device } from './device.ts';
import { bytesOf, checkDtype, storedCount, viewOf, type Dtype, type NumberArray } from './dtype.ts';
import { decode, gather, nest, type NestedOut } from './host.ts';
import { copyRowMajor } from './map/copy.ts';
import { checkShape, frontAxis, isRowMajor, rowMajor, showShape, sizeOf, spanOf, type Shape } from './shape.ts';

/** The global GPUBuffer type where the runtime's types have one; else just something with a size. */
export type GpuBuffer = typeof globalThis extends { GPUBuffer: { prototype: infer Buffer } }
  ? Buffer
  : { readonly size: number; readonly usage: number };

/** Gives a forgotten tensor's hold back when the tensor is collected. */
const forgotten = /* @__PURE__ */ new FinalizationRegistry<Storage>(storage => storage.release());

/** @internal What a tensor is made of. */
export interface TensorParts {
  readonly device: Device;
  /** Held by the tensor from now on: the caller's hold passes over. */
  readonly storage: Storage;
  readonly shape: Shape;
  readonly dtype: Dtype;
  /** In stored elements: numbers, or packed words for bool. */
  readonly offset?: number;
  /** In elements; row-major where left out. Bool tensors are always row-major. */
  readonly strides?: readonly number[];
}

/** `Disposable`, where the program's types know of it. */
type MaybeDisposable = SymbolConstructor extends { readonly dispose: infer Dispose extends symbol }
  ? { [key in Dispose]: () => void }
  : object;

// `using t = …` works where the runtime and the types have Symbol.dispose.
export interface Tensor extends MaybeDisposable {}

export class Tensor {
  static {
    showAsText(this.prototype);
    if (typeof Symbol.dispose === 'symbol')
      Object.defineProperty(this.prototype, Symbol.dispose, {
        value: this.prototype.dispose,
        configurable: true,
        writable: true,
      });
  }

  readonly device: Device;
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  /** @internal */
  readonly offset: number;
  /** @internal */
  readonly strides: readonly number[];
  #storage: Storage | undefined;

  /** @internal Use `device.tensor()` or an operation. */
  constructor(parts: TensorParts) {
    this.device = parts.device;
    this.shape = Object.freeze([...parts.shape]);
    this.dtype = parts.dtype;
    this.offset = parts.offset ?? 0;
    this.strides = parts.strides ?? rowMajor(parts.shape);
    this.#storage = parts.storage;
    forgotten.register(this, parts.storage, this);
  }

  /** How many elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** How many dimensions. */
  get ndim(): number {
    return this.shape.length;
  }

  get disposed(): boolean {
    return this.#storage === undefined;
  }

  /** @internal The storage, for an operation that is about to use it. */
  storageFor(op: string): Storage {
    if (!this.#storage)
      throw new DisposedError(
        `${op}: this tensor of shape ${showShape(this.shape)} was disposed. Use it before dispose(), or keep a view of it.`,
      );
    return this.#storage;
  }

  /** @internal True where the elements lie row-major without gaps. */
  get isRowMajor(): boolean {
    return isRowMajor(this.shape, this.strides);
  }

  /** The elements in row-major order, on the host. Bools come as bytes of 0 and 1. */
  async data<Values extends NumberArray = NumberArray>(): Promise<Values> {
    return (await this.#read()) as Values;
  }

  async #read(): Promise<NumberArray> {
    const storage = this.storageFor('data');
    const bytes = bytesOf(this.dtype);
    if (this.isRowMajor) {
      const count = storedCount(this.shape, this.dtype);
      const raw = await storage.engine.read(storage, this.offset * bytes, count * bytes, 'data');
      return decode(viewOf(new Uint8Array(raw), this.dtype), this.shape, this.dtype);
    }
    const raw = await storage.engine.read(
      storage,
      this.offset * bytes,
      spanOf(this.shape, this.strides) * bytes,
      'data',
    );
    return gather(viewOf(new Uint8Array(raw), this.dtype), this.shape, this.strides);
  }

  /** The one number of a tensor of one element. */
  async item(): Promise<number> {
    if (this.size !== 1)
      throw new ShapeError(
        `item: a tensor of shape ${showShape(this.shape)} has ${this.size} elements, not one. Use data() or toArray().`,
      );
    return Number((await this.data())[0]);
  }

  /** Nested plain arrays, as deep as the shape; a plain number (or boolean) for a scalar. `toArray<number[][]>()` types it. */
  async toArray<Out = NestedOut>(): Promise<Out> {
    return nest(await this.data(), this.shape, this.dtype) as Out;
  }

  /** The same elements in another shape; one length may be −1. A view, but for strided views, which are copied. */
  reshape(shape: Shape): Tensor {
    const target = resolveShape(this, shape);
    if (this.dtype === 'bool' && (target.at(-1) ?? 1) !== (this.shape.at(-1) ?? 1))
      throw new ShapeError(
        `reshape: packed bools keep their last axis: ${showShape(this.shape)} cannot become ${showShape(target)}. Use cast(x, 'uint32') first.`,
      );
    if (this.isRowMajor) return this.#view('reshape', target, this.offset);
    const copy = copyRowMajor(this, 'reshape');
    try {
      return copy.reshape(target);
    } finally {
      copy.dispose();
    }
  }

  /** Row `i` of the first axis, with that axis gone. A view. */
  row(i: number): Tensor {
    this.storageFor('row');
    const [length, ...shape] = this.shape;
    if (length === undefined) throw new ShapeError('row: a scalar has no rows. Use item().');
    if (!Number.isInteger(i) || i < -length || i >= length)
      throw new OptionError(
        `row: row ${show(i)} of ${length} does not exist. Give a whole number ${length === 0 ? 'where there are rows' : `from ${-length} to ${length - 1}`}.`,
      );
    const at = i < 0 ? i + length : i;
    if (this.dtype !== 'bool')
      return this.#view('row', shape, this.offset + at * (this.strides[0] ?? 0), this.strides.slice(1));
    if (shape.length === 0)
      throw new UnsupportedError(
        `row: packed bools of shape ${showShape(this.shape)} are cut along leading axes only. Use cast(x, 'uint32') first.`,
      );
    return this.#view('row', shape, this.offset + at * storedCount(shape, 'bool'));
  }

  /** Elements `start` up to but not including `end` along an axis, as Array.prototype.slice counts. A view. */
  slice(start = 0, end?: number, options: { readonly axis?: number | undefined } = {}): Tensor {
    checkOptions('slice', options, ['axis']);
    if (this.ndim === 0) throw new ShapeError('slice: a scalar has no axis to slice. Use item().');
    const axis = frontAxis(options.axis ?? 0, this.ndim, 'slice');
    for (const bound of [start, end ?? 0])
      if (!Number.isInteger(bound))
        throw new OptionError(
          `slice: the bound ${String(bound)} is not a whole number. Bounds count elements, negative ones from the end.`,
        );
    const length = this.shape[axis] ?? 0;
    const clamp = (bound: number): number => Math.min(length, Math.max(0, bound < 0 ? bound + length : bound));
    const from = clamp(start);
    const shape = this.shape.map((own, k) => (k === axis ? Math.max(0, clamp(end ?? length) - from) : own));
    if (this.dtype === 'bool') {
      if (axis !== 0 || this.ndim === 1)
        throw new UnsupportedError(
          `slice: packed bools of shape ${showShape(this.shape)} are cut along leading axes only. Use cast(x, 'uint32') first.`,
        );
      return this.#view('slice', shape, this.offset + from * storedCount(this.shape.slice(1), 'bool'));
    }
    return this.#view('slice', shape, this.offset + from * (this.strides[axis] ?? 0), this.strides);
  }

  /** @internal A view with its axes in another order. */
  permuted(axes: readonly number[]): Tensor {
    return this.#view(
      'transpose',
      axes.map(axis => this.shape[axis] ?? 1),
      this.offset,
      axes.map(axis => this.strides[axis] ?? 0),
    );
  }

  /** @internal The same tensor under a second handle. */
  alias(op: string): Tensor {
    return this.#view(op, this.shape, this.offset, this.strides);
  }

  /**
   * The same numbers on another device; on this device, a view. Returns at once: the copy waits for the data.
   * float64 becomes float32 where the device has no doubles.
   */
  to(device: Device): Tensor {
    checkDevice(device, 'to');
    if (device === this.device) return this.alias('to');
    const source = this.storageFor('to');
    const dtype = this.dtype === 'float64' && device.kind !== 'cpu' ? 'float32' : this.dtype;
    checkDtype(dtype, device.kind, 'to');
    const target = device.engine.allocate(storedCount(this.shape, dtype) * bytesOf(dtype), 'to');
    const held = this.alias('to');
    source.retain();
    device.engine.defer(target, async () => {
      try {
        const bytes = bytesOf(held.dtype);
        const raw = await source.engine.read(
          source,
          held.offset * bytes,
          (held.isRowMajor ? storedCount(held.shape, held.dtype) : spanOf(held.shape, held.strides)) * bytes,
          'to',
        );
        const stored = viewOf(new Uint8Array(raw), held.dtype);
        const dense = held.isRowMajor ? stored : gather(stored, held.shape, held.strides);
        const sent = dense instanceof Float64Array && dtype === 'float32' ? Float32Array.from(dense) : dense;
        device.engine.write(target, new Uint8Array(sent.buffer, sent.byteOffset, sent.byteLength));
      } finally {
        source.release();
        held.dispose();
      }
    });
    return new Tensor({ device, storage: target, shape: this.shape, dtype });
  }

  /**
   * The GPUBuffer that holds the elements row-major, lent once the work that fills it is submitted; `byteOffset` and
   * `byteLength` say where in it they lie. Valid until the tensor and its views are disposed.
   */
  async gpuBuffer(): Promise<{ buffer: GpuBuffer; byteOffset: number; byteLength: number }> {
    const storage = this.storageFor('gpuBuffer');
    if (!this.isRowMajor)
      throw new ShapeError(
        `gpuBuffer: this view of shape ${showShape(this.shape)} is strided. Use contiguous(x) and lend that.`,
      );
    const buffer = await this.device.lendBuffer(storage);
    const bytes = bytesOf(this.dtype);
    return {
      buffer: buffer as GpuBuffer,
      byteOffset: this.offset * bytes,
      byteLength: storedCount(this.shape, this.dtype) * bytes,
    };
  }

  /** Gives this handle's hold on the storage back. Views of it stay valid. A second call does nothing. */
  dispose(): void {
    if (!this.#storage) return;
    forgotten.unregister(this);
    this.#storage.release();
    this.#storage = undefined;
  }

  /** A tensor in arithmetic or in a message is a slip: its numbers have not come yet. */
  [Symbol.toPrimitive](): never {
    throw new OptionError('tensor: a tensor is not a number yet. Use await t.item().');
  }

  toJSON(): string {
    return this.toString();
  }

  toString(): string {
    return `Tensor(${showShape(this.shape)}, ${this.dtype}, ${this.device.kind})`;
  }

  #view(op: string, shape: Shape, offset: number, strides?: readonly number[]): Tensor {
    const storage = this.storageFor(op).retain();
    return new Tensor({ device: this.device, storage, shape, dtype: this.dtype, offset, ...(strides && { strides }) });
  }
}

function resolveShape(tensor: Tensor, shape: Shape): number[] {
  if (!Array.isArray(shape)) checkShape(shape, 'reshape');
  const open = shape.filter(length => length === -1).length;
  const known = sizeOf(shape.filter(length => length !== -1));
  if (open > 1) throw new ShapeError(`reshape: ${showShape(shape)} leaves ${open} lengths open. Only one may be -1.`);
  const target = shape.map(length => (length === -1 ? (known === 0 ? 0 : tensor.size / known) : length));
  if (open === 0) checkShape(target, 'reshape');
  if (!target.every(Number.isInteger) || sizeOf(target) !== tensor.size || (open === 1 && known === 0))
    throw new ShapeError(
      `reshape: ${showShape(tensor.shape)} has ${tensor.size} elements and cannot become ${showShape(shape)}. The number of elements must stay.`,
    );
  return target;
}

/** Throws unless all tensors are on one device. */
export function checkSameDevice(tensors: readonly Tensor[], op: string): void {
  const first = tensors[0];
  const other = tensors.find(tensor => tensor.device !== first?.device);
  if (first && other)
    throw new DeviceMismatchError(
      `${op}: one tensor is on '${first.device.kind}', another on '${other.device.kind}'. Bring them together with t.to(device).`,
    );
}
