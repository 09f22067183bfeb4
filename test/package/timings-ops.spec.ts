/**
 * What the page on timings offers, without its page: every operation by every choice gives the same on the devices that Node has by
 * itself, and every public function is offered, or left out for a reason that stands here. The page itself: timings-page.spec.ts.
 */
import * as unitball from 'unitball';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillWithNoise } from '../../examples/plain-loops.mjs';
import type { Op, Wish } from '../../examples/timings/op.ts';
import { choicesOf, opNamed, ops } from '../../examples/timings/ops.ts';
import { distanceOf, isSame, mostFlops, MOST_NUMBERS, numbersIn, time, tooMuch } from '../../examples/timings/time.ts';

/** Public functions that are not timed, and why. Types, and errors, which are known by their class, are no part of it. */
const leftOut: Readonly<Record<string, string>> = {
  Device: 'what operations run on',
  openDevice: 'opening a device is timed by the benchmark, in fresh pages',
  defaultDevice: 'remembers a device',
  setDefaultDevice: 'remembers a device',
  Tensor: 'what operations are given and give',
  dualNorm: 'a number for a number, on the host',
  distance: 'two plain vectors on the host: no device has a part in it',
  verifyMetric: 'tests a metric, and is done once',
  CustomMetric: 'what defineMetric gives',
  toSimilarity: 'a formula over an array on the host',
  audit: 'searches twice and compares: a search is timed',
  DeviceChangeEvent: 'told by an index',
  IdFilter: 'what filters give',
  RangeResult: 'what a search gives',
  SearchResult: 'what a search gives',
  ReconstructedResult: 'what a search gives',
  readFvecs: 'reads a file',
  readIvecs: 'reads a file',
  readNpy: 'reads a file',
  writeFvecs: 'writes a file',
  writeIvecs: 'writes a file',
  writeNpy: 'writes a file',
  Optimizer: 'what sgd, adam and adamw give',
};

const isError = (value: unknown): boolean =>
  value === Error || (typeof value === 'function' && Error.prototype.isPrototypeOf(value.prototype as object));

/** All that is called in what the page shows, for every choice. */
const called = new Set(
  ops.flatMap(op => choicesOf(op).flatMap(choice => `${op.name} ${op.call(choice)}`.match(/[A-Za-z]\w*/g) ?? [])),
);

/** Large enough for twelve columns of a regression, and for a metric that wants a covariance. */
const TINY: Readonly<Record<string, number>> = { n: 40, m: 20, d: 12, q: 3, k: 3 };

/** Iterations end sooner where there is enough to see. */
const square = (op: Op): Readonly<Record<string, number>> => (op.room === 'Low rank' ? { n: 30, d: 30 } : {});

const tiny = (op: Op, choice: string): Wish => ({
  choice,
  sizes: Object.fromEntries(op.sizes.map(({ letter }) => [letter, square(op)[letter] ?? TINY[letter] ?? 1])),
});

const named = (name: string): Op => {
  const op = opNamed(name);
  if (!op) throw new Error(`there is no '${name}'`);
  return op;
};

describe('the operations that can be timed', () => {
  it('are all that the library has, but for what is left out with a reason', () => {
    const offered = Object.entries(unitball).filter(([, value]) => !isError(value));
    expect(offered.length).toBeGreaterThan(100);
    const missing = offered.map(([name]) => name).filter(name => !called.has(name) && !(name in leftOut));
    expect(missing).toEqual([]);
  });

  it('are left out only where they are not offered, and exist', () => {
    const names = Object.keys(leftOut);
    expect(names.filter(name => !(name in unitball))).toEqual([]);
    expect(names.filter(name => called.has(name))).toEqual([]);
  });

  it('have names of their own, and begin at sizes that every device may be asked for', () => {
    expect(new Set(ops.map(({ name }) => name)).size).toBe(ops.length);
    for (const op of ops)
      for (const choice of choicesOf(op)) {
        const sizes = Object.fromEntries(op.sizes.map(({ letter, start }) => [letter, start]));
        expect([op.name, tooMuch(op, { sizes, choice }, { kind: 'cpu', isFallback: false })]).toEqual([
          op.name,
          undefined,
        ]);
        for (const { start, most } of op.sizes) expect(start).toBeLessThanOrEqual(most);
      }
  });

  describe('on wasm and on cpu', () => {
    let cpu: unitball.Device;
    let wasm: unitball.Device;
    beforeAll(async () => {
      cpu = await unitball.openDevice({ device: 'cpu' });
      wasm = await unitball.openDevice({ device: 'wasm' });
    });
    afterAll(() => {
      cpu?.close();
      wasm?.close();
    });

    it.each(ops.map(op => [op.name, op] as const))('%s agrees, and gives all memory back', async (_, op) => {
      // A second call finds what the first one left; iterations are called once, for they are long.
      const patience = { repeats: op.room === 'Low rank' ? 0 : 1, enough: 0 };
      for (const choice of choicesOf(op)) {
        const wish = tiny(op, choice);
        const [one, other] = [await time(op, wish, wasm, patience), await time(op, wish, cpu, patience)];
        expect(one.answer.length).toBeGreaterThan(0);
        expect([choice, isSame(op, one.answer, other.answer), distanceOf(one.answer, other.answer)]).toEqual([
          choice,
          true,
          expect.any(Number),
        ]);
        expect(one.first).toBeGreaterThan(0);
        expect(one.median).toBeGreaterThan(0);
        for (const device of [wasm, cpu]) expect([op.name, choice, device.memory().live]).toEqual([op.name, choice, 0]);
      }
    });

    it('stop when they are told to, and say how far they are', async () => {
      const controller = new AbortController();
      const calls: number[] = [];
      const stages = new Set<string>();
      const running = time(
        named('completeMatrix'),
        { sizes: { n: 200, d: 200 }, choice: 'svt' },
        cpu,
        { repeats: 100, enough: 1e6 },
        {
          signal: controller.signal,
          report({ call, progress }) {
            calls.push(call);
            if (!progress) return;
            stages.add(progress.stage);
            controller.abort();
          },
        },
      );
      await expect(running).rejects.toThrow(/abort/i);
      expect(calls[0]).toBe(1);
      expect(stages.size).toBe(1);
      expect(cpu.memory().live).toBe(0);
    });
  });
});

describe('what is too much', () => {
  it('are more numbers than a phone has room for, of operands and results', () => {
    const op = named('cdist');
    const wish = { sizes: { n: 10_000, m: 10_000, d: 10 }, choice: 'euclidean' };
    expect(numbersIn(op, wish)).toBe(1e8 + 2e5);
    expect(numbersIn(op, wish)).toBeGreaterThan(MOST_NUMBERS);
    expect(tooMuch(op, wish)).toBe('Operands and results would take 401 MB. Choose at most 160 MB.');
  });

  it('are more operations than a device does in a while, by what it is', () => {
    const op = named('matmul');
    const wish = { sizes: { n: 2000 }, choice: '' };
    expect(tooMuch(op, wish, { kind: 'cpu', isFallback: false })).toBe(
      '16 billion operations would take too long here. Choose sizes of at most 10 billion.',
    );
    expect(tooMuch(op, wish, { kind: 'webgpu', isFallback: false })).toBeUndefined();
    expect(mostFlops({ kind: 'webgpu', isFallback: true })).toBe(mostFlops({ kind: 'wasm', isFallback: false }));
  });
});

describe('how far answers are apart', () => {
  it('is relative to all of them, and NaN is itself', () => {
    expect(distanceOf([3, 4], [3, 4])).toBe(0);
    expect(distanceOf([3, 4], [3, 4.5])).toBeCloseTo(0.1, 12);
    expect(distanceOf([NaN, 3, Infinity], [NaN, 3, Infinity])).toBe(0);
    expect(distanceOf([NaN, 3], [1, 3])).toBeNaN();
    const op = named('norm of each row');
    expect(isSame(op, [NaN, 3], [1, 3])).toBe(false);
    expect(isSame(op, [0, 0], [0, 1])).toBe(false);
    expect(isSame(op, [1], [1, 2])).toBe(false);
  });

  it('sees a single number of many that is off', () => {
    const right = fillWithNoise(new Float32Array(1000), 1);
    const off = right.slice();
    off[500] = 2;
    expect(isSame(named('norm of each row'), right, off)).toBe(false);
  });
});
