/** What the address of a page asks for, so that a link can lead to more than the page as it begins. */
import { html } from './dom.ts';

/** Chooses the number of this name in a list (`?size=40`), which gets it where it lacks it. Returns whether one is asked for. */
export function chooseFromAddress(
  name: string,
  select: HTMLSelectElement,
  words: (wanted: number) => string = String,
  most = Infinity,
): boolean {
  const wanted = Number(new URLSearchParams(location.search).get(name));
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > most) return false;
  if (![...select.options].some(({ value }) => Number(value) === wanted))
    select.append(html('option', { value: wanted }, words(wanted)));
  select.value = String(wanted);
  return true;
}
