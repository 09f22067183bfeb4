/** How Q and R are judged: residual, orthogonality, the triangle and the signs of its diagonal. */
import type { Tensor } from '../../src/index.ts';
import { grid, valueAt, type Grid } from '../oracle/grid.ts';
import { triangleOf } from '../oracle/qr.ts';
import { orthogonalFactors, precisionOf, triangle } from '../tolerance.ts';
import type { Findings } from './expect.ts';
import { matricesOf } from './linalg.ts';
import { flipped, identity } from './solve.ts';

export const readGrid = async (x: Tensor): Promise<Grid> => grid(x.shape, Float64Array.from(await x.data()));

/** A·B, in doubles. */
export function times(a: Grid, b: Grid): Grid {
  const [n = 0, k = 0] = a.shape;
  const [, m = 0] = b.shape;
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let l = 0; l < k; l++) {
      const share = a.data[i * k + l] ?? NaN;
      for (let j = 0; j < m; j++) out[i * m + j] = (out[i * m + j] ?? NaN) + share * (b.data[l * m + j] ?? NaN);
    }
  return grid([n, m], out);
}

/** √Σ(x − y)² over √Σy²; 0 for nothing. Numbers are brought to magnitudes about 1 first. */
export function apart(x: Grid, y: Grid): number {
  const size = Array.from(y.data).reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const length = (values: ArrayLike<number>): number =>
    Math.sqrt(Array.from(values, v => (v / size) ** 2).reduce((a, b) => a + b, 0));
  const off = length(Array.from(x.data, (value, at) => value - (y.data[at] ?? NaN)));
  return off === 0 ? 0 : off / length(y.data);
}

/** ‖QᵀQ − I‖ in the Frobenius norm. */
export const skew = (q: Grid): number => {
  const product = times(flipped(q), q);
  const one = identity(q.shape[1] ?? 0);
  return Math.sqrt(
    Array.from(product.data, (value, at) => (value - (one.data[at] ?? NaN)) ** 2).reduce((a, b) => a + b, 0),
  );
};

/**
 * Q and R of a stack of matrices. `condition` is that of each matrix, as far as R can be compared at all: from there on
 * its elements, too, must be what the oracle finds, signs and all.
 */
export async function checkQr(
  findings: Findings,
  { q, r }: { readonly q: Tensor; readonly r: Tensor },
  a: Grid,
  label: string,
  condition?: number,
): Promise<void> {
  const [m = 0, n = 0] = a.shape.slice(-2);
  const bound = orthogonalFactors(Math.max(m, n), precisionOf(q));
  const complete = q.shape.at(-1) === m && r.shape.at(-2) === m;
  const k = complete ? m : Math.min(m, n);
  const batch = a.shape.slice(0, -2);
  findings.shape(q.shape, [...batch, m, k], `${label}, Q`);
  findings.shape(r.shape, [...batch, k, n], `${label}, R`);
  const [qs, rs] = [matricesOf(await readGrid(q)), matricesOf(await readGrid(r))];
  matricesOf(a).forEach((own, index) => {
    const [ownQ, ownR] = [qs[index] ?? own, rs[index] ?? own];
    const here = `${label} [${m}, ${n}], matrix ${index}`;
    const residual = apart(times(ownQ, ownR), own);
    findings.check(residual <= bound, `${here}: the residual is ${residual}, allowed ${bound}`);
    const off = skew(ownQ);
    findings.check(off <= bound, `${here}: QᵀQ is ${off} away from I, allowed ${bound}`);
    findings.check(
      Array.from(ownR.data).every((value, at) => at % n >= Math.floor(at / n) || value === 0),
      `${here}: zeros below the diagonal`,
    );
    if (condition === undefined) return;
    const truth = triangleOf(own);
    const lengths = Array.from({ length: n }, (_, j) =>
      Math.hypot(...Array.from({ length: m }, (__, i) => valueAt(own, [i, j]))),
    );
    findings.close(
      ownR.data,
      Array.from(truth.data).slice(0, k * n),
      at => triangle(Math.max(m, n), precisionOf(q), condition, lengths[at % n] ?? 0),
      `${here}: R`,
    );
  });
}
