/**
 * Finding a GPU: the page's `navigator.gpu`, the optional `webgpu` package in Node, or an entry point that the caller
 * passes. Asks for the adapter's full limits, since the defaults are the lowest that exist.
 */
import { DeviceUnavailableError } from '../../errors.ts';
import type { GpuFacts } from '../contract.ts';

export interface FoundGpu {
  readonly device: GPUDevice;
  readonly adapterInfo: GPUAdapterInfo;
  readonly software: boolean;
}

/** Features that kernels may use where they are there. */
const WANTED: readonly GPUFeatureName[] = ['timestamp-query', 'subgroups', 'shader-f16'];

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

export const isSoftware = (info: GPUAdapterInfo): boolean =>
  info.isFallbackAdapter || SOFTWARE.test(`${info.vendor} ${info.architecture} ${info.device} ${info.description}`);

const REMEDY = "Pass { gpu }, install 'webgpu' in Node, or use { device: 'auto' }.";

/** Dawn in Node frees its instance when the entry point is collected, living devices or not: so none ever is. */
const entries: Set<GPU> = /* @__PURE__ */ new Set();

const keep = (gpu: GPU): { gpu: GPU } => {
  entries.add(gpu);
  return { gpu };
};

/** A name in a parameter: bundlers leave it alone, so that a page builds and is served where the package is not installed. */
const load = (name: string): Promise<unknown> => import(/* @vite-ignore */ /* webpackIgnore: true */ name);

export async function findEntry(given: object | undefined): Promise<{ gpu: GPU } | { why: string }> {
  if (given) {
    if (!('requestAdapter' in given)) return { why: 'the given gpu has no requestAdapter()' };
    return keep(given as GPU);
  }
  if (typeof navigator !== 'undefined' && 'gpu' in navigator && navigator.gpu) return { gpu: navigator.gpu };
  const runtime = globalThis as {
    process?: { versions?: { node?: string } };
    Deno?: unknown;
    isSecureContext?: boolean;
  };
  if (runtime.Deno) return { why: 'this Deno has no navigator.gpu (old ones want --unstable-webgpu)' };
  if (!runtime.process?.versions?.node)
    return {
      why:
        runtime.isSecureContext === false
          ? 'the page is not a secure context (use https or localhost)'
          : 'this browser has no navigator.gpu',
    };
  try {
    const dawn = (await load('webgpu')) as { create(options: string[]): GPU };
    return keep(dawn.create([]));
  } catch (cause) {
    return {
      why: `Node has no WebGPU of its own and the optional package 'webgpu' could not be loaded (${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)})`,
    };
  }
}

export interface GpuWishes {
  readonly gpu?: object | undefined;
  readonly powerPreference?: 'low-power' | 'high-performance' | undefined;
}

/** An adapter, or the reason why there is none. */
export async function findAdapter(wishes: GpuWishes): Promise<{ adapter: GPUAdapter } | { why: string }> {
  const entry = await findEntry(wishes.gpu);
  if ('why' in entry) return entry;
  try {
    const adapter = await entry.gpu.requestAdapter(
      wishes.powerPreference ? { powerPreference: wishes.powerPreference } : {},
    );
    return adapter ? { adapter } : { why: 'requestAdapter() gave no adapter: no GPU or driver, or a blocklisted one' };
  } catch (cause) {
    return { why: `requestAdapter() failed: ${String(cause)}` };
  }
}

export const unavailable = (why: string, cause?: unknown): DeviceUnavailableError =>
  new DeviceUnavailableError(`openDevice: no webgpu device: ${why}. ${REMEDY}`, { cause });

export async function requestDevice(adapter: GPUAdapter): Promise<FoundGpu> {
  const requiredLimits: Record<string, number> = {};
  for (const name in adapter.limits) {
    const limit = adapter.limits[name as keyof GPUSupportedLimits];
    if (typeof limit === 'number') requiredLimits[name] = limit;
  }
  const request = (limits: Record<string, number>): Promise<GPUDevice> =>
    adapter.requestDevice({
      requiredFeatures: WANTED.filter(feature => adapter.features.has(feature)),
      requiredLimits: limits,
    });
  try {
    // Some implementations list limits that they then refuse to grant: ask again for those that matter here.
    const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
    const device = await request(requiredLimits).catch(() => request({ maxStorageBufferBindingSize, maxBufferSize }));
    return { device, adapterInfo: adapter.info, software: isSoftware(adapter.info) };
  } catch (cause) {
    throw unavailable(`the adapter gave no device (${String(cause)})`, cause);
  }
}

export function factsOf(
  device: GPUDevice,
  { software, adapterInfo }: Pick<FoundGpu, 'software' | 'adapterInfo'>,
  assume: Partial<GpuFacts>,
): GpuFacts {
  const { limits } = device;
  return {
    // Whole vec4s: bindings are rounded up to them.
    maxBindingBytes: Math.floor(limits.maxStorageBufferBindingSize / 16) * 16,
    maxBufferBytes: Math.floor(limits.maxBufferSize / 16) * 16,
    maxGroups: limits.maxComputeWorkgroupsPerDimension,
    maxInvocations: Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX),
    bindingAlignment: limits.minStorageBufferOffsetAlignment,
    software,
    tileSide: 0,
    sharedTiles: !software && ['nvidia', 'amd'].includes(adapterInfo.vendor),
    ...assume,
  };
}

export function limitsOf(device: GPUDevice): Record<string, number> {
  const limits: Record<string, number> = {};
  for (const name in device.limits) {
    const limit = device.limits[name as keyof GPUSupportedLimits];
    if (typeof limit === 'number') limits[name] = limit;
  }
  return limits;
}
