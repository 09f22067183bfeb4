/** Says what is wrong with what was typed, with a button for each word that may have been meant. */
import { html, tell } from '../dom.ts';
import type { Misunderstood } from './sum.ts';

/** `again` is called once a word was put in the place of the one that nobody knows. */
export function misunderstand(
  place: HTMLElement,
  { message, typed = '', instead = [] }: Misunderstood,
  field: HTMLInputElement,
  again: () => void,
): void {
  tell(place, message, true);
  for (const word of instead) {
    const button = html('button', { type: 'button', class: 'chip' }, word);
    button.addEventListener('click', () => {
      field.value = field.value.replace(typed, word);
      field.focus();
      again();
    });
    place.append(' ', button);
  }
}
