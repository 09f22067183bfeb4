/** The page on low rank: a picture, its singular value decomposition on a chosen device, and the sum of its first terms. */
import type { DeviceKind } from 'unitball';
import { offer } from './device-choice.ts';
import { deviceOf, kinds, messageOf } from './devices.ts';
import { byId, html } from './dom.ts';
import { drawFile, fitted, pictureOf, relativeError, show, type Picture } from './low-rank/picture.ts';
import { drawScene } from './low-rank/scene.ts';
import { spectrum } from './low-rank/spectrum.ts';
import { leftOut, termsOf, type Terms } from './low-rank/terms.ts';
import { grouped, milliseconds, scientific } from './numbers.ts';

const choices = byId('devices', HTMLFieldSetElement);
const original = byId('original', HTMLCanvasElement);
const slider = byId('rank', HTMLInputElement);
const status = byId('status', HTMLParagraphElement);
const progress = byId('progress', HTMLProgressElement);
const stopButton = byId('stop', HTMLButtonElement);
const size = byId('size', HTMLSelectElement);
const file = byId('file', HTMLInputElement);

let seed = 0;
let picture: Picture | undefined;
let terms: Terms | undefined;
let kind: DeviceKind = 'cpu';

function say(text: string, isError = false): void {
  status.textContent = text;
  status.classList.toggle('error', isError);
}

/** Puts a picture on the page: a drawn one, or the reader's. */
async function choosePicture(): Promise<void> {
  const most = Number(size.value);
  const [own] = file.files ?? [];
  try {
    if (own) await drawFile(original, own, most);
    else {
      const { width, height } = fitted(4 * most, 3 * most, most);
      drawScene(original, width, height, seed);
    }
  } catch (error) {
    return say(messageOf(error), true);
  }
  picture = pictureOf(original);
  const { width, height } = picture;
  byId('original-told', HTMLElement).textContent =
    `${width} × ${height} pixels: a matrix of ${height} × ${3 * width} numbers`;
  await decompose();
}

let underway: AbortController | undefined;

/** Decomposes the picture on the chosen device. What was being done before is stopped. */
async function decompose(): Promise<void> {
  if (!picture) return;
  underway?.abort();
  const controller = new AbortController();
  underway = controller;
  const { signal } = controller;
  const own = kind;
  say(`Decomposing on ${own} …`);
  progress.removeAttribute('value');
  progress.hidden = false;
  stopButton.hidden = false;
  document.body.dataset['state'] = 'busy';
  const onProgress = ({ stage, done, total }: { stage: string; done: number; total: number }): void => {
    if (signal.aborted) return;
    say(`Decomposing on ${own}: ${stage} ${grouped(done)}${total > done ? ` of at most ${grouped(total)}` : ''}`);
    if (total > 0) progress.value = done / total;
  };
  try {
    const found = await termsOf(picture, await deviceOf(own), { signal, onProgress });
    if (signal.aborted) return found.dispose();
    terms?.dispose();
    terms = found;
    await showTerms();
    await noteTime(found);
    say(`Decomposed on ${own} in ${milliseconds(found.time)}.`);
  } catch (error) {
    if (underway !== controller) return;
    if (signal.aborted) say(terms ? 'Stopped. What was decomposed before is still there.' : 'Stopped.');
    else say(messageOf(error), true);
  } finally {
    if (underway === controller) {
      underway = undefined;
      progress.hidden = true;
      stopButton.hidden = true;
      document.body.dataset['state'] = 'ready';
    }
  }
}

/** The slider's thousand steps are spread by powers, since the first terms matter most. */
function countNow(all: number): number {
  return Math.max(1, Math.round(all ** (Number(slider.value) / 1000)));
}

/** A step of the keyboard changes the number of terms by one. */
function moveTo(count: number, all: number): void {
  slider.value = String(all > 1 ? (1000 * Math.log(Math.min(all, Math.max(1, count)))) / Math.log(all) : 0);
}

let isShowing = false;
let isWaiting = false;

/** Shows the sum of as many terms as the slider says; of calls that come meanwhile, the last. */
async function showTerms(): Promise<void> {
  isWaiting = isShowing;
  if (isShowing || !terms) return;
  isShowing = true;
  try {
    await showFirst(terms);
  } catch (error) {
    say(messageOf(error), true);
  }
  isShowing = false;
  if (isWaiting) await showTerms();
}

async function showFirst(own: Terms): Promise<void> {
  const all = own.strengths.length;
  const count = countNow(all);
  slider.disabled = false;
  slider.setAttribute('aria-valuetext', `${count} of ${all} terms`);
  byId('rank-shown', HTMLElement).textContent = `${count} of ${all}`;
  showSpectrum();
  const start = performance.now();
  const values = await own.sum(count);
  const time = performance.now() - start;
  show(byId('approximation', HTMLCanvasElement), own.picture, values);
  const { width, height } = own.picture;
  const numbers = count * (height + 3 * width + 1);
  const whole = 3 * height * width;
  byId('approximation-told', HTMLElement).textContent = `The sum of ${count} term${count === 1 ? '' : 's'}`;
  const off = relativeError(own.picture.values, values);
  const figures = [
    ['Error, measured', percent(off)],
    ['Error, promised', percent(leftOut(own.strengths, count))],
    ['Numbers kept', `${grouped(numbers)} of ${grouped(whole)}`],
    ['Compression', `${(whole / numbers).toFixed(whole > 10 * numbers ? 0 : 1)} : 1`],
    ['Signal to noise', off > 0 ? `${(-20 * Math.log10(off)).toFixed(1)} dB` : '∞'],
    ['Summed in', milliseconds(time)],
  ] as const;
  byId('figures', HTMLElement).replaceChildren(
    ...figures.map(([name, value]) => html('div', {}, html('dt', {}, name), html('dd', { class: 'number' }, value))),
  );
}

function showSpectrum(): void {
  const place = byId('spectrum', HTMLDivElement);
  if (terms) place.replaceChildren(spectrum(terms.strengths, countNow(terms.strengths.length), place.clientWidth));
}

const percent = (share: number): string =>
  share >= 0.001 ? `${(100 * share).toFixed(2)} %` : share > 0 ? `${scientific(100 * share)} %` : '0 %';

const headings = ['Device', 'Matrix', 'Decomposition', 'Sum of all terms', 'Error'];

/** A row of the table of devices, in the place of an older one of the same device. */
async function noteTime(own: Terms): Promise<void> {
  const all = own.strengths.length;
  const start = performance.now();
  const values = await own.sum(all);
  const time = performance.now() - start;
  const { info } = own.device;
  const name = info.kind === 'webgpu' && info.isFallback ? 'webgpu (software)' : info.kind;
  const { width, height } = own.picture;
  const texts = [
    name,
    `${height} × ${3 * width}`,
    milliseconds(own.time),
    milliseconds(time),
    scientific(relativeError(own.picture.values, values)),
  ];
  const table = byId('times', HTMLTableElement);
  const row = html(
    'tr',
    { 'data-device': info.kind },
    ...texts.map((text, k) => html('td', { 'data-label': headings[k] ?? '' }, text)),
  );
  const old = table.querySelector(`tr[data-device='${info.kind}']`);
  if (old) old.replaceWith(row);
  else table.tBodies[0]?.append(row);
  table.hidden = false;
}

slider.addEventListener('input', () => void showTerms());
slider.addEventListener('keydown', event => {
  if (!terms) return;
  const all = terms.strengths.length;
  const now = countNow(all);
  const steps: Record<string, number> = {
    ArrowRight: now + 1,
    ArrowUp: now + 1,
    ArrowLeft: now - 1,
    ArrowDown: now - 1,
    PageUp: now + 10,
    PageDown: now - 10,
    Home: 1,
    End: all,
  };
  const target = steps[event.key];
  if (target === undefined) return;
  event.preventDefault();
  moveTo(target, all);
  void showTerms();
});
addEventListener('resize', showSpectrum);
stopButton.addEventListener('click', () => underway?.abort());
size.addEventListener('change', () => void choosePicture());
file.addEventListener('change', () => void choosePicture());
byId('draw', HTMLButtonElement).addEventListener('click', () => {
  seed++;
  file.value = '';
  void choosePicture();
});

byId('call', HTMLElement).textContent = 'svd(a)';
const wanted = Number(new URLSearchParams(location.search).get('size'));
if (wanted > 0) {
  if (![...size.options].some(({ value }) => Number(value) === wanted))
    size.append(html('option', { value: wanted }, `${wanted} pixels`));
  size.value = String(wanted);
}
const offers = (await Promise.all(kinds.map(one => offer(choices, 'radio', one)))).filter(one => one !== undefined);
for (const { box, kind: own } of offers)
  box.addEventListener('change', () => {
    kind = own;
    void decompose();
  });
// As `auto` does: a software adapter is for those who ask for it.
const first = offers.find(({ device }) => !device.info.isFallback) ?? offers.at(-1);
if (first) {
  first.box.checked = true;
  kind = first.kind;
}
await choosePicture();
