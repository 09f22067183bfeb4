/** The page on low rank: a picture, its singular value decomposition on a chosen device, and the sum of its first terms. */
import type { DeviceKind } from 'unitball';
import { chooseFromAddress } from './address.ts';
import { offerOne } from './device-choice.ts';
import { deviceOf, messageOf } from './devices.ts';
import { byId } from './dom.ts';
import { noteTime, showFigures } from './figures.ts';
import { say, startJob } from './job-line.ts';
import { drawFile, fitted, pictureOf, show, type Picture } from './low-rank/picture.ts';
import { drawScene } from './low-rank/scene.ts';
import { spectrum } from './low-rank/spectrum.ts';
import { leftOut, termsOf, type Terms } from './low-rank/terms.ts';
import { grouped, milliseconds, percent, relativeError, scientific } from './numbers.ts';
import { latest } from './turns.ts';

const original = byId('original', HTMLCanvasElement);
const slider = byId('rank', HTMLInputElement);
const size = byId('size', HTMLSelectElement);
const file = byId('file', HTMLInputElement);

let seed = 0;
let picture: Picture | undefined;
let terms: Terms | undefined;
let kind: DeviceKind = 'cpu';

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

/** Decomposes the picture on the chosen device. */
async function decompose(): Promise<void> {
  if (!picture) return;
  const [own, device] = [picture, kind];
  await startJob(
    `Decomposing on ${device}`,
    async ({ signal, report }) => {
      const found = await termsOf(own, await deviceOf(device), {
        signal,
        onProgress({ stage, done, total }) {
          const most = total > done ? ` of at most ${grouped(total)}` : '';
          report(`${stage} ${grouped(done)}${most}`, total > 0 ? done / total : undefined);
        },
      });
      if (signal.aborted) found.dispose();
      signal.throwIfAborted();
      terms?.dispose();
      terms = found;
      await showTerms();
      await timeSum(found);
      return `Decomposed on ${device} in ${milliseconds(found.time)}.`;
    },
    () => (terms ? 'Stopped. What was decomposed before is still there.' : 'Stopped.'),
  );
}

/** The slider's thousand steps are spread by powers, since the first terms matter most. */
function countNow(all: number): number {
  return Math.max(1, Math.round(all ** (Number(slider.value) / 1000)));
}

/** A step of the keyboard changes the number of terms by one. */
function moveTo(count: number, all: number): void {
  slider.value = String(all > 1 ? (1000 * Math.log(Math.min(all, Math.max(1, count)))) / Math.log(all) : 0);
}

/** Shows the sum of as many terms as the slider says. */
const showTerms = latest(async () => {
  if (!terms) return;
  try {
    await showFirst(terms);
  } catch (error) {
    say(messageOf(error), true);
  }
});

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
  showFigures([
    ['Error, measured', percent(off)],
    ['Error, promised', percent(leftOut(own.strengths, count))],
    ['Numbers kept', `${grouped(numbers)} of ${grouped(whole)}`],
    ['Compression', `${(whole / numbers).toFixed(whole > 10 * numbers ? 0 : 1)} : 1`],
    ['Signal to noise', off > 0 ? `${(-20 * Math.log10(off)).toFixed(1)} dB` : '∞'],
    ['Summed in', milliseconds(time)],
  ]);
}

function showSpectrum(): void {
  const place = byId('spectrum', HTMLDivElement);
  if (terms) place.replaceChildren(spectrum(terms.strengths, countNow(terms.strengths.length), place.clientWidth));
}

/** Sums all terms, and notes in the table of devices what that and the decomposition took. */
async function timeSum({ strengths, sum, device, picture: own, time }: Terms): Promise<void> {
  const start = performance.now();
  const values = await sum(strengths.length);
  noteTime(
    device.info,
    `${own.height} × ${3 * own.width}`,
    milliseconds(time),
    milliseconds(performance.now() - start),
    scientific(relativeError(own.values, values)),
  );
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
size.addEventListener('change', () => void choosePicture());
file.addEventListener('change', () => void choosePicture());
byId('draw', HTMLButtonElement).addEventListener('click', () => {
  seed++;
  file.value = '';
  void choosePicture();
});

chooseFromAddress('size', size, wanted => `${wanted} pixels`);
const { best } = await offerOne(byId('devices', HTMLFieldSetElement), chosen => {
  kind = chosen;
  return decompose();
});
if (best) kind = best.kind;
await choosePicture();
