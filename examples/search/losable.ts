/**
 * The devices of the search page. Its GPU device can be lost on purpose: it is opened through an entry point of the page's own, which
 * notes what it hands out. Losing it is destroying that, as a driver's crash would.
 */
import { openDevice, type Device, type DeviceKind } from 'unitball';
import { deviceOf } from '../devices.ts';

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

/** As `deviceOf` of the other pages. */
export function losableDeviceOf(kind: DeviceKind): Promise<Device> {
  const { gpu }: { gpu?: GPU } = navigator;
  // Without WebGPU the library says so itself, in words.
  return deviceOf(kind, kind === 'webgpu' && gpu ? () => openDevice({ device: kind, gpu: watchedGpu }) : undefined);
}

/** Takes the GPU away. Resolves with what the library says of it. */
export async function loseGpu(device: Device): Promise<string> {
  gpuDevice?.destroy();
  const { message } = await device.lost;
  return message.replace(/\.$/, '');
}
