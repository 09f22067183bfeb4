/** Problems of completion at the sizes of papers: some places of U·Vᵀ, which is never written down. */
import { completeMatrix, type CompleteMatrixOptions, type Device } from '../../src/index.ts';
import { Random } from './random.ts';

export interface Problem {
  readonly n: number;
  readonly rank: number;
  /** [n, rank] */
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float32Array;
}

/** `count` places of U·Vᵀ by chance, for normal U and V [n, rank]; no place twice. */
export function problem(n: number, rank: number, count: number, seed: number): Problem {
  const random = new Random(seed);
  const [left, right] = [random.normal(n * rank), random.normal(n * rank)];
  const seen = new Uint8Array(Math.ceil((n * n) / 8));
  const places = new Float64Array(count);
  for (let e = 0; e < count;) {
    const at = Math.floor(random.unit() * n) * n + Math.floor(random.unit() * n);
    const [byte, bit] = [Math.floor(at / 8), 1 << (at % 8)];
    if ((seen[byte] ?? 0) & bit) continue;
    seen[byte] = (seen[byte] ?? 0) | bit;
    places[e++] = at;
  }
  places.sort();
  const rows = Uint32Array.from(places, at => Math.floor(at / n));
  const columns = Uint32Array.from(places, at => at % n);
  const values = new Float32Array(count);
  for (let e = 0; e < count; e++) values[e] = entry(left, right, rank, rows[e] ?? 0, columns[e] ?? 0);
  return { n, rank, left, right, rows, columns, values };
}

function entry(left: Float32Array, right: Float32Array, rank: number, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < rank; k++) sum += (left[i * rank + k] ?? NaN) * (right[j * rank + k] ?? NaN);
  return sum;
}

/** ‖X − U·Vᵀ‖_F / ‖U·Vᵀ‖_F */
function errorOf(x: ArrayLike<number>, { n, rank, left, right }: Problem): number {
  let [off, all] = [0, 0];
  for (let at = 0; at < n * n; at++) {
    const truth = entry(left, right, rank, Math.floor(at / n), at % n);
    off += (Number(x[at]) - truth) ** 2;
    all += truth ** 2;
  }
  return Math.sqrt(off / all);
}

export interface Solution {
  readonly iterations: number;
  readonly residual: number;
  readonly rank: number;
  readonly error: number;
}

/** Completes a problem of a size that can be written down, and says how that went. */
export async function solve(given: Problem, options: CompleteMatrixOptions, device: Device): Promise<Solution> {
  const since = performance.now();
  const found = await completeMatrix(given.values, { ...given, shape: [given.n, given.n] }, { ...options, device });
  const took = (performance.now() - since) / 1000;
  const whole = found.approximation();
  const error = errorOf(await whole.data(), given);
  const { iterations, residual, rank } = found;
  console.log(`${options.method}: ${iterations} iterations, error ${error.toExponential(3)}, ${took.toFixed(2)} s`);
  whole.dispose();
  found.dispose();
  return { iterations, residual, rank, error };
}

/** The paper's way through five problems of one kind: how many iterations on the average, the largest error, every rank. */
export async function solveFive(
  n: number,
  rank: number,
  times: number,
  device: Device,
): Promise<{ readonly iterations: number; readonly error: number; readonly ranks: readonly number[] }> {
  const all: Solution[] = [];
  for (let seed = 1; seed <= 5; seed++)
    all.push(await solve(problem(n, rank, times * rank * (2 * n - rank), seed), { method: 'svt' }, device));
  return {
    iterations: all.reduce((sum, { iterations }) => sum + iterations / all.length, 0),
    error: Math.max(...all.map(({ error }) => error)),
    ranks: all.map(one => one.rank),
  };
}
