/**
 * The GPU as the pages' devices are opened on it: it can be lost on purpose. It is an entry point of the pages' own, which notes what it
 * hands out; losing it is destroying all of that, as a driver's crash would.
 */

const handedOut = new Set<GPUDevice>();

const watched = {
  async requestAdapter(options?: GPURequestAdapterOptions) {
    const adapter = await navigator.gpu.requestAdapter(options);
    if (!adapter) return null;
    const { features, limits, info } = adapter;
    return {
      features,
      limits,
      info,
      async requestDevice(wishes?: GPUDeviceDescriptor) {
        const device = await adapter.requestDevice(wishes);
        handedOut.add(device);
        void device.lost.then(() => handedOut.delete(device));
        return device;
      },
    };
  },
};

/** What `openDevice` is to take the GPU from. Without WebGPU it is nothing, and the library says so itself, in words. */
export function losableGpu(): { readonly gpu?: object } {
  const { gpu }: { gpu?: GPU } = navigator;
  return gpu ? { gpu: watched } : {};
}

/** Takes the GPU away from the page, with all its devices. */
export function loseGpu(): void {
  for (const device of handedOut) device.destroy();
}
