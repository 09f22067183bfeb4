/**
 * The devices of the search page. Its GPU device can be lost on purpose: it is opened through an entry point of the page's own, which
 * notes what it hands out. Losing it is destroying that, as a driver's crash would.
 */
import { openDevice, type Device, type DeviceKind } from 'unitball';

/** The GPUDevice that was handed out last. */
let gpuDevice: GPUDevice | undefined;

const watchedGpu = {
  async requestAdapter(options?: GPURequestAdapterOptions) {
    const adapter = await navigator.gpu.requestAdapter(options);
    if (!adapter) return null;
    const { features, limits, info } = adapter;
    return {
      features,
      limits,
      info,
      async requestDevice(wishes?: GPUDeviceDescriptor) {
        gpuDevice = await adapter.requestDevice(wishes);
        return gpuDevice;
      },
    };
  },
};

const opened = new Map<DeviceKind, Promise<Device>>();

/** Opens a device, or gives the one that is open. */
export function deviceOf(kind: DeviceKind): Promise<Device> {
  const known = opened.get(kind);
  if (known) return known;
  const { gpu }: { gpu?: GPU } = navigator;
  // Without WebGPU the library says so itself, in words.
  return adopt(kind, openDevice(kind === 'webgpu' && gpu ? { device: kind, gpu: watchedGpu } : { device: kind }));
}

/** Takes a device as the one of its kind, until it is lost: what an index has opened in place of a lost one, say. */
export function adopt(kind: DeviceKind, device: Promise<Device>): Promise<Device> {
  opened.set(kind, device);
  const forget = (): void => void (opened.get(kind) === device && opened.delete(kind));
  device.then(open => open.lost.then(forget), forget);
  return device;
}

/** Takes the GPU away. Resolves with what the library says of it. */
export async function loseGpu(device: Device): Promise<string> {
  gpuDevice?.destroy();
  const { message } = await device.lost;
  return message.replace(/\.$/, '');
}
