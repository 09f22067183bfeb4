/** Completion where a device's bindings are small: passes over pieces of what is asked for; and what cannot be cut. */
import { describe, it } from 'vitest';
import { completeMatrix, LimitError } from '../../src/index.ts';
import { puzzle } from '../support/completion.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { isGpuLane, openLaneDevice } from '../support/lane.ts';
import { tensorOf } from '../support/tensors.ts';
import { completed, precisionOf } from '../tolerance.ts';

const options = { method: 'proximal', tau: 1, maxIterations: 2 } as const;

describe('small bindings', () => {
  it('are filled piece by piece, and named where they do not do', async () => {
    const findings = new Findings();
    const device = await openLaneDevice({ assume: { maxBindingBytes: 16_384, maxGroups: 64 } });
    try {
      const p = puzzle(20, 15, 1, 0.6, 13);
      const found = await completeMatrix(tensorOf(device, p.truth), tensorOf(device, p.mask), options);
      const x = await found.approximation().data();
      const rows = Array.from({ length: 9000 }, (_, k) => (k * 7) % 20);
      const columns = rows.map((_, k) => (k * 11) % 15);
      const wanted = rows.map((row, k) => x[row * 15 + (columns[k] ?? 0)] ?? NaN);
      const bound = completed(precisionOf(found.u), 20);
      findings.close(await found.predict(rows, columns).data(), wanted, bound, 'predict');
      const dense = puzzle(70, 70, 1, 0.95, 13);
      const work = completeMatrix(tensorOf(device, dense.truth), tensorOf(device, dense.mask), options);
      if (isGpuLane) await expectRejects(work, LimitError, 'completeMatrix', 'a binding of this device spans 16384');
      else findings.check((await work).iterations === 2, 'there are no bindings');
    } finally {
      device.close();
    }
    findings.end();
  });
});
