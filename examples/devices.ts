/** The devices of this browser, opened when first asked for, and what to call them. Shared by the pages. */
import { openDevice, type Device, type DeviceInfo, type DeviceKind } from 'unitball';

export const kinds: readonly DeviceKind[] = ['webgpu', 'wasm', 'cpu'];

const opened = new Map<DeviceKind, Promise<Device>>();

/** Opens a device, or gives the one that is open. One that failed or was lost is opened anew the next time. */
export function deviceOf(kind: DeviceKind): Promise<Device> {
  const known = opened.get(kind);
  if (known) return known;
  const device = openDevice({ device: kind });
  opened.set(kind, device);
  const forget = (): void => void opened.delete(kind);
  device.then(open => open.lost.then(forget), forget);
  return device;
}

/** A device as a person would name it, and what it is not. */
export function nameOf({ kind, isFallback, vendor, architecture, description }: DeviceInfo): string {
  if (kind !== 'webgpu') return kind === 'wasm' && !isFallback ? `${architecture}, ${description}` : description;
  const name = description || [vendor, architecture].filter(part => part !== '').join(' ') || 'a GPU without a name';
  return isFallback ? `${name}, a software adapter: a CPU plays the GPU` : name;
}

/** What went wrong, in the words of whoever threw it. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
