/** The page on completion: a picture that is torn and heals, and a table of stars with what is foretold in its empty cells. */
import type { Centering, CompletionStep, DeviceKind, Scaling } from 'unitball';
import { chooseFromAddress } from './address.ts';
import { makeCloth } from './completion/cloth.ts';
import { endOf, errorOfLost, heal, type Healed, type Way, type Wish } from './completion/heal.ts';
import { makePainter, scatter, type Known } from './completion/holes.ts';
import { foretell, showSheet } from './completion/stars.ts';
import { course } from './course.ts';
import { offerOne } from './device-choice.ts';
import { deviceOf, messageOf } from './devices.ts';
import { byId, tell } from './dom.ts';
import { noteTime, showFigures } from './figures.ts';
import { say, startJob } from './job-line.ts';
import { pictureOf, show, type Picture } from './low-rank/picture.ts';
import { drawScene } from './low-rank/scene.ts';
import { grouped, milliseconds, percent, scientific } from './numbers.ts';
import { latest } from './turns.ts';

const input = (id: string): HTMLInputElement => byId(id, HTMLInputElement);
const choice = (id: string): HTMLSelectElement => byId(id, HTMLSelectElement);
const [rank, weight, taste] = [input('rank'), input('weight'), input('taste')];
const [size, kindOfPicture, way] = [choice('size'), choice('picture'), choice('way')];
const [center, scale] = [choice('center'), choice('scale')];
const healedCanvas = byId('healed', HTMLCanvasElement);

let seed = 1;
let kind: DeviceKind = 'cpu';
let picture: Picture | undefined;
let known: Known = new Uint8Array(0);
let history: readonly CompletionStep[] = [];

/** The weight of a slider's hundred steps: powers, since what matters is how many times as large. */
const powerOf = ({ value }: HTMLInputElement, least: number, most: number): number =>
  least * (most / least) ** (Number(value) / 100);
const weightNow = (): number => (weight.value === '0' ? 0 : powerOf(weight, 1e-4, 0.3));
const tasteNow = (): number => powerOf(taste, 0.05, 20);
const wish = (): Wish => ({ way: way.value as Way, rank: Number(rank.value), weight: weightNow() });

const painter = makePainter(
  byId('torn', HTMLCanvasElement),
  () => (Number(input('brush').value) * Number(size.value)) / 128,
  () => void complete(),
);

/** Puts another picture on the page, with a hole in it and some of its pixels lost. */
async function choosePicture(): Promise<void> {
  const width = Number(size.value);
  const height = Math.round(0.75 * width);
  if (kindOfPicture.value === 'scene') {
    drawScene(healedCanvas, width, height, seed);
    picture = pictureOf(healedCanvas);
  } else picture = makeCloth(width, height, seed);
  known = new Uint8Array(width * height).fill(1);
  scatter(known, 0.5, seed);
  // A patch that is gone, where chance left no pixel.
  for (let row = Math.round(0.4 * height); row < 0.6 * height; row++)
    known.fill(0, row * width + Math.round(0.55 * width), row * width + Math.round(0.75 * width));
  painter.show(picture, known);
  history = [];
  await complete();
}

/** The chosen method, without what explains it. */
const nameOfWay = (): string => (way.selectedOptions[0]?.textContent ?? '').split(':')[0]?.trim() ?? '';

function showWish(): void {
  const { way: method, rank: most, weight: share } = wish();
  byId('rank-field', HTMLElement).hidden = method === 'soft-impute' || method === 'svt';
  byId('weight-field', HTMLElement).hidden = method === 'hard-impute' || method === 'svt';
  byId('rank-shown', HTMLElement).textContent = String(most);
  byId('weight-shown', HTMLElement).textContent = share === 0 ? 'none' : `${scientific(share)}·‖P(M)‖`;
}

/** Completes the picture on the chosen device, and shows each step of it. */
async function complete(): Promise<void> {
  showWish();
  if (!picture) return;
  const [own, places, wanted, name, device] = [picture, known.slice(), wish(), nameOfWay(), kind];
  const lost = places.reduce((count, place) => count + 1 - place, 0);
  byId('torn-told', HTMLElement).textContent =
    `${percent(lost / places.length)} of ${own.width} × ${own.height} pixels are lost. Paint more holes: drag across it, or use arrow keys and space`;
  if (lost === places.length) return say('Nothing is left to complete it from. Put some pixels back.', true);
  await startJob(
    `Completing on ${device}`,
    async ({ signal, report }) => {
      const opened = await deviceOf(device);
      const found = await heal(own, places, opened, {
        wish: wanted,
        signal,
        seen(healed) {
          if (signal.aborted) return;
          report(`iteration ${healed.iterations}, rank ${healed.rank}, residual ${scientific(healed.residual)}`);
          showHealed(own, places, healed, wanted);
        },
      });
      signal.throwIfAborted();
      noteTime(
        opened.info,
        `${own.height} × ${grouped(3 * own.width)}`,
        name,
        String(found.iterations),
        milliseconds(found.time),
        percent(errorOfLost(own, places, found.values)),
      );
      return found.converged
        ? `Completed on ${device} in ${milliseconds(found.time)}.`
        : `${device} came to no end in ${found.iterations} iterations; this is how far it came.`;
    },
    () => 'Stopped. This is how far it came.',
  );
}

function showHealed(own: Picture, places: Known, healed: Healed, { way: method }: Wish): void {
  show(healedCanvas, own, healed.values);
  ({ history } = healed);
  showCourse(method);
  byId('healed-told', HTMLElement).textContent = `Completed by ${nameOfWay()}: rank ${healed.rank}`;
  showFigures([
    ['Rank', String(healed.rank)],
    ['Iterations', String(healed.iterations)],
    ['Residual of what is left', scientific(healed.residual)],
    ['Error of what was lost', percent(errorOfLost(own, places, healed.values))],
  ]);
}

function showCourse(method: Way): void {
  const place = byId('course', HTMLDivElement);
  if (history.length > 0) place.replaceChildren(course(history, place.clientWidth, endOf(method)));
}

const stars = byId('stars', HTMLTableElement);
const starsTold = byId('stars-told', HTMLParagraphElement);

/** Foretells stars for the empty cells, as often as the reader changes something. */
const showStars = latest(async () => {
  const lambda = tasteNow();
  byId('taste-shown', HTMLElement).textContent = lambda.toPrecision(2);
  try {
    const device = await deviceOf(kind);
    const taken = { lambda, center: center.value as Centering, scale: scale.value as Scaling };
    const start = performance.now();
    const found = await foretell(sheet.values, device, taken);
    if (!found) return tell(starsTold, 'There are no stars at all. Give some.', true);
    sheet.show(found);
    const time = milliseconds(performance.now() - start);
    const kinds = found.rank === 1 ? '1 kind' : `${found.rank} kinds`;
    tell(
      starsTold,
      found.rank === 0
        ? 'So large a weight leaves no taste: means alone foretell.'
        : `Beside the means there ${found.rank === 1 ? 'is' : 'are'} ${kinds} of taste, found on ${kind} in ${time}.`,
    );
  } catch (error) {
    tell(starsTold, messageOf(error), true);
  }
});
const sheet = showSheet(stars, () => void showStars());

size.addEventListener('change', () => void choosePicture());
kindOfPicture.addEventListener('change', () => {
  // Where there is a rank, least squares end exactly there.
  const isScene = kindOfPicture.value === 'scene';
  [way.value, weight.value] = isScene ? ['soft-impute', '60'] : ['polished', '20'];
  void choosePicture();
});
for (const one of [way, rank, weight]) one.addEventListener('change', () => void complete());
for (const one of [rank, weight]) one.addEventListener('input', showWish);
for (const one of [taste, center, scale]) one.addEventListener('input', () => void showStars());
byId('scatter', HTMLButtonElement).addEventListener('click', () => {
  seed++;
  scatter(known, 0.5, seed);
  painter.draw();
  void complete();
});
byId('mend', HTMLButtonElement).addEventListener('click', () => {
  known.fill(1);
  painter.draw();
  void complete();
});
byId('another', HTMLButtonElement).addEventListener('click', () => {
  seed++;
  void choosePicture();
});
input('brush').addEventListener('input', painter.draw);
addEventListener('resize', () => showCourse(wish().way));

chooseFromAddress('size', size, wanted => `${wanted} pixels`);
const { best } = await offerOne(byId('devices', HTMLFieldSetElement), chosen => {
  kind = chosen;
  return Promise.all([complete(), showStars()]);
});
if (best) kind = best.kind;
await Promise.all([choosePicture(), showStars()]);
