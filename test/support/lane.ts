/**
 * Which lane a spec runs on, and the device to test there: `cpu`, `wasm` or `webgpu`. It is the only
 * place where a spec learns where it is; a spec never asks for an adapter itself.
 */
import { inject } from 'vitest';
import { findAdapter, requestDevice } from '../../src/device/webgpu/adapter.ts';
import { openDevice, type Device } from '../../src/index.ts';
import { kindOf, type Lane } from '../lanes.ts';

declare module 'vitest' {
  interface ProvidedContext {
    lane: Lane;
  }
  interface TaskMeta {
    /** The adapter that the specs of this file ran on; the summary of `npm test` prints it. */
    adapter?: string;
  }
}

export const lane: Lane = inject('lane');
export const laneKind: ReturnType<typeof kindOf> = kindOf(lane);
export const isGpuLane: boolean = laneKind === 'webgpu';

/**
 * Cases that run the same code: all of them where they take no time, the last alone on GPU lanes. On a GPU that a CPU plays an
 * iteration takes as long as a thousand of such small ones elsewhere.
 */
export const few = <Case>(cases: readonly Case[]): readonly Case[] => (isGpuLane ? cases.slice(-1) : cases);

type OpenOptions = NonNullable<Parameters<typeof openDevice>[0]>;

/** Opens this lane's device in debug mode. One without an adapter, or without SIMD, throws: a lane must not pass by testing nothing. */
export async function openLaneDevice(extra: OpenOptions = {}): Promise<Device> {
  return openOwnDevice({ ...(await shared(extra)), ...extra });
}

/** The same with a GPUDevice of its own: for specs in which that is lost. */
export async function openOwnDevice(extra: OpenOptions = {}): Promise<Device> {
  const device = await openDevice({ device: laneKind, debug: true, ...extra });
  if (device.kind !== laneKind || (laneKind === 'wasm' && device.info.isFallback))
    throw new Error(`lane ${lane}: asked for a ${laneKind} device and got ${device.kind}, ${device.info.description}.`);
  seenAdapters.add(describe(device));
  return device;
}

/**
 * Devices of a GPU lane are of one GPUDevice, where a spec does not bring its own: what was compiled for one serves the others, and
 * on a software GPU compiling takes most of the time.
 */
async function shared(extra: OpenOptions): Promise<OpenOptions> {
  if (!isGpuLane || extra.gpu || extra.gpuDevice || (extra.device ?? laneKind) !== laneKind) return {};
  laneGpu ??= requestLaneGpu();
  return { gpuDevice: await laneGpu };
}

let laneGpu: Promise<GPUDevice> | undefined;

async function requestLaneGpu(): Promise<GPUDevice> {
  const found = await findAdapter({});
  if ('why' in found) throw new Error(`lane ${lane}: ${found.why}`);
  const { device } = await requestDevice(found.adapter);
  void device.lost.then(() => (laneGpu = undefined));
  return device;
}

const seenAdapters = new Set<string>();

/** The adapters opened since it was last asked: test/support/setup.ts hands those of a file to the reporter. */
export function adapters(): string {
  const seen = [...seenAdapters].join('; ');
  seenAdapters.clear();
  return seen;
}

function describe({ kind, info }: Device): string {
  const name = [info.vendor, info.architecture, info.description].filter(Boolean).join(' ');
  return `${kind}: ${name || 'unnamed'}${info.isFallback ? ' (software)' : ''}`;
}
