/**
 * The order in which one-sided Jacobi meets pairs of rows, as plain arithmetic: rows in blocks of sixteen, and a tournament of
 * the blocks (the circle method). In a *round* every block meets another one, so that all meetings of a round are independent
 * of each other; a *sweep* is as many rounds as let every two blocks meet once.
 *
 * A meeting makes all pairs of a row of one block with a row of the other orthogonal, one after the other, while they lie in
 * a cache or in a workgroup's memory. In a sweep's first round pairs within a block take part.
 */

/** Rows of a block. A meeting's 32 × 32 products, twice, are half of the memory that every GPU grants a workgroup. */
export const BLOCK = 16;

/**
 * What one call of the jacobi primitive does: some rounds, counted over all sweeps, and of each the meetings `from` up to `to`,
 * counted over all matrices. The call that has a sweep's very last meeting judges the sweep.
 */
export interface JacobiPlan {
  readonly dtype: 'float32' | 'float64';
  readonly batches: number;
  /** Rows of a matrix. */
  readonly rows: number;
  /** Elements of a row that are to become orthogonal to those of other rows: the first of … */
  readonly length: number;
  /** … all elements of a row, which all are rotated. */
  readonly stride: number;
  /** Rows whose square sum is not above this are nothing. */
  readonly nothing: number;
  readonly first: number;
  readonly rounds: number;
  readonly from: number;
  readonly to: number;
}

/**
 * What is known of a matrix's sweeps, `stateLength` numbers a matrix: 0 until it is done and then what `nothing` was, the largest
 * |cosine| of its last whole sweep (1 at first, when anything may be), and that of the sweep under way for each meeting of a
 * round (0 at first).
 */
export const STATE = { done: 0, cosine: 1, meetings: 2 } as const;

/** How many blocks there are, the empty one that makes them even included. */
export const blocksOf = (rows: number): number => Math.max(2, 2 * Math.ceil(rows / (2 * BLOCK)));

/** Meetings of a round. */
export const meetingsOf = (rows: number): number => blocksOf(rows) / 2;

/** Rounds of a sweep. */
export const roundsOf = (rows: number): number => blocksOf(rows) - 1;

/** Whether a call plays the last meeting of a sweep in this round. */
export const endsSweep = ({ rows, batches, to }: JacobiPlan, round: number): boolean =>
  round % roundsOf(rows) === roundsOf(rows) - 1 && to === batches * meetingsOf(rows);

export const stateLength = (rows: number): number => STATE.meetings + meetingsOf(rows);

/** The two blocks of a meeting; the first has the lower rows. The last block stays in its place, the others go round. */
export function meetingAt(round: number, meeting: number, blocks: number): readonly [number, number] {
  const turn = blocks - 1;
  const a = (round + meeting) % turn;
  const b = meeting === 0 ? turn : (round + turn - meeting) % turn;
  return a < b ? [a, b] : [b, a];
}

/**
 * The |cosine| up to which two rows count as orthogonal: what rounding leaves of one, with LAPACK's √length (`sgesvj`), and for
 * short rows what a rotation's own roundings may leave.
 */
export const toleranceOf = (dtype: JacobiPlan['dtype'], length: number): number =>
  Math.max(8, Math.sqrt(length)) * (dtype === 'float64' ? 2 ** -53 : 2 ** -24);

/**
 * The |cosine| above which a pair is rotated at all, where pairs are rotated one by one. While there are large angles, what a
 * small one is made to be does not last, so it can wait: that saves a sixth of the time, for one sweep more that rotates
 * little. `last` is the largest of the last sweep. In the end an eighth of the tolerance is rotated away: it is not much, and what
 * is left of n²/2 cosines adds up.
 */
export const thresholdOf = (tolerance: number, last: number): number =>
  last > EARLY ? Math.max(tolerance, 0.05 * last * last) : tolerance / 8;
const EARLY = 0.1;

/**
 * Matrices are scaled by a power of two, so that the largest element is about 2^TOP. Rows whose square sum then is not above
 * `nothingOf` are left alone: at first those 2⁸² times (in doubles 2²⁶⁴ times) smaller than the largest element. In float32 their
 * products would leave the range, in doubles the squares of cotangents.
 *
 * A matrix of low rank may leave more rows that are rounding than there are directions for them: of those each sweep takes
 * some bits, for dozens of sweeps. So in late sweeps rows below a sixteenth of a rounding of the largest element are left
 * alone, too. No matrix whose small rows mean something was seen to take so many sweeps.
 */
export const TOP: Readonly<Record<JacobiPlan['dtype'], number>> = { float32: 32, float64: 64 };
export const nothingOf = (dtype: JacobiPlan['dtype'], sweep: number): number =>
  (sweep < PATIENCE ? EARLY_NOTHING : LATE_NOTHING)[dtype];
const PATIENCE = 10;
const EARLY_NOTHING = { float32: 2 ** -100, float64: 2 ** -400 } as const;
const LATE_NOTHING = { float32: 2 ** (2 * (32 - 24 - 4)), float64: 2 ** (2 * (64 - 53 - 4)) } as const;

/** The meetings of a call in runs: each has those of `matrices` matrices at most, and `most` of them. */
export function runsOf({ rows, from, to }: JacobiPlan, matrices: number, most: number): { from: number; to: number }[] {
  const meetings = meetingsOf(rows);
  const runs: { from: number; to: number }[] = [];
  for (let begin = from; begin < to;) {
    const end = Math.min(to, begin + most, (Math.floor(begin / meetings) + matrices) * meetings);
    runs.push({ from: begin, to: end });
    begin = end;
  }
  return runs;
}
