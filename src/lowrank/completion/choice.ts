/**
 * Ranks and weights that nobody gave: by the gap between singular values, or by how well a tenth of the entries is foretold by
 * the others.
 */
import { OptionError } from '../../errors.ts';
import { norm } from '../../norm/index.ts';
import { Scope } from '../../tensor/index.ts';
import { byAls, leadingOf } from './als.ts';
import type { Triplets } from './factors.ts';
import { byImpute } from './impute.ts';
import { heldOut, type Observations } from './observations.ts';
import type { Settings } from './options.ts';
import { Pattern } from './pattern.ts';
import type { Problem } from './run.ts';

/** Ranks that a gap is looked for among, and that are tried on what was held out. */
const [MOST_BY_GAP, MOST_TRIED] = [40, 15];
/** Iterations a rank is tried with, and how many ranks or weights in a row may be worse than the best. */
const [TRIED, WORSE] = [20, 3];
/** A λ of the path as a share of the one before, where λ is given and where it is looked for; and how many of them there are. */
const [HALF, NEAR, LONGEST] = [0.5, 0.7, 24];
/** Singular values below this share of the largest are rounding. */
const ROUNDING = { float32: 2 ** -20, float64: 2 ** -46 } as const;

export async function rankOf(problem: Problem, known: Observations, settings: Settings, scope: Scope): Promise<number> {
  const { rank, maxRank = Infinity, seed } = settings;
  if (typeof rank === 'number') return rank;
  const { m, n } = known;
  const most = Math.min(m, n, maxRank);
  if (rank === 'hold-out')
    return foretelling(problem, known, Math.min(most, maxRank < Infinity ? maxRank : MOST_TRIED), settings);
  const { values } = await leadingOf(problem, Math.min(most, MOST_BY_GAP), seed, scope);
  const floor = ROUNDING[problem.place.pattern.dtype] * (values[0] ?? 0);
  const at = (k: number): number => Math.max(values[k] ?? 0, floor);
  let best = 1;
  // A matrix of rank k has k·(m + n − k) degrees of freedom, which fewer entries cannot tell.
  for (let k = 1; k <= Math.min(most, MOST_BY_GAP) && k * (m + n - k) <= known.values.length; k++)
    if (k < Math.min(m, n) && at(k - 1) / at(k) > at(best - 1) / at(best)) best = k;
  return best;
}

/** The problem of what is kept, and how far a result is from what is not. */
function trial(
  { place, unit }: Problem,
  known: Observations,
  seed: number,
  scope: Scope,
): { kept: Problem; missed: (left: Triplets['left'], v: Triplets['v'], own: Scope) => Promise<number> } {
  const { op, pace, pattern } = place;
  const { kept, out } = heldOut(known, seed);
  if (out.values.length === 0)
    throw new OptionError(
      `${op}: ${known.values.length} entries are too few to hold some out. Give the rank or lambda itself.`,
    );
  const [inner, outer] = [kept, out].map(part => new Pattern(part, pattern.device, op, scope));
  const [values, missing] = [kept, out].map(part =>
    scope.keep(
      pattern.device.upload(
        part.values.map(value => value / unit),
        [part.values.length],
        pattern.dtype,
        op,
      ),
    ),
  );
  if (!inner || !outer || !values || !missing) throw new Error('broken invariant: there are two parts');
  const size = Math.sqrt(kept.values.reduce((sum, value) => sum + (value / unit) ** 2, 0)) || 1;
  return {
    kept: { place: { op, pace, pattern: inner }, values, size, unit },
    async missed(left, v, own) {
      return own.keep(norm(await outer.sampled(left, v, { base: missing, sign: -1 }, own, pace))).item();
    },
  };
}

/** The rank up to `most` by which 'als' foretells best what it does not see. */
async function foretelling(problem: Problem, known: Observations, most: number, settings: Settings): Promise<number> {
  const { seed, tolerance, lambda, signal } = settings;
  let [best, least] = [1, Infinity];
  const scope = new Scope();
  try {
    const { kept, missed } = trial(problem, known, seed, scope);
    for (let rank = 1; rank <= most && rank <= best + WORSE; rank++) {
      const own = new Scope();
      try {
        const limits = {
          tolerance,
          maxIterations: TRIED,
          seed,
          tell: () => signal?.throwIfAborted(),
          state: undefined,
        };
        const weight = typeof lambda === 'number' ? lambda : 0;
        const { x } = await byAls(kept, { ...limits, rank, lambda: weight, from: undefined }, own);
        const miss = await missed(x.left, x.v, own);
        if (miss < least) [best, least] = [rank, miss];
      } finally {
        own.close();
      }
    }
  } finally {
    scope.close();
  }
  return best;
}

/** The weights of a path that ends with the one that is wanted; they begin below ‖P(M)‖₂, for which X = 0. */
export async function lambdasOf(
  problem: Problem,
  known: Observations,
  settings: Settings,
  scope: Scope,
): Promise<readonly number[]> {
  const { lambda, state, seed } = settings;
  if (state) return Array.from(state.tensors['lambdas']?.data ?? []);
  const { values } = await leadingOf(problem, 1, seed, scope);
  const largest = (values[0] ?? 0) * problem.unit;
  const path = (share: number): number[] => Array.from({ length: LONGEST }, (_, i) => largest * share ** (i + 1));
  if (typeof lambda === 'number')
    return [...path(HALF).filter(one => one > lambda && one > lambda + largest * 1e-4), lambda];
  const own = new Scope();
  try {
    const { kept, missed } = trial(problem, known, seed, own);
    const tried: number[] = [];
    const lambdas = path(NEAR);
    await byImpute(
      kept,
      {
        method: 'soft-impute',
        lambdas,
        step: 1,
        maxRank: Math.min(settings.maxRank ?? Infinity, known.m, known.n),
        accelerated: settings.accelerated,
        state: undefined,
        tolerance: settings.tolerance,
        maxIterations: settings.maxIterations,
        seed,
        tell: () => settings.signal?.throwIfAborted(),
        async onLambda(x, _, inner) {
          const rank = x.s.length;
          const miss = await missed(x.left, x.v, inner);
          tried.push(miss);
          const isWorse = tried.length - 1 - tried.indexOf(Math.min(...tried)) >= WORSE;
          // More degrees of freedom than entries, or nothing left to foretell better.
          return (
            isWorse ||
            rank * (known.m + known.n - rank) > known.values.length ||
            miss <= settings.tolerance * problem.size
          );
        },
      },
      own,
    );
    return lambdas.slice(0, Math.max(0, tried.indexOf(Math.min(...tried))) + 1);
  } finally {
    own.close();
  }
}
