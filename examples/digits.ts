/** The page on digits: 1,797 of them, written by hand, their neighbours and their principal components. The parts are in digits/. */
import type { Device, DeviceKind } from 'unitball';
import { offerOne } from './device-choice.ts';
import { deviceOf, messageOf } from './devices.ts';
import { showComponents, showFromComponents, showMap } from './digits/components.ts';
import { loadDigits, type Collection } from './digits/collection.ts';
import { judgedPanel } from './digits/judged.ts';
import { nearestPanel } from './digits/nearest.ts';
import { computedOn } from './digits/on-device.ts';
import { byId, tell } from './dom.ts';
import { noteTime } from './figures.ts';
import { milliseconds } from './numbers.ts';
import { latest } from './turns.ts';

const status = byId('status', HTMLParagraphElement);

let kind: DeviceKind = 'cpu';
let drawAll = async (): Promise<void> => {};

const deviceNow = (): Promise<Device> => deviceOf(kind);

async function collection(): Promise<Collection | undefined> {
  try {
    return await loadDigits();
  } catch (error) {
    tell(status, messageOf(error), true);
    return undefined;
  }
}

/** Brings the parts to life. Returns how to compute all of them, on the device that the reader has chosen by then. */
function begin(digits: Collection): () => Promise<void> {
  const panel = nearestPanel(digits, deviceNow, () => void rebuild());
  const showJudged = judgedPanel(digits, panel.pick);
  const rebuild = latest(async () => {
    try {
      const device = await deviceNow();
      await showFromComponents(await computedOn(device, digits), panel.asked().image, device);
    } catch (error) {
      tell(byId('terms-told', HTMLParagraphElement), messageOf(error), true);
    }
  });
  const compute = async (): Promise<void> => {
    try {
      const device = await deviceNow();
      tell(status, `Computing on ${device.kind} …`);
      const found = await computedOn(device, digits);
      noteTime(device.info, milliseconds(found.graphTime), milliseconds(found.modelTime));
      showJudged(found);
      showMap(found, digits);
      showComponents(found);
      tell(status, `Computed on ${device.kind}.`);
    } catch (error) {
      tell(status, messageOf(error), true);
    }
  };
  byId('terms', HTMLInputElement).addEventListener('input', () => void rebuild());
  let width = innerWidth;
  addEventListener('resize', () => {
    // On a phone the height changes with every scroll.
    if (innerWidth !== width) void compute();
    width = innerWidth;
  });
  return async () => {
    document.body.dataset['state'] = 'busy';
    await compute();
    await panel.search();
    await rebuild();
    document.body.dataset['state'] = 'ready';
  };
}

const [digits, { best }] = await Promise.all([
  collection(),
  offerOne(byId('devices', HTMLFieldSetElement), chosen => {
    kind = chosen;
    return drawAll();
  }),
]);
if (best) kind = best.kind;
if (digits) drawAll = latest(begin(digits));
await drawAll();
document.body.dataset['state'] = 'ready';
