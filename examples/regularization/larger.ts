/** A problem with a known answer, as large as the reader likes, and how long its lasso path takes on the chosen device. */
import { lassoPath, type Device } from 'unitball';
import { labelOf } from '../devices.ts';
import { byId } from '../dom.ts';
import { noteTime } from '../figures.ts';
import { startJob } from '../job-line.ts';
import { grouped, milliseconds, scientific } from '../numbers.ts';
import { normal, randomFrom } from '../chance.ts';

interface Problem {
  readonly rows: number;
  readonly columns: number;
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
  return { rows, columns, x, y };
}

/** Brings the button to life. */
export function largerPanel(deviceNow: () => Promise<Device>): void {
  const size = byId('size', HTMLSelectElement);
  byId('run', HTMLButtonElement).addEventListener('click', () => {
    const [rows = 1, columns = 1] = size.value.split(' ').map(Number);
    void startJob(
      `The path of ${grouped(rows)} × ${grouped(columns)}`,
      async ({ signal, report }) => {
        const device = await deviceNow();
        const problem = problemOf(rows, columns);
        const [x, y] = [device.tensor(problem.x, [rows, columns]), device.tensor(problem.y)];
        try {
          const start = performance.now();
          const path = await lassoPath(x, y, {
            signal,
            onProgress: ({ stage, done, total }) => report(`${stage} ${done} of ${total}`, done / total),
          });
          const time = milliseconds(performance.now() - start);
          path.dispose();
          const sweeps = path.iterations.reduce((sum, one) => sum + one, 0);
          const [most, gap] = [path.active.at(-1)?.length ?? 0, Math.max(...path.dualGaps)];
          noteTime(
            device.info,
            `${grouped(rows)} × ${grouped(columns)}`,
            time,
            path.solver,
            grouped(sweeps),
            scientific(gap),
            grouped(most),
          );
          const end = path.converged ? '' : ' Not all of them came to an end: see the gap.';
          return `${path.alphas.length} models on ${labelOf(device.info)} in ${time}.${end}`;
        } finally {
          x.dispose();
          y.dispose();
        }
      },
      () => 'Stopped.',
    );
  });
}
