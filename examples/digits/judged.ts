/** Each digit judged by its nearest others: how many are recognised, and those that are not, as buttons. */
import { byId, html, tell } from '../dom.ts';
import { grouped, percent } from '../numbers.ts';
import { drawDigit, type Collection } from './collection.ts';
import type { OnDevice } from './on-device.ts';
import { mistakesOf } from './votes.ts';

const list = byId('mistakes', HTMLOListElement);
const choice = byId('voters', HTMLSelectElement);

/** Brings the choice of k to life. Returns how to show what a device has found. */
export function judgedPanel({ labels, imageOf }: Collection, pick: (id: number) => void): (found: OnDevice) => void {
  let known: OnDevice | undefined;
  const show = (): void => {
    if (!known) return;
    const k = Number(choice.value);
    const mistakes = mistakesOf(known.graph, labels, k);
    const right = labels.length - mistakes.length;
    tell(
      byId('judged', HTMLParagraphElement),
      `${grouped(right)} of ${grouped(labels.length)} are recognised: ${percent(right / labels.length)}.`,
    );
    list.replaceChildren(
      ...mistakes.map(({ id, taken }) => {
        const canvas = html('canvas', { 'aria-hidden': 'true' });
        drawDigit(canvas, imageOf(id));
        const told = `${labels[id] ?? '?'}, not ${taken}`;
        const label = `${told}: number ${id}, search by it`;
        const words = html('span', {}, told);
        const button = html('button', { type: 'button', class: 'hit', 'aria-label': label }, canvas, words);
        button.addEventListener('click', () => pick(id));
        return html('li', {}, button);
      }),
    );
  };
  choice.addEventListener('change', show);
  return found => {
    known = found;
    show();
  };
}
