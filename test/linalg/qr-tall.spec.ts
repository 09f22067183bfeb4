/** QR of tall matrices, which are factored block by block: on both sides of every level of the tree. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { qr, transpose, type Device } from '../../src/index.ts';
import type { Grid } from '../oracle/grid.ts';
import { Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { checkQr } from '../support/qr.ts';
import { flipped } from '../support/solve.ts';
import { Random } from '../support/random.ts';
import { floatsOf, gridOf, tensorOf } from '../support/tensors.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const normal = (m: number, n: number): Grid => gridOf([m, n], new Random(m + n).normal(m * n));

describe('qr of tall matrices', () => {
  it('has the same signs as one factorisation of all rows', async () => {
    const findings = new Findings();
    for (const [m, n] of [
      [767, 3],
      [768, 3],
      [1027, 2],
      [3000, 1],
      [1500, 33],
    ] as const)
      for (const dtype of floatsOf(device)) {
        const a = normal(m, n);
        await checkQr(findings, qr(tensorOf(device, a, dtype)), a, dtype, 4);
        findings.exact(
          await qr(tensorOf(device, a, dtype), { mode: 'r' }).data(),
          await qr(tensorOf(device, a, dtype)).r.data(),
          'R alone',
        );
      }
    findings.end();
  });

  it('of any rank and magnitudes, and of views', async () => {
    const findings = new Findings();
    const [m, n] = [900, 4];
    const of = (f: (i: number, j: number) => number): Grid =>
      gridOf(
        [m, n],
        Array.from({ length: m * n }, (_, at) => f(Math.floor(at / n), at % n)),
      );
    for (const [label, a] of Object.entries({
      zero: of(() => 0),
      ones: of(() => 1),
      'rank 2': of((i, j) => Math.sin(i) + j * Math.cos(i)),
      'in the first rows alone': of((i, j) => (i < 3 ? i + j + 1 : 0)),
      'in the last rows alone': of((i, j) => (i < 897 ? 0 : Math.sin(i * 7 + j))),
      'columns from 1e-20 to 1e20': of((i, j) => Math.cos(i * i + j) * 10 ** (j * 13 - 20)),
    })) {
      await checkQr(findings, qr(tensorOf(device, a)), a, label);
      await checkQr(findings, qr(transpose(tensorOf(device, flipped(a)))), a, `${label}, a view`);
    }
    findings.end();
  });
});
