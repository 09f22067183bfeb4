/** A table of stars that viewers gave to films, some cells empty; what is foretold for those stands in them. */
import { completeMatrix, type Centering, type Device, type Scaling } from 'unitball';
import { html } from '../dom.ts';
import { numbersOf } from '../numbers.ts';

const films = ['Comet', 'Robots', 'Nova', 'Waltz', 'Letters', 'Tea'] as const;
const viewers = ['Ada', 'Ben', 'Chloé', 'Dev', 'Eli', 'Fay', 'Gus', 'Hana'] as const;

/** Half of them like space, half of them love stories; NaN is a film that nobody showed them. */
const given: readonly (readonly number[])[] = [
  [5, 4, NaN, 2, 1, NaN],
  [4, NaN, 5, 1, NaN, 2],
  [NaN, 5, 4, NaN, 2, 1],
  [2, 1, NaN, 5, 4, NaN],
  [1, NaN, 2, 4, NaN, 5],
  [NaN, 2, 1, NaN, 5, 4],
  [4, 4, NaN, 3, NaN, 3],
  [5, NaN, NaN, NaN, 2, NaN],
];

export interface Sheet {
  /** [viewers, films], NaN where there are no stars. */
  readonly values: number[];
  readonly show: (foretold: Foretold) => void;
}

export interface Foretold {
  readonly values: ArrayLike<number>;
  readonly rank: number;
  readonly iterations: number;
}

/** Fills the table with fields; `changed` hears of what the reader enters. */
export function showSheet(table: HTMLTableElement, changed: () => void): Sheet {
  const values = given.flat();
  table.tHead?.replaceChildren(html('tr', {}, html('td'), ...films.map(film => html('th', { scope: 'col' }, film))));
  const fields = values.map((value, at) => {
    const field = html('input', { type: 'number', min: 1, max: 5, step: 'any', inputmode: 'decimal' });
    if (!Number.isNaN(value)) field.value = String(value);
    field.addEventListener('input', () => {
      const entered = field.valueAsNumber;
      values[at] = entered >= 1 && entered <= 5 ? entered : NaN;
      field.toggleAttribute('aria-invalid', field.value !== '' && Number.isNaN(values[at]));
      changed();
    });
    return field;
  });
  table.tBodies[0]?.replaceChildren(
    ...viewers.map((viewer, i) => {
      const own = fields.slice(i * films.length, (i + 1) * films.length);
      return html('tr', {}, html('th', { scope: 'row' }, viewer), ...own.map(field => html('td', {}, field)));
    }),
  );
  return {
    values,
    show(foretold) {
      fields.forEach((field, at) => {
        const stars = (foretold.values[at] ?? NaN).toFixed(1);
        field.placeholder = stars;
        const isKnown = !Number.isNaN(values[at]);
        const name = `${viewers[Math.floor(at / films.length)]}, ${films[at % films.length]}`;
        field.setAttribute('aria-label', isKnown ? name : `${name}: none given, ${stars} foretold`);
        // Where stars are given, a bar is of no use.
        field.style.setProperty('--share', isKnown ? '0%' : `${20 * Math.max(0, Number(stars))}%`);
      });
    },
  };
}

export interface Taste {
  readonly lambda: number;
  readonly center: Centering;
  readonly scale: Scaling;
}

/** Stars for all viewers and films, from some; undefined where there are none at all. */
export async function foretell(values: readonly number[], device: Device, taste: Taste): Promise<Foretold | undefined> {
  if (values.every(Number.isNaN)) return undefined;
  const matrix = { data: Float64Array.from(values), shape: [viewers.length, films.length] };
  const found = await completeMatrix(matrix, undefined, { method: 'soft-impute', ...taste, device });
  try {
    const rows = values.map((_, at) => Math.floor(at / films.length));
    const columns = values.map((_, at) => at % films.length);
    const { rank, iterations } = found;
    return { values: await numbersOf(found.predict(rows, columns)), rank, iterations };
  } finally {
    found.dispose();
  }
}
