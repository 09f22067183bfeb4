/** A matrix of distances as a table whose cells are shaded: the nearer, the stronger. */
import { html } from './dom.ts';
import { shortened } from './numbers.ts';

/** Shades stay so light that the numbers over them are read well. */
const strongest = 45;

/** Fills the table with a square matrix, one row and one column for each name. The row of `chosen` is marked. */
export function showMatrix(
  table: HTMLTableElement,
  rows: readonly string[],
  values: ArrayLike<number>,
  chosen?: number,
): void {
  const finite = Array.from(values).filter(Number.isFinite);
  const near = Math.min(...finite);
  const far = Math.max(...finite);
  const cell = (value: number): HTMLTableCellElement => {
    const share = far > near ? (far - value) / (far - near) : 0;
    const strength = Number.isFinite(value) ? Math.round(strongest * share) : 0;
    return html('td', { style: `--strength: ${strength}%` }, shortened(value));
  };
  const heading = (name: string, scope: 'row' | 'col'): HTMLTableCellElement => html('th', { scope }, name);
  table.tHead?.replaceChildren(html('tr', {}, html('td'), ...rows.map(name => heading(name, 'col'))));
  table.tBodies[0]?.replaceChildren(
    ...rows.map((name, i) =>
      html(
        'tr',
        i === chosen ? { class: 'chosen' } : {},
        heading(name, 'row'),
        ...rows.map((_, j) => cell(values[i * rows.length + j] ?? NaN)),
      ),
    ),
  );
}
