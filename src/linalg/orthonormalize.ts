/**
 * Bases of the columns of a tall matrix: an orthonormal one, and one that is only as good as repeated products want it, for
 * which products of matrices are nearly all of the work.
 */
import { add, div, mul, sqrt, where } from '../arith/index.ts';
import { NotPositiveDefiniteError } from '../errors.ts';
import { pairs } from '../pairwise/index.ts';
import { Scope, type Pace, type Tensor } from '../tensor/index.ts';
import { factorize } from './cholesky.ts';
import { invertLower } from './factor/invert.ts';
import { factorsAtPace } from './householder/factor.ts';
import { scatter } from './moments.ts';
import { product } from './product.ts';
import { diagonalOf } from './views.ts';

/**
 * Orthonormal columns [m, n] whose span has that of x [m, n], m ≥ n: Q of Householder's factorisation, so that they are
 * orthonormal whatever the rank of x.
 */
export async function orthonormalize(x: Tensor, op: string, scope: Scope, pace: Pace): Promise<Tensor> {
  const { q } = await factorsAtPace(x, 'reduced', op, scope, pace);
  if (!q) throw new Error('broken invariant: Q was asked for');
  return q;
}

/** Columns above which the shift below would be felt. */
const MOST_COLUMNS = 160;
/** Roundings that a sum of products of unit columns may be off by, whatever its length: it is summed in short chains. */
const CHAIN = 64;

/**
 * Columns of about the same span as those of x [m, n], m ≥ n, as far apart from each other as rounding allows: twice
 * X ← X·L⁻ᵀ with L·Lᵀ = XᵀX + shift·I, for columns brought to length 1 (shifted Cholesky QR: Fukaya, Kannan, Nakatsukasa,
 * Yamamoto and Yanagisawa, 2020). A direction that is only σ of the largest becomes about σ/√shift of it, twice, and 1 at most.
 *
 * The shift is above what the sums and the factorisation can be off by together (Higham, Accuracy and Stability, theorem
 * 10.7), so that no pivot can fail, whatever the rank of x; columns of zeros stay zeros.
 */
export async function conditioned(x: Tensor, op: string, scope: Scope, pace: Pace): Promise<Tensor> {
  const [, n = 0] = x.shape;
  if (n > MOST_COLUMNS) return orthonormalize(x, op, scope, pace);
  const own = new Scope();
  try {
    const once = await spread(x, op, own, pace);
    return scope.keep(own.result(await spread(once, op, own, pace)));
  } finally {
    own.close();
  }
}

async function spread(x: Tensor, op: string, scope: Scope, pace: Pace): Promise<Tensor> {
  const [m = 0, n = 0] = x.shape;
  const unit = x.dtype === 'float64' ? 2 ** -53 : 2 ** -24;
  // Doubles are summed in longer chains, which shows nowhere else.
  const shift = (CHAIN + n + (x.dtype === 'float64' ? m : 0)) * n * unit;
  const gram = scatter(x, x, op, scope);
  await pace.spend(m * n * n, gram);
  const squares = diagonalOf(gram, op);
  scope.keep(squares);
  const lengths = scope.keep(sqrt(squares));
  const scales = scope.keep(where(squares, scope.keep(div(1, scope.keep(where(squares, lengths, 1)))), 1));
  const column = scope.keep(scales.reshape([n, 1]));
  const scaled = scope.keep(mul(scope.keep(mul(gram, scales)), column));
  const shifted = scope.keep(add(scaled, shiftedIdentity(x, n, shift, op, scope)));
  const explain = (): NotPositiveDefiniteError =>
    new NotPositiveDefiniteError(`${op}: a shifted matrix of products has a pivot below 0. This is a bug of unitball.`);
  const lower = factorize(shifted, { tolerance: 0, nanFails: false, explain }, op, scope);
  const map = scope.keep(mul(invertLower(lower, op, scope), scales));
  const out = scope.keep(pairs(op, product, { a: x, b: map }, scope));
  await pace.spend(m * n * n, out);
  return out;
}

function shiftedIdentity(like: Tensor, n: number, shift: number, op: string, scope: Scope): Tensor {
  const data = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? shift : 0));
  return scope.keep(like.device.upload(data, [n, n], like.dtype, op));
}
