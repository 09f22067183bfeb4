/** What neighbours say a digit is, each digit judged by all others, and those that are taken for another. No page in here. */
import type { KnnGraph } from 'unitball';

/** What most of the first k labels are: of equally many, the smallest, as in scikit-learn. */
export function elected(labels: readonly number[]): number {
  const votes = new Map<number, number>();
  for (const label of labels) votes.set(label, (votes.get(label) ?? 0) + 1);
  const best = Math.max(...votes.values());
  return Math.min(...[...votes].filter(([, count]) => count === best).map(([label]) => label));
}

export interface Mistake {
  readonly id: number;
  readonly taken: number;
}

/** The digits whose k nearest others take them for another. */
export function mistakesOf({ offsets, indices }: KnnGraph, labels: readonly number[], k: number): readonly Mistake[] {
  return labels.flatMap((label, id) => {
    const first = offsets[id] ?? 0;
    const taken = elected(Array.from(indices.subarray(first, first + k), other => labels[other] ?? NaN));
    return taken === label ? [] : [{ id, taken }];
  });
}
