/** Ridge regression of many rows: equations that a device sets up and factors, refined in doubles. */
import { single, type Bench } from '../harness/bench.ts';
import { parts, planted } from './paths.ts';

const ALPHA = 1;

export const bench: Bench = {
  name: 'regression/ridge',
  title: 'ridge regression with an intercept',
  shape: { full: [4000, 501], quick: [400, 41] },
  bytes: ([n = 1, width = 1]) => 4 * (n * width + width),
  data: planted,
  parts,
  floor: () => 0.01,
  /** By the normal equations of columns less their means, which do in doubles for random numbers. */
  expected(x, [n = 1, columns = 1]) {
    const p = columns - 1;
    const all = new Float64Array(n * columns);
    for (let j = 0; j < columns; j++) {
      const at = (i: number): number => (j < p ? x[i * p + j] : x[n * p + i]) ?? NaN;
      let mean = 0;
      for (let i = 0; i < n; i++) mean += at(i) / n;
      for (let i = 0; i < n; i++) all[i * columns + j] = at(i) - mean;
    }
    const work = new Float64Array(p * columns);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < p; j++) {
        const value = all[i * columns + j] ?? NaN;
        for (let k = 0; k < columns; k++)
          work[j * columns + k] = (work[j * columns + k] ?? NaN) + value * (all[i * columns + k] ?? NaN);
      }
    for (let j = 0; j < p; j++) work[j * columns + j] = (work[j * columns + j] ?? NaN) + ALPHA;
    for (let k = 0; k < p; k++)
      for (let i = 0; i < p; i++) {
        const share = (work[i * columns + k] ?? NaN) / (work[k * columns + k] ?? NaN);
        if (i === k) continue;
        for (let j = k; j < columns; j++)
          work[i * columns + j] = (work[i * columns + j] ?? NaN) - share * (work[k * columns + j] ?? NaN);
      }
    return [
      Float64Array.from({ length: p }, (_, i) => (work[i * columns + p] ?? NaN) / (work[i * columns + i] ?? NaN)),
    ];
  },
  readback: true,
  queues: false,
  ways: {
    '': (session, x) => {
      const [rows, y] = x as [unknown, unknown];
      return session.ridge?.(rows, y, ALPHA)?.then(single);
    },
  },
};
