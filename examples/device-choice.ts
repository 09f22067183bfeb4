/** The list of devices that a page lets its reader choose from. Each is opened to learn its name. */
import type { Device, DeviceKind } from 'unitball';
import { deviceOf, messageOf, nameOf } from './devices.ts';
import { html } from './dom.ts';

export interface Offer {
  readonly kind: DeviceKind;
  readonly box: HTMLInputElement;
  readonly device: Device;
}

/** Adds a kind to the list, opened as the page opens its devices. What cannot be opened says why, cannot be ticked, and gives no offer. */
export async function offer(
  list: HTMLFieldSetElement,
  type: 'checkbox' | 'radio',
  kind: DeviceKind,
  open: (kind: DeviceKind) => Promise<Device> = deviceOf,
): Promise<Offer | undefined> {
  const box = html('input', { type, name: 'device', value: kind });
  const name = html('span', { class: 'soft' }, 'opening …');
  box.disabled = true;
  list.append(html('label', {}, box, html('span', {}, kind, ' ', name)));
  try {
    const device = await open(kind);
    name.textContent = nameOf(device.info);
    box.disabled = false;
    return { kind, box, device };
  } catch (error) {
    name.textContent = messageOf(error);
    return undefined;
  }
}
