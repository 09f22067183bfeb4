/**
 * A device of the lane that counts: what memory it holds, and how often work is sent to it. On GPU lanes both are seen where
 * they cannot be mistaken, at the GPUDevice; elsewhere the device's own books and its backend are asked.
 */
import { findAdapter, requestDevice } from '../../src/device/webgpu/adapter.ts';
import { Engine, type Backend } from '../../src/device/index.ts';
import { Device } from '../../src/tensor/index.ts';
import { isGpuLane, openLaneDevice } from './lane.ts';

/** GPUBufferUsage.UNIFORM. */
const UNIFORM = 0x40;

/** A GPUDevice whose buffers and submits are counted. */
export interface CountedGpu {
  readonly gpu: GPUDevice;
  /** Buffers that were created and not destroyed, with their sizes; without parameter blocks, the device's own furniture. */
  readonly buffers: ReadonlyMap<GPUBuffer, number>;
  /** Bytes of them. */
  readonly bytes: () => number;
  /** The most bytes of them at any time. */
  readonly peak: () => number;
  readonly submits: () => number;
  /** Those that have kernels in them: readbacks are copies, and travel apart. */
  readonly launches: () => number;
}

export async function openCountedGpu(): Promise<CountedGpu> {
  const found = await findAdapter({});
  if ('why' in found) throw new Error(found.why);
  const { device: gpu } = await requestDevice(found.adapter);
  const buffers = new Map<GPUBuffer, number>();
  const bytes = (): number => [...buffers.values()].reduce((total, size) => total + size, 0);
  let peak = 0;
  let submits = 0;
  let launches = 0;
  let hasKernels = false;
  const encode = gpu.createCommandEncoder.bind(gpu);
  gpu.createCommandEncoder = descriptor => {
    const encoder = encode(descriptor);
    const begin = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = pass => {
      hasKernels = true;
      return begin(pass);
    };
    return encoder;
  };
  const create = gpu.createBuffer.bind(gpu);
  gpu.createBuffer = descriptor => {
    const buffer = create(descriptor);
    if (!(descriptor.usage & UNIFORM)) buffers.set(buffer, descriptor.size);
    peak = Math.max(peak, bytes());
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      buffers.delete(buffer);
      return destroy();
    };
    return buffer;
  };
  const submit = gpu.queue.submit.bind(gpu.queue);
  gpu.queue.submit = commands => {
    const sent = [...commands];
    // Empty ones wake Firefox up (src/device/webgpu/nudge.ts): how many it takes is a matter of time.
    if (sent.length > 0) submits++;
    if (hasKernels) launches++;
    hasKernels = false;
    return submit(sent);
  };
  return { gpu, buffers, bytes, peak: () => peak, submits: () => submits, launches: () => launches };
}

export interface Counted {
  readonly device: Device;
  /** Bytes that are held, those that wait for reuse among them. */
  readonly held: () => number;
  /** The most that were held at any time. */
  readonly peak: () => number;
  /** How often something was sent: submits to a GPU's queue, elsewhere kernels and readbacks. */
  readonly sent: () => number;
  /** How often kernels were: submits with kernels in them, elsewhere kernels. */
  readonly launched: () => number;
  readonly close: () => void;
}

export async function openCounted(extra: Parameters<typeof openLaneDevice>[0] = {}): Promise<Counted> {
  if (isGpuLane) {
    const counted = await openCountedGpu();
    // Poison is written between submits, which would make more of them.
    const device = await openLaneDevice({ ...extra, device: 'webgpu', gpuDevice: counted.gpu, debug: false });
    return {
      device,
      held: counted.bytes,
      peak: counted.peak,
      sent: counted.submits,
      launched: counted.launches,
      close() {
        device.close();
        counted.gpu.destroy();
      },
    };
  }
  const below = await openLaneDevice({ ...extra, debug: false });
  let [sent, launched] = [0, 0];
  const backend: Backend = new Proxy(below.engine.backend, {
    get(target, name) {
      if (name === 'run' || name === 'read') sent++;
      if (name === 'run') launched++;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const device = new Device(new Engine(backend), below.options);
  return {
    device,
    held: () => device.memory().live + device.memory().pooled,
    peak: () => device.memory().peak,
    sent: () => sent,
    launched: () => launched,
    close() {
      device.close();
      below.close();
    },
  };
}
