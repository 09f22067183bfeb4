/** The part of the page that measures: charts of a query's time on each device and in a plain loop, and a table of the same. */
import { bars, type Bar } from '../bars.ts';
import { byId, html } from '../dom.ts';
import { cellsFor } from '../figures.ts';
import { grouped, milliseconds } from '../numbers.ts';
import type { Collection, Work } from './collection.ts';
import { compare, many, type Entrant, type Timing } from './compare.ts';
import { job, type Rename } from './jobs.ts';

const colours: Readonly<Record<Timing['kind'], string>> = {
  webgpu: 'var(--accent)',
  wasm: 'var(--second)',
  cpu: 'var(--second)',
  plain: 'var(--soft)',
};

const table = byId('timings', HTMLTableElement);

export function timingsPanel(collectionNow: () => Collection | undefined, entrants: () => readonly Entrant[]): void {
  byId('measure', HTMLButtonElement).addEventListener('click', () => {
    const collection = collectionNow();
    if (!collection || collection.index.size === 0) return;
    const { index } = collection;
    const done: Timing[] = [];
    const measure = async ({ signal }: Work, rename: Rename): Promise<string> => {
      await compare(index, entrants(), signal, rename, timing => {
        done.push(timing);
        show(collection, done);
      });
      const plain = done.some(({ kind }) => kind === 'plain') ? '' : ' There is no plain loop for this index.';
      return `Done: ${grouped(index.size)} × ${grouped(index.dim)}.${plain}`;
    };
    void job(byId('measured', HTMLParagraphElement), 'Measuring', measure, () => 'Stopped.');
  });
}

function show({ index }: Collection, done: readonly Timing[]): void {
  const barsOf = (time: (timing: Timing) => number): Bar[] =>
    done.map(timing => ({
      label: timing.name,
      value: time(timing),
      shown: milliseconds(time(timing)),
      colour: colours[timing.kind],
    }));
  chart(
    'alone',
    'One query: shorter is faster',
    barsOf(({ alone }) => alone),
  );
  chart(
    'among',
    `One of ${many} queries at once`,
    barsOf(({ among }) => among),
  );
  table.hidden = done.length === 0;
  byId('timings-note', HTMLParagraphElement).hidden = done.length === 0;
  table.tBodies[0]?.replaceChildren(
    ...done.map(({ name, alone, among, right }) => {
      const rate = (index.size * index.dim * 4) / alone / 1e6;
      const check = right === undefined ? '' : right ? '✓ right' : '✗ wrong';
      const cells = cellsFor(table, [name, milliseconds(alone), rate.toFixed(1), milliseconds(among), check]);
      cells.at(-1)?.classList.toggle('good', right === true);
      return html('tr', { class: right === false ? 'error' : '' }, ...cells);
    }),
  );
}

function chart(id: string, title: string, list: readonly Bar[]): void {
  byId(id, HTMLDivElement).replaceChildren(...(list.length > 0 ? [bars(title, list)] : []));
}
