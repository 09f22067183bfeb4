/** A lasso's penalty by cross-validation: five folds of a path each, and the model of the best. Its mean errors are what is compared. */
import type { Bench } from '../harness/bench.ts';
import { grid, parts, planted } from './paths.ts';

const FOLDS = 5;

export const bench: Bench = {
  name: 'regression/lasso-cv',
  title: `a lasso chosen of 100 α by ${FOLDS} folds`,
  shape: { full: [1000, 501], quick: [200, 41] },
  bytes: ([n = 1, width = 1]) => 4 * n * width,
  data: planted,
  parts,
  expected: (x, shape) => [meanErrors(x, shape)],
  readback: true,
  queues: false,
  ways: {
    '': (session, x) => {
      const [rows, y] = x as [unknown, unknown];
      return session.lassoCV?.(rows, y, FOLDS)?.then(errors => [errors]);
    },
  },
};

/** Coordinate descent on the normal equations of each fold's rows, in doubles, until a sweep moves next to nothing. */
function meanErrors(x: Float32Array, shape: readonly number[]): Float64Array {
  const [n = 1, width = 1] = shape;
  const p = width - 1;
  const alphas = grid(x, shape, 1);
  const errors = new Float64Array(alphas.length);
  const value = (i: number, j: number): number => (j < p ? x[i * p + j] : x[n * p + i]) ?? NaN;
  for (let fold = 0; fold < FOLDS; fold++) {
    const [from, to] = [fold, fold + 1].map(k => Math.floor((k * n) / FOLDS)) as [number, number];
    const train = Array.from({ length: n }, (_, i) => i).filter(i => i < from || i >= to);
    const means = Float64Array.from(
      { length: width },
      (_, j) => train.reduce((sum, i) => sum + value(i, j), 0) / train.length,
    );
    // Products of all columns, y being the last.
    const products = new Float64Array(width * width);
    for (const i of train)
      for (let j = 0; j < width; j++) {
        const one = value(i, j) - (means[j] ?? NaN);
        for (let k = 0; k < width; k++)
          products[j * width + k] = (products[j * width + k] ?? NaN) + one * (value(i, k) - (means[k] ?? NaN));
      }
    const w = new Float64Array(p);
    const slopes = Float64Array.from({ length: p }, (_, j) => products[j * width + p] ?? NaN);
    for (const [a, alpha] of alphas.entries()) {
      for (let change = Infinity; change > 1e-6;) {
        change = 0;
        for (let j = 0; j < p; j++) {
          const square = products[j * (width + 1)] ?? NaN;
          const wish = (slopes[j] ?? NaN) + square * (w[j] ?? NaN);
          const after = (Math.sign(wish) * Math.max(0, Math.abs(wish) - alpha * train.length)) / square;
          const step = after - (w[j] ?? NaN);
          if (step === 0) continue;
          w[j] = after;
          change = Math.max(change, Math.abs(step));
          for (let k = 0; k < p; k++) slopes[k] = (slopes[k] ?? NaN) - step * (products[j * width + k] ?? NaN);
        }
      }
      let sum = 0;
      for (let i = from; i < to; i++) {
        let rest = value(i, p) - (means[p] ?? NaN);
        for (let j = 0; j < p; j++) rest -= (w[j] ?? NaN) * (value(i, j) - (means[j] ?? NaN));
        sum += rest * rest;
      }
      errors[a] = (errors[a] ?? NaN) + sum / (to - from) / FOLDS;
    }
  }
  return errors;
}
