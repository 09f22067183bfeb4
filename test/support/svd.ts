/** Matrices to decompose, and how decompositions are judged: what the specs of svd and eigh share. */
import type { Eigh, Svd } from '../../src/index.ts';
import { eigenvalues, singularValues } from '../oracle/eigen.ts';
import { grid, valueAt, type Grid } from '../oracle/grid.ts';
import { orthogonalFactors, precisionOf, spectrum } from '../tolerance.ts';
import type { Findings } from './expect.ts';
import { matricesOf } from './linalg.ts';
import { apart, readGrid, skew, times } from './qr.ts';
import { flipped } from './solve.ts';
import { Random } from './random.ts';
import { areSigned, composed, withSpectrum } from './spectra.ts';
import { gridOf } from './tensors.ts';

export const random = (m: number, n: number, seed: number = m * 100 + n): Grid =>
  gridOf([m, n], new Random(seed).normal(m * n));

const filled = (m: number, n: number, at: (i: number, j: number) => number): Grid =>
  gridOf(
    [m, n],
    Float64Array.from({ length: m * n }, (_, k) => at(Math.floor(k / n), k % n)),
  );

/** Columns of a well-conditioned B, scaled by 1 … 1e-6 in an order of no meaning. */
export const columnScaledBy = (m: number, n: number, least = 1e-6): Grid => {
  const base = withSpectrum(
    m,
    n,
    Array.from({ length: n }, (_, j) => 1 + (9 * j) / n),
  );
  return filled(m, n, (i, j) => valueAt(base, [i, j]) * least ** (((j * 7) % n) / Math.max(1, n - 1)));
};

const single = ({ shape, data }: Grid): Grid => gridOf(shape, data);

const hilbert = (n: number): Grid => filled(n, n, (i, j) => 1 / (i + j + 1));

/** Shapes on both sides of what is decided by size: blocks of 16, tall, wide, reduced first. */
export const shapes: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 7],
  [7, 1],
  [2, 2],
  [5, 3],
  [15, 16],
  [17, 17],
  [33, 32],
  [40, 20],
  [20, 40],
  [66, 65],
];

/** Matrices that some algorithm or other has trouble with. */
export const hard: readonly (readonly [string, Grid])[] = [
  ['zeros', filled(5, 4, () => 0)],
  ['ones', filled(12, 12, () => 1)],
  ['rank 3', single(times(random(20, 3), random(3, 18)))],
  ['rank 2, tall', single(times(random(40, 2), random(2, 9)))],
  ['the identity', filled(20, 20, (i, j) => Number(i === j))],
  ['a permutation', filled(20, 20, (i, j) => Number((i * 7 + 3) % 20 === j))],
  [
    'two values, ten times each',
    withSpectrum(20, 20, [...new Array<number>(10).fill(3), ...new Array<number>(10).fill(1)]),
  ],
  ['Hilbert’s', hilbert(14)],
  ['rank 1, of whole numbers', filled(5, 5, (i, j) => (i === 2 && j === 2 ? 3 : 1) * (j + 1))],
  ['rank 2, with more rows of rounding than directions', ofWholeNumbers(17, 16, 2, 3)],
  ['parallel columns of very different lengths', spread()],
  ['a row alone', filled(6, 5, (i, j) => (i === 0 ? 1 / (j + 1) : 0))],
  ['a column alone', filled(5, 6, (i, j) => (j === 2 ? 1 / (i + 1) : 0))],
  ['a row alone, of many', filled(70, 68, (i, j) => (i === 3 ? 1 / (j + 1) : 0))],
  ['equal columns', filled(9, 6, i => i + 1)],
  ['a zero column', filled(9, 6, (i, j) => (j === 2 ? 0 : Math.sin(3 * i + j)))],
  ['triangular', filled(18, 18, (i, j) => (i > j ? 0 : i === j ? 1 : -1))],
  ['about 1e20', filled(9, 6, (i, j) => 1e20 * Math.sin(3 * i + 5 * j + 1))],
  ['about 1e-20', filled(6, 9, (i, j) => 1e-20 * Math.sin(3 * i + 5 * j + 1))],
  ['about 1e-36', filled(6, 6, (i, j) => 1e-36 * Math.cos(3 * i + 5 * j * j + 1))],
];

/** A product of whole numbers from −3 to 3, zeros among them. */
function ofWholeNumbers(m: number, n: number, rank: number, seed: number): Grid {
  const random_ = new Random(seed);
  return times(grid([m, rank], random_.ints(m * rank, -3, 4)), grid([rank, n], random_.ints(rank * n, -3, 4)));
}

/** Few elements, from 1e-11 to 1e15. */
function spread(): Grid {
  const elements = [
    [0, 4, -7e-10],
    [1, 1, 4.8e14],
    [2, 1, 1.9e6],
    [2, 3, 1.4e14],
    [4, 0, 2.3e7],
    [4, 3, 3.9e12],
    [4, 4, 4.3e14],
    [5, 3, 5.8e-11],
    [5, 4, -6.7e-7],
  ] as const;
  return filled(6, 6, (i, j) => elements.find(([row, column]) => row === i && column === j)?.[2] ?? 0);
}

/** Small matrices that are degenerate in one way or another: of few different numbers, of low rank, scaled, full of holes. */
export function degenerate(seed: number): Grid {
  const random_ = new Random(seed);
  const [m = 1, n = 1, kind = 0, rank = 1] = [
    ...random_.ints(2, 1, 20),
    ...random_.ints(1, 0, 5),
    ...random_.ints(1, 1, 4),
  ];
  const normal = gridOf([m, n], random_.normal(m * n));
  switch (kind) {
    case 0:
      return gridOf([m, n], random_.ints(m * n, -1, 2));
    case 1:
      return ofWholeNumbers(m, n, rank, seed);
    case 2:
      return filled(m, n, (i, j) => valueAt(normal, [i, j]) * 10 ** -((j * 37) % 30));
    case 3:
      return filled(m, n, (i, j) => valueAt(normal, [i, j]) * 10 ** -((i * 37) % 30));
    default:
      return gridOf(
        [m, n],
        random_.sparse(m * n, 0.8).map(x => x * 10 ** ((random_.bits() % 31) - 15)),
      );
  }
}

/** A = U·diag(s)·Vᵀ, orthonormal U and V, σ in order and where the oracle has them, signs fixed. */
export async function checkSvd(findings: Findings, found: Svd, a: Grid, label: string): Promise<void> {
  const [u, s, vt] = await Promise.all([readGrid(found.u), readGrid(found.s), readGrid(found.vt)]);
  const precision = precisionOf(found.u);
  const [k = 0] = s.shape.slice(-1);
  const n = Math.max(1, ...a.shape.slice(-2));
  const bound = orthogonalFactors(n, precision);
  matricesOf(a).forEach((own, b) => {
    const values = Array.from({ length: k }, (_, i) => s.data[b * k + i] ?? NaN);
    const left = matricesOf(u)[b] ?? grid([0, 0], []);
    const right = matricesOf(vt)[b] ?? grid([0, 0], []);
    const where = `${label}, matrix ${b}`;
    const residual = apart(composed(firstColumns(left, k), values, firstRows(right, k)), own);
    findings.check(residual <= bound, `${where}: U·Σ·Vᵀ is ${residual} from A, allowed ${bound}`);
    for (const [name, x] of [
      ['U', left],
      ['V', flipped(right)],
    ] as const) {
      const off = skew(x);
      findings.check(off <= bound, `${where}: ${name} is ${off} from orthonormal, allowed ${bound}`);
    }
    findings.check(areSigned(left), `${where}: the largest element of a column of U is negative`);
    checkSingularValues(findings, values, own, precisionOf(found.s), where);
  });
}

/** σ in order, and where the oracle has them. */
export function checkSingularValues(
  findings: Findings,
  values: readonly number[],
  a: Grid,
  precision: ReturnType<typeof precisionOf>,
  label: string,
): void {
  const expected = singularValues(a);
  findings.check(
    values.every((value, i) => value <= (values[i - 1] ?? Infinity)),
    `${label}: σ is not in order`,
  );
  findings.close(values, expected, spectrum(Math.max(...a.shape), precision, expected[0] ?? 0), `${label}: σ`);
}

/** A·V = V·diag(λ), an orthonormal V, λ in order and where the oracle has them, signs fixed. `a` is symmetric. */
export async function checkEigh(findings: Findings, found: Eigh, a: Grid, label: string): Promise<void> {
  const [values, vectors] = await Promise.all([readGrid(found.eigenvalues), readGrid(found.eigenvectors)]);
  const n = a.shape.at(-1) ?? 0;
  const precision = precisionOf(found.eigenvectors);
  const bound = orthogonalFactors(n, precision);
  matricesOf(a).forEach((own, b) => {
    const v = matricesOf(vectors)[b] ?? grid([0, 0], []);
    const lambda = Array.from({ length: n }, (_, i) => values.data[b * n + i] ?? NaN);
    const where = `${label}, matrix ${b}`;
    const residual = apart(composed(v, lambda, flipped(v)), own);
    findings.check(residual <= bound, `${where}: V·Λ·Vᵀ is ${residual} from A, allowed ${bound}`);
    findings.check(skew(v) <= bound, `${where}: V is ${skew(v)} from orthonormal, allowed ${bound}`);
    findings.check(areSigned(v), `${where}: the largest element of an eigenvector is negative`);
    findings.check(
      lambda.every((value, i) => value >= (lambda[i - 1] ?? -Infinity)),
      `${where}: λ is not in order`,
    );
    const expected = eigenvalues(own);
    const largest = Math.max(0, ...expected.map(Math.abs));
    findings.close(lambda, expected, spectrum(n, precision, largest), `${where}: λ`);
  });
}

/** (B + Bᵀ)/2 */
export const symmetric = (b: Grid): Grid =>
  filled(b.shape[0] ?? 0, b.shape[0] ?? 0, (i, j) => (valueAt(b, [i, j]) + valueAt(b, [j, i])) / 2);

/** Symmetric, with these eigenvalues. */
export function withEigenvalues(values: readonly number[], seed = 1): Grid {
  const n = values.length;
  const q = withSpectrum(n, n, new Array<number>(n).fill(1), seed);
  return symmetric(composed(q, values, flipped(q)));
}

const firstColumns = (x: Grid, k: number): Grid =>
  grid(
    [x.shape[0] ?? 0, k],
    Array.from({ length: (x.shape[0] ?? 0) * k }, (_, at) => valueAt(x, [Math.floor(at / k), at % k])),
  );

const firstRows = (x: Grid, k: number): Grid =>
  grid([k, x.shape[1] ?? 0], Array.from(x.data).slice(0, k * (x.shape[1] ?? 0)));
