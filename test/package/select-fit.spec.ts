/** How `npm run bench:select` makes thresholds of times, and text of thresholds. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rewritten, thresholdsOf } from '../../bench/select-fit.mjs';

const LISTS = [4, 16, 64, 256];
const LENGTHS = [8192, 32_768, 131_072];

/** What would be measured where strategies take the time that `cost` says, more or less. */
function measured(list: 'heap' | 'group', cost: (strategy: string, length: number, k: number) => number) {
  const timesOf = (strategies: string[], length: number, k: number) =>
    Object.fromEntries(strategies.map((one, i) => [one, cost(one, length, k) * (1 + 0.02 * ((k + i) % 3))]));
  const lists = LISTS.map(k => ({
    about: 'lists' as const,
    rows: 64,
    length: 8192,
    k,
    strategies: [],
    times: timesOf([list, 'merge'], 8192, k),
  }));
  const filters = LENGTHS.flatMap(length =>
    [...LISTS, 2048, 4096, 8192, 32_768]
      .filter(k => k * 4 <= length)
      .map(k => ({
        about: 'filter' as const,
        rows: 1,
        length,
        k,
        strategies: [],
        times: timesOf(k <= 256 ? [list, 'merge', 'filter'] : ['merge', 'filter'], length, k),
      })),
  );
  return [...lists, ...filters];
}

describe('thresholds', () => {
  it('are where one strategy becomes better than another', () => {
    const times = measured('heap', (strategy, length, k) => {
      if (strategy === 'heap') return k <= 64 ? 1 + k / 40 : 9;
      if (strategy === 'merge') return 5;
      return length >= 32_768 && k * 16 <= length ? 2 : 10;
    });
    expect(thresholdsOf(times, true)).toEqual({ heapMost: 64, filterAbove: 16, filterLength: 32_768, filterShare: 16 });
  });

  it('of hardware are those of workgroups, and of heaps for short rows', () => {
    const times = measured('group', strategy => ({ group: 1, merge: 2 })[strategy] ?? 3);
    const heaps = [16, 64, 256].flatMap(length =>
      [4, 16].map(k => ({
        about: 'heaps' as const,
        rows: 2 ** 14,
        length,
        k,
        strategies: [],
        times: { heap: length <= 64 && k <= 4 ? 1 : 3, group: 2 },
      })),
    );
    expect(thresholdsOf([...times, ...heaps], false)).toMatchObject({ groupMost: 256, heapLength: 64, heapMost: 4 });
  });

  it('replace those of one kind in the table, with where they come from', () => {
    const text = readFileSync('src/order/select/strategy-table.ts', 'utf8');
    const next = rewritten(text, 'hardware', { groupMost: 256, filterLength: 2 ** 16 }, '2030-01-02, some adapter');
    const lines = next.split('\n').filter((line, i) => line !== text.split('\n')[i]);
    expect(lines).toEqual(['  // 2030-01-02, some adapter', '    groupMost: 256,', '    filterLength: 2 ** 16,']);
    expect(() => rewritten(text, 'hardware', { nonsense: 1 }, '')).toThrow('nonsense');
    expect(() => rewritten('', 'hardware', {}, '')).toThrow('hardware');
  });
});
