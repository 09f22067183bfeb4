/** The page on words: thirteen thousand of them as vectors, and what is near to what. The parts are in words/. */
import type { Device, DeviceKind } from 'unitball';
import licence from './data/WORDNET-LICENSE?raw';
import { offerOne } from './device-choice.ts';
import { deviceOf, messageOf } from './devices.ts';
import { byId, tell } from './dom.ts';
import { nearestPanel } from './words/nearest.ts';
import { oddPanel } from './words/odd.ts';
import { timesPanel } from './words/times.ts';
import { loadVocabulary, type Vocabulary } from './words/vocabulary.ts';

let kind: DeviceKind = 'cpu';
let panels: readonly (() => Promise<void>)[] = [];

const deviceNow = (): Promise<Device> => deviceOf(kind);

async function drawAll(): Promise<void> {
  document.body.dataset['state'] = 'busy';
  for (const draw of panels) await draw();
  document.body.dataset['state'] = 'ready';
}

async function vocabulary(): Promise<Vocabulary | undefined> {
  try {
    return await loadVocabulary();
  } catch (error) {
    tell(byId('answer', HTMLParagraphElement), messageOf(error), true);
    return undefined;
  }
}

byId('licence', HTMLPreElement).textContent = licence;
const [words, { offers, best }] = await Promise.all([
  vocabulary(),
  offerOne(byId('devices', HTMLFieldSetElement), chosen => {
    kind = chosen;
    return drawAll();
  }),
]);
if (best) kind = best.kind;
if (words) {
  const search = nearestPanel(words, deviceNow);
  panels = [search, oddPanel(words, deviceNow)];
  timesPanel(
    words,
    () => offers,
    offer => deviceOf(offer.kind),
  );
  let width = innerWidth;
  addEventListener('resize', () => {
    // On a phone the height changes with every scroll.
    if (innerWidth !== width) void search();
    width = innerWidth;
  });
}
await drawAll();
