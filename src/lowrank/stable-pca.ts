/** `stablePca`: a matrix as one of low rank, a sparse one, and noise of known size. What it shares with `robustPca` is there. */
import { OptionError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import type { TensorLike } from '../tensor/index.ts';
import { constantly, separation, SHARED, type Separation, type SeparationOptions } from './robust-pca.ts';

export interface StablePcaOptions extends SeparationOptions {
  /** The standard deviation of the noise. Give this or `bound`. */
  readonly deviation?: number | undefined;
  /** The norm that the noise may have, ‖D − L − S‖_F ≤ δ. */
  readonly bound?: number | undefined;
}

/** μ·ν of a run, and how many times its usual value μ may be for that: found by trial to take few iterations. */
const WEIGHT = 0.3;
const MOST = 10;

/** A `Separation` with a rest. */
export interface StableSeparation extends Separation {
  /** ‖N‖_F of the noise N that was taken out: D − L − S, but for the residual. */
  readonly noise: number;
}

/**
 * Stable principal component pursuit (Zhou, Li, Wright, Candès and Ma 2010), for data of which every element is a little wrong and
 * some are grossly: D = L + S + N with L of low rank, sparse S and small N. With `deviation` σ it minimises
 *
 *     ‖L‖_* + λ‖S‖₁ + ‖N‖²_F / 2ν,   ν = σ·√(2·max(m, n))
 *
 * which is what the paper computes; with `bound` δ it minimises ‖L‖_* + λ‖S‖₁ where ‖N‖_F ≤ δ: ν is found on the way. Of m·n numbers
 * of deviation σ the norm is about σ·√(m·n). Since a share of L goes with the noise, singular values come out smaller by up to ν.
 *
 * The iteration is robustPca's 'admm' with N minimised together with S, so that it converges to the minimum, in some 50 to 500
 * steps; L has to stand still for an end. NaN or ∞ rejects with `NonFiniteError`.
 *
 * ```ts
 * const row = [1, 2, 3, 4, 5];
 * const d = [row, [1.01, 2, 3.01, 4, 5], [1, 2, 90, 4, 5], row, row];
 * const { rank, lowRank, noise } = await stablePca(d, { deviation: 0.01 });
 * // rank is 1: rows of lowRank are within 0.02 of [1, 2, 3, 4, 5], and noise is 0.035
 * ```
 */
export async function stablePca(d: TensorLike, options: StablePcaOptions): Promise<StableSeparation> {
  const op = 'stablePca';
  checkOptions(op, options, [...SHARED, 'deviation', 'bound']);
  const { deviation, bound } = options;
  if ((deviation === undefined) === (bound === undefined))
    throw new OptionError(
      `${op}: ${bound === undefined ? 'neither deviation nor bound is given' : 'both deviation and bound are given'}. Give one of them.`,
    );
  for (const [name, value] of Object.entries({ deviation, bound }))
    if (value !== undefined && !(typeof value === 'number' && value > 0 && value < Infinity))
      throw new OptionError(`${op}: ${name} is ${show(value)}. Give a number > 0, or use robustPca.`);
  const found = await separation(
    d,
    options,
    ({ d: unit, power, magnitudes }) => {
      const [m = 0, n = 0] = unit.shape;
      const size = (deviation ?? (bound ?? 0) / Math.sqrt(m * n)) * power;
      const nu = size * Math.sqrt(2 * Math.max(m, n));
      // As without noise; but where ν is small, more, or N would be long on its way.
      const usual = unit.size / (4 * magnitudes);
      return {
        ...constantly(Math.max(usual, Math.min(WEIGHT / nu, MOST * usual))),
        nu,
        startsAtD: false,
        ...(bound !== undefined && { bound: bound * power }),
      };
    },
    op,
  );
  return { ...found, noise: found.history.at(-1)?.noise ?? 0 };
}
