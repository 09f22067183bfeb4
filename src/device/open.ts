/**
 * Choosing a device: a real GPU first, then `wasm`; a software adapter only when asked for. Nothing here keeps state.
 */
import { DeviceClosedError, OptionError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import type { Backend, DeviceKind, GpuFacts } from './contract.ts';
import type { WasmAssumptions } from './wasm/open.ts';
import { createCpuBackend } from './cpu/backend.ts';
import { findAdapter, isSoftware, requestDevice, unavailable } from './webgpu/adapter.ts';
import { createWebgpuBackend } from './webgpu/backend.ts';

export interface OpenOptions {
  /** `auto` (the default): a real GPU, else `wasm`. */
  readonly device?: 'auto' | DeviceKind | undefined;
  /** Another WebGPU entry point than `navigator.gpu`, such as Node's `create([])`. */
  readonly gpu?: object | undefined;
  /** A GPUDevice that the page already has. It is shared: `close()` does not destroy it. */
  readonly gpuDevice?: object | undefined;
  readonly powerPreference?: 'low-power' | 'high-performance' | undefined;
  /** Error scopes round every call and poisoned fresh memory: slow, for tests and for hunting bugs. */
  readonly debug?: boolean | undefined;
  /** Threads of the wasm device. Default: one a processor, 16 at most; always 1 where memory cannot be shared. */
  readonly threads?: number | undefined;
  /** Where the wasm device's worker script (`unitball/worker.js`) lies, for pages whose security policy forbids blob workers. */
  readonly workerUrl?: string | URL | undefined;
  /** Pretend another adapter or engine: smaller limits, software or not. For tests and tuning. */
  readonly assume?: Partial<GpuFacts & WasmAssumptions> | undefined;
}

const KINDS: readonly string[] = ['auto', 'webgpu', 'wasm', 'cpu'];

export async function chooseBackend(options: OpenOptions): Promise<Backend> {
  checkOptions('openDevice', options, [
    'device',
    'gpu',
    'gpuDevice',
    'powerPreference',
    'debug',
    'threads',
    'workerUrl',
    'assume',
  ]);
  const kind = options.device ?? (options.gpuDevice ? 'webgpu' : 'auto');
  if (!KINDS.includes(kind))
    throw new OptionError(`openDevice: the device '${String(kind)}' is unknown. Use one of ${KINDS.join(', ')}.`);
  const debug = options.debug ?? false;
  const assume = options.assume ?? {};
  const { threads, workerUrl } = options;
  const wasm = async (noGpu?: string): Promise<Backend> => {
    const { openWasm } = await import('./wasm/open.ts');
    const found = await openWasm({ threads, workerUrl, debug, assume, noGpu });
    return typeof found === 'string' ? createCpuBackend('wasm', debug, noGpu, found) : found;
  };
  switch (kind) {
    case 'cpu':
    case 'wasm':
      if (options.gpuDevice)
        throw new OptionError(
          `openDevice: a gpuDevice goes with device 'webgpu', not '${kind}'. Leave one of the two out.`,
        );
      return kind === 'cpu' ? createCpuBackend(kind, debug) : wasm();
    case 'webgpu': {
      if (options.gpuDevice) return shareDevice(options.gpuDevice as GPUDevice, debug, assume);
      const found = await findAdapter(options);
      if ('why' in found) throw unavailable(found.why);
      return createWebgpuBackend(await requestDevice(found.adapter), { debug, assume, shared: false });
    }
    case 'auto': {
      if (options.gpuDevice) return shareDevice(options.gpuDevice as GPUDevice, debug, assume);
      const found = await findAdapter(options);
      if ('why' in found) return wasm(found.why);
      if (isSoftware(found.adapter.info))
        return wasm('the only WebGPU adapter is a software one, which is slower than this');
      try {
        return createWebgpuBackend(await requestDevice(found.adapter), { debug, assume, shared: false });
      } catch (error) {
        return wasm(error instanceof Error ? error.message : String(error));
      }
    }
    default:
      throw kind satisfies never;
  }
}

async function shareDevice(device: GPUDevice, debug: boolean, assume: Partial<GpuFacts>): Promise<Backend> {
  if (!('createComputePipeline' in device))
    throw new OptionError('openDevice: the gpuDevice is not a GPUDevice. Give one from adapter.requestDevice().');
  const gone = await Promise.race([device.lost, Promise.resolve(undefined)]);
  if (gone) throw new DeviceClosedError(`openDevice: the gpuDevice is lost (${gone.message}). Give another.`);
  const { adapterInfo } = device;
  return createWebgpuBackend(
    { device, adapterInfo, software: isSoftware(adapterInfo) },
    { debug, assume, shared: true },
  );
}
