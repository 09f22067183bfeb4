/**
 * Which lane a spec runs on, and the device to test there: plain TypeScript on `cpu`, WebGPU on the others. It is the only
 * place where a spec learns where it is; a spec never asks for an adapter itself.
 */
import { inject } from 'vitest';
import { openDevice, type Device } from '../../src/index.ts';
import type { Lane } from '../lanes.ts';

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
export const isGpuLane: boolean = lane !== 'cpu';

type OpenOptions = NonNullable<Parameters<typeof openDevice>[0]>;

/** Opens this lane's device in debug mode. A GPU lane without an adapter throws: it must not pass by testing nothing. */
export async function openLaneDevice(extra: OpenOptions = {}): Promise<Device> {
  const device = await openDevice({ device: isGpuLane ? 'webgpu' : 'cpu', debug: true, ...extra });
  if (isGpuLane && device.kind !== 'webgpu') {
    throw new Error(`lane ${lane}: asked for a webgpu device and got ${device.kind}. A GPU lane needs an adapter.`);
  }
  seenAdapters.add(describe(device));
  return device;
}

const seenAdapters = new Set<string>();

/** The adapters opened in this file so far: test/support/setup.ts hands them to the reporter. */
export function adapters(): string {
  return [...seenAdapters].join('; ');
}

function describe({ kind, info }: Device): string {
  const name = [info.vendor, info.architecture, info.description].filter(Boolean).join(' ');
  return `${kind}: ${name || 'unnamed'}${info.isFallback ? ' (software)' : ''}`;
}
