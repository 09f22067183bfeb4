/** Problems of completing a matrix: a truth of low rank, and what is seen of it. */
import { grid, type Grid } from '../oracle/grid.ts';
import { Random } from './random.ts';

export interface Puzzle {
  readonly m: number;
  readonly n: number;
  readonly truth: Grid;
  readonly mask: Grid;
  /** The same entries as lists, by rows. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly values: readonly number[];
}

/** U·Vᵀ of normal factors of `rank`, with `noise`, of which each entry is seen with the same chance. */
export function puzzle(m: number, n: number, rank: number, chance: number, seed = 1, noise = 0): Puzzle {
  const random = new Random(seed);
  const [u, v, off] = [random.normal(m * rank), random.normal(n * rank), random.normal(m * n, noise)];
  const truth = Float64Array.from({ length: m * n }, (_, at) => {
    let sum = off[at] ?? 0;
    for (let k = 0; k < rank; k++) sum += (u[Math.floor(at / n) * rank + k] ?? NaN) * (v[(at % n) * rank + k] ?? NaN);
    return Math.fround(sum);
  });
  const mask = Float64Array.from(random.uniform(m * n), value => Number(value < chance));
  const places = Array.from(mask.keys()).filter(at => mask[at]);
  return {
    m,
    n,
    truth: grid([m, n], truth),
    mask: grid([m, n], mask),
    rows: places.map(at => Math.floor(at / n)),
    columns: places.map(at => at % n),
    values: places.map(at => truth[at] ?? NaN),
  };
}

export const lengthOf = (x: ArrayLike<number>): number => Math.hypot(...Array.from(x));

/** ‖X − M‖_F / ‖M‖_F */
export const farFrom = (x: ArrayLike<number>, truth: Grid): number =>
  lengthOf(Array.from(truth.data, (value, at) => Number(x[at]) - value)) / lengthOf(truth.data);
