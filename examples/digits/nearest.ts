/** The part of the page that asks: a digit that is written or picked, its nearest in the collection, and what they say it is. */
import { nearest, type Device } from 'unitball';
import { labelOf, messageOf } from '../devices.ts';
import { byId, html, tell } from '../dom.ts';
import { grouped, milliseconds, numbersOf, shortened } from '../numbers.ts';
import { latest } from '../turns.ts';
import { drawDigit, pixels, type Collection } from './collection.ts';
import { computedOn } from './on-device.ts';
import { makePaper } from './pen.ts';
import { elected } from './votes.ts';

const field = byId('id', HTMLInputElement);
const answer = byId('answer', HTMLParagraphElement);
const list = byId('hits', HTMLOListElement);

/** As many are shown; the first few vote. */
const shown = 12;
export const voters = 5;

export interface Asked {
  readonly image: Float32Array;
  /** Undefined where it was written by the reader. */
  readonly id: number | undefined;
}

export interface NearestPanel {
  readonly search: () => Promise<void>;
  readonly asked: () => Asked;
  /** Asks for a digit of the collection. */
  readonly pick: (id: number) => void;
}

/** Brings this part to life. `changed` hears of every other digit that is asked for. */
export function nearestPanel(
  collection: Collection,
  deviceNow: () => Promise<Device>,
  changed: () => void,
): NearestPanel {
  const { labels } = collection;
  field.max = String(labels.length - 1);
  let asked: Asked = { image: collection.imageOf(0), id: 0 };
  const search = latest(async () => {
    const { image, id } = asked;
    drawDigit(byId('asked', HTMLCanvasElement), image);
    try {
      const device = await deviceNow();
      const { points } = await computedOn(device, collection);
      const start = performance.now();
      const query = device.tensor(image, [1, pixels]);
      try {
        const found = await nearest(query, points, { k: shown + 1 });
        const [indices, distances] = await Promise.all([numbersOf(found.indices), numbersOf(found.distances)]);
        const time = performance.now() - start;
        const hits = Array.from(indices, (other, i) => ({ id: other, distance: distances[i] ?? NaN }))
          .filter(hit => hit.id !== id)
          .slice(0, shown);
        showHits(hits, collection, pick);
        const votes = hits.slice(0, voters).map(hit => labels[hit.id] ?? NaN);
        const vote = elected(votes);
        const count = votes.filter(label => label === vote).length;
        const truth = id === undefined ? '' : ` It is a ${labels[id] ?? '?'}.`;
        tell(
          answer,
          `${count} of its ${voters} nearest say: ${vote}.${truth} Found among ${grouped(labels.length)} in ${milliseconds(time)} on ${labelOf(device.info)}.`,
        );
      } finally {
        query.dispose();
      }
    } catch (error) {
      tell(answer, messageOf(error), true);
    }
  });
  const ask = (image: Float32Array, id: number | undefined): void => {
    asked = { image, id };
    changed();
    void search();
  };
  const pick = (id: number): void => {
    field.value = String(id);
    ask(collection.imageOf(id), id);
  };
  const paper = makePaper(byId('paper', HTMLCanvasElement), image => {
    if (!image) return;
    field.value = '';
    ask(image, undefined);
  });
  byId('wipe', HTMLButtonElement).addEventListener('click', paper.wipe);
  byId('any', HTMLButtonElement).addEventListener('click', () => pick(Math.floor(Math.random() * labels.length)));
  field.addEventListener('input', () => {
    const id = field.valueAsNumber;
    if (Number.isInteger(id) && id >= 0 && id < labels.length) ask(collection.imageOf(id), id);
    else tell(answer, `There is no such digit. Type a number from 0 to ${grouped(labels.length - 1)}.`, true);
  });
  return { search, asked: () => asked, pick };
}

/** Places stay where they are, so that who is at one with the keyboard stays there. */
function showHits(
  hits: readonly { readonly id: number; readonly distance: number }[],
  { labels, imageOf }: Collection,
  pick: (id: number) => void,
): void {
  while (list.children.length > hits.length) list.lastElementChild?.remove();
  hits.forEach(({ id, distance }, place) => {
    let button = list.children[place]?.querySelector('button');
    if (!button) {
      const parts = [html('canvas', { 'aria-hidden': 'true' }), html('b'), ' ', html('span', { class: 'soft' })];
      const own = html('button', { type: 'button', class: 'hit' }, ...parts);
      own.addEventListener('click', () => pick(Number(own.value)));
      list.append(html('li', {}, own));
      button = own;
    }
    const [canvas, label, number] = button.children;
    if (canvas instanceof HTMLCanvasElement) drawDigit(canvas, imageOf(id));
    if (label) label.textContent = String(labels[id]);
    if (number) number.textContent = shortened(distance);
    button.value = String(id);
    button.ariaLabel = `${labels[id] ?? '?'} ${shortened(distance)} away, number ${id}: search by it`;
  });
}
