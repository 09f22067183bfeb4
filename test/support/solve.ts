/** Matrices for linear algebra, and how solutions are judged: what the specs of elimination and substitution share. */
import type { Tensor } from '../../src/index.ts';
import { grid, valueAt, type Grid } from '../oracle/grid.ts';
import { precisionOf, solved } from '../tolerance.ts';
import type { Findings } from './expect.ts';
import { Random } from './random.ts';
import { gridOf } from './tensors.ts';

/** A matrix from a rule, rounded to float32. */
export const matrixOf = (n: number, m: number, rule: (i: number, j: number) => number): Grid =>
  gridOf(
    [n, m],
    Array.from({ length: n * m }, (_, at) => rule(Math.floor(at / m), at % m)),
  );

export const normal = (shape: readonly number[], seed = 0): Grid => {
  const size = shape.reduce((product, length) => product * length, 1);
  return gridOf(shape, new Random(size * 31 + shape.length + seed).normal(size));
};

export const identity = (n: number): Grid => matrixOf(n, n, (i, j) => Number(i === j));

/** Matrices of one shape as a stack. */
export const stackOf = (...grids: readonly Grid[]): Grid =>
  gridOf(
    [grids.length, ...(grids[0]?.shape ?? [])],
    grids.flatMap(one => Array.from(one.data)),
  );

/** One where the diagonal may be 0 and elimination without exchanges would come to nothing. */
export const permutation = (n: number): Grid => matrixOf(n, n, (i, j) => Number(j === (7 * i + 3) % n));

/** Ill-conditioned beyond float32 from order 7 on. */
export const hilbert = (n: number): Grid => matrixOf(n, n, (i, j) => 1 / (i + j + 1));

/** Normal numbers times a power of two a row and a column. */
export function uneven(n: number): Grid {
  const plain = normal([n, n]);
  const size = (i: number): number => 2 ** (((i * 17) % 30) - 15);
  return matrixOf(n, n, (i, j) => valueAt(plain, [i, j]) * size(i) * size(j + 5));
}

export const scaled = (x: Grid, factor: number): Grid =>
  gridOf(
    x.shape,
    Array.from(x.data, value => value * factor),
  );

/** The triangle that is looked at, numbers that spoil everything in the other; a diagonal away from 0. */
export function triangular(n: number, lower: boolean, { unit = false, seed = 0 } = {}): Grid {
  const plain = normal([n, n], seed);
  return matrixOf(n, n, (i, j) => {
    if (i === j) return unit ? NaN : 1 + Math.abs(valueAt(plain, [i, i]));
    return lower === j < i ? valueAt(plain, [i, j]) / Math.sqrt(n) : NaN;
  });
}

/** What of a triangular matrix is meant. */
export const triangleOf = (a: Grid, lower: boolean, unit: boolean): Grid => {
  const [n = 0] = a.shape;
  const data = Array.from(a.data, (value, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return i === j ? (unit ? 1 : value) : lower === j < i ? value : 0;
  });
  return grid(a.shape, data);
};

export const flipped = (a: Grid): Grid =>
  grid(
    a.shape.toReversed(),
    Array.from(a.data, (_, at) => {
      const [n = 1] = a.shape;
      return valueAt(a, [at % n, Math.floor(at / n)]);
    }),
  );

interface Check {
  readonly label: string;
  /** True where each element has a bound of its own, as with triangles. */
  readonly byElement?: boolean;
  /** How many times larger than A's elements those of U are, where that is much: the error grows with them. */
  readonly growth?: number;
}

/** A·X beside B, for A [n, n], X and B [n, m]. */
export async function checkSolution(findings: Findings, x: Tensor, a: Grid, b: Grid, check: Check): Promise<void> {
  findings.shape(x.shape, b.shape, check.label);
  checkNumbers(findings, Array.from(await x.data(), Number), a, b, { ...check, precision: precisionOf(x) });
}

/** The same of numbers in a row. */
export function checkNumbers(
  findings: Findings,
  x: ArrayLike<number>,
  a: Grid,
  b: Grid,
  { label, byElement = false, growth = 1, precision }: Check & { readonly precision: ReturnType<typeof precisionOf> },
): void {
  const [n = 0] = a.shape;
  const m = b.data.length / Math.max(1, n);
  const { back, magnitudes } = timesSolution(a, x, m);
  const sizes = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, k) => Math.abs(valueAt(a, [i, k]))).reduce((sum, size) => sum + size, 0),
  );
  const largest = Array.from({ length: m }, (_, j) =>
    Math.max(0, ...Array.from({ length: n }, (__, k) => Math.abs(x[k * m + j] ?? NaN))),
  );
  const most = Math.max(...sizes);
  findings.close(
    back,
    b.data,
    at => solved(n, precision, byElement ? (magnitudes[at] ?? NaN) : growth * most * (largest[at % m] ?? NaN)),
    label,
  );
}

/** A·X in doubles, and |A|·|X|. */
function timesSolution(a: Grid, x: ArrayLike<number>, m: number): { back: Float64Array; magnitudes: Float64Array } {
  const [n = 0] = a.shape;
  const back = new Float64Array(n * m);
  const magnitudes = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++)
      for (let j = 0; j < m; j++) {
        const term = (a.data[i * n + k] ?? NaN) * (x[k * m + j] ?? NaN);
        back[i * m + j] = (back[i * m + j] ?? 0) + term;
        magnitudes[i * m + j] = (magnitudes[i * m + j] ?? 0) + Math.abs(term);
      }
  return { back, magnitudes };
}
