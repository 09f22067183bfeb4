/** Searching by sorting everything: plain pairs (distance, row) of one query, in order. */

export interface Found {
  readonly rows: readonly number[];
  readonly distances: readonly number[];
}

export interface Limits {
  /** Which rows may be found; all where left out. */
  readonly allowed?: ((row: number) => boolean) | undefined;
  readonly radius?: number | undefined;
}

/** The first k rows by (distance, row), of those that are allowed, not further than a radius and not NaN. */
export function nearestOf(distances: ArrayLike<number>, k: number, { allowed, radius = Infinity }: Limits = {}): Found {
  const all = Array.from(distances, (distance, row) => ({ distance, row }));
  const hits = all.filter(({ distance, row }) => distance <= radius && (allowed?.(row) ?? true));
  hits.sort((a, b) => (a.distance === b.distance ? a.row - b.row : a.distance - b.distance));
  const first = hits.slice(0, k);
  return { rows: first.map(({ row }) => row), distances: first.map(({ distance }) => distance) };
}

/** The label with the largest sum of weights, the smallest of several. */
export function voteOf<Label extends number | string>(labels: readonly Label[], weights: readonly number[]): Label {
  const names = [...new Set(labels)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const sums = names.map(name => weights.reduce((sum, weight, i) => sum + (labels[i] === name ? weight : 0), 0));
  const winner = names[sums.indexOf(Math.max(...sums))];
  if (winner === undefined) throw new Error('nobody voted');
  return winner;
}

/** What neighbours at these distances count: the same, or 1/distance, and alone where they are 0 away. */
export function weightsOf(distances: readonly number[], how: 'uniform' | 'distance'): number[] {
  if (how === 'uniform') return distances.map(() => 1);
  return distances.includes(0) ? distances.map(x => (x === 0 ? 1 : 0)) : distances.map(x => 1 / x);
}
