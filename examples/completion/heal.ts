/**
 * A picture completed from the pixels that are left, in short runs: each goes on from the state of the one before, so that the
 * page can show what is there in between.
 */
import { completeMatrix, type CompleteMatrixOptions, type CompletionStep, type Device } from 'unitball';
import type { Picture } from '../low-rank/picture.ts';
import { numbersOf } from '../numbers.ts';
import type { Known } from './holes.ts';

/** A method; 'polished' is soft-impute with least squares of the rank that it found behind it. */
export type Way = 'als' | 'hard-impute' | 'soft-impute' | 'polished' | 'svt';

export interface Wish {
  readonly way: Way;
  /** Of 'als' and 'hard-impute'; the most of 'polished'. */
  readonly rank: number;
  /** Of 'soft-impute', 'polished' and 'als': the weight of the nuclear norm, or of what is half of it, as a share of ‖P(M)‖_F. */
  readonly weight: number;
}

export interface Healed {
  readonly values: ArrayLike<number>;
  readonly history: readonly CompletionStep[];
  readonly rank: number;
  readonly iterations: number;
  readonly residual: number;
  readonly converged: boolean;
  /** Milliseconds, from the calls until their results were in arrays. */
  readonly time: number;
}

/** A run should take about so long. */
const SOON = 60;
const MOST = 300;

/** What methods end at: residuals of 'als' and 'svt', changes of X of the others. */
const tolerances: Readonly<Record<Way, number>> = {
  als: 1e-5,
  svt: 1e-2,
  'soft-impute': 1e-4,
  polished: 1e-4,
  'hard-impute': 1e-4,
};

/** The residual that an iteration ends at, where it is one. */
export const endOf = (way: Way): number | undefined => (way === 'als' || way === 'svt' ? tolerances[way] : undefined);

/** The picture as a matrix with NaN where nothing is known: a pixel is lost in all three colours. */
function holesOf({ width, values }: Picture, known: Known): Float32Array {
  return values.map((value, at) => {
    const row = Math.floor(at / (3 * width));
    return known[row * width + (at % width)] ? value : NaN;
  });
}

function optionsOf({ way, rank, weight }: Wish, data: Float32Array): CompleteMatrixOptions {
  const method = way === 'polished' ? 'soft-impute' : way;
  const common = { method, center: 'mean', tolerance: tolerances[way] } as const;
  const seen = data.filter(value => !Number.isNaN(value));
  const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
  const size = Math.sqrt(seen.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  if (way === 'als') return { ...common, rank, lambda: weight * size };
  if (way === 'hard-impute') return { ...common, rank };
  if (way === 'soft-impute') return { ...common, lambda: weight * size };
  if (way === 'polished') return { ...common, lambda: weight * size, maxRank: rank };
  // Its default is meant for entries of size 1.
  return { ...common, tau: 5 * Math.sqrt(data.length) * (size / Math.sqrt(seen.length)) };
}

export async function heal(
  picture: Picture,
  known: Known,
  device: Device,
  { wish, signal, seen }: { wish: Wish; signal: AbortSignal; seen: (healed: Healed) => void },
): Promise<Healed> {
  const data = holesOf(picture, known);
  const given = { data, shape: [picture.height, 3 * picture.width] };
  const options = { ...optionsOf(wish, data), device, signal };
  let state: CompleteMatrixOptions['state'];
  let [time, steps, polish] = [0, 1, false];
  for (;;) {
    const start = performance.now();
    const maxIterations = Math.min(MOST, (state?.iteration ?? 0) + steps);
    const found = await completeMatrix(given, undefined, {
      ...options,
      maxIterations,
      state,
      ...(polish && { polish }),
    });
    const values = await numbersOf(found.approximation());
    found.dispose();
    const took = performance.now() - start;
    time += took;
    ({ state } = found);
    const { history, rank, iterations, residual, converged } = found;
    const healed = { values, history, rank, iterations, residual, converged, time };
    seen(healed);
    const isOver = converged || iterations >= MOST;
    if (isOver && (polish || wish.way !== 'polished')) return healed;
    polish = isOver;
    if (took < SOON) steps *= 2;
    // The page has its turn.
    await new Promise(resolve => setTimeout(resolve, 0));
    signal.throwIfAborted();
  }
}

/** ‖X − M‖ / ‖M‖ over what was lost. */
export function errorOfLost({ width, values }: Picture, known: Known, healed: ArrayLike<number>): number {
  let [off, size] = [0, 0];
  values.forEach((value, at) => {
    if (known[Math.floor(at / (3 * width)) * width + (at % width)]) return;
    off += (value - (healed[at] ?? 0)) ** 2;
    size += value ** 2;
  });
  return size === 0 ? 0 : Math.sqrt(off / size);
}
