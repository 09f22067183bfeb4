/** The page on search: an index of pictures, or of the reader's vectors, and what can be asked of it. The parts are in search/. */
import { DeviceChangeEvent, type Device, type DeviceKind } from 'unitball';
import { chooseFromAddress } from './address.ts';
import { offerOne, type Offer } from './device-choice.ts';
import { adopt, deviceOf, labelOf } from './devices.ts';
import { byId, html, tell } from './dom.ts';
import { grouped, megabytes, milliseconds } from './numbers.ts';
import { askPanel } from './search/ask.ts';
import {
  addPictures,
  emptyPictures,
  fromFile,
  sentenceAbout,
  type Collection,
  type OwnMetric,
  type Work,
} from './search/collection.ts';
import type { Entrant } from './search/compare.ts';
import { idle, job } from './search/jobs.ts';
import { showButton } from './loss.ts';
import { forget, keep, keptBytes, loadKept } from './search/keep.ts';
import { timingsPanel } from './search/timings.ts';

const count = byId('count', HTMLSelectElement);
const outcome = byId('outcome', HTMLParagraphElement);
const moved = byId('moved', HTMLParagraphElement);
const kept = byId('kept', HTMLParagraphElement);
const forgetButton = byId('forget', HTMLButtonElement);

let collection: Collection | undefined;
let kind: DeviceKind = 'cpu';
let offers: readonly Offer[] = [];

const deviceNow = (): Promise<Device> => deviceOf(kind);
const metricNow = (): OwnMetric => byId('metric', HTMLSelectElement).value as OwnMetric;
const search = askPanel(() => collection);
timingsPanel(
  () => collection,
  () =>
    offers.map(({ kind: one, device }): Entrant => ({
      kind: one,
      name: labelOf(device.info),
      open: () => deviceOf(one),
    })),
);

/** Puts another collection in the place of the one that is there. */
function put(next: Collection): void {
  collection?.index.dispose();
  collection = next;
  next.index.addEventListener('devicechange', event => {
    if (event instanceof DeviceChangeEvent) noteDevice(event.device);
  });
  noteDevice(next.index.device);
}

/** The index says where it is: what is chosen follows. */
function noteDevice(device: Device): void {
  kind = device.kind;
  void adopt(kind, Promise.resolve(device));
  for (const { kind: one, box } of offers) box.checked = one === kind;
  showButton();
}

async function showCollection(): Promise<void> {
  if (collection) byId('about', HTMLParagraphElement).textContent = sentenceAbout(collection);
  await search();
}

/** Runs what begins a collection anew, shows what came of it, and keeps it for the next visit. */
async function build(name: string, work: (work: Work) => Promise<string>): Promise<void> {
  const stopped = (): string => `Stopped. ${grouped(collection?.index.size ?? 0)} items are in the index.`;
  const done = await job(outcome, name, work, stopped);
  await showCollection();
  if (!done) return;
  await keepIt();
  await search(); // for a time that nothing else has a share in
}

const make = (): Promise<void> =>
  build('Describing pictures', async ({ signal, onProgress }) => {
    const total = Number(count.value);
    const start = performance.now();
    const made = emptyPictures(await deviceNow(), metricNow());
    put(made);
    let shown = false;
    await addPictures(made, total, {
      signal,
      onProgress: progress => {
        onProgress(progress);
        // There is something to see before all are there.
        if (!shown) void showCollection();
        shown = true;
      },
    });
    return `${grouped(total)} pictures, described and indexed in ${seconds(performance.now() - start)}.`;
  });

const open = (file: File): Promise<void> =>
  build(`Reading ${file.name}`, async underway => {
    const start = performance.now();
    put(await fromFile(file, await deviceNow(), metricNow(), underway));
    return `${file.name}: ${grouped(collection?.index.size ?? 0)} vectors, read and indexed in ${seconds(performance.now() - start)}.`;
  });

async function keepIt(): Promise<void> {
  const current = collection;
  if (!current || current.index.size === 0) return;
  const start = performance.now();
  const done = await job(
    kept,
    'Keeping the index for your next visit',
    async underway => {
      await keep(current, underway);
      return `Kept in this browser's private files for your next visit: ${megabytes((await keptBytes()) ?? 0)}, written in ${seconds(performance.now() - start)}.`;
    },
    () => 'Not kept for your next visit.',
  );
  // What is wrong is told already; the page goes on with what is in memory.
  if (!done && kept.classList.contains('error'))
    kept.append(' The index is not kept for your next visit; all else works.');
  forgetButton.disabled = (await keptBytes()) === undefined;
}

/** What an earlier visit has kept. Resolves with whether there was something. */
async function restore(): Promise<boolean> {
  const bytes = await keptBytes();
  if (bytes === undefined) return false;
  const start = performance.now();
  const read = async (underway: Work): Promise<string> => {
    put(await loadKept(await deviceNow(), underway));
    return `From your last visit, in this browser's private files: ${megabytes(bytes)}, read in ${seconds(performance.now() - start)}.`;
  };
  const done = await job(kept, 'Reading the index of your last visit', read, () => 'What was kept was not read.');
  forgetButton.disabled = false;
  if (done) await showCollection();
  return done;
}

async function moveTo(wanted: DeviceKind): Promise<void> {
  await job(moved, `Moving the index to ${wanted}`, async () => {
    const start = performance.now();
    const device = await deviceOf(wanted);
    await collection?.index.moveTo(device);
    return `${grouped(collection?.index.size ?? 0)} vectors came to ${wanted} in ${seconds(performance.now() - start)}.`;
  });
  // Where it could not be moved it stays where it was.
  if (collection) noteDevice(collection.index.device);
  await search();
}

/** After the loss of a device: where the index is on it, the next search opens another and brings the index there. */
async function reopen(lost: DeviceKind): Promise<void> {
  const index = collection?.index;
  if (!index || index.size === 0 || index.device.kind !== lost) return void (await deviceOf(lost));
  const { device } = index;
  const start = performance.now();
  await search();
  if (index.device === device) throw new Error(byId('answer', HTMLParagraphElement).textContent);
  tell(
    moved,
    `The index opened another device by itself, brought ${grouped(index.size)} vectors there and answered, all in ${seconds(performance.now() - start)}.`,
  );
}

async function goOn(wanted: DeviceKind): Promise<void> {
  await idle();
  if (collection?.index.device.kind === wanted) await search();
  else await moveTo(wanted);
}

async function download(): Promise<void> {
  const index = collection?.index;
  if (!index) return;
  const write = async (underway: Work): Promise<string> => {
    const address = URL.createObjectURL(await index.toBlob(underway));
    const name = `${index.size}x${index.dim}.index`;
    html('a', { href: address, download: name }).click();
    // The download reads it from there; a minute is enough to begin.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    return `${name} is in your downloads. This page reads it again, and so does FlatIndex.load.`;
  };
  await job(outcome, 'Writing a copy', write, () => 'No copy was written.');
}

const seconds = (time: number): string => (time < 1000 ? milliseconds(time) : `${(time / 1000).toFixed(1)} s`);

byId('make', HTMLButtonElement).addEventListener('click', () => void make());
byId('file', HTMLInputElement).addEventListener('change', ({ target }) => {
  const [file] = (target instanceof HTMLInputElement && target.files) || [];
  if (file) void open(file);
});
byId('download', HTMLButtonElement).addEventListener('click', () => void download());
forgetButton.addEventListener('click', () => {
  void job(kept, 'Forgetting', async () => {
    await forget();
    return 'Nothing is kept for your next visit.';
  }).then(done => (forgetButton.disabled = done));
});

// As many as the address asks for, else as many as this machine is likely to have room for.
if (!chooseFromAddress('items', count, grouped, 1_000_000))
  count.value = matchMedia('(pointer: coarse)').matches ? '10000' : '100000';
const choice = await offerOne(byId('devices', HTMLFieldSetElement), moveTo, { reopen, again: goOn });
offers = choice.offers;
if (choice.best) {
  kind = choice.best.kind;
  if (kind !== 'webgpu') tell(moved, `There is no real GPU to be had here: the search runs on ${kind}.`);
}
if (!(await restore())) await make();
document.body.dataset['state'] = 'ready';
