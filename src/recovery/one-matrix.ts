/** Operators that are one matrix, given by its elements: for few rows, or short ones, nothing else is as fast. */
import { LimitError } from '../errors.ts';
import { matmul } from '../linalg/index.ts';
import { Constant, operatorOf, type LinearOperator, type Product } from './operator.ts';

/** cos and sin of 2π·turns / n, for whole numbers: what is whole of turns / n is taken off exactly. */
export const cosine = (turns: number, n: number): number => Math.cos((2 * Math.PI * (turns % n)) / n);
export const sine = (turns: number, n: number): number => Math.sin((2 * Math.PI * (turns % n)) / n);

/** A matrix by its elements, row by row. */
export function filled(rows: number, columns: number, element: (i: number, j: number) => number): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[i * columns + j] = element(i, j);
  return out;
}

/** Elements of a matrix that is worth more than the launches of anything else, and those that nobody wants to hold. */
const [SMALL, LARGE] = [2 ** 20, 2 ** 28];

/** Whether a product with a matrix of m rows of a transform is cheaper than the whole transform for `otherwise` multiplications. */
export function isOneMatrix(m: number, n: number, otherwise: number, op: string): boolean {
  const isBest = m * n <= Math.max(SMALL, otherwise);
  if (isBest && m * n > LARGE)
    throw new LimitError(
      `${op}: ${n} has no divisors near its root, so that ${m} rows are a matrix of ${m * n} numbers. Take a length that has them, a power of two, say.`,
    );
  return isBest;
}

/** Orthonormal rows by their elements. The matrix is made when it is needed, and held for either direction. */
export function matrixOfRows(op: string, m: number, n: number, at: (i: number, t: number) => number): LinearOperator {
  const rows = new Constant([m, n], () => filled(m, n, at));
  const columns = new Constant([n, m], () => filled(n, m, (t, i) => at(i, t)));
  const by =
    (matrix: Constant): Product =>
    (x, scope) =>
      scope.keep(matmul(matrix.beside(x, op), x));
  return operatorOf(op, {
    shape: [m, n],
    norm: 1,
    cost: m * n,
    apply: by(rows),
    adjoint: by(columns),
    held: [rows, columns],
  });
}
