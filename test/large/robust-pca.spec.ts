/**
 * Robust principal components at the size of the paper (Lin, Chen and Ma 2010, table 1): 500 × 500 of rank 25 and 50, with 5 and 10 %
 * of all elements grossly wrong.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { robustPca, type Device } from '../../src/index.ts';
import { openLaneDevice } from '../support/lane.ts';
import { mixed, relativeError } from '../support/separations.ts';
import { tensorOf } from '../support/tensors.ts';
import { precisionOf, SEPARATED } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice({ debug: false });
});
afterAll(() => device.close());

it.for([
  { rank: 25, share: 0.05 },
  { rank: 25, share: 0.1 },
  { rank: 50, share: 0.05 },
  { rank: 50, share: 0.1 },
])('rank $rank with $share of the elements wrong', async ({ rank, share }) => {
  const { d, lowRank } = mixed({ m: 500, n: 500, rank, share });
  const dtype = device.kind === 'cpu' ? 'float64' : 'float32';
  const given = tensorOf(device, d, dtype);
  const start = performance.now();
  const found = await robustPca(given);
  const numbers = await found.lowRank.data();
  const taken = performance.now() - start;
  const error = relativeError(numbers, lowRank.data);
  console.info(
    `rank ${found.rank}, ${found.iterations} SVDs, error ${error.toExponential(2)}, ${Math.round(taken)} ms`,
  );
  expect(found.converged).toBe(true);
  expect(found.rank).toBe(rank);
  expect(found.iterations).toBeLessThanOrEqual(26);
  expect(error).toBeLessThanOrEqual(SEPARATED[precisionOf(found.lowRank)]);
  for (const tensor of [given, found.lowRank, found.sparse]) tensor.dispose();
});
