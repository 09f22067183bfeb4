/** A problem with a known answer, as large as the reader likes: how long its lasso path and cross-validation take on the chosen device. */
import { lassoCV, lassoPath, type Device, type LongOptions } from 'unitball';
import { labelOf } from '../devices.ts';
import { byId } from '../dom.ts';
import { noteTime } from '../figures.ts';
import { startJob, type Underway } from '../job-line.ts';
import { grouped, milliseconds, scientific } from '../numbers.ts';
import { normal, randomFrom } from '../chance.ts';

interface Problem {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** How many columns y is made of. */
const truth = 10;
/** Between one column and the next. */
const correlation = 0.5;

/** Columns that resemble their neighbours; y is the sum of a few of them, each times 1 or −1, and noise. */
function problemOf(rows: number, columns: number): Problem {
  const next = randomFrom(7);
  const x = new Float32Array(rows * columns);
  const y = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    let before = 0;
    let sum = normal(next);
    for (let j = 0; j < columns; j++) {
      before = correlation * before + Math.sqrt(1 - correlation ** 2) * normal(next);
      x[i * columns + j] = before;
      const step = Math.floor(columns / truth);
      if (j % step === 0 && j / step < truth) sum += (j / step) % 2 === 0 ? before : -before;
    }
    y[i] = sum;
  }
  return { x, y };
}

/** Brings the button to life. */
export function largerPanel(deviceNow: () => Promise<Device>): void {
  const size = byId('size', HTMLSelectElement);
  const compute = async ({ signal, report }: Underway): Promise<string> => {
    const device = await deviceNow();
    const [rows = 1, columns = 1] = size.value.split(' ').map(Number);
    const problem = problemOf(rows, columns);
    const [x, y] = [device.tensor(problem.x, [rows, columns]), device.tensor(problem.y)];
    const options: LongOptions = {
      signal,
      onProgress: ({ stage, done, total }) => report(`${stage} ${done} of ${total}`, done / total),
    };
    try {
      const path = await timed(() => lassoPath(x, y, options));
      path.found.dispose();
      report('the models of five folds');
      const validated = await timed(() => lassoCV(x, y, options));
      validated.found.dispose();
      noteTime(
        device.info,
        `${grouped(rows)} × ${grouped(columns)}`,
        milliseconds(path.time),
        scientific(Math.max(...path.found.dualGaps)),
        milliseconds(validated.time),
        grouped(validated.found.active.length),
      );
      const isFound = path.found.converged && validated.found.converged;
      return `Computed on ${labelOf(device.info)}.${isFound ? '' : ' Some models came to no end: see the gap.'}`;
    } finally {
      x.dispose();
      y.dispose();
    }
  };
  byId('run', HTMLButtonElement).addEventListener('click', () => void startJob('Computing', compute, () => 'Stopped.'));
}

async function timed<Found>(call: () => Promise<Found>): Promise<{ readonly found: Found; readonly time: number }> {
  const start = performance.now();
  const found = await call();
  return { found, time: performance.now() - start };
}
