/** The page on backgrounds: a generated clip, split on a chosen device into what stays and what moves. */
import type { DeviceKind, SeparationRecord } from 'unitball';
import { makeClip, type Clip } from './background/clip.ts';
import { course } from './background/course.ts';
import { agreement, backgroundError, splitOf, toleranceOf, type Split } from './background/split.ts';
import { offer } from './device-choice.ts';
import { deviceOf, kinds, messageOf } from './devices.ts';
import { byId, html } from './dom.ts';
import { contextOf } from './low-rank/picture.ts';
import { grouped, milliseconds, scientific } from './numbers.ts';

const choices = byId('devices', HTMLFieldSetElement);
const status = byId('status', HTMLParagraphElement);
const progress = byId('progress', HTMLProgressElement);
const stopButton = byId('stop', HTMLButtonElement);
const slider = byId('frame', HTMLInputElement);
const playButton = byId('play', HTMLButtonElement);
const [size, frames, noise] = ['size', 'frames', 'noise'].map(id => byId(id, HTMLSelectElement)) as [
  HTMLSelectElement,
  HTMLSelectElement,
  HTMLSelectElement,
];

let seed = 1;
let clip: Clip | undefined;
let split: Split | undefined;
let kind: DeviceKind = 'cpu';

function say(text: string, isError = false): void {
  status.textContent = text;
  status.classList.toggle('error', isError);
}

async function film(): Promise<void> {
  const width = Number(size.value);
  const height = Math.round(0.75 * width);
  clip = makeClip({ width, height, frames: Number(frames.value), noise: Number(noise.value), seed });
  split = undefined;
  slider.max = String(clip.frames - 1);
  slider.value = String(Math.floor(clip.frames / 2));
  byId('clip-told', HTMLElement).textContent = `${clip.frames} frames of ${width} × ${height} pixels`;
  byId('figures', HTMLElement).replaceChildren();
  showFrame();
  await separate();
}

let underway: AbortController | undefined;

/** Splits the clip on the chosen device. What was being done before is stopped. */
async function separate(): Promise<void> {
  if (!clip) return;
  underway?.abort();
  const controller = new AbortController();
  underway = controller;
  const { signal } = controller;
  const [own, deviation] = [kind, Number(noise.value)];
  const seen: SeparationRecord[] = [];
  say(`Separating on ${own} …`);
  progress.removeAttribute('value');
  progress.hidden = false;
  stopButton.hidden = false;
  document.body.dataset['state'] = 'busy';
  try {
    const found = await splitOf(clip, await deviceOf(own), {
      deviation,
      signal,
      onProgress(record) {
        if (signal.aborted) return;
        seen.push(record);
        say(
          `Separating on ${own}: iteration ${record.done}, rank ${record.rank}, residual ${scientific(record.residual)}`,
        );
        // An end is near where the residual is: its logarithm says how near.
        progress.value = Math.min(1, Math.log(record.residual) / Math.log(toleranceOf(deviation)));
        showCourse(seen);
      },
    });
    if (signal.aborted) return;
    split = found;
    showFrame();
    showCourse(found.history);
    showFigures(found);
    noteTime(found);
    say(
      found.converged
        ? `Separated on ${own} in ${milliseconds(found.time)}.`
        : `${own} came to no end in ${found.history.length} iterations; this is how far it came.`,
    );
  } catch (error) {
    if (underway !== controller) return;
    if (signal.aborted) say(split ? 'Stopped. What was separated before is still there.' : 'Stopped.');
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

function showCourse(history: readonly SeparationRecord[]): void {
  const place = byId('course', HTMLDivElement);
  if (history.length > 0) place.replaceChildren(course(history, toleranceOf(Number(noise.value)), place.clientWidth));
}

/** Draws one frame of numbers, 0 black and 1 white. */
function draw(id: string, { width, height }: Clip, shade: (at: number) => number): void {
  const canvas = byId(id, HTMLCanvasElement);
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let at = 0; at < width * height; at++) {
    const grey = 255 * shade(at);
    image.data.set([grey, grey, grey, 255], 4 * at);
  }
  contextOf(canvas).putImageData(image, 0, 0);
}

function showFrame(): void {
  if (!clip) return;
  const own = clip;
  const from = Number(slider.value) * own.width * own.height;
  slider.setAttribute('aria-valuetext', `${Number(slider.value) + 1} of ${own.frames}`);
  draw('clip', own, at => own.values[from + at] ?? 0);
  const found = split;
  draw('still', own, at => found?.background[from + at] ?? 0.5);
  // Grey is what does not move.
  draw('moving', own, at => 0.5 + 0.6 * (found?.movers[from + at] ?? 0));
}

function showFigures(own: Split): void {
  const figures = [
    ['Rank of the background', String(own.rank)],
    ['Iterations', String(own.history.length)],
    ['Error of the background', percent(backgroundError(own))],
    ['Movers found', percent(agreement(own))],
  ] as const;
  byId('figures', HTMLElement).replaceChildren(
    ...figures.map(([name, value]) => html('div', {}, html('dt', {}, name), html('dd', { class: 'number' }, value))),
  );
}

const percent = (share: number): string =>
  share === 0 || share >= 0.001 ? `${(100 * share).toFixed(2)} %` : `${scientific(100 * share)} %`;

const headings = ['Device', 'Matrix', 'Iterations', 'Separation', 'Error'];

/** A row of the table of devices, in the place of an older one of the same device. */
function noteTime(own: Split): void {
  const { info } = own.device;
  const { width, height, frames: count } = own.clip;
  const texts = [
    info.kind === 'webgpu' && info.isFallback ? 'webgpu (software)' : info.kind,
    `${count} × ${grouped(width * height)}`,
    String(own.history.length),
    milliseconds(own.time),
    percent(backgroundError(own)),
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

let player: ReturnType<typeof setInterval> | undefined;

function play(): void {
  if (player === undefined)
    player = setInterval(() => {
      slider.value = String((Number(slider.value) + 1) % (Number(slider.max) + 1));
      showFrame();
    }, 80);
  else {
    clearInterval(player);
    player = undefined;
  }
  playButton.textContent = player === undefined ? 'Play' : 'Pause';
  playButton.setAttribute('aria-pressed', String(player !== undefined));
}

slider.addEventListener('input', showFrame);
playButton.addEventListener('click', play);
stopButton.addEventListener('click', () => underway?.abort());
for (const choice of [size, frames, noise]) choice.addEventListener('change', () => void film());
byId('film', HTMLButtonElement).addEventListener('click', () => {
  seed++;
  void film();
});
addEventListener('resize', () => showCourse(split?.history ?? []));

const wanted = new URLSearchParams(location.search);
for (const [name, select] of Object.entries({ size, frames })) {
  const value = wanted.get(name);
  if (value === null || !(Number(value) > 0)) continue;
  if (![...select.options].some(option => option.value === value)) select.append(html('option', { value }, value));
  select.value = value;
}
const offers = (await Promise.all(kinds.map(one => offer(choices, 'radio', one)))).filter(one => one !== undefined);
for (const { box, kind: own } of offers)
  box.addEventListener('change', () => {
    kind = own;
    void separate();
  });
// As `auto` does: a software adapter is for those who ask for it.
const first = offers.find(({ device }) => !device.info.isFallback) ?? offers.at(-1);
if (first) {
  first.box.checked = true;
  kind = first.kind;
}
await film();
