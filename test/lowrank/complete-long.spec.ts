/** Completing a matrix as long work: states to go on from, progress, cancelling; what is read, and what memory is held. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  completeMatrix,
  OptionError,
  type CompleteMatrixOptions,
  type Device,
  type Progress,
} from '../../src/index.ts';
import { Engine } from '../../src/device/index.ts';
import { openCounted, type Counted } from '../support/counted.ts';
import { puzzle } from '../support/completion.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { isGpuLane } from '../support/lane.ts';
import { tensorOf } from '../support/tensors.ts';

let counted: Counted;
let device: Device;
beforeAll(async () => {
  counted = await openCounted();
  ({ device } = counted);
});
afterAll(() => counted.close());

const p = puzzle(14, 12, 1, 0.7, 11, 0.1);
/** Every loop that there is: 'hard-impute' and 'proximal' are that of 'soft-impute'. */
const LOOPS: readonly CompleteMatrixOptions[] = [
  { method: 'als', rank: 1 },
  { method: 'svt', tau: 15 },
  { method: 'soft-impute', lambda: 1 },
];
const EVERY: readonly CompleteMatrixOptions[] = isGpuLane
  ? LOOPS
  : [...LOOPS, { method: 'hard-impute', rank: 1 }, { method: 'proximal', tau: 1, step: 1.2 }];
async function run(options: CompleteMatrixOptions) {
  const [a, mask] = [tensorOf(device, p.truth), tensorOf(device, p.mask)];
  try {
    return await completeMatrix(a, mask, { tolerance: 0, ...options });
  } finally {
    for (const one of [a, mask]) one.dispose();
  }
}

describe('a state', () => {
  it('goes on to the same numbers as if it had never ended, also as a copy', async () => {
    const findings = new Findings();
    for (const options of EVERY) {
      const [whole, half] = [await run({ ...options, maxIterations: 4 }), await run({ ...options, maxIterations: 2 })];
      const state = structuredClone(half.state);
      const rest = await run({ ...options, maxIterations: 4, state });
      const label = options.method ?? '';
      findings.exact(await rest.approximation().data(), await whole.approximation().data(), `${label}: x`);
      findings.exact(
        rest.history.map(step => step.residual),
        whole.history.map(step => step.residual),
        `${label}: residuals`,
      );
      findings.exact([rest.iterations, rest.rank], [whole.iterations, whole.rank], label);
    }
    findings.end();
  });

  it('of another problem is refused', async () => {
    const { state } = await run({ method: 'als', rank: 1, maxIterations: 1 });
    await expectRejects(run({ method: 'svt', state }), OptionError, 'completeMatrix', "the state is of 'als'");
    const other = completeMatrix([[1, 2]], undefined, { state, device });
    await expectRejects(other, OptionError, 'completeMatrix', 'entries of [14, 12]');
    await expectRejects(
      run({ state: {} as typeof state }),
      OptionError,
      'completeMatrix',
      'Give the state of an earlier result',
    );
  });
});

describe('long work', () => {
  it('tells of each iteration, and ends with its signal', async () => {
    for (const options of EVERY) {
      const heard: Progress[] = [];
      const controller = new AbortController();
      const work = run({
        ...options,
        maxIterations: 9,
        signal: controller.signal,
        onProgress(progress) {
          heard.push(progress);
          if (progress.done === 2) controller.abort(new Error('enough'));
        },
      });
      await expect(work).rejects.toThrow('enough');
      expect(heard.map(({ done }) => done)).toEqual([1, 2]);
      expect(heard[0]).toEqual({ stage: 'iteration', done: 1, total: 9 });
    }
    const none = run({ signal: AbortSignal.abort(new Error('before')) });
    await expect(none).rejects.toThrow('before');
  });

  it('reads some numbers of a small matrix an iteration, in one trip', async () => {
    const { read } = Engine.prototype;
    let trips: number[] = [];
    let open = false;
    Engine.prototype.read = function watched(this: Engine, ...args) {
      // Reads of a tick travel together; those of no bytes wait for a verdict alone.
      if (args[2] > 0 && !open) {
        open = true;
        trips.push(0);
        queueMicrotask(() => (open = false));
      }
      trips.push((trips.pop() ?? 0) + args[2]);
      return Reflect.apply(read, this, args);
    };
    try {
      for (const options of EVERY) {
        const readsOf = async (maxIterations: number): Promise<readonly [number, number, number]> => {
          trips = [];
          const { iterations } = await run({ ...options, maxIterations });
          return [trips.length, trips.reduce((sum, bytes) => sum + bytes, 0), iterations];
        };
        const [few, many] = [await readsOf(1), await readsOf(3)];
        const iterations = many[2] - few[2];
        expect(iterations).toBeGreaterThan(0);
        // With least squares, whether a pivot failed is read before.
        expect(many[0] - few[0]).toBeLessThanOrEqual(options.method === 'als' ? 2 * iterations : iterations);
        expect(many[0]).toBeGreaterThan(few[0]);
        // R, three norms, and by how much the state grows with the rank.
        expect(many[1] - few[1]).toBeLessThanOrEqual(iterations * 8 * (12 ** 2 + 3 + 6 * (14 + 12)));
      }
    } finally {
      Engine.prototype.read = read;
    }
  });

  it('holds no more memory the longer it goes on, and gives back what it held', async () => {
    for (const options of LOOPS.slice(1)) {
      const held: number[] = [];
      const onProgress = (): void => void held.push(device.memory().live);
      const found = await run({ ...options, maxIterations: 8, onProgress });
      expect(held).toHaveLength(8);
      // Ranks differ by some columns.
      expect(Math.max(...held.slice(4))).toBeLessThanOrEqual(1.5 * Math.max(...held.slice(0, 4)));
      found.dispose();
      expect(() => found.predict([0], [0])).toThrow('disposed');
    }
    const [a, mask] = [tensorOf(device, p.truth), tensorOf(device, p.mask)];
    const own = device.memory().live;
    const found = await completeMatrix(a, mask, {
      method: 'soft-impute',
      lambda: 1,
      maxIterations: 3,
      polish: true,
      scale: 'both',
    });
    const before = device.memory().live;
    found.dispose();
    expect(device.memory().live).toBeLessThan(before);
    // What other tests forgot may have been collected meanwhile.
    expect(device.memory().live).toBeLessThanOrEqual(own);
  });

  it('of coordinates never takes as much as the whole matrix', async () => {
    const side = 2000;
    const rows = Array.from({ length: 2 * side }, (_, k) => k % side);
    const columns = rows.map((row, k) => (k < side ? row : (row * 7 + 1) % side));
    const values = rows.map((row, k) => (1 + (row % 3)) * (2 - ((columns[k] ?? 0) % 2)));
    const options = { method: 'hard-impute', rank: 1, maxIterations: 2, device } as const;
    const found = await completeMatrix(values, { rows, columns, shape: [side, side] }, options);
    expect(found.rank).toBe(1);
    expect(counted.peak()).toBeLessThan((4 * side * side) / 4);
  });
});
