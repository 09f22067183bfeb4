/** The devices of this browser, opened when first asked for, and what to call them. Shared by the pages. */
import { DeviceLostError, openDevice, type Device, type DeviceInfo, type DeviceKind, type LostInfo } from 'unitball';
import { isolation } from './isolate.ts';
import { losableGpu } from './losable-gpu.ts';

export const kinds: readonly DeviceKind[] = ['webgpu', 'wasm', 'cpu'];

const opened = new Map<DeviceKind, Promise<Device>>();
const known = new WeakSet<Device>();
const listeners = new Set<(kind: DeviceKind, loss: LostInfo) => void>();

/** Gives the device that is open, or opens one. One that failed or was lost is opened anew the next time. */
export function deviceOf(kind: DeviceKind): Promise<Device> {
  const open = (): Promise<Device> => openDevice({ device: kind, ...(kind === 'webgpu' && losableGpu()) });
  return opened.get(kind) ?? adopt(kind, isolation.then(open));
}

/** Takes a device as the one of its kind, until it is lost: what an index has opened in place of a lost one, say. */
export function adopt(kind: DeviceKind, device: Promise<Device>): Promise<Device> {
  opened.set(kind, device);
  const forget = (): void => void (opened.get(kind) === device && opened.delete(kind));
  device.then(async open => {
    const isNew = !known.has(open);
    known.add(open);
    const loss = await open.lost;
    forget();
    if (isNew && loss.reason !== 'closed') for (const hear of listeners) hear(kind, loss);
  }, forget);
  return device;
}

/** `hear` is told of every device that goes without having been closed. By then another can be opened. */
export function onLoss(hear: (kind: DeviceKind, loss: LostInfo) => void): void {
  listeners.add(hear);
}

/** A device as a person would name it, and what it is not. */
export function nameOf({ kind, isFallback, vendor, architecture, description }: DeviceInfo): string {
  if (kind !== 'webgpu') return kind === 'wasm' && !isFallback ? `${architecture}, ${description}` : description;
  const name = description || [vendor, architecture].filter(part => part !== '').join(' ') || 'a GPU without a name';
  return isFallback ? `${name}, a software adapter: a CPU plays the GPU` : name;
}

/** A device where there is room for a word or two. */
export const labelOf = ({ kind, isFallback }: DeviceInfo): string =>
  kind === 'webgpu' && isFallback ? 'webgpu (software)' : kind;

/** What went wrong, in the words of whoever threw it; what a lost device asks for, the page does by itself. */
export function messageOf(error: unknown): string {
  if (error instanceof DeviceLostError) return 'The device was lost before this was done.';
  return error instanceof Error ? error.message : String(error);
}
