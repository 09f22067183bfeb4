/** QR on adapters that can do little, and with the kernels of hardware on whatever adapter there is. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { LimitError, qr, type Device } from '../../src/index.ts';
import type { Grid } from '../oracle/grid.ts';
import { expectThrows, Findings } from '../support/expect.ts';
import { isGpuLane, openLaneDevice } from '../support/lane.ts';
import { checkQr } from '../support/qr.ts';
import { Random } from '../support/random.ts';
import { gridOf, tensorOf } from '../support/tensors.ts';

const normal = (...shape: number[]): Grid =>
  gridOf(shape, new Random(shape.length).normal(shape.reduce((a, b) => a * b, 1)));

for (const [name, assume] of [
  ['8 workgroups in a dimension', { maxGroups: 8 }],
  ['bindings of 40,960 bytes', { maxBindingBytes: 40_960 }],
  ['the kernels of hardware', { software: false }],
] as const)
  describe(`with ${name}`, () => {
    let device: Device;
    beforeAll(async () => {
      device = await openLaneDevice({ assume });
    });
    afterAll(() => device.close());

    it('qr', async () => {
      const findings = new Findings();
      for (const [m, n, mode] of [
        [9, 5, 'complete'],
        [40, 34, 'reduced'],
      ] as const) {
        const a = normal(m, n);
        await checkQr(findings, qr(tensorOf(device, a), { mode }), a, mode, 4 * Math.max(m, n));
      }
      const stack = normal(3, 9, 35);
      await checkQr(findings, qr(tensorOf(device, stack)), stack, 'a stack', 40);
      findings.end();
    });
  });

describe('where there is no room', () => {
  it('a matrix that no binding spans is refused by its size', async () => {
    const device = await openLaneDevice({ assume: { maxBindingBytes: 4096 } });
    const a = tensorOf(device, normal(40, 20));
    if (isGpuLane) expectThrows(() => qr(a), LimitError, 'qr', '40 × 20', '4096', 'cpu device');
    else await qr(a).r.data();
    device.close();
  });
});
