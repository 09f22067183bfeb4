/** Robust principal components of the paper's problem (Lin, Chen and Ma 2010): rank n / 20, and 5 % of the elements grossly wrong. */
import type { Bench } from '../harness/bench.ts';
import { relativeError } from './relative-error.ts';

const rankOf = (n: number): number => Math.round(n / 20);

/** Random numbers above it, of (−1, 1), say which elements are wrong: one of twenty. */
const WRONG = 0.9;
const SIZE = 500;

/** What was of low rank before some of it went wrong. */
const truths = new WeakMap<Float32Array, Float64Array>();

export const bench: Bench = {
  name: 'lowrank/robust-pca',
  title: 'a matrix of rank n / 20 from under gross errors',
  shape: { full: [500, 500], quick: [160, 160] },
  bytes: ([m = 1, n = 1]) => 3 * 4 * m * n,
  data(random, [m = 1, n = 1]) {
    const rank = rankOf(n);
    const truth = new Float64Array(m * n);
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++)
        for (let k = 0; k < rank; k++)
          truth[i * n + j] =
            (truth[i * n + j] ?? NaN) + (random[i * rank + k] ?? NaN) * (random[m * rank + k * n + j] ?? NaN);
    const out = Float32Array.from(truth, (value, at) => {
      const other = random[(at * 7919) % random.length] ?? NaN;
      return value + ((random[random.length - 1 - at] ?? NaN) > WRONG ? SIZE * other : 0);
    });
    truths.set(out, truth);
    return out;
  },
  // Elements are sums of `rank` products of numbers of variance 1/3.
  floor: ([, n = 1]) => Math.sqrt(rankOf(n)) / 3,
  expected(x) {
    const truth = truths.get(x);
    if (!truth) throw new Error('these numbers are not of this bench');
    return [truth];
  },
  remark: all => `relative error ${Math.max(...all.map(relativeError)).toExponential(2)}`,
  readback: false,
  queues: false,
  ways: { '': (session, x) => session.robustPca?.(x).then(one => [one]) },
};
