/**
 * Sampling a table of factors pairwise: few cases, in which any two values of two factors meet that can meet at all. Found
 * greedily, the same ones each time.
 */

export type Factors<Case> = { readonly [Name in keyof Case]: readonly Case[Name][] };

/** `can` tells which cases there may be, `cost` which of several as good ones to prefer. */
export function coveringPairs<Case extends object>(
  factors: Factors<Case>,
  can: (one: Case) => boolean,
  cost: (one: Case) => number,
): Case[] {
  const names = Object.keys(factors) as (keyof Case)[];
  let all: { readonly values: readonly number[]; readonly one: Partial<Case> }[] = [{ values: [], one: {} }];
  let count = 0;
  for (const name of names) {
    const first = count;
    all = all.flatMap(({ values, one }) =>
      factors[name].map((value, i) => ({ values: [...values, first + i], one: { ...one, [name]: value } })),
    );
    count += factors[name].length;
  }
  const possible = all
    .map(({ values, one }) => ({ values, one: one as Case }))
    .filter(({ one }) => can(one))
    .map(({ values, one }) => ({ one, cost: cost(one), pairs: pairsOf(values, count) }))
    .toSorted((a, b) => a.cost - b.cost);
  const open = new Uint8Array(count * count);
  for (const { pairs } of possible) for (const pair of pairs) open[pair] = 1;
  const chosen: Case[] = [];
  for (;;) {
    const gains = possible.map(({ pairs }) => pairs.reduce((sum, pair) => sum + (open[pair] ?? 0), 0));
    const most = Math.max(0, ...gains);
    const best = possible[gains.indexOf(most)];
    if (!best || most === 0) return chosen;
    for (const pair of best.pairs) open[pair] = 0;
    chosen.push(best.one);
  }
}

const pairsOf = (values: readonly number[], count: number): number[] =>
  values.flatMap((a, i) => values.slice(i + 1).map(b => a * count + b));
