/** How robust principal components run: what they read and hold, how they stop and go on, and what they refuse. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  NonFiniteError,
  OptionError,
  robustPca,
  ShapeError,
  stablePca,
  type Device,
  type Progress,
  type Separation,
  type SeparationState,
} from '../../src/index.ts';
import { Engine } from '../../src/device/index.ts';
import { expectRejects } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { mixed } from '../support/separations.ts';
import { tensorOf } from '../support/tensors.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const { d } = mixed({ m: 56, n: 50, rank: 2, share: 0.03 });

function dispose({ lowRank, sparse, state }: Separation): void {
  for (const tensor of [lowRank, sparse, state?.lowRank, state?.multiplier, state?.basis]) tensor?.dispose();
}

it('reads one square an iteration, never the matrix', async () => {
  const x = tensorOf(device, d);
  await x.data();
  const reads: number[] = [];
  const { read } = Engine.prototype;
  Engine.prototype.read = function counted(this: Engine, ...args) {
    // Words that tell a pause or a doubt that work is done are no numbers.
    if (args[2] > 16) reads.push(args[2]);
    return Reflect.apply(read, this, args);
  };
  let [before, iterations] = [0, 0];
  try {
    // What is read before the first iteration is the same however many follow.
    dispose(await robustPca(x, { maxIterations: 1 }));
    before = reads.length;
    dispose(await robustPca(x, { maxIterations: 9, tol: 1e-12 }));
    iterations = 9;
  } finally {
    Engine.prototype.read = read;
  }
  const widest = 10 + 10 + 3;
  expect(reads.length - before - before).toBe(iterations - 1);
  const bytes = device.kind === 'cpu' ? 8 : 4;
  expect(Math.max(...reads.slice(before).slice(-iterations))).toBeLessThanOrEqual((widest ** 2 + 4) * bytes);
});

it('holds no more after many iterations than after few, and nothing in the end', async () => {
  const x = tensorOf(device, d);
  const before = device.memory().live;
  const seen: number[] = [];
  const onProgress = (): void => void seen.push(device.memory().live);
  dispose(await robustPca(x, { maxIterations: 10, tol: 1e-12, onProgress }));
  // Widths of sketches differ by some columns.
  expect(Math.max(...seen.slice(5))).toBeLessThanOrEqual(Math.max(...seen.slice(0, 5)) + 56 * 50 * 8);
  dispose(await robustPca(x, { maxIterations: 2, returnState: true }));
  await expect.poll(() => device.memory().live).toBeLessThanOrEqual(before);
});

describe('going on', () => {
  it('comes to the same numbers as never having stopped', async () => {
    const x = tensorOf(device, d);
    const runs = [
      (maxIterations: number, state?: SeparationState) =>
        robustPca(x, { maxIterations, returnState: true, tol: 1e-12, state }),
      (maxIterations: number, state?: SeparationState) =>
        stablePca(x, { bound: 40, maxIterations, returnState: true, tol: 1e-12, state }),
    ];
    for (const run of runs) {
      const whole = await run(5);
      const part = await run(2);
      expect([part.iterations, part.converged]).toEqual([2, false]);
      const rest = await run(3, part.state);
      expect(rest.iterations).toBe(5);
      expect(rest.history).toEqual(whole.history);
      expect(await rest.lowRank.data()).toEqual(await whole.lowRank.data());
      expect(await rest.sparse.data()).toEqual(await whole.sparse.data());
      for (const one of [whole, part, rest]) dispose(one);
    }
  });

  it('tells how far it is, and stops at a signal', async () => {
    const x = tensorOf(device, d);
    const seen: Progress[] = [];
    const found = await robustPca(x, { maxIterations: 3, onProgress: progress => seen.push(progress) });
    expect(seen).toEqual(found.history.map((record, k) => ({ stage: 'iterate', done: k + 1, total: 3, ...record })));
    expect(seen.length).toBe(3);
    expect(found.converged).toBe(false);
    expect(found.state).toBeUndefined();
    dispose(found);
    const before = device.memory().live;
    const controller = new AbortController();
    const reason = new Error('enough');
    const onProgress = ({ done }: Progress): void => {
      if (done === 2) controller.abort(reason);
    };
    await expect(robustPca(x, { onProgress, signal: controller.signal })).rejects.toBe(reason);
    await expect(stablePca(x, { bound: 1, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect.poll(() => device.memory().live).toBeLessThanOrEqual(before);
  });

  it('depends on its seed alone', async () => {
    const x = tensorOf(device, d);
    const numbers = async (seed?: number): Promise<ArrayLike<number>> => {
      const own = seed === undefined ? {} : { seed };
      const found = await robustPca(x, { maxIterations: 1, returnState: true, ...own });
      const data = await (found.state?.basis ?? x).data();
      dispose(found);
      return data;
    };
    expect(await numbers(4)).toEqual(await numbers(4));
    expect(await numbers()).toEqual(await numbers(0));
    expect(await numbers(4)).not.toEqual(await numbers(5));
  });
});

it('refuses what it cannot do, as a rejection', async () => {
  const a = [
    [1, 2],
    [3, 4],
  ];
  for (const [options, word] of [
    [{ lambda: 0 }, 'lambda'],
    [{ lambda: NaN }, 'lambda'],
    [{ tol: -1 }, 'tol'],
    [{ maxIterations: 0 }, 'maxIterations'],
    [{ maxIterations: 1.5 }, 'maxIterations'],
    [{ seed: -1 }, 'seed'],
    [{ method: 'svd' }, 'method'],
    [{ returnState: 1 }, 'returnState'],
    [{ state: 3 }, 'state'],
    [{ state: {} }, 'state'],
    [{ rank: 1 }, "'rank'"],
  ] as const) {
    const all = { device, ...(options as object) };
    await expectRejects(robustPca(a, all), OptionError, 'robustPca', word);
    if (word !== 'method') await expectRejects(stablePca(a, { ...all, bound: 1 }), OptionError, 'stablePca', word);
  }
  for (const [options, word] of [
    [{}, 'neither'],
    [{ bound: 1, deviation: 1 }, 'both'],
    [{ bound: 0 }, 'bound'],
    [{ deviation: Infinity }, 'deviation'],
  ] as const)
    await expectRejects(stablePca(a, { device, ...options }), OptionError, 'stablePca', word);
  const other = await robustPca(tensorOf(device, d), { maxIterations: 1, returnState: true });
  await expectRejects(robustPca(a, { device, state: other.state }), OptionError, 'robustPca', 'state', '[2, 2]');
  await expectRejects(robustPca([1, 2], { device }), ShapeError, 'robustPca', '[2]');
  await expectRejects(robustPca([a], { device }), ShapeError, 'robustPca', '[1, 2, 2]');
  const wrong = [
    [1, 2],
    [NaN, 4],
  ];
  await expectRejects(robustPca(wrong, { device }), NonFiniteError, 'robustPca', 'row 1 ', '[2, 2]');
  await expectRejects(stablePca(wrong, { device, bound: 1 }), NonFiniteError, 'stablePca', 'row 1 ');
});
