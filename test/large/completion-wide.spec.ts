/**
 * Completion that takes minutes even where floats are fast: the paper's higher ranks, and 30,000 × 30,000 with ten million entries.
 * `npm run test:large` runs it on the lane wasm.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { completeMatrix, type Device } from '../../src/index.ts';
import { openLaneDevice } from '../support/lane.ts';
import { problem, solveFive } from '../support/paper.ts';
import { BY_SVT } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice({ debug: false });
});
afterAll(() => device.close());

it.for(BY_SVT.slice(1))(
  'rank $rank of 1000 by svt: $iterations iterations in the paper, the mean of five',
  { timeout: 900_000 },
  async ({ rank, times, iterations, within, error }) => {
    const found = await solveFive(1000, rank, times, device);
    expect(found.ranks).toEqual(Array(5).fill(rank));
    expect(found.error).toBeLessThanOrEqual(error);
    expect(Math.abs(found.iterations - iterations)).toBeLessThanOrEqual(within);
  },
);

it('30,000 × 30,000 with ten million entries of rank 10, in bounded memory', { timeout: 900_000 }, async () => {
  const [n, r, count] = [30_000, 10, 10_000_000];
  const given = problem(n, r, count, 3);
  const heap = (): number => process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
  const [peak, host] = [device.memory().peak, heap()];
  const since = performance.now();
  let most = 0;
  const onProgress = (): void => void (most = Math.max(most, heap() - host));
  const options = { rank: r, tolerance: 1e-4, maxIterations: 30, device, onProgress };
  const found = await completeMatrix(given.values, { ...given, shape: [n, n] }, options);
  const [took, held] = [(performance.now() - since) / 1000, device.memory().peak - peak];
  console.log(
    `als: ${found.iterations} iterations, residual ${found.residual.toExponential(2)}, ${took.toFixed(1)} s, ` +
      `${Math.round(held / 1e6)} MB on the device, ${Math.round(most / 1e6)} MB on the host`,
  );
  expect(found.residual).toBeLessThanOrEqual(1e-4);
  // As the doc comment of completeMatrix says: by entries, by rows and columns, and what least squares take beside.
  expect(held).toBeLessThanOrEqual(50 * count + 40 * 2 * n * (r + 20) + 32 * n * r ** 2);
});
