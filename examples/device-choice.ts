/** The list of devices that a page lets its reader choose from. Each is opened to learn its name. */
import type { Device, DeviceKind } from 'unitball';
import { deviceOf, kinds, messageOf, nameOf } from './devices.ts';
import { html } from './dom.ts';

export interface Offer {
  readonly kind: DeviceKind;
  readonly box: HTMLInputElement;
  readonly device: Device;
}

/** Fills the list with all kinds and ticks the best. `chosen` hears of what the reader chooses. */
export async function offerOne(
  list: HTMLFieldSetElement,
  chosen: (kind: DeviceKind) => void,
  open?: (kind: DeviceKind) => Promise<Device>,
): Promise<{ readonly offers: readonly Offer[]; readonly best: Offer | undefined }> {
  list.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement) chosen(target.value as DeviceKind);
  });
  const all = await Promise.all(kinds.map(kind => offer(list, 'radio', kind, open)));
  const offers = all.filter(one => one !== undefined);
  // As `auto` does: a GPU played by the CPU is slower than the CPU itself, and for those who ask for it.
  const best = offers.find(({ device }) => !device.info.isFallback);
  if (best) best.box.checked = true;
  return { offers, best };
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
