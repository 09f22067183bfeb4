/** The page on distances: points in the plane and rows of numbers, measured by any metric on the device that is chosen. */
import type { Device, DeviceKind } from 'unitball';
import { offer } from './device-choice.ts';
import { deviceOf, kinds } from './devices.ts';
import { byId } from './dom.ts';
import { pointsPanel } from './points.ts';
import { rowsPanel } from './rows.ts';

const choices = byId('devices', HTMLFieldSetElement);
let kind: DeviceKind = 'cpu';

const deviceNow = (): Promise<Device> => deviceOf(kind);
const panels = [pointsPanel(deviceNow), rowsPanel(deviceNow)];
const draw = (): Promise<unknown> => Promise.all(panels.map(panel => panel()));

choices.addEventListener('change', ({ target }) => {
  if (target instanceof HTMLInputElement) kind = target.value as DeviceKind;
  void draw();
});

const offers = await Promise.all(kinds.map(one => offer(choices, 'radio', one)));
// A GPU played by the CPU is slower than the CPU itself.
const best = offers.find(one => one && !one.device.info.isFallback);
if (best) {
  best.box.checked = true;
  kind = best.kind;
}
await draw();
document.body.dataset['state'] = 'ready';
