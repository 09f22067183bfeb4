/** How long each device takes for the ten nearest words, of one word and of 64 at once, and how far off its similarities are. */
import type { Device, FlatIndex } from 'unitball';
import type { Offer } from '../device-choice.ts';
import { byId } from '../dom.ts';
import { noteTime } from '../figures.ts';
import { startJob, type Underway } from '../job-line.ts';
import { breath } from '../measure.ts';
import { milliseconds, scientific } from '../numbers.ts';
import { indexOn } from './index-on.ts';
import type { Vocabulary } from './vocabulary.ts';

const [k, many, repeats] = [10, 64, 9];

/** Brings the button to life. */
export function timesPanel(
  vocabulary: Vocabulary,
  offers: () => readonly Offer[],
  open: (offer: Offer) => Promise<Device>,
): void {
  const measure = async ({ signal, report }: Underway): Promise<string> => {
    for (const offer of offers()) {
      report(offer.kind);
      const device = await open(offer);
      const index = await indexOn(device, vocabulary);
      const one = await medianOf(signal, at => searchFor(index, vocabulary, at, 1));
      const all = await medianOf(signal, at => searchFor(index, vocabulary, at, many));
      noteTime(
        device.info,
        milliseconds(one),
        milliseconds(all),
        milliseconds(all / many),
        scientific(await worst(index, vocabulary)),
      );
    }
    return 'Done.';
  };
  byId('run', HTMLButtonElement).addEventListener('click', () => void startJob('Measuring', measure, () => 'Stopped.'));
}

/** Other words every time. */
const searchFor = (
  index: FlatIndex<string>,
  { vectors, dim }: Vocabulary,
  at: number,
  count: number,
): ReturnType<FlatIndex<string>['search']> =>
  index.search({ data: vectors.subarray(at * count * dim, (at + 1) * count * dim), shape: [count, dim] }, { k });

async function medianOf(signal: AbortSignal, work: (at: number) => Promise<unknown>): Promise<number> {
  await work(repeats); // compiles
  const times: number[] = [];
  for (let at = 0; at < repeats; at++) {
    await breath();
    signal.throwIfAborted();
    const start = performance.now();
    await work(at);
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[repeats >> 1] ?? NaN;
}

/** The largest difference between the distances of some words' nearest and a loop in doubles. */
async function worst(index: FlatIndex<string>, vocabulary: Vocabulary): Promise<number> {
  const { ids, distances } = await searchFor(index, vocabulary, 0, many);
  return Math.max(
    ...ids.map((word, i) => {
      const x = vocabulary.vectorOf(vocabulary.words[Math.floor(i / k)] ?? '');
      return Math.abs((distances[i] ?? NaN) - distanceOf(x, vocabulary.vectorOf(word)));
    }),
  );
}

function distanceOf(x: Float32Array, y: Float32Array): number {
  const product = x.reduce((sum, one, i) => sum + one * (y[i] ?? NaN), 0);
  return 1 - product / (Math.hypot(...x) * Math.hypot(...y));
}
