/**
 * What only a GPUDevice can do: being shared, lending and borrowing buffers, being lost, refusing a shader. Memory is
 * checked against the buffers that really were created.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Primitive } from '../../src/device/index.ts';
import {
  add,
  DeviceClosedError,
  DeviceLostError,
  norm,
  openDevice,
  OutOfMemoryError,
  ShaderError,
  ShapeError,
  sum,
  type Device,
} from '../../src/index.ts';
import { emptyTensor, launch } from '../../src/tensor/index.ts';
import { openCountedGpu, type CountedGpu } from '../support/counted.ts';
import { openLaneDevice } from '../support/lane.ts';

const STORAGE_COPY = 0x80 | 0x4 | 0x8;
let gpu: GPUDevice;
let device: Device;
let counted: CountedGpu;

beforeEach(async () => {
  counted = await openCountedGpu();
  gpu = counted.gpu;
  device = await openDevice({ gpuDevice: gpu, debug: true });
});
afterEach(() => {
  device.close();
  gpu.destroy();
});

describe('memory', () => {
  it('is what was created and not destroyed', async () => {
    for (let i = 0; i < 20; i++) {
      const x = device.tensor(new Float32Array(1000 * (i + 1)));
      const length = norm(x);
      await length.item();
      const { live, pooled } = device.memory();
      expect(live + pooled).toBe(counted.bytes());
      x.dispose();
      length.dispose();
    }
    const { live, pooled, peak } = device.memory();
    expect(live).toBe(0);
    expect(pooled).toBe(counted.bytes());
    expect(peak).toBeGreaterThanOrEqual(pooled);
  });

  it('keeps a bounded pool', async () => {
    for (let i = 1; i <= 12; i++) {
      const x = device.tensor(new Float32Array((i << 20) + 7 * i));
      x.dispose();
    }
    expect(device.memory().pooled).toBeLessThanOrEqual(256 * 2 ** 20);
  });
});

describe('no memory', () => {
  it('rejects what needed it, and spoils nothing else, then or later', async () => {
    const { gpu: other } = await openCountedGpu();
    let scarce = true;
    const create = other.createBuffer.bind(other);
    const pop = other.popErrorScope.bind(other);
    let failed = false;
    other.createBuffer = descriptor => {
      if (!scarce || descriptor.size < 2 ** 24) return create(descriptor);
      // What a GPU without memory does: an invalid buffer, and an error in the scope round it.
      other.pushErrorScope('validation');
      const invalid = create({ size: descriptor.size, usage: 0x1 | 0x80 });
      void pop();
      failed = true;
      return invalid;
    };
    other.popErrorScope = () => {
      const popped = pop();
      if (!failed) return popped;
      failed = false;
      return popped.then(() => ({ message: 'out of memory' }));
    };
    other.addEventListener('uncapturederror', event => event.preventDefault());

    const own = await openDevice({ gpuDevice: other });
    const y = own.tensor([1, 2]);
    const before = sum(y);
    const huge = emptyTensor(own, [2 ** 22], 'float32', 'test');
    const derived = add(huge, 1);
    const after = sum(y);
    const answers = await Promise.allSettled([before.item(), huge.data(), derived.data(), after.item()]);
    expect(answers.map(answer => answer.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(await before.item()).toBe(3);
    expect(await after.item()).toBe(3);
    await expect(huge.data()).rejects.toThrow(OutOfMemoryError);
    await expect(derived.data()).rejects.toThrow(OutOfMemoryError);
    huge.dispose();
    derived.dispose();

    scarce = false;
    const again = own.tensor(new Float32Array(2 ** 22).fill(1));
    expect(await sum(again).item()).toBe(2 ** 22);
    own.close();
    other.destroy();
  });
});

describe('a shared GPUDevice', () => {
  it('survives close', async () => {
    device.close();
    expect(counted.bytes()).toBe(0);
    const again = await openDevice({ gpuDevice: gpu });
    expect(await norm(again.tensor([3, 4])).item()).toBe(5);
    again.close();
  });

  it('that is lost already is refused', async () => {
    gpu.destroy();
    await gpu.lost;
    await expect(openDevice({ gpuDevice: gpu })).rejects.toThrow(DeviceClosedError);
  });

  it('lends a tensor its buffer and borrows one back, without a copy', async () => {
    const buffer = gpu.createBuffer({ size: 1024, usage: STORAGE_COPY });
    gpu.queue.writeBuffer(buffer, 256, new Float32Array([3, 4, 0, 12]));
    const before = device.memory().live;
    const x = device.fromBuffer(buffer, [2, 2], { byteOffset: 256 });
    expect(device.memory().live).toBe(before);
    expect(await norm(x, { axis: 1 }).toArray()).toEqual([5, 12]);
    const lent = await x.gpuBuffer();
    expect(lent).toEqual({ buffer, byteOffset: 256, byteLength: 16 });
    x.dispose();
    expect(counted.buffers.has(buffer)).toBe(true);
    buffer.destroy();

    const result = add(device.tensor([1, 2, 3]), 1);
    const { buffer: filled, byteOffset } = await result.gpuBuffer();
    const again = device.fromBuffer(filled, [3], { byteOffset });
    expect([...(await again.data())]).toEqual([2, 3, 4]);
  });

  it('lends although the tensor is disposed meanwhile', async () => {
    const x = device.tensor([1, 2]);
    const lent = x.gpuBuffer();
    x.dispose();
    expect((await lent).byteLength).toBe(8);
  });

  it('reaches the last element of a buffer of any size', async () => {
    for (const length of [1, 2, 3, 5, 63, 65]) {
      const buffer = gpu.createBuffer({ size: length * 4, usage: STORAGE_COPY });
      gpu.queue.writeBuffer(buffer, 0, new Float32Array(length).fill(2));
      const x = device.fromBuffer(buffer, [length]);
      expect(await sum(x).item()).toBe(2 * length);
      expect([...(await add(x, 1).data())]).toEqual(Array(length).fill(3));
      x.dispose();
      buffer.destroy();
    }
  });

  it('refuses a buffer that is too small', () => {
    const buffer = gpu.createBuffer({ size: 64, usage: STORAGE_COPY });
    expect(() => device.fromBuffer(buffer, [17])).toThrow(ShapeError);
    expect(() => device.fromBuffer(buffer, [17])).toThrow(/^fromBuffer: .*68 bytes.*64/);
    expect(() => device.fromBuffer(buffer, [1], { byteOffset: 2 })).toThrow(/byteOffset/);
  });
});

describe('a lost device', () => {
  it('rejects pending reads and all later ones; another device opens', async () => {
    const own = await openLaneDevice();
    const x = own.tensor(new Float32Array(1 << 20).fill(1));
    const { buffer } = await x.gpuBuffer();
    const pending = Array.from({ length: 8 }, () => norm(x).item());
    const caught = Promise.allSettled(pending);
    // The page's way to lose a device: destroy it under running work.
    destroyDeviceOf(own);
    expect((await own.lost).reason).toBe('destroyed');
    const reasons = (await caught).map(one => (one.status === 'rejected' ? (one.reason as unknown) : 'it came'));
    for (const reason of reasons) expect(reason).toBeInstanceOf(DeviceLostError);
    await expect(x.data()).rejects.toThrow(DeviceLostError);
    await expect(norm(x).item()).rejects.toThrow(/^norm: the device was lost/);
    await expect(own.tensor([1]).data()).rejects.toThrow(DeviceLostError);
    expect(buffer).toBeDefined();
    own.close();

    const next = await openLaneDevice();
    expect(await norm(next.tensor([3, 4])).item()).toBe(5);
    next.close();
  });
});

/** Destroys the GPUDevice of a device that owns it: what a driver reset looks like from inside. */
function destroyDeviceOf(own: Device): void {
  const { buffers } = own.engine.backend as unknown as { buffers: { device: GPUDevice } };
  buffers.device.destroy();
}

describe('a shader that does not compile', () => {
  const broken = (text: string): Primitive<{ n: number }> => ({
    name: 'broken',
    cpu: () => {},
    webgpu: () => ({
      scratch: [],
      passes: [
        {
          kernel: { name: 'broken', wgsl: [{ id: 'test/broken.wgsl', text }], constants: {}, bindings: ['write'] },
          groups: 1,
          params: new Uint32Array(0),
          buffers: [{ slot: 0, byteOffset: 0, bytes: 16 }],
          work: 1,
        },
      ],
    }),
  });
  const head = '@group(0) @binding(0) var<storage, read_write> out: array<u32>;\n';

  it('tells file and line, spoils nobody else, and is not cached', async () => {
    const own = await openDevice({ gpuDevice: gpu });
    const x = own.tensor([3, 4]);
    const before = norm(x);
    const out = emptyTensor(own, [4], 'float32', 'broken');
    launch(
      'broken',
      broken(`${head}@compute @workgroup_size(1) fn main() {\n  out[0] = nonsense;\n}`),
      { n: 1 },
      [],
      [out],
    );
    const derived = sum(out);
    const after = norm(add(x, 1));
    await expect(out.data()).rejects.toThrow(ShaderError);
    await expect(out.data()).rejects.toThrow(/test\/broken\.wgsl:3:\d+/);
    await expect(derived.item()).rejects.toThrow(ShaderError);
    expect(await before.item()).toBe(5);
    expect(await after.item()).toBeCloseTo(Math.sqrt(41), 5);

    const mended = emptyTensor(own, [4], 'uint32', 'broken');
    launch(
      'broken',
      broken(`${head}@compute @workgroup_size(1) fn main() { for (var i = 0u; i < 4u; i++) { out[i] = i; } }`),
      { n: 1 },
      [],
      [mended],
    );
    expect([...(await mended.data())]).toEqual([0, 1, 2, 3]);
    own.close();
  });
});

describe('submits', () => {
  it('stay under the budget: large work goes out in several', async () => {
    const own = await openDevice({ gpuDevice: gpu, assume: { software: true } });
    const x = own.tensor(new Float32Array(1 << 24).fill(1));
    const before = counted.submits();
    expect(await norm(x).item()).toBe(4096);
    expect(counted.submits() - before).toBeGreaterThan(1);
    own.close();
  });
});
