/** The page on distances: points in the plane and rows of numbers, measured by any metric on the device that is chosen. */
import type { Device, DeviceKind } from 'unitball';
import { offerOne } from './device-choice.ts';
import { deviceOf } from './devices.ts';
import { byId } from './dom.ts';
import { pointsPanel } from './points.ts';
import { rowsPanel } from './rows.ts';

let kind: DeviceKind = 'cpu';

const deviceNow = (): Promise<Device> => deviceOf(kind);
const panels = [pointsPanel(deviceNow), rowsPanel(deviceNow)];
const draw = (): Promise<unknown> => Promise.all(panels.map(panel => panel()));

const { best } = await offerOne(byId('devices', HTMLFieldSetElement), chosen => {
  kind = chosen;
  return draw();
});
if (best) kind = best.kind;
await draw();
document.body.dataset['state'] = 'ready';
