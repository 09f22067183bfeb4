/**
 * The rows of a transform that an operator has: which they are, and the way between all that a transform gives and the rows that
 * are wanted of it.
 */
import { mul, sum, take } from '../arith/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { show } from '../options.ts';
import type { Scope, Tensor } from '../tensor/index.ts';
import { Constant } from './operator.ts';

/** The length of a signal, or height and width of a picture, whose pixels are counted row by row. */
export type SignalShape = number | readonly [number, number];

/** As [height, width]; a signal is one row. */
export function readSignalShape(shape: unknown, op: string): { height: number; width: number; isPicture: boolean } {
  const sides: readonly unknown[] = Array.isArray(shape) ? shape : [1, shape];
  const [height, width] = sides;
  const isLength = (side: unknown): side is number => Number.isSafeInteger(side) && (side as number) > 0;
  if (sides.length !== 2 || !isLength(height) || !isLength(width))
    throw new ShapeError(`${op}: the shape is ${show(shape)}. Give a length, or [height, width], all above 0.`);
  return { height, width, isPicture: Array.isArray(shape) };
}

/** Which rows are wanted: whole numbers below n, none of them twice. */
export function readPicks(picks: unknown, n: number, op: string): Uint32Array {
  const list = Array.isArray(picks) || ArrayBuffer.isView(picks) ? (picks as unknown as ArrayLike<unknown>) : undefined;
  if (!list) throw new OptionError(`${op}: the picks are ${show(picks)}. Give an array of whole numbers below ${n}.`);
  if (list.length === 0) throw new OptionError(`${op}: there are no picks. Give one at least.`);
  const seen = new Set<number>();
  return Uint32Array.from(list, (pick, at) => {
    if (!Number.isInteger(pick) || (pick as number) < 0 || (pick as number) >= n)
      throw new OptionError(`${op}: picks[${at}] is ${show(pick)}. Give whole numbers from 0 to ${n - 1}.`);
    if (seen.has(pick as number))
      throw new OptionError(
        `${op}: ${show(pick)} is picked twice. Pick each row once: that it counts more, weights say.`,
      );
    seen.add(pick as number);
    return pick as number;
  });
}

/**
 * A selection of weighted numbers: out[i] = Σ over t of weights[t, i] · x[at[t, i]], each number used once at most. The transpose
 * puts them back, with zeros where nothing came from.
 */
export class Selection {
  readonly #terms: number;
  readonly #count: number;
  readonly #at: Constant;
  readonly #weights: Constant;
  readonly #source: Constant;
  readonly #shares: Constant;

  /** `at` and `weights` [terms · count], out of `total` numbers. */
  constructor(terms: number, total: number, make: () => { at: Uint32Array; weights: Float64Array }, count: number) {
    this.#terms = terms;
    this.#count = count;
    let made: ReturnType<typeof make> | undefined;
    const table = (): ReturnType<typeof make> => (made ??= make());
    this.#at = new Constant([terms * count], () => table().at);
    this.#weights = new Constant([terms * count], () => table().weights);
    this.#source = new Constant([total], () => {
      const source = new Uint32Array(total);
      table().at.forEach((from, i) => (source[from] = i % count));
      return source;
    });
    this.#shares = new Constant([total], () => {
      const { at, weights } = table();
      const shares = new Float64Array(total);
      at.forEach((from, i) => (shares[from] = weights[i] ?? 0));
      return shares;
    });
  }

  get held(): readonly Constant[] {
    return [this.#at, this.#weights, this.#source, this.#shares];
  }

  select(x: Tensor, op: string, scope: Scope): Tensor {
    const flat = scope.keep(x.reshape([-1]));
    const taken = scope.keep(take(flat, this.#at.beside(x, op)));
    const weighted = scope.keep(mul(taken, this.#weights.beside(x, op)));
    if (this.#terms === 1) return weighted;
    return scope.keep(sum(scope.keep(weighted.reshape([this.#terms, this.#count])), { axis: 0 }));
  }

  spread(y: Tensor, op: string, scope: Scope): Tensor {
    const spread = scope.keep(take(y, this.#source.beside(y, op)));
    return scope.keep(mul(spread, this.#shares.beside(y, op)));
  }
}
