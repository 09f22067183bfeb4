/** What the reader asks: what the field and the filter say, as the library wants it. */
import { filters, type Id, type IdFilter } from 'unitball';
import { byId, html } from '../dom.ts';
import { grouped } from '../numbers.ts';
import type { Collection } from './collection.ts';
import { describe } from './paint.ts';
import { clusterDesign, drawn, shapes, type Picture } from './pictures.ts';
import { designOf, vocabulary } from './words.ts';

/** Ask for what is like an item, or like a picture that is not there. */
export type Query = { readonly id: Id } | { readonly picture: Picture; readonly vector: Float32Array };

const only = byId('only', HTMLSelectElement);
const from = byId('from', HTMLInputElement);
const to = byId('to', HTMLInputElement);

only.append(html('option', { value: '' }, 'any shape'), ...shapes.map(shape => html('option', {}, shape)));

/** The query that a text is, or what is wrong with it. */
export function readQuery(text: string, { index, pictures, numbered }: Collection): Query | string {
  const id = numbered ? Number(text) : text;
  if (text !== '' && index.has(id)) return { id };
  const range = pictures ? `a number from 0 to ${grouped(index.size - 1)}` : 'an id that is in the index';
  if (!pictures || /^[\d\s.,-]*$/.test(text))
    return text === '' ? `Type ${range}.` : `There is no ${text} here. Type ${range}.`;
  const design = designOf(text);
  if ('unknown' in design) return `“${design.unknown}” says nothing of a picture. Words that do: ${vocabulary}.`;
  const picture = drawn(design);
  return { picture, vector: describe(picture) };
}

/** The filter that the fields make up, undefined where they let everything through; or what is wrong with them. */
export function readFilter({ pictures, numbered }: Collection): IdFilter | string | undefined {
  const parts: IdFilter[] = [];
  const [first, last] = [from, to].map(field => (field.value === '' ? undefined : field.valueAsNumber));
  if (numbered && (first !== undefined || last !== undefined)) {
    if (Number.isNaN(first) || Number.isNaN(last) || (first ?? 0) > (last ?? Infinity))
      return 'Ids go from a smaller number to a larger one.';
    parts.push(filters.range(first ?? 0, (last ?? Infinity) + 1));
  }
  if (pictures && only.value !== '') parts.push(filters.where<number>(id => clusterDesign(id).shape === only.value));
  return parts.length === 0 ? undefined : filters.and(...parts);
}

byId('vocabulary', HTMLParagraphElement).textContent = `${vocabulary}.`;

/** Shows the fields that make sense here. */
export function offerFields({ pictures, numbered }: Collection): void {
  byId('words', HTMLDetailsElement).hidden = !pictures;
  const asked = pictures ? 'A number, or words' : numbered ? 'A number' : 'An id';
  byId('query-label', HTMLSpanElement).textContent = asked;
  for (const [field, useful] of [
    [only, pictures],
    [from, numbered],
    [to, numbered],
  ] as const) {
    const label = field.closest('label');
    if (label) label.hidden = !useful;
  }
}
