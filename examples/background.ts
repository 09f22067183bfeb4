/** The page on backgrounds: a generated clip, split on a chosen device into what stays and what moves. */
import type { DeviceKind, SeparationRecord } from 'unitball';
import { chooseFromAddress } from './address.ts';
import { makeClip, type Clip } from './background/clip.ts';
import { agreement, backgroundError, splitOf, toleranceOf, type Split } from './background/split.ts';
import { showImage } from './canvas.ts';
import { course } from './course.ts';
import { offerOne } from './device-choice.ts';
import { deviceOf } from './devices.ts';
import { byId } from './dom.ts';
import { noteTime, showFigures } from './figures.ts';
import { startJob } from './job-line.ts';
import { grouped, milliseconds, percent, scientific } from './numbers.ts';

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

async function film(): Promise<void> {
  const width = Number(size.value);
  const height = Math.round(0.75 * width);
  clip = makeClip({ width, height, frames: Number(frames.value), noise: Number(noise.value), seed });
  split = undefined;
  slider.max = String(clip.frames - 1);
  slider.value = String(Math.floor(clip.frames / 2));
  byId('clip-told', HTMLElement).textContent = `${clip.frames} frames of ${width} × ${height} pixels`;
  showFigures([]);
  showFrame();
  await separate();
}

/** Splits the clip on the chosen device. */
async function separate(): Promise<void> {
  if (!clip) return;
  const [own, device, deviation] = [clip, kind, Number(noise.value)];
  const seen: SeparationRecord[] = [];
  await startJob(
    `Separating on ${device}`,
    async ({ signal, report }) => {
      const found = await splitOf(own, await deviceOf(device), {
        deviation,
        signal,
        onProgress(record) {
          if (signal.aborted) return;
          seen.push(record);
          // An end is near where the residual is: its logarithm says how near.
          const share = Math.min(1, Math.log(record.residual) / Math.log(toleranceOf(deviation)));
          report(`iteration ${record.done}, rank ${record.rank}, residual ${scientific(record.residual)}`, share);
          showCourse(seen);
        },
      });
      signal.throwIfAborted();
      split = found;
      showFrame();
      showCourse(found.history);
      showResults(found);
      return found.converged
        ? `Separated on ${device} in ${milliseconds(found.time)}.`
        : `${device} came to no end in ${found.history.length} iterations; this is how far it came.`;
    },
    () => (split ? 'Stopped. What was separated before is still there.' : 'Stopped.'),
  );
}

function showCourse(history: readonly SeparationRecord[]): void {
  const place = byId('course', HTMLDivElement);
  if (history.length > 0) place.replaceChildren(course(history, place.clientWidth, toleranceOf(Number(noise.value))));
}

/** Draws one frame of numbers, 0 black and 1 white. */
function draw(id: string, { width, height }: Clip, shade: (at: number) => number): void {
  const image = new ImageData(width, height);
  for (let at = 0; at < width * height; at++) {
    const grey = 255 * shade(at);
    image.data.set([grey, grey, grey, 255], 4 * at);
  }
  showImage(byId(id, HTMLCanvasElement), image);
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

function showResults(found: Split): void {
  const { clip: own, device, history, rank, time } = found;
  const [iterations, error] = [String(history.length), percent(backgroundError(found))];
  showFigures([
    ['Rank of the background', String(rank)],
    ['Iterations', iterations],
    ['Error of the background', error],
    ['Movers found', percent(agreement(found))],
  ]);
  noteTime(device.info, `${own.frames} × ${grouped(own.width * own.height)}`, iterations, milliseconds(time), error);
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
for (const choice of [size, frames, noise]) choice.addEventListener('change', () => void film());
byId('film', HTMLButtonElement).addEventListener('click', () => {
  seed++;
  void film();
});
addEventListener('resize', () => showCourse(split?.history ?? []));

chooseFromAddress('size', size);
chooseFromAddress('frames', frames);
const { best } = await offerOne(byId('devices', HTMLFieldSetElement), chosen => {
  kind = chosen;
  return separate();
});
if (best) kind = best.kind;
await film();
