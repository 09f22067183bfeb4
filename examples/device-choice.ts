/**
 * The list of devices that a page lets its reader choose from. Each is opened to learn its name. Where one is lost, the list shows what
 * came in its place.
 */
import type { Device, DeviceKind } from 'unitball';
import { deviceOf, kinds, messageOf, nameOf } from './devices.ts';
import { html } from './dom.ts';
import { showButton, tendLosses, type Tending } from './loss.ts';

export interface Offer {
  readonly kind: DeviceKind;
  readonly box: HTMLInputElement;
  /** Opens another device, where the one that was offered is lost. What cannot be opened says why and cannot be ticked any more. */
  readonly reopen: () => Promise<Device>;
  readonly device: Device;
}

export interface Chosen {
  readonly offers: readonly Offer[];
  readonly best: Offer | undefined;
}

/**
 * Fills the list with all kinds and ticks the best. `chosen` hears of what the reader chooses, computes there, and resolves when that is
 * shown; it is asked again when a device was lost. `others`: what else the page does then.
 */
export async function offerOne(
  list: HTMLFieldSetElement,
  chosen: (kind: DeviceKind) => Promise<unknown>,
  others: Partial<Tending> = {},
): Promise<Chosen> {
  list.addEventListener('change', ({ target }) => {
    showButton();
    if (target instanceof HTMLInputElement) void chosen(target.value as DeviceKind);
  });
  const offers = await offerAll(list, 'radio');
  // As `auto` does: a GPU played by the CPU is slower than the CPU itself, and for those who ask for it.
  const best = offers.find(({ device }) => !device.info.isFallback);
  if (best) best.box.checked = true;
  tendLosses({
    uses: kind => offers.some(one => one.kind === kind && one.box.checked),
    reopen: reopener(offers),
    instead(kind) {
      const other = offers.find(({ kind: one, box }) => one !== kind && !box.disabled);
      if (other) other.box.checked = true;
      return other?.kind;
    },
    again: chosen,
    ...others,
  });
  return { offers, best };
}

/** Fills the list with all kinds, of which `isTicked` are ticked: a page that computes on several devices in turn, when it is told to. */
export async function offerSeveral(list: HTMLFieldSetElement, isTicked: (device: Device) => boolean): Promise<void> {
  const offers = await offerAll(list, 'checkbox');
  for (const { box, device } of offers) box.checked = isTicked(device);
  tendLosses({
    uses: kind => offers.some(one => one.kind === kind && !one.box.disabled),
    reopen: reopener(offers),
  });
}

const reopener =
  (offers: readonly Offer[]) =>
  async (kind: DeviceKind): Promise<unknown> =>
    offers.find(one => one.kind === kind)?.reopen();

async function offerAll(list: HTMLFieldSetElement, type: 'checkbox' | 'radio'): Promise<readonly Offer[]> {
  const all = await Promise.all(kinds.map(kind => offer(list, type, kind)));
  return all.filter(one => one !== undefined);
}

/** Adds a kind to the list. What cannot be opened says why, cannot be ticked, and gives no offer. */
async function offer(
  list: HTMLFieldSetElement,
  type: 'checkbox' | 'radio',
  kind: DeviceKind,
): Promise<Offer | undefined> {
  const box = html('input', { type, name: 'device', value: kind });
  const name = html('span', { class: 'soft' });
  list.append(html('label', {}, box, html('span', {}, kind, ' ', name)));
  const reopen = async (): Promise<Device> => {
    box.disabled = true;
    name.textContent = 'opening …';
    try {
      const device = await deviceOf(kind);
      name.textContent = nameOf(device.info);
      box.disabled = false;
      return device;
    } catch (error) {
      box.checked = false;
      name.textContent = messageOf(error);
      throw error;
    }
  };
  try {
    return { kind, box, reopen, device: await reopen() };
  } catch {
    return undefined;
  }
}
