/** The part of the page that asks: the nearest words to what is typed, as it is typed, and a button for each to go on from there. */
import { toSimilarity, type Device } from 'unitball';
import { labelOf, messageOf } from '../devices.ts';
import { byId, html, tell } from '../dom.ts';
import { grouped, milliseconds, shortened } from '../numbers.ts';
import { latest } from '../turns.ts';
import { indexOn } from './index-on.ts';
import { misunderstand } from './misunderstand.ts';
import { drawMap } from './map.ts';
import { sumOf, type Sum } from './sum.ts';
import type { Vocabulary } from './vocabulary.ts';

const field = byId('query', HTMLInputElement);
const size = byId('k', HTMLSelectElement);
const answer = byId('answer', HTMLParagraphElement);
const list = byId('hits', HTMLOListElement);
const call = byId('call', HTMLElement);

interface Hit {
  readonly word: string;
  readonly similarity: number;
}

/** Devices that have searched before: the first search on one compiles, and its time tells nothing of the next. */
const warm = new WeakSet<Device>();

/** Brings this part to life. Returns how to search, on the device that the reader has chosen by then. */
export function nearestPanel(vocabulary: Vocabulary, deviceNow: () => Promise<Device>): () => Promise<void> {
  const search = latest(async () => {
    const asked = sumOf(field.value, vocabulary);
    if ('message' in asked) return misunderstand(answer, asked, field, () => void search());
    try {
      const device = await deviceNow();
      if (!warm.has(device)) await find(device, asked, vocabulary);
      warm.add(device);
      const start = performance.now();
      const hits = await find(device, asked, vocabulary);
      const time = performance.now() - start;
      showHits(hits, ask);
      tell(answer, sentenceOn(asked, hits, vocabulary, labelOf(device.info), time));
      call.textContent =
        asked.terms.length === 1
          ? `index.searchById('${asked.terms[0]?.word}', { k: ${size.value} })`
          : `index.search(vector, { k })`;
      await drawMap(
        device,
        [...new Set(asked.terms.map(({ word }) => word))],
        hits.map(({ word }) => word),
        vocabulary,
      );
    } catch (error) {
      tell(answer, messageOf(error), true);
    }
  });
  const ask = (text: string): void => {
    field.value = text;
    void search();
  };
  for (const input of [field, size]) input.addEventListener('input', () => void search());
  byId('any', HTMLButtonElement).addEventListener('click', () =>
    ask(vocabulary.words[Math.floor(Math.random() * vocabulary.words.length)] ?? ''),
  );
  for (const button of document.querySelectorAll<HTMLButtonElement>('#examples button'))
    button.addEventListener('click', () => ask(button.textContent ?? ''));
  return search;
}

/** The nearest words but those that were asked with. */
async function find(device: Device, { terms, vector }: Sum, vocabulary: Vocabulary): Promise<readonly Hit[]> {
  const index = await indexOn(device, vocabulary);
  const asked = new Set(terms.map(({ word }) => word));
  const k = Number(size.value);
  const found =
    terms.length === 1 && terms[0]?.sign === 1
      ? await index.searchById(terms[0].word, { k })
      : await index.search(vector, { k: k + asked.size });
  const similarities = toSimilarity(Array.from(found.distances), 'cosine');
  return Array.from(found.ids, (word, i) => ({ word, similarity: similarities[i] ?? NaN }))
    .filter(({ word }) => !asked.has(word))
    .slice(0, k);
}

/** Places stay where they are, so that who is at one with the keyboard stays there. */
function showHits(hits: readonly Hit[], ask: (word: string) => void): void {
  while (list.children.length > hits.length) list.lastElementChild?.remove();
  hits.forEach(({ word, similarity }, place) => {
    let button = list.children[place]?.querySelector('button');
    if (!button) {
      button = html('button', { type: 'button', class: 'hit' }, html('b'), ' ', html('span', { class: 'soft' }));
      const own = button;
      own.addEventListener('click', () => ask(own.firstElementChild?.textContent ?? ''));
      list.append(html('li', {}, own));
    }
    const [name, number] = button.children;
    if (name) name.textContent = word;
    if (number) number.textContent = shortened(similarity);
    button.ariaLabel = `${word} ${shortened(similarity)} similar: search by it`;
    button.style.setProperty('--share', `${Math.round(100 * Math.max(0, similarity))}%`);
  });
}

function sentenceOn(asked: Sum, hits: readonly Hit[], { words }: Vocabulary, device: string, time: number): string {
  const taken = asked.taken.map(([typed, word]) => `“${typed}” is taken as ${word}. `).join('');
  return `${taken}${hits.length} of ${grouped(words.length)} words, in ${milliseconds(time)} on ${device}.`;
}
