/** Matrices that are a sum of one of low rank and a sparse one, as the papers on robust principal components make them. */
import type { Grid } from '../oracle/grid.ts';
import { Random } from './random.ts';
import { gridOf } from './tensors.ts';

export interface Mixture {
  readonly m: number;
  readonly n: number;
  readonly rank: number;
  /** Of the elements, those that are wrong; by up to `size`, with either sign. */
  readonly share: number;
  readonly size?: number;
  /** The standard deviation of what is added to all elements. */
  readonly noise?: number;
  readonly seed?: number;
}

export interface Mixed {
  readonly d: Grid;
  readonly lowRank: Grid;
  readonly sparse: Grid;
}

/** Products of normal numbers, and errors as large as those of Lin, Chen and Ma: hundreds of times what is right. */
export function mixed({ m, n, rank, share, size = 500, noise = 0, seed = 1 }: Mixture): Mixed {
  const random = new Random(seed);
  const [left, right] = [random.normal(m * rank), random.normal(rank * n)];
  const low = Float64Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let total = 0;
    for (let k = 0; k < rank; k++) total += (left[i * rank + k] ?? NaN) * (right[k * n + j] ?? NaN);
    return total;
  });
  const wrong = new Float64Array(m * n);
  for (let wanted = Math.round(share * m * n); wanted > 0;) {
    const at = Math.floor(random.unit() * m * n);
    if (wrong[at] !== 0) continue;
    wrong[at] = size * (2 * random.unit() - 1);
    wanted--;
  }
  const dense = random.normal(m * n, noise);
  const shape = [m, n];
  return {
    d: gridOf(
      shape,
      low.map((value, at) => value + (wrong[at] ?? 0) + (dense[at] ?? 0)),
    ),
    lowRank: gridOf(shape, low),
    sparse: gridOf(shape, wrong),
  };
}

/** ‖a − b‖_F / ‖b‖_F */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const difference = Float64Array.from(b, (value, at) => (a[at] ?? NaN) - value);
  return Math.hypot(...chunks(difference)) / Math.hypot(...chunks(b));
}

/** Lengths of pieces: a call takes only so many arguments. */
function chunks(x: ArrayLike<number>): number[] {
  const lengths: number[] = [];
  for (let from = 0; from < x.length; from += 1000)
    lengths.push(Math.hypot(...Array.from({ length: Math.min(1000, x.length - from) }, (_, k) => x[from + k] ?? NaN)));
  return lengths;
}
