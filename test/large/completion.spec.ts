/**
 * Matrix completion at the sizes of the paper (Cai, Candès and Shen, 2010, table 5.1), with the paper's row beside ours, and of a matrix
 * that has 9·10⁸ elements. `npm run test:large` runs it; npm test does not. What takes longer is completion-wide.spec.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completeMatrix, type Device } from '../../src/index.ts';
import { openLaneDevice } from '../support/lane.ts';
import { problem, solve, solveFive } from '../support/paper.ts';
import { BY_SVT } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice({ debug: false });
});
afterAll(() => device.close());

describe('the problem of the paper', () => {
  const n = 1000;

  it.for(BY_SVT.slice(0, 1))(
    'of rank $rank by svt: $iterations iterations there, the mean of five',
    { timeout: 300_000 },
    async ({ rank, times, iterations, within, error }) => {
      const found = await solveFive(n, rank, times, device);
      expect(found.ranks).toEqual(Array(5).fill(rank));
      expect(found.error).toBeLessThanOrEqual(error);
      expect(Math.abs(found.iterations - iterations)).toBeLessThanOrEqual(within);
    },
  );

  it('by als: 12 iterations at most to a residual of 1e-4', { timeout: 120_000 }, async () => {
    const [r, times] = [10, 6];
    const given = problem(n, r, times * r * (2 * n - r), 1);
    const found = await solve(given, { method: 'als', tolerance: 1e-4 }, device);
    expect(found.rank).toBe(r);
    expect(found.iterations).toBeLessThanOrEqual(12);
    expect(found.residual).toBeLessThanOrEqual(1e-4);
  });
});

it('30,000 × 30,000 with two million entries, which never becomes dense', { timeout: 600_000 }, async () => {
  const [n, r] = [30_000, 2];
  const given = problem(n, r, 2_000_000, 2);
  const before = device.memory().peak;
  const options = { rank: r, tolerance: 1e-4, maxIterations: 30, device };
  const found = await completeMatrix(given.values, { ...given, shape: [n, n] }, options);
  console.log(
    `als: ${found.iterations} iterations, residual ${found.residual}, ${device.memory().peak - before} bytes`,
  );
  expect(found.residual).toBeLessThanOrEqual(1e-4);
  expect(device.memory().peak).toBeLessThan((4 * n * n) / 10);
});
