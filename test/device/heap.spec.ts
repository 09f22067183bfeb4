/** The wasm heap's book-keeping, against a plain list of what is taken. */
import { describe, expect, it } from 'vitest';
import { Heap } from '../../src/device/wasm/heap.ts';
import { Random } from '../support/random.ts';

const inUse = (taken: Map<number, number>): number => [...taken.values()].reduce((sum, bytes) => sum + bytes, 0);

describe('the heap', () => {
  it('never gives out bytes twice, and joins what is given back', () => {
    const heap = new Heap(1000, 2 ** 20);
    const taken = new Map<number, number>();
    const wrong: number[] = [];
    const random = new Random(7);
    const dice = Array.from({ length: 2000 }, () => random.bits() % 2 ** 16);
    for (const [turn, roll] of dice.entries()) {
      if (roll % 3 > 0 || taken.size === 0) {
        const bytes = roll % 5000;
        const at = heap.take(bytes);
        if (at === undefined) continue;
        const crosses = [...taken].some(([other, size]) => at < other + size && other < at + bytes);
        if (at % 64 > 0 || at < 1000 || crosses) wrong.push(at);
        taken.set(at, Math.max(bytes, 1));
      } else {
        const at = [...taken.keys()].at(turn % taken.size) ?? 0;
        heap.give(at);
        taken.delete(at);
      }
      expect(heap.used).toBeGreaterThanOrEqual(inUse(taken));
      expect(heap.top).toBeLessThanOrEqual(2 ** 20);
    }
    expect(wrong).toEqual([]);
    for (const at of taken.keys()) heap.give(at);
    expect(heap.used).toBe(0);
    expect(heap.top).toBe(heap.start);
    expect(heap.take(2 ** 20 - 1024)).toBe(heap.start);
  });

  it('takes the gap that fits best', () => {
    const heap = new Heap(0, 2 ** 20);
    const [large = 0, , small = 0] = [1024, 64, 128, 64].map(bytes => heap.take(bytes));
    heap.give(large);
    heap.give(small);
    expect(heap.take(100)).toBe(small);
    expect(heap.take(100)).toBe(large);
  });

  it('says when it is full, and keeps what it has', () => {
    const heap = new Heap(0, 1024);
    const first = heap.take(512);
    expect(heap.take(1024)).toBeUndefined();
    expect(heap.used).toBe(512);
    expect(heap.take(512)).toBe(512);
    heap.give(first as number);
    expect(heap.take(448)).toBe(0);
  });

  it('refuses to take back what it did not give', () => {
    const heap = new Heap(0, 1024);
    expect(() => heap.give(64)).toThrow(/broken invariant/);
  });
});
