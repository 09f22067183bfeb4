/** The part of the page that asks: the query is searched for as it is typed, and what was found is shown with the time it took. */
import type { Device, Id, SearchResult } from 'unitball';
import { messageOf } from '../devices.ts';
import { byId, tell } from '../dom.ts';
import { grouped, milliseconds } from '../numbers.ts';
import { latest } from '../turns.ts';
import type { Collection } from './collection.ts';
import { drawNumbers, drawPicture } from './draw.ts';
import { hitList, type Item } from './hits.ts';
import { pictureOf } from './pictures.ts';
import { offerFields, readFilter, readQuery, type Query } from './query.ts';
import { wordsOf } from './words.ts';

const field = byId('query', HTMLInputElement);
const size = byId('k', HTMLSelectElement);
const answer = byId('answer', HTMLParagraphElement);
const asked = byId('asked', HTMLCanvasElement);
const askedWords = byId('asked-words', HTMLParagraphElement);
const call = byId('call', HTMLElement);

/** Devices that have searched before. The first search on one compiles, and its time tells nothing of the next. */
const warm = new WeakSet<Device>();

/** Brings this part to life. Returns how to search again, in the collection that is there by then. */
export function askPanel(collectionNow: () => Collection | undefined): () => Promise<void> {
  let known: Collection | undefined;
  const search = latest(async () => {
    const collection = collectionNow();
    if (!collection || collection.index.size === 0) return;
    if (collection !== known) {
      known = collection;
      offerFields(collection);
      // What was asked of another collection may mean nothing in this one.
      if (typeof readQuery(field.value.trim(), collection) === 'string')
        field.value = String(collection.index.ids().next().value);
    }
    const query = readQuery(field.value.trim(), collection);
    const filter = readFilter(collection);
    if (typeof query === 'string') return tell(answer, query, true);
    if (typeof filter === 'string') return tell(answer, filter, true);
    const { index } = collection;
    const k = Number(size.value);
    const options = filter ? { k, filter } : { k };
    try {
      const run = (): Promise<SearchResult<Id>> =>
        'id' in query ? index.searchById(query.id, options) : index.search(query.vector, options);
      if (!warm.has(index.device)) await run();
      warm.add(index.device);
      const start = performance.now();
      const found = await run();
      const time = performance.now() - start;
      await showAsked(collection, query);
      const hits = [...found.hits()];
      show(hits, await Promise.all(hits.map(({ id }) => itemOf(collection, id))));
      tell(answer, sentenceOn(found, collection, time, filter !== undefined));
      call.textContent = callOf(query, k, filter !== undefined);
    } catch (error) {
      tell(answer, messageOf(error), true);
    }
  });
  const show = hitList(byId('hits', HTMLOListElement), id => {
    field.value = String(id);
    void search();
  });
  for (const id of ['query', 'k', 'only', 'from', 'to'])
    byId(id, HTMLElement).addEventListener('input', () => void search());
  byId('any', HTMLButtonElement).addEventListener('click', () => {
    const index = collectionNow()?.index;
    if (!index) return;
    let left = Math.floor(Math.random() * index.size);
    for (const id of index.ids())
      if (left-- === 0) {
        field.value = String(id);
        break;
      }
    void search();
  });
  return search;
}

async function showAsked(collection: Collection, query: Query): Promise<void> {
  if ('picture' in query) {
    drawPicture(asked, query.picture);
    askedWords.textContent = `A ${wordsOf(query.picture)}, drawn from your words.`;
    return;
  }
  const { draw, words } = await itemOf(collection, query.id);
  draw(asked);
  askedWords.textContent = words === '' ? `Vector ${query.id}.` : `Picture ${query.id}: ${words}.`;
}

async function itemOf({ index, pictures }: Collection, id: Id): Promise<Item> {
  if (pictures) {
    const picture = pictureOf(Number(id));
    return { draw: canvas => drawPicture(canvas, picture), words: wordsOf(picture) };
  }
  const vector = (await index.get(id)) ?? new Float32Array(index.dim);
  return { draw: canvas => drawNumbers(canvas, vector), words: '' };
}

function sentenceOn(found: SearchResult<Id>, { index }: Collection, time: number, filtered: boolean): string {
  const [count = 0] = found.counts;
  const where = `in ${milliseconds(time)} on ${index.device.kind}`;
  // Of a filtered search only the library knows how much it read.
  if (filtered) return `${count} of those that pass the filter, ${where}.`;
  const rate = (index.size * index.dim * 4) / time / 1e6;
  return `${count} of ${grouped(index.size)}, ${where}: ${rate.toFixed(1)} GB/s.`;
}

function callOf(query: Query, k: number, filtered: boolean): string {
  const options = `{ k: ${k}${filtered ? ', filter' : ''} }`;
  if ('picture' in query) return `index.search(vector, ${options})`;
  return `index.searchById(${typeof query.id === 'string' ? `'${query.id}'` : query.id}, ${options})`;
}
