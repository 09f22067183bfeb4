/** The path of a linear model through a data set, computed by the library on a device: coefficients, curves and how far off. No page in here. */
import { add, elasticNetPath, matmul, type Device, type Tensor } from 'unitball';
import { numbersOf } from '../numbers.ts';
import type { Place } from '../plane.ts';
import type { Basis } from './bases.ts';

/** Twenty-five penalties for each power of ten, from 1 down to 1e-4: the same for all data, so that the picture stays where it is. */
export const alphas: readonly number[] = Array.from({ length: 101 }, (_, k) => 10 ** (-k / 25));

/** Curves are given at places evenly apart from −1.5 to 1.5. */
const across = Array.from({ length: 241 }, (_, k) => (k - 120) / 80);

export interface Path {
  /** A list for each alpha, as are curves. */
  readonly coefs: readonly (readonly number[])[];
  readonly curves: readonly (readonly number[])[];
  /** Mean squares of what is left of the points, one for each alpha. */
  readonly errors: readonly number[];
  readonly sweeps: number;
  /** The largest of all. */
  readonly gap: number;
  readonly converged: boolean;
  readonly time: number;
}

/** The path through the points. `l1Ratio`: 1 is the lasso, 0 is ridge, with α times as many as there are points. */
export async function pathThrough(
  device: Device,
  places: readonly Place[],
  basis: Basis,
  l1Ratio: number,
): Promise<Path> {
  const x = device.tensor(places.map(([right]) => basis.features(right)));
  const y = device.tensor(places.map(([, up]) => up));
  const everywhere = device.tensor([...across, ...places.map(([right]) => right)].map(basis.features));
  try {
    const start = performance.now();
    const found = await elasticNetPath(x, y, { alphas: [...alphas], l1Ratio, tol: 1e-10, maxIterations: 10_000 });
    const time = performance.now() - start;
    const [coefs, heights] = await Promise.all([
      found.coefs.data(),
      numbersOf(heightsOf(everywhere, found.coefs, found.intercepts)),
    ]);
    found.dispose();
    const perAlpha = rowsOf(heights, across.length + places.length);
    return {
      coefs: rowsOf(coefs, basis.names.length),
      curves: perAlpha.map(row => row.slice(0, across.length)),
      errors: perAlpha.map(row => meanSquare(row.slice(across.length), places)),
      sweeps: found.iterations.reduce((sum, one) => sum + one, 0),
      gap: Math.max(...found.dualGaps),
      converged: found.converged,
      time,
    };
  } finally {
    for (const tensor of [x, y, everywhere]) tensor.dispose();
  }
}

/** What each model of a path says at each row, [models, rows]. */
function heightsOf(rows: Tensor, coefs: Tensor, intercepts: Tensor): Tensor {
  const products = matmul(coefs, rows, { transposeB: true });
  const column = intercepts.reshape([-1, 1]);
  try {
    return add(products, column);
  } finally {
    products.dispose();
    column.dispose();
  }
}

function rowsOf(values: ArrayLike<number>, length: number): number[][] {
  return Array.from({ length: values.length / length }, (_, k) =>
    Array.from({ length }, (_none, j) => values[k * length + j] ?? NaN),
  );
}

const meanSquare = (heights: readonly number[], places: readonly Place[]): number =>
  places.reduce((sum, [, up], k) => sum + (up - (heights[k] ?? NaN)) ** 2, 0) / places.length;
