/** The first page's measurement of a few seconds: four operations on each device that computes by itself, and whether they agree. */
import type { Device, DeviceKind } from 'unitball';
import { deviceOf, kinds } from './devices.ts';
import { byId, html } from './dom.ts';
import { cellsFor } from './figures.ts';
import { startJob, type Underway } from './job-line.ts';
import { milliseconds } from './numbers.ts';
import { distances } from './timings/distances.ts';
import { lowRanks } from './timings/low-rank.ts';
import { norms } from './timings/norms.ts';
import type { Op, Wish } from './timings/op.ts';
import { search } from './timings/search.ts';
import { isSame, time, type Timing } from './timings/time.ts';

interface Task extends Wish {
  readonly label: string;
  readonly op: string;
}

const tasks: readonly Task[] = [
  { label: 'norms of 50,000 × 128', op: 'norm of each row', choice: '2', sizes: { n: 50_000, d: 128 } },
  { label: 'distances, 1,000 × 1,000 × 128', op: 'cdist', choice: 'euclidean', sizes: { n: 1000, m: 1000, d: 128 } },
  {
    label: 'ten nearest of 20,000 × 128',
    op: 'nearest',
    choice: 'euclidean',
    sizes: { q: 10, n: 20_000, d: 128, k: 10 },
  },
  { label: 'singular value threshold, 120 × 60', op: 'shrinkSingularValues', choice: '', sizes: { n: 120, d: 60 } },
];

/** The rooms that are in it; the page on timings has all. */
const ops: readonly Op[] = [...norms, ...distances, ...search, ...lowRanks];

/** So that all of it takes about five seconds. */
const patience = { repeats: 3, enough: 200 };

const table = byId('times', HTMLTableElement);

export function offerSelfTest(): void {
  const button = byId('measure', HTMLButtonElement);
  button.disabled = false;
  button.addEventListener('click', () => void startJob('Measuring', measure, () => 'Stopped.'));
}

async function measure({ signal, report }: Underway): Promise<string> {
  // All rows at once, before anything is awaited: a page that grows while it works takes its buttons from under the mouse.
  const rows = tasks.map(({ label }) => rowOf([label, ...Array.from({ length: 5 }, () => '–')]));
  table.tBodies[0]?.replaceChildren(...rows);
  table.hidden = false;
  const devices = await fitDevices();
  const begin = performance.now();
  let right = 0;
  for (const [k, { label, op: name, sizes, choice }] of tasks.entries()) {
    const op = ops.find(one => one.name === name);
    if (!op) throw new Error(`there is no operation '${name}'`);
    const found = new Map<DeviceKind, Timing>();
    for (const device of devices) {
      report(`${label} on ${device.kind}`, k / tasks.length);
      found.set(device.kind, await time(op, { sizes, choice }, device, patience, { signal }));
    }
    const { texts, agree } = compare(label, op, found);
    rows[k]?.replaceWith(rowOf(texts, agree));
    if (agree) right++;
  }
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  const left = devices.some(({ kind }) => kind === 'webgpu')
    ? ''
    : ' There is no GPU here, or only one that a CPU plays: it is left out.';
  if (right < tasks.length)
    throw new Error(`${tasks.length - right} of ${tasks.length} answers differ among the devices.`);
  return `Done in ${seconds} s, and all answers agree.${left}`;
}

/** The cpu and whatever computes by itself: what only falls back would be measured twice. */
async function fitDevices(): Promise<Device[]> {
  const opened = await Promise.allSettled(kinds.map(kind => deviceOf(kind)));
  return opened
    .flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
    .filter(({ kind, info }) => kind === 'cpu' || !info.isFallback);
}

/** What stands in a row, and whether all answers are that of the cpu. */
function compare(
  label: string,
  op: Op,
  found: ReadonlyMap<DeviceKind, Timing>,
): { readonly texts: readonly string[]; readonly agree: boolean } {
  const cpu = found.get('cpu');
  if (!cpu) throw new Error('the cpu device did not open');
  const others = [...found.values()].filter(timing => timing !== cpu);
  const agree = others.every(({ answer }) => isSame(op, answer, cpu.answer));
  const best = Math.min(...others.map(({ median }) => median));
  const texts = [
    label,
    ...(['cpu', 'wasm', 'webgpu'] as const).map(kind => {
      const timing = found.get(kind);
      return timing ? milliseconds(timing.median) : '–';
    }),
    others.length > 0 ? `${(cpu.median / best).toPrecision(2)} ×` : '–',
    agree ? '✓ agree' : '✗ differ',
  ];
  return { texts, agree };
}

function rowOf(texts: readonly string[], agree?: boolean): HTMLTableRowElement {
  const row = html('tr', {}, ...cellsFor(table, texts));
  // On a phone it shares its line with its heading.
  row.firstElementChild?.setAttribute('style', 'white-space: normal');
  if (agree !== undefined) row.lastElementChild?.classList.add(agree ? 'good' : 'error');
  return row;
}
