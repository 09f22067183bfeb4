/** The numbers that a page shows of its work: figures, and a table of times with a row for each device. */
import type { DeviceInfo } from 'unitball';
import { labelOf } from './devices.ts';
import { byId, html } from './dom.ts';

/** Each with its name. */
export function showFigures(figures: readonly (readonly [name: string, value: string])[]): void {
  byId('figures', HTMLElement).replaceChildren(
    ...figures.map(([name, value]) => html('div', {}, html('dt', {}, name), html('dd', { class: 'number' }, value))),
  );
}

/** A row of the table of times, the device first, in the place of an older one of the same device. */
export function noteTime(info: DeviceInfo, ...texts: readonly string[]): void {
  const table = byId('times', HTMLTableElement);
  const row = html('tr', { 'data-device': info.kind }, ...cellsFor(table, [labelOf(info), ...texts]));
  const old = table.querySelector(`tr[data-device='${info.kind}']`);
  if (old) old.replaceWith(row);
  else table.tBodies[0]?.append(row);
  table.hidden = false;
}

/** Cells of a row, each with the heading of its column: on a phone it stands beside it. */
export function cellsFor({ tHead }: HTMLTableElement, texts: readonly string[]): HTMLTableCellElement[] {
  const headings = tHead?.querySelectorAll('th');
  return texts.map((text, k) => html('td', { 'data-label': headings?.[k]?.textContent ?? '' }, text));
}
