/** The devices of this browser, opened when first asked for, and what to call them. Shared by the pages. */
import { openDevice, type Device, type DeviceInfo, type DeviceKind } from 'unitball';

export const kinds: readonly DeviceKind[] = ['webgpu', 'wasm', 'cpu'];

const opened = new Map<DeviceKind, Promise<Device>>();

/** Gives the device that is open, or opens one. One that failed or was lost is opened anew the next time. */
export function deviceOf(
  kind: DeviceKind,
  open: () => Promise<Device> = () => openDevice({ device: kind }),
): Promise<Device> {
  return opened.get(kind) ?? adopt(kind, open());
}

/** Takes a device as the one of its kind, until it is lost: what an index has opened in place of a lost one, say. */
export function adopt(kind: DeviceKind, device: Promise<Device>): Promise<Device> {
  opened.set(kind, device);
  const forget = (): void => void (opened.get(kind) === device && opened.delete(kind));
  device.then(open => open.lost.then(forget), forget);
  return device;
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

/** What went wrong, in the words of whoever threw it. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
