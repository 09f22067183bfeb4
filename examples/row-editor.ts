/** A table of short rows to edit: numbers in fields, shares with bars behind them, truth values as switches. */
import { html } from './dom.ts';
import type { Rows } from './metrics.ts';

export interface Sheet {
  /** What each row is called, with a letter first. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly values: number[][];
}

const letters = ['A', 'B', 'C', 'D', 'E'];
const counted = (count: number): string[] => Array.from({ length: count }, (_, k) => String(k + 1));

/** What the editor begins with. */
export const sheets: Readonly<Record<Rows, Sheet>> = {
  numbers: {
    rows: letters,
    columns: counted(4),
    values: [
      [1, 2, 3, 4],
      [2, 4, 6, 8],
      [4, 3, 2, 1],
      [1, 2, 3, 9],
      [-1, 0.5, 0, 2],
    ],
  },
  truths: {
    rows: letters,
    columns: counted(6),
    values: [
      [1, 1, 0, 0, 1, 0],
      [1, 1, 0, 0, 0, 0],
      [0, 0, 1, 1, 0, 1],
      [1, 0, 0, 1, 1, 0],
      [1, 1, 1, 1, 1, 0],
    ],
  },
  shares: {
    rows: letters,
    columns: counted(4),
    values: [
      [8, 4, 2, 2],
      [4, 4, 4, 4],
      [1, 2, 3, 10],
      [80, 40, 20, 20],
      [6, 2, 0, 0],
    ],
  },
  places: {
    rows: ['A Lisbon', 'B Nairobi', 'C Tokyo', 'D Lima', 'E Reykjavík'],
    columns: ['latitude', 'longitude'],
    values: [
      [38.72, -9.14],
      [-1.29, 36.82],
      [35.68, 139.69],
      [-12.05, -77.04],
      [64.15, -21.94],
    ],
  },
};

/** Fills the table with a sheet, whose values then follow what the reader enters; `changed` hears of it. */
export function showSheet(table: HTMLTableElement, kind: Rows, changed: () => void): void {
  const { rows, columns, values } = sheets[kind];
  const head = columns.map(name => html('th', { scope: 'col' }, name));
  table.tHead?.replaceChildren(html('tr', {}, html('td'), ...head));
  const body = rows.map((name, i) => {
    const row = values[i] ?? [];
    const cells = columns.map((column, j) => {
      const label = `Row ${name}, column ${column}`;
      return kind === 'truths' ? truth(row, j, label, changed) : number(row, j, label, changed);
    });
    const tr = html('tr', {}, html('th', { scope: 'row' }, name), ...cells.map(cell => html('td', {}, cell)));
    if (kind === 'shares') keepBars(tr, row, cells);
    return tr;
  });
  table.tBodies[0]?.replaceChildren(...body);
}

function truth(row: number[], j: number, label: string, changed: () => void): HTMLElement {
  const button = html('button', { type: 'button', class: 'truth', 'aria-label': label });
  const show = (): void => {
    button.textContent = String(row[j]);
    button.setAttribute('aria-pressed', String(row[j] === 1));
  };
  button.addEventListener('click', () => {
    row[j] = row[j] === 1 ? 0 : 1;
    show();
    changed();
  });
  show();
  return button;
}

function number(row: number[], j: number, label: string, changed: () => void): HTMLElement {
  const input = html('input', { type: 'number', step: 'any', value: row[j] ?? 0, 'aria-label': label });
  input.addEventListener('input', () => {
    row[j] = input.valueAsNumber; // NaN while there is no number in it
    changed();
  });
  return input;
}

/** Behind each number of a row a bar: its share of the row's sum. */
function keepBars(tr: HTMLTableRowElement, row: readonly number[], cells: readonly HTMLElement[]): void {
  const show = (): void => {
    const sum = row.reduce((total, value) => total + value, 0);
    cells.forEach((cell, j) => cell.style.setProperty('--share', `${(100 * (row[j] ?? 0)) / sum}%`));
  };
  tr.addEventListener('input', show);
  show();
}
