/** `partialDct`: rows of the cosine transform, of a signal or of a picture. */
import { take } from '../arith/index.ts';
import { matmul } from '../linalg/index.ts';
import { cosine, filled, isOneMatrix, matrixOfRows, sine } from './one-matrix.ts';
import { Constant, operatorOf, type LinearOperator, type Product } from './operator.ts';
import { readPicks, readSignalShape, Selection, type SignalShape } from './picks.ts';
import { divisorOf, stagedCost, Stages } from './stages.ts';

const op = 'partialDct';

/**
 * Some rows of the orthonormal cosine transform (DCT-II) of a signal of n numbers, or of a picture [height, width], which is given
 * as its pixels row by row:
 *
 *     y[i] = s·Σ x[t]·cos(π·(2t + 1)·k / 2n) for k = picks[i], with s = √(2/n), and √(1/n) for k = 0
 *
 * as `scipy.fft.dct(x, norm='ortho')[picks]`, and of a picture `scipy.fft.dctn(x, norm='ortho').ravel()[picks]`. Rows are
 * orthonormal: A·Aᵀ = I, and the norm is 1. Few rows are one matrix; more are found by two stages where n has divisors near its
 * root (powers of two do), and a picture goes side by side.
 *
 * ```ts
 * const operator = partialDct(4, [0, 2]);
 * await operator.apply(tensor([1, 1, 1, 1])).toArray(); // [2, 0]
 * ```
 */
export function partialDct(shape: SignalShape, picks: ArrayLike<number>): LinearOperator {
  const { height, width, isPicture } = readSignalShape(shape, op);
  const n = height * width;
  const rows = readPicks(picks, n, op);
  const m = rows.length;
  if (isPicture) {
    if (!isOneMatrix(m, n, 0, op)) return ofPicture(height, width, rows);
    return matrixOfRows(op, m, n, (i, t) => {
      const [k, at] = [rows[i] ?? 0, Math.floor(t / width)];
      return element(Math.floor(k / width), at, height) * element(k % width, t % width, width);
    });
  }
  const n1 = divisorOf(n);
  if (!isOneMatrix(m, n, stagedCost(n1, n / n1), op)) return ofSignal(n1, n / n1, rows);
  return matrixOfRows(op, m, n, (i, t) => element(rows[i] ?? 0, t, n));
}

/** s·cos(π·(2t + 1)·k / 2n) */
const element = (k: number, t: number, n: number): number =>
  Math.sqrt((k === 0 ? 1 : 2) / n) * cosine((2 * t + 1) * k, 4 * n);

/** By a Fourier transform of the same length: that of x[0], x[2], …, x[3], x[1], turned by a quarter of its frequency (Makhoul, 1980). */
function ofSignal(n1: number, n2: number, picks: Uint32Array): LinearOperator {
  const [m, n] = [picks.length, n1 * n2];
  const stages = new Stages(n1, n2, true);
  const folded = (t: number): number => (2 * t < n ? 2 * t : 2 * n - 1 - 2 * t);
  // Transposed, since that is how the first product wants it.
  const gather = new Constant([n], () =>
    Uint32Array.from({ length: n }, (_, i) => folded(n2 * (i % n1) + Math.floor(i / n1))),
  );
  const ungather = new Constant([n], () => {
    const out = new Uint32Array(n);
    for (let t = 0; t < n; t++) out[folded(t)] = t;
    return out;
  });
  const table = (): { at: Uint32Array; weights: Float64Array } => {
    const at = new Uint32Array(2 * m);
    const weights = new Float64Array(2 * m);
    picks.forEach((k, i) => {
      const size = Math.sqrt((k === 0 ? 1 : 2) / n);
      at[i] = (k % n1) * 2 * n2 + Math.floor(k / n1);
      at[m + i] = (at[i] ?? 0) + n2;
      weights[i] = size * cosine(k, 4 * n);
      weights[m + i] = size * sine(k, 4 * n);
    });
    return { at, weights };
  };
  const selection = new Selection(2, 2 * n, table, m);
  return operatorOf(op, {
    shape: [m, n],
    norm: 1,
    cost: stagedCost(n1, n2),
    apply(x, scope) {
      const turned = scope.keep(scope.keep(take(x, gather.beside(x, op))).reshape([n2, n1]));
      return selection.select(stages.forward(scope.keep(turned.permuted([1, 0])), op, scope), op, scope);
    },
    adjoint(y, scope) {
      const v = stages.backward(scope.keep(selection.spread(y, op, scope).reshape([n1, 2, n2])), op, scope);
      return scope.keep(take(scope.keep(v.reshape([n])), ungather.beside(y, op)));
    },
    held: [...stages.held, gather, ungather, ...selection.held],
  });
}

/** Columns, then rows: D_h·X·D_wᵀ. Both products are made of rows, as the kernel of products wants them. */
function ofPicture(height: number, width: number, picks: Uint32Array): LinearOperator {
  const [m, n] = [picks.length, height * width];
  const basis = (side: number): { rows: Constant; columns: Constant } => ({
    rows: new Constant([side, side], () => filled(side, side, (k, t) => element(k, t, side))),
    columns: new Constant([side, side], () => filled(side, side, (t, k) => element(k, t, side))),
  });
  const [down, along] = [basis(height), basis(width)];
  const both =
    (which: 'rows' | 'columns'): Product =>
    (x, scope) => {
      const picture = scope.keep(x.reshape([height, width]));
      const first = scope.keep(matmul(along[which].beside(x, op), picture, { transposeB: true }));
      return scope.keep(matmul(down[which].beside(x, op), first, { transposeB: true }));
    };
  const selection = new Selection(1, n, () => ({ at: picks, weights: new Float64Array(m).fill(1) }), m);
  return operatorOf(op, {
    shape: [m, n],
    norm: 1,
    cost: n * (height + width),
    apply: (x, scope) => selection.select(both('rows')(x, scope), op, scope),
    adjoint: (y, scope) => scope.keep(both('columns')(selection.spread(y, op, scope), scope).reshape([n])),
    held: [down.rows, down.columns, along.rows, along.columns, ...selection.held],
  });
}
