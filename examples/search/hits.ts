/** The list of what was found: a button for each, so that a reader can go from neighbour to neighbour. */
import type { Hit, Id } from 'unitball';
import { html } from '../dom.ts';
import { shortened } from '../numbers.ts';

export interface Item {
  /** Draws it. */
  readonly draw: (canvas: HTMLCanvasElement) => void;
  /** What is to be seen, in words; empty where there are none. */
  readonly words: string;
}

interface Place {
  readonly row: HTMLLIElement;
  readonly button: HTMLButtonElement;
  readonly canvas: HTMLCanvasElement;
  readonly name: HTMLElement;
  readonly distance: HTMLElement;
  id: Id;
}

/** A function that shows hits in the list. Places stay where they are, so that who is at one with the keyboard stays there. */
export function hitList(
  list: HTMLOListElement,
  pick: (id: Id) => void,
): (hits: readonly Hit[], items: readonly Item[]) => void {
  const places: Place[] = [];
  const addPlace = (): void => {
    const canvas = html('canvas', { 'aria-hidden': 'true' });
    const [name, distance] = [html('b'), html('span', { class: 'soft' })];
    const button = html('button', { type: 'button', class: 'hit' }, canvas, name, ' ', distance);
    const place: Place = { row: html('li', {}, button), button, canvas, name, distance, id: -1 };
    button.addEventListener('click', () => pick(place.id));
    list.append(place.row);
    places.push(place);
  };
  return (hits, items) => {
    while (places.length < hits.length) addPlace();
    for (const { row } of places.splice(hits.length)) row.remove();
    places.forEach((place, i) => {
      const [hit, item] = [hits[i], items[i]];
      if (!hit || !item) return;
      place.id = hit.id;
      place.name.textContent = String(hit.id);
      place.distance.textContent = shortened(hit.distance);
      place.button.title = item.words;
      // It begins with what is to be seen, so that who says that is understood.
      const words = item.words === '' ? '' : `, ${item.words}`;
      place.button.ariaLabel = `${hit.id} ${shortened(hit.distance)} away${words}: search by it`;
      item.draw(place.canvas);
    });
  };
}
