/** Which word of a list does not belong: the one that is least similar to the others, by cdist on the chosen device. */
import { cdist, type Device } from 'unitball';
import { messageOf } from '../devices.ts';
import { byId, html, tell } from '../dom.ts';
import { numbersOf, shortened } from '../numbers.ts';
import { latest } from '../turns.ts';
import { misunderstand } from './misunderstand.ts';
import { listOf } from './sum.ts';
import type { Vocabulary } from './vocabulary.ts';

const field = byId('list', HTMLInputElement);
const verdict = byId('odd', HTMLParagraphElement);
const table = byId('odd-numbers', HTMLTableSectionElement);

/** Brings this part to life. Returns how to judge the list, on the device that the reader has chosen by then. */
export function oddPanel(vocabulary: Vocabulary, deviceNow: () => Promise<Device>): () => Promise<void> {
  const judge = latest(async () => {
    const words = listOf(field.value, vocabulary);
    if ('message' in words) return misunderstand(verdict, words, field, () => void judge());
    try {
      show(words, await similarities(await deviceNow(), words, vocabulary));
    } catch (error) {
      tell(verdict, messageOf(error), true);
    }
  });
  field.addEventListener('input', () => void judge());
  for (const button of document.querySelectorAll<HTMLButtonElement>('#lists button'))
    button.addEventListener('click', () => {
      field.value = button.textContent ?? '';
      void judge();
    });
  return judge;
}

/** The mean similarity of each word to the others. */
async function similarities(device: Device, words: readonly string[], vocabulary: Vocabulary): Promise<number[]> {
  const rows = device.tensor(words.map(word => [...vocabulary.vectorOf(word)]));
  try {
    const distances = await numbersOf(cdist(rows, rows, { metric: 'cosine' }));
    const count = words.length;
    return words.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < count; j++) if (j !== i) sum += 1 - (distances[i * count + j] ?? NaN);
      return sum / (count - 1);
    });
  } finally {
    rows.dispose();
  }
}

function show(words: readonly string[], means: readonly number[]): void {
  const odd = means.indexOf(Math.min(...means));
  tell(verdict, `${words[odd] ?? ''} does not belong.`);
  table.replaceChildren(
    ...words.map((word, i) => {
      const name = i === odd ? html('b', {}, word) : word;
      const bar = html('td', { class: 'bar', style: `--share: ${Math.round(100 * Math.max(0, means[i] ?? 0))}%` });
      return html('tr', {}, html('td', {}, name), bar, html('td', {}, shortened(means[i] ?? NaN)));
    }),
  );
}
