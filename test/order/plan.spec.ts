/** Planning a selection is pure arithmetic: which strategy, and that its steps lead to one list of k pairs whatever the limits. */
import { describe, expect, it } from 'vitest';
import type { GpuFacts } from '../../src/device/index.ts';
import { pairsOf, planSelect, type Step } from '../../src/order/select/plan.ts';
import { strategyTable } from '../../src/order/select/strategy-table.ts';
import { lowerSelect } from '../../src/order/select/webgpu.ts';

const facts: GpuFacts = {
  maxBindingBytes: 2 ** 27,
  maxBufferBytes: 2 ** 28,
  maxGroups: 65_535,
  maxInvocations: 256,
  bindingAlignment: 256,
  software: true,
  sharedTiles: false,
  tileSide: 0,
};
const hardware = { ...facts, software: false };

const kinds = (steps: readonly Step[]): string => [...new Set(steps.map(step => step.kind))].join(' ');

describe('strategies', () => {
  const { software, hardware: hard } = strategyTable;

  it('heaps, then filters and merges on a software adapter', () => {
    expect(kinds(planSelect(1, 1_000_000, 10, facts))).toBe('heap');
    expect(kinds(planSelect(4096, 1000, software.heapMost, facts))).toBe('heap');
    expect(kinds(planSelect(4096, 1000, software.heapMost + 1, facts))).toBe('heap merge');
    const { filterLength, filterAbove, filterShare, filterMost } = software;
    expect(kinds(planSelect(1, filterLength, filterAbove, facts))).toBe('heap');
    expect(kinds(planSelect(1, filterLength, filterAbove + 1, facts))).toBe('heap merge filter');
    expect(kinds(planSelect(1, filterLength - 1, filterAbove + 1, facts))).toBe('heap');
    expect(kinds(planSelect(1, filterMost, filterAbove + 1, facts))).toBe('heap merge filter');
    expect(kinds(planSelect(1, filterMost + 1, filterAbove + 1, facts))).toBe('heap');
    expect(kinds(planSelect(1, filterLength, filterLength / filterShare, facts))).toBe('heap merge filter');
    expect(kinds(planSelect(1, filterLength, filterLength / filterShare + 1, facts))).toBe('heap merge');
  });

  it('workgroups on hardware, heaps only for many short rows', () => {
    expect(kinds(planSelect(1, 1_000_000, 10, hardware))).toBe('group');
    expect(kinds(planSelect(4096, 1000, hard.groupMost, hardware))).toBe('group');
    expect(kinds(planSelect(4096, 1000, hard.groupMost + 1, hardware))).toBe('group');
    expect(kinds(planSelect(4096, 2000, hard.groupMost + 1, hardware))).toBe('group merge');
    expect(kinds(planSelect(1, 1_000_000, hard.groupMost + 1, hardware))).toBe('group merge filter');
    const { heapRows, heapLength, heapMost } = hard;
    expect(kinds(planSelect(heapRows, heapLength, heapMost, hardware))).toBe('heap');
    for (const [rows, length, k] of [
      [heapRows - 1, heapLength, heapMost],
      [heapRows, heapLength + 1, heapMost],
      [heapRows, heapLength, heapMost + 1],
    ] as const)
      expect(kinds(planSelect(rows, length, k, hardware))).toBe('group');
  });

  it('are what a device assumes, for tuning', () => {
    for (const own of [facts, hardware]) {
      const kindsBy = (selection: 'heap' | 'group' | 'merge' | 'filter'): string =>
        kinds(planSelect(3, 20_000, 100, { ...own, selection }));
      expect([kindsBy('heap'), kindsBy('group')]).toEqual(['heap', 'group']);
      const list = own.software ? 'heap' : 'group';
      expect([kindsBy('merge'), kindsBy('filter')]).toEqual([`${list} merge`, `${list} merge filter`]);
    }
  });

  it('read a long row once where lists are short, and are few steps', () => {
    for (const own of [facts, hardware])
      for (const k of [1, 10, 32]) {
        const steps = planSelect(1, 10_000_000, k, own);
        expect(steps.filter(step => step.from === 'elements')).toHaveLength(1);
        expect(steps.length).toBeLessThanOrEqual(3);
        expect(steps[0]?.pairs ?? Infinity).toBeLessThan(10_000_000 / 20);
      }
  });

  it('filter to about as many as the sample has, by a sample that has more than k', () => {
    for (const own of [facts, hardware])
      for (const [length, k] of [
        [2 ** 15, 2048],
        [1_000_000, 1024],
        [1_000_000, 20_000],
        [10_000_000, 600],
      ] as const) {
        const [sample] = planSelect(1, length, k, own);
        if (!sample) throw new Error('no steps');
        expect(sample.step).toBeGreaterThan(1);
        expect((sample.length - 1) * sample.step).toBeLessThan(length);
        expect(sample.length).toBeGreaterThanOrEqual(k);
        expect(sample.length).toBeLessThanOrEqual(Math.max(4 * k, 2 * Math.sqrt(k * length)));
      }
  });
});

/** Whether a step reads what the one before left, keeps no more than it has room for, and is no larger than a workgroup. */
function fits(step: Step, previous: Step | undefined, { maxInvocations }: GpuFacts): boolean {
  const room =
    step.kind === 'merge'
      ? step.k <= 2 * step.segment
      : !('capacity' in step) || step.capacity >= (step.kind === 'heap' ? step.k : Math.min(2 * step.k, step.segment));
  const linked = step.kind === 'merge' || step.from !== 'pairs' || step.length === previous?.pairs;
  return room && linked && step.group <= maxInvocations;
}

describe('steps', () => {
  it('lead to one list of k pairs, each from what the one before left', () => {
    const wrong: string[] = [];
    let planned = 0;
    for (const own of [facts, hardware, { ...facts, maxInvocations: 8 }, { ...facts, maxBindingBytes: 2 ** 16 }])
      for (const rows of [1, 3, 10_000])
        for (const length of [1, 2, 63, 64, 65, 255, 256, 257, 1023, 1025, 4097, 8193, 16_384, 40_000, 300_000])
          for (const k of new Set([1, 2, 10, 16, 17, 64, 65, 512, 513, 1024, 2000, length])) {
            if (k > length) continue;
            const steps = planSelect(rows, length, k, own);
            if (own.maxBindingBytes === 2 ** 16 && k > 4000) continue;
            planned++;
            if (steps.at(-1)?.pairs !== k || !steps.every((step, i) => fits(step, steps[i - 1], own)))
              wrong.push(`${rows} rows of ${length}, k ${k}`);
          }
    expect(wrong).toEqual([]);
    expect(planned).toBeGreaterThan(1000);
  });

  it('count the pairs of lists, of which the last may be short', () => {
    expect(pairsOf(100, 10, 3)).toBe(30);
    expect(pairsOf(102, 10, 3)).toBe(32);
    expect(pairsOf(109, 10, 3)).toBe(33);
    expect(pairsOf(7, 10, 3)).toBe(3);
    expect(pairsOf(25, 10, 10)).toBe(25);
  });
});

describe('passes', () => {
  const plan = {
    op: 'topk',
    dtype: 'float32',
    rows: 1,
    length: 1000,
    k: 10,
    largest: true,
    values: { offset: 0, stride: 1000 },
    ids: undefined,
    keep: { values: true, ids: true },
    inner: 1,
  } as const;

  it('bind no more than a binding spans, and take rows in blocks that do not need much memory', () => {
    for (const maxBindingBytes of [4096, 8192, 2 ** 16])
      for (const [rows, length, k, inner] of [
        [1, 5000, 10, 1],
        [500, 300, 20, 1],
        [60, 100, 100, 12],
        [30, 2000, 200, 30],
        [7, 4, 1, 7],
      ] as const) {
        const own = { ...facts, maxBindingBytes };
        const { passes, scratch } = lowerSelect(
          { ...plan, rows, length, k, inner, values: { offset: 5, stride: length } },
          own,
        );
        for (const { buffers, params } of passes) {
          for (const range of buffers) {
            expect(range.bytes).toBeLessThanOrEqual(maxBindingBytes);
            expect(range.byteOffset % facts.bindingAlignment).toBe(0);
          }
          expect(params.length + 2).toBeLessThanOrEqual(64);
        }
        expect(Math.max(...scratch)).toBeLessThanOrEqual(Math.max(maxBindingBytes, 8 * length));
      }
    const large = lowerSelect({ ...plan, rows: 100_000, k: 1000 }, facts);
    expect(Math.max(...large.scratch)).toBeLessThanOrEqual(2 ** 27);
  });

  it('write every result once', () => {
    for (const maxBindingBytes of [4096, 2 ** 27])
      for (const [rows, k, inner] of [
        [500, 20, 1],
        [60, 100, 12],
        [60, 7, 30],
        [900, 3, 900],
      ] as const) {
        const { passes } = lowerSelect(
          { ...plan, rows, length: 200, k, inner, values: { offset: 0, stride: 200 } },
          { ...facts, maxBindingBytes },
        );
        const seen = new Uint8Array(rows * k);
        for (const { kernel, params, buffers } of passes) {
          if (kernel.name !== 'select/results' || params[1] !== 1) continue;
          const [, , count = 0, inners = 1, ranks = 1, , , , base = 0, outOuter = 0, outRank = 0] = params;
          for (let element = 0; element < count; element++) {
            const outer = Math.floor(element / inners / ranks);
            const rank = Math.floor(element / inners) % ranks;
            const at =
              (buffers[0]?.byteOffset ?? 0) / 4 + base + outer * outOuter + rank * outRank + (element % inners);
            seen[at] = (seen[at] ?? 0) + 1;
          }
        }
        expect(seen.every(times => times === 1)).toBe(true);
      }
  });
});
