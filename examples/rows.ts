/** The half of the page on distances that is about rows of numbers: a few to edit, and their matrix for any metric. */
import { cdist, type Device, type Nested } from 'unitball';
import { messageOf } from './devices.ts';
import { byId } from './dom.ts';
import { showMatrix } from './matrix.ts';
import { callOf, metricChoice, type Asked } from './metric-choice.ts';
import { letters, names, stories, type Rows } from './metrics.ts';
import { milliseconds, timed } from './numbers.ts';
import { sheets, showSheet } from './row-editor.ts';
import { latest } from './turns.ts';

const meaning = byId('rows-letters', HTMLElement);
const sheet = byId('rows-sheet', HTMLTableElement);
const call = byId('rows-call', HTMLElement);
const table = byId('rows-matrix', HTMLTableElement);
const time = byId('rows-time', HTMLElement);
const status = byId('rows-status', HTMLParagraphElement);

const labels: Readonly<Record<Rows, string>> = {
  numbers: 'Numbers',
  truths: 'Zeros and ones',
  shares: 'Shares',
  places: 'Places on a globe',
};
const kinds = Object.keys(labels) as Rows[];

/** What is told of the rows of mahalanobis, whose covariance could not be relied on as it is. */
const shrunk = 'Five rows tell little of how four columns vary, so their covariance is shrunk.';
const reliable = (asked: Asked): Asked =>
  asked.metric === 'mahalanobis' ? { ...asked, shrinkage: 'ledoit-wolf' } : asked;

/** Brings this half to life. Returns how to draw it, on the device that the reader has chosen by then. */
export function rowsPanel(deviceNow: () => Promise<Device>): () => Promise<void> {
  const groups = kinds.map(kind => ({ label: labels[kind], names: names.filter(name => stories[name].rows === kind) }));
  const choice = metricChoice('rows', groups, () => {
    turnTo(choice.story().rows);
    void draw();
  });
  let open: Rows | undefined;
  const turnTo = (kind: Rows): void => {
    if (kind === open) return;
    open = kind;
    showSheet(sheet, kind, () => void draw());
  };
  turnTo(choice.story().rows);

  const draw = latest(async () => {
    const asked = reliable(choice.asked());
    const kind = choice.story().rows;
    meaning.textContent = asked.shrinkage === undefined ? letters[kind] : shrunk;
    call.textContent = callOf('rows', asked);
    let complaint = '';
    table.ariaBusy = 'true';
    try {
      const device = await deviceNow();
      const rows = device.tensor(rowsOf(kind));
      try {
        const { numbers, time: took } = await timed(() => cdist(rows, rows, asked));
        showMatrix(
          table,
          sheets[kind].rows.map(name => name.slice(0, 1)),
          numbers,
        );
        time.textContent = `On ${device.info.kind}, it took ${milliseconds(took)}.`;
      } finally {
        rows.dispose();
      }
    } catch (error) {
      complaint = messageOf(error);
    }
    table.ariaBusy = 'false';
    status.textContent = complaint;
    table.hidden = complaint !== '';
    time.hidden = complaint !== '';
  });
  return draw;
}

/** The rows as the library wants them: truth values packed, degrees in radians. */
function rowsOf(kind: Rows): Nested {
  const { values } = sheets[kind];
  if (kind === 'truths') return values.map(row => row.map(value => value === 1));
  if (kind === 'places') return values.map(row => row.map(degrees => (degrees * Math.PI) / 180));
  return values;
}
