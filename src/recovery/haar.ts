/** `haarWavelet`: a signal or a picture from its Haar coefficients. */
import { concat } from '../arith/index.ts';
import { OptionError } from '../errors.ts';
import { matmul } from '../linalg/index.ts';
import { checkOptions, show } from '../options.ts';
import { copyRowMajor, type Scope, type Tensor } from '../tensor/index.ts';
import { Constant, operatorOf, type LinearOperator } from './operator.ts';
import { readSignalShape, type SignalShape } from './picks.ts';
import { filled } from './one-matrix.ts';

const op = 'haarWavelet';

/** Numbers that coarse levels may tell of to be one product, rather than one a level. */
const COARSE = 256;

/**
 * The orthonormal Haar basis of signals of n numbers, or of pictures [height, width], as an operator from coefficients to signals: x
 * are the coefficients, A·x is the signal, and Aᵀ of a signal finds its coefficients. In a level, neighbours a and b become
 *
 *     (a + b)/√2, of which the next level is made, and (a − b)/√2, which is kept
 *
 * and of a picture four neighbours a b / c d become (a + b + c + d)/2, of which the next level is made, and (a − b + c − d)/2,
 * (a + b − c − d)/2, (a − b − c + d)/2. Coefficients begin with what the last level left, and go on from coarse to fine, in each
 * level a kind after the other in the order above.
 *
 * Left out, `levels` are as many as all sides can be halved. With none, A = I.
 *
 * ```ts
 * const operator = haarWavelet(4);
 * await operator.adjoint(tensor([3, 3, 1, 1])).toArray(); // [4, 2, 0, 0]
 * await operator.apply(tensor([4, 2, 0, 0])).toArray(); // [3, 3, 1, 1]
 * ```
 */
export function haarWavelet(
  shape: SignalShape,
  options: { readonly levels?: number | undefined } = {},
): LinearOperator {
  checkOptions(op, options, ['levels']);
  const { height, width, isPicture } = readSignalShape(shape, op);
  const most = isPicture ? Math.min(halvings(height), halvings(width)) : halvings(width);
  const { levels = most } = options;
  if (!Number.isSafeInteger(levels) || levels < 0 || levels > most)
    throw new OptionError(
      `${op}: levels is ${show(levels)}, and ${isPicture ? `[${height}, ${width}]` : width} can be halved ${most} times. Give a whole number from 0 to ${most}.`,
    );
  const n = height * width;
  const sides = Array.from({ length: levels }, (_, level) => sidesAt(height, width, isPicture, levels - level));
  const fine = sides.findIndex(one => one.kinds * one.count > COARSE);
  const coarse = sides.slice(0, fine < 0 ? levels : fine);
  const rest = sides.slice(coarse.length);
  const first = rest[0]?.count ?? n;
  const dense = new Constant([first, first], () => basisOf(coarse, first));
  const denseTurned = new Constant([first, first], () => turnedBasis(basisOf(coarse, first), first));
  const kinds = isPicture ? 4 : 2;
  const signs = new Constant([kinds, kinds], () => filled(kinds, kinds, (i, j) => sign(i, j) / Math.sqrt(kinds)));
  return operatorOf(op, {
    shape: [n, n],
    norm: 1,
    cost: first ** 2 + 2 * kinds * n,
    apply(x, scope) {
      const left = scope.keep(x.slice(0, first));
      let signal = coarse.length > 0 ? scope.keep(matmul(dense.beside(x, op), left)) : left;
      for (const { height: h, width: w, count } of rest) {
        const details = scope.keep(x.slice(count, kinds * count));
        const stack = scope.keep(scope.keep(concat([signal, details])).reshape([kinds, count]));
        const fours = scope.keep(matmul(stack, signs.beside(x, op), { transposeA: true }));
        signal = isPicture ? interleaved(fours, [h, w, 2, 2], scope) : scope.keep(fours.reshape([-1]));
      }
      return signal;
    },
    adjoint(y, scope) {
      const details: Tensor[] = [];
      let signal = y;
      for (const { height: h, width: w, count } of rest.toReversed()) {
        const fours = isPicture ? interleaved(signal, [h, 2, w, 2], scope) : signal;
        const rows = scope.keep(fours.reshape([count, kinds]));
        const stack = scope.keep(matmul(signs.beside(y, op), rows, { transposeB: true }));
        signal = scope.keep(stack.row(0));
        details.unshift(scope.keep(scope.keep(stack.slice(1)).reshape([-1])));
      }
      const left = coarse.length > 0 ? scope.keep(matmul(denseTurned.beside(y, op), signal)) : signal;
      return details.length > 0 ? scope.keep(concat([left, ...details])) : left;
    },
    held: [dense, denseTurned, signs],
  });
}

/** The two axes in the middle exchanged, and all of it flat: from fours to the pixels that they are of, and back. */
function interleaved(x: Tensor, shape: readonly number[], scope: Scope): Tensor {
  const apart = scope.keep(x.reshape(shape));
  return scope.keep(scope.keep(copyRowMajor(scope.keep(apart.permuted([0, 2, 1, 3])), op)).reshape([-1]));
}

/** What a level begins with: sums of `height` × `width` neighbourhoods, and as many details of each other kind. */
interface Level {
  readonly height: number;
  readonly width: number;
  readonly count: number;
  readonly kinds: number;
}

function sidesAt(height: number, width: number, isPicture: boolean, halved: number): Level {
  const [h, w] = [isPicture ? height / 2 ** halved : height, width / 2 ** halved];
  return { height: h, width: w, count: h * w, kinds: isPicture ? 4 : 2 };
}

function halvings(length: number): number {
  let count = 0;
  for (let rest = length; rest % 2 === 0; rest /= 2) count++;
  return count;
}

/** The sign of neighbour j in a detail of kind i: bits of i say across which sides it changes. */
const sign = (i: number, j: number): number => ((i & 1 & j) ^ ((i & j) >> 1) ? -1 : 1);

/** The signals [size, size] of the coefficients of some levels, as columns. */
function basisOf(levels: readonly Level[], size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let one = 0; one < size; one++) {
    let signal = new Float64Array(size).fill(0);
    signal[one] = 1;
    for (const level of levels) signal = synthesized(signal, level);
    signal.forEach((value, t) => (out[t * size + one] = value));
  }
  return out;
}

/** The first numbers, which are a level's coefficients, become its signal; the others stay as they are. */
function synthesized(x: Float64Array<ArrayBuffer>, { height, width, count, kinds }: Level): Float64Array<ArrayBuffer> {
  const out = x.slice();
  for (let at = 0; at < count; at++)
    for (let j = 0; j < kinds; j++) {
      let sum = 0;
      for (let i = 0; i < kinds; i++) sum += sign(i, j) * (x[i * count + at] ?? 0);
      const [row, column] = [Math.floor(at / width), at % width];
      const to = kinds === 2 ? 2 * at + j : (2 * row + (j >> 1)) * 2 * width + 2 * column + (j & 1);
      if (row < height) out[to] = sum / Math.sqrt(kinds);
    }
  return out;
}

const turnedBasis = (basis: Float64Array, size: number): Float64Array =>
  filled(size, size, (i, j) => basis[j * size + i] ?? 0);
