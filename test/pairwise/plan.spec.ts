/** Planning pairs is pure arithmetic: tiles, strips and boxes out of shapes and made-up limits. */
import { describe, expect, it } from 'vitest';
import type { GpuFacts } from '../../src/device/index.ts';
import { condensedIndex, type PairPlan, type Sink } from '../../src/pairwise/pairwise.ts';
import { planPairs, tileFor, type PairLaunch } from '../../src/pairwise/plan.ts';

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

const light = { wgsl: [], cost: 'light' } as const;

const planOf = (n: number, m: number, length: number, sink: Sink = { kind: 'matrix' }, batches = 1): PairPlan => ({
  dtype: 'float32',
  floats: 'float32',
  batches,
  n,
  m,
  length,
  a: { offset: 0, stride: length, batchStride: n * length },
  b: { offset: 0, stride: length, batchStride: m * length },
  oneSet: false,
  weighted: false,
  weightsOffset: 0,
  outOffset: 0,
  settings: { power: 0, zeroVector: NaN, size: length },
  sink,
});

const launchOf = (plan: PairPlan, own: Partial<GpuFacts> = {}): PairLaunch => {
  const launch = planPairs(plan, light, { a: plan.length, b: plan.length, sinkWords: 2 }, { ...facts, ...own });
  if (!launch) throw new Error('no plan');
  return launch;
};

describe('tiles', () => {
  it('are no larger than the matrix, and small where there would be too few', () => {
    expect(tileFor(planOf(1024, 1024, 1024), light, facts)).toEqual({ memory: 'registers', rows: 16, columns: 16 });
    expect(tileFor(planOf(1, 50_000, 384), light, facts)).toMatchObject({ rows: 1 });
    const few = tileFor(planOf(40, 40, 384), light, facts);
    expect(few.rows * few.columns).toBeLessThan(16);
    expect(tileFor(planOf(1, 1, 4), light, facts)).toEqual({ memory: 'registers', rows: 1, columns: 1 });
  });

  it('lie in workgroup memory where that pays, but not for a few rows or small workgroups', () => {
    const shared = { ...facts, software: false, sharedTiles: true };
    expect(tileFor(planOf(4096, 4096, 768), light, shared)).toEqual({ memory: 'workgroup', rows: 8, columns: 8 });
    expect(tileFor(planOf(31, 4096, 768), light, shared).memory).toBe('registers');
    expect(tileFor(planOf(4096, 4096, 768), light, { ...shared, maxInvocations: 128 }).memory).toBe('registers');
  });
});

describe('boxes', () => {
  it('cover every pair of rows once and fit their bindings', () => {
    for (const maxBindingBytes of [4096, 8192, 2 ** 20])
      for (const [n, m, d] of [
        [1, 1, 1],
        [7, 300, 16],
        [300, 7, 33],
        [90, 91, 700],
        [2000, 3, 5],
      ] as const) {
        const { boxes } = launchOf(planOf(n, m, d), { maxBindingBytes });
        const seen = new Uint8Array(n * m);
        const room = (maxBindingBytes - facts.bindingAlignment) / 4;
        for (const box of boxes) {
          expect((box.rows - 1) * d + d).toBeLessThanOrEqual(room);
          expect((box.columns - 1) * d + d).toBeLessThanOrEqual(room);
          expect((box.rows - 1) * m + box.columns).toBeLessThanOrEqual(room);
          for (let i = box.row; i < box.row + box.rows; i++)
            for (let j = box.column; j < box.column + box.columns; j++) seen[i * m + j] = (seen[i * m + j] ?? 0) + 1;
        }
        expect(seen.every(count => count === 1)).toBe(true);
      }
  });

  it('take a stack of matrices at once where it fits, else one by one', () => {
    const stack = planOf(8, 8, 8, { kind: 'matrix' }, 10);
    expect(launchOf(stack).boxes).toHaveLength(1);
    expect(launchOf(stack).boxes[0]).toMatchObject({ batch: 0, batches: 10 });
    expect(launchOf(stack, { maxBindingBytes: 2048 }).boxes.map(box => box.batch)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });

  it('say that there is none where a single row does not fit', () => {
    const plan = planOf(4, 4, 2000);
    expect(planPairs(plan, light, { a: 2000, b: 2000, sinkWords: 1 }, { ...facts, maxBindingBytes: 4096 })).toBe(
      undefined,
    );
  });
});

describe('strips', () => {
  it('number the partial results of a row without gaps, whatever the boxes', () => {
    for (const maxBindingBytes of [8192, 2 ** 27])
      for (const own of [{}, { software: false, sharedTiles: true }]) {
        const { boxes, partials, tile } = launchOf(planOf(64, 900, 16, { kind: 'argmin' }), {
          maxBindingBytes,
          ...own,
        });
        const side = tile.memory === 'workgroup' ? 16 : 1;
        const ofFirstRows = boxes.filter(box => box.row === 0);
        let next = 0;
        for (const box of ofFirstRows) {
          expect(box.strip).toBe(next);
          next += box.strips * side;
        }
        expect(next).toBe(partials);
      }
  });

  it('keep chains of sums short', () => {
    const { tile, stripTiles } = launchOf(planOf(4096, 100_000, 16, { kind: 'sum' }));
    expect(stripTiles * tile.columns).toBeLessThanOrEqual(256);
  });
});

it('condensed order is that of the rows of the upper triangle', () => {
  let next = 0;
  for (let i = 0; i < 9; i++) for (let j = i + 1; j < 9; j++) expect(condensedIndex(9, i, j)).toBe(next++);
});
