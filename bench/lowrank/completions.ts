/**
 * What the benches of completion share: the problem of the paper on singular value thresholding (Cai, Candès and Shen, 2010,
 * table 5.1) – M = U·Vᵀ for normal U and V [n, r], of which some entries are seen – with NaN where nothing is.
 */
import type { Bench, Solved } from '../harness/bench.ts';
import { relativeError } from './relative-error.ts';

export interface PaperRow {
  /** For n = 1000, and smaller along with n. */
  readonly rank: number;
  /** How many entries are seen, in degrees of freedom: r·(2n − r). */
  readonly times: number;
  /** What the paper has for n = 1000, by singular value thresholding. */
  readonly iterations: number;
  /** The relative error that `npm run test:large` allows there. */
  readonly allowed: number;
}

/** U·Vᵀ of each input. */
const truths = new WeakMap<Float32Array, Float64Array>();

function truthOf(x: Float32Array): Float64Array {
  const truth = truths.get(x);
  if (!truth) throw new Error('these numbers are not of this bench');
  return truth;
}

/** Normal numbers of as many uniform ones in (−1, 1), by Box and Muller. */
function normals(uniform: Float32Array): Float64Array {
  return Float64Array.from(uniform, (value, k) => {
    const angle = Math.PI * (uniform[k ^ 1] ?? 0);
    const length = (u: number): number => Math.sqrt(-2 * Math.log((u + 1) / 2 || 1e-9));
    return k % 2 === 0 ? length(value) * Math.cos(angle) : length(uniform[k ^ 1] ?? 0) * Math.sin(Math.PI * value);
  });
}

function holes(random: Float32Array, n: number, rank: number, times: number): Float32Array<ArrayBuffer> {
  const size = n * n;
  const [u, v] = [normals(random.subarray(0, n * rank)), normals(random.subarray(n * rank, 2 * n * rank))];
  const truth = new Float64Array(size);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < rank; k++) sum += (u[i * rank + k] ?? NaN) * (v[j * rank + k] ?? NaN);
      truth[i * n + j] = sum;
    }
  // The first places of a shuffled list: none twice.
  const places = Uint32Array.from({ length: size }, (_, at) => at);
  const out = new Float32Array(size).fill(NaN);
  for (let at = 0; at < Math.min(size, times * rank * (2 * n - rank)); at++) {
    const share = ((random[(2 * n * rank + at) % size] ?? 0) + 1) / 2;
    const other = Math.min(size - 1, at + Math.floor(share * (size - at)));
    const place = places[other] ?? 0;
    places[other] = places[at] ?? 0;
    out[place] = truth[place] ?? NaN;
  }
  truths.set(out, truth);
  return out;
}

const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value / list.length, 0);

/** Iterations and relative errors, the means of all that were solved. */
function remark(all: readonly Solved[]): string {
  const errors = all.map(relativeError);
  const iterations = mean(all.map(({ answers }) => answers[1]?.[0] ?? NaN));
  return `${Number(iterations.toFixed(1))} iterations, relative error ${mean(errors).toExponential(2)} (${all.length === 1 ? 'one problem' : `means of ${all.length}`})`;
}

export function completionBench({ rank, times, iterations, allowed }: PaperRow): Bench {
  const rankOf = (n: number): number => Math.round((rank * n) / 1000);
  return {
    name: `lowrank/completion-${rank}`,
    title: `rank n / ${1000 / rank}, ${times} times as many entries as degrees of freedom (the paper, for n = 1000: svt in ${iterations} iterations; allowed: ${allowed.toExponential(1)})`,
    shape: { full: [1000, 1000], quick: [300, 300] },
    bytes: ([m = 1, n = 1]) => 2 * 4 * m * n,
    data: (random, [n = 1]) => holes(random, n, rankOf(n), times),
    floor: ([n = 1]) => Math.sqrt(rankOf(n)),
    expected: x => [truthOf(x)],
    samples: 5,
    remark,
    readback: false,
    queues: false,
    ways: {
      svt: (session, x) => session.complete?.(x, 'svt', rank / 1000),
      als: (session, x) => session.complete?.(x, 'als', rank / 1000),
    },
  };
}
