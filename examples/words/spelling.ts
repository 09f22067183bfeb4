/** Words that are spelt like one that nobody knows. No page in here. */

/** The few words that the fewest slips of the pen lead to; of those, the first in the list. Slips are letters too many, too few, wrong or swapped. */
export function closestSpellings(typed: string, words: readonly string[], count = 4): readonly string[] {
  const most = typed.length < 4 ? 1 : typed.length < 8 ? 2 : 3;
  return words
    .filter(word => Math.abs(word.length - typed.length) <= most)
    .map(word => ({ word, slips: slipsBetween(typed, word.toLowerCase()) }))
    .filter(({ slips }) => slips <= most)
    .toSorted((a, b) => a.slips - b.slips)
    .slice(0, count)
    .map(({ word }) => word);
}

/** Damerau and Levenshtein's distance, in which two letters that changed places are one slip. */
export function slipsBetween(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const wrong = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(wrong, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
