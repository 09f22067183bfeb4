/** `partialFourier`: frequencies of a real signal or picture, as real numbers. */
import { OptionError } from '../errors.ts';
import { cosine, isOneMatrix, matrixOfRows, sine } from './one-matrix.ts';
import { operatorOf, type LinearOperator } from './operator.ts';
import { readPicks, readSignalShape, Selection, type SignalShape } from './picks.ts';
import { divisorOf, stagedCost, Stages } from './stages.ts';

const op = 'partialFourier';

/**
 * Some frequencies of a real signal of n numbers, or of a picture [height, width], which is given as its pixels row by row; the
 * picks then are k₁·width + k₂. The real parts come first, in the order of the picks, then the imaginary parts of those that have one:
 *
 *     y = [w·Re F[picks], w·Im F[picks that have one]],   F[k] = Σ x[t]·e^(−2πi·kt/n)
 *
 * with F as `numpy.fft.fft(x)` or `numpy.fft.fft2(x).ravel()` have it, w = √(2/n), and √(1/n) for the frequencies that are their own
 * mirror image: 0, and n/2 for even n. They have no imaginary part. Rows are orthonormal: A·Aᵀ = I, and the norm is 1. A real
 * signal has the conjugate at the mirror image (n − k), so that picking both would ask twice; that throws `OptionError`.
 *
 * ```ts
 * const operator = partialFourier(4, [0, 1]);
 * await operator.apply(tensor([1, 2, 3, 4])).toArray(); // F is 10 and −2 + 2i: [10/√4, −2·√(2/4), 2·√(2/4)]
 * ```
 */
export function partialFourier(shape: SignalShape, picks: ArrayLike<number>): LinearOperator {
  const { height, width, isPicture } = readSignalShape(shape, op);
  const n = height * width;
  const chosen = readPicks(picks, n, op);
  const mirror = (k: number): number =>
    ((height - Math.floor(k / width)) % height) * width + ((width - (k % width)) % width);
  const isPicked = new Set(chosen);
  for (const k of chosen)
    if (mirror(k) !== k && isPicked.has(mirror(k)))
      throw new OptionError(
        `${op}: ${k} and ${mirror(k)} are picked, which are conjugates of each other in a real signal. Pick one of them.`,
      );
  const whole = chosen.filter(k => mirror(k) !== k);
  const rows: readonly Row[] = [
    ...Array.from(chosen, k => ({ k, part: 0, weight: Math.sqrt((mirror(k) === k ? 1 : 2) / n) })),
    ...Array.from(whole, k => ({ k, part: 1, weight: Math.sqrt(2 / n) })),
  ];
  const n1 = isPicture ? height : divisorOf(n);
  const n2 = n / n1;
  const m = rows.length;
  if (isOneMatrix(m, n, isPicture ? 0 : stagedCost(n1, n2), op))
    return matrixOfRows(op, m, n, (i, t) => {
      const { k, part, weight } = rows[i] ?? NOTHING;
      // In units of 1/n of a turn for signals; of pictures, sides have units of their own, which meet in those of 1/(h·w).
      const turns = isPicture
        ? ((Math.floor(k / width) * Math.floor(t / width)) % height) * width +
          (((k % width) * (t % width)) % width) * height
        : k * t;
      return weight * (part === 0 ? cosine(turns, n) : -sine(turns, n));
    });
  const stages = new Stages(n1, n2, !isPicture);
  const selection = new Selection(
    1,
    2 * n,
    () => ({
      at: Uint32Array.from(rows, ({ k, part }) => {
        const [k1, k2] = isPicture ? [Math.floor(k / width), k % width] : [k % n1, Math.floor(k / n1)];
        return (2 * k1 + part) * n2 + k2;
      }),
      weights: Float64Array.from(rows, ({ weight }) => weight),
    }),
    m,
  );
  return operatorOf(op, {
    shape: [m, n],
    norm: 1,
    cost: stagedCost(n1, n2),
    apply: (x, scope) => selection.select(stages.forward(scope.keep(x.reshape([n1, n2])), op, scope), op, scope),
    adjoint: (y, scope) =>
      scope.keep(
        stages.backward(scope.keep(selection.spread(y, op, scope).reshape([n1, 2, n2])), op, scope).reshape([n]),
      ),
    held: [...stages.held, ...selection.held],
  });
}

/** A row of the transform: a frequency, its real (0) or imaginary (1) part, and what that is multiplied by. */
interface Row {
  readonly k: number;
  readonly part: number;
  readonly weight: number;
}

const NOTHING: Row = { k: 0, part: 0, weight: 0 };
