/**
 * The iteration behind `robustPca` and `stablePca`: a matrix D is split into L of low rank, sparse S and, where there is to be any,
 * dense noise N, by the augmented Lagrangian
 *
 *     ‖L‖_* + λ‖S‖₁ + ‖N‖²_F / 2ν + ⟨Y, D − L − S − N⟩ + μ/2·‖D − L − S − N‖²_F
 *
 * minimised over S and N, then over L, each exactly; then Y grows by μ times what is missing, and μ by a factor. What is to be split
 * and with which constants, the functions say; here is how it runs.
 *
 * An iteration reads once: the square of a sketch (robust-pca-step.ts) together with the norms that the iteration before left. So
 * that one is judged when the next is half done; where it was the last, that half is thrown away.
 */
import { abs, add, clip, concat, mul, sub, sum } from '../arith/index.ts';
import { squareSvd } from '../linalg/index.ts';
import { norm } from '../norm/index.ts';
import { Pace, Scope, type Progress, type Tensor } from '../tensor/index.ts';
import { shrunk, sketched, widthFor, type Sketch } from './robust-pca-step.ts';

/** What an iteration came to, in the units of D. */
export interface SeparationRecord {
  readonly rank: number;
  /** ‖D − L − S − N‖_F / ‖D‖_F */
  readonly residual: number;
  /** ‖L‖_* + λ‖S‖₁, and with noise of a weight ‖N‖²_F / 2ν, too. */
  readonly objective: number;
  /** ‖N‖_F: 0 where no noise is wanted. */
  readonly noise: number;
}

/** How far an iteration has come, and what its last step came to. */
export interface SeparationProgress extends Progress, SeparationRecord {}

export interface Problem {
  /** [m, n], in the device's own float, of magnitudes about 1. */
  readonly d: Tensor;
  /** ‖d‖_F */
  readonly size: number;
  readonly lambda: number;
  /** By what μ grows, up to `most`. With a growth of 1 an end also wants L to stand still. */
  readonly growth: number;
  readonly most: number;
  /** ‖N‖_F is to become this: then ν follows. */
  readonly bound?: number | undefined;
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly seed: number;
}

/** What comes to an iteration from outside. */
export interface Company {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SeparationProgress) => void) | undefined;
}

/** What an iteration begins with. The tensors are the caller's. */
export interface Point {
  readonly lowRank: Tensor;
  readonly multiplier: Tensor;
  /** Rows [·, n]; without them the first sketch is random. */
  readonly basis?: Tensor | undefined;
  readonly mu: number;
  readonly nu: number;
  /** ‖N‖_F of the iteration before, 0 where there was none. */
  readonly noise: number;
  /** How many singular values are expected to stay. */
  readonly expected: number;
  readonly history: readonly SeparationRecord[];
}

export interface Separated {
  readonly point: Point;
  readonly sparse: Tensor;
  readonly isConverged: boolean;
}

/** A point, what came with it, and the norms of it that are still on the device. */
interface Step {
  readonly point: Point;
  readonly sparse: Tensor;
  /** Of what is missing, of the change of L, of N, and Σ|S|. */
  readonly norms: Tensor;
  readonly rank: number;
  readonly nuclear: number;
  /** Whether values above the threshold may have been beyond the sketch. */
  readonly isCut: boolean;
}

/** Iterates from a point, at least once. The tensors of the result are the caller's. */
export async function separate(
  problem: Problem,
  start: Point,
  { signal, onProgress }: Company,
  op: string,
  scope: Scope,
): Promise<Separated> {
  const { maxIterations } = problem;
  const pace = new Pace(op, signal);
  let last: Step | undefined;
  let point = start;
  try {
    for (let done = 0; ; done++) {
      const own = new Scope();
      try {
        signal?.throwIfAborted();
        const isOver = done === maxIterations;
        const begun = isOver ? undefined : await begin(problem, point, start.history.length + done, op, own, pace);
        const numbers = await numbersOf(begun?.sketch, last?.norms, own);
        if (last) {
          const judged = judge(problem, last, numbers);
          point = judged.point;
          onProgress?.({ stage: 'iterate', done, total: maxIterations, ...judged.record });
          if (isOver || judged.isConverged) return handedOut(last, judged, scope);
        }
        if (!begun) throw new Error('broken invariant: there is one iteration at least');
        const next = await end(problem, point, begun, numbers, op, own, pace);
        for (const tensor of tensorsOf(next)) own.result(tensor);
        if (last) dispose(last);
        last = next;
        point = next.point;
      } finally {
        own.close();
      }
    }
  } catch (error) {
    if (last) dispose(last);
    throw error;
  }
}

const tensorsOf = ({ point: { lowRank, multiplier, basis }, sparse, norms }: Step): Tensor[] => [
  lowRank,
  multiplier,
  ...(basis ? [basis] : []),
  sparse,
  norms,
];

function dispose(step: Step): void {
  for (const tensor of tensorsOf(step)) tensor.dispose();
}

function handedOut(last: Step, { point, isConverged }: Judged, scope: Scope): Separated {
  scope.keep(last.norms);
  return { point, isConverged, sparse: last.sparse };
}

/** An iteration until it has to read. */
interface Begun {
  readonly sparse: Tensor;
  readonly noise: Tensor | undefined;
  /** D + Y/μ − S − N, of which L is made. */
  readonly rest: Tensor;
  readonly sketch: Sketch;
}

async function begin(
  { d, lambda, seed }: Problem,
  { lowRank, multiplier, basis, mu, nu, expected }: Point,
  iteration: number,
  op: string,
  scope: Scope,
  pace: Pace,
): Promise<Begun> {
  const pulled = scope.keep(add(d, scope.keep(mul(multiplier, 1 / mu))));
  const open = scope.keep(sub(pulled, lowRank));
  // Minimised over N, what μ weighs is a share of it; without noise, all of it.
  const share = 1 / (1 + mu * nu);
  const most = lambda / (mu * share);
  const dense = scope.keep(clip(open, -most, most));
  const sparse = scope.keep(sub(open, dense));
  const noise = nu > 0 ? scope.keep(mul(dense, 1 - share)) : undefined;
  const without = scope.keep(sub(pulled, sparse));
  const rest = noise ? scope.keep(sub(without, noise)) : without;
  const width = widthFor(expected, d.shape);
  const sketch = await sketched(rest, basis, width, seed + iteration, op, scope, pace);
  return { sparse, noise, rest, sketch };
}

/** The numbers of a sketch's square, and behind them the norms of the iteration before. */
async function numbersOf(
  sketch: Sketch | undefined,
  norms: Tensor | undefined,
  scope: Scope,
): Promise<{ square: Float64Array; norms: Float64Array }> {
  const flat = sketch ? scope.keep(sketch.r.reshape([sketch.r.size])) : undefined;
  const parts = [flat, norms].filter(part => part !== undefined);
  const all = Float64Array.from(await scope.keep(concat(parts)).data());
  const from = flat?.size ?? 0;
  return { square: all.subarray(0, from), norms: all.subarray(from) };
}

type Numbers = Awaited<ReturnType<typeof numbersOf>>;

interface Judged {
  readonly point: Point;
  readonly record: SeparationRecord;
  readonly isConverged: boolean;
}

/** A step's record, and whether it was the last one. */
function judge(
  { size, lambda, bound, growth, tolerance }: Problem,
  { point, rank, nuclear, isCut }: Step,
  { norms }: Numbers,
): Judged {
  const [missing = NaN, change = NaN, noise = NaN, magnitudes = NaN] = norms;
  const { nu } = point;
  const isWeighted = bound === undefined && nu > 0;
  const objective = nuclear + lambda * magnitudes + (isWeighted ? noise ** 2 / (2 * nu) : 0);
  const record = { rank, residual: missing / size, objective, noise };
  const off = growth === 1 ? Math.max(missing, change) : missing;
  // Where nothing but noise is left, there may be less of it than is allowed.
  const isBound =
    bound === undefined || Math.abs(noise - bound) <= Math.sqrt(tolerance) * bound || (rank === 0 && magnitudes === 0);
  return {
    record,
    point: { ...point, noise, history: [...point.history, record] },
    isConverged: !isCut && isBound && off < tolerance * size,
  };
}

/** The rest of an iteration, once the square and what the iteration before came to are known. */
async function end(
  { d, bound, growth, most }: Problem,
  { lowRank, mu, nu, noise: before, expected, history }: Point,
  { sparse, noise, rest, sketch }: Begun,
  { square }: Numbers,
  op: string,
  scope: Scope,
  pace: Pace,
): Promise<Step> {
  const [width = 0] = sketch.r.shape;
  const small = await squareSvd(sketch.r, {}, op, scope, square);
  const { x, rank, nuclear, basis } = await shrunk(sketch, small, 1 / mu, op, scope, pace);
  const split = scope.keep(sub(scope.keep(sub(d, sparse)), x));
  const missing = noise ? scope.keep(sub(split, noise)) : split;
  const norms = [
    norm(missing),
    norm(scope.keep(sub(x, lowRank))),
    noise ? norm(noise) : d.device.upload(new Float32Array(1), [1], d.dtype, op),
    sum(scope.keep(abs(sparse))),
  ].map(one => scope.keep(scope.keep(one).reshape([1])));
  const fits = Math.min(...d.shape);
  return {
    point: {
      lowRank: x,
      // Y + μ·(D − L − S − N), of which all but L is in `rest`.
      multiplier: scope.keep(mul(scope.keep(sub(rest, x)), mu)),
      basis,
      mu: Math.min(most, mu * growth),
      nu: bound !== undefined && before > 0 ? (nu * bound) / before : nu,
      noise: before,
      // As Lin, Chen and Ma have it: one more than there were, or a twentieth of all where there may have been more.
      expected: Math.min(
        fits,
        rank < Math.min(expected, width) ? rank + 1 : expected + Math.max(1, Math.round(fits / 20)),
      ),
      history,
    },
    sparse,
    norms: scope.keep(concat(norms)),
    rank,
    nuclear,
    isCut: rank === width && width < fits,
  };
}
