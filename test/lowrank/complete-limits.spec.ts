/** Completion where a device's bindings are small: passes over pieces of the entries, to the same numbers; and what cannot be cut. */
import { describe, it } from 'vitest';
import { completeMatrix, LimitError } from '../../src/index.ts';
import { puzzle } from '../support/completion.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { isGpuLane, openLaneDevice } from '../support/lane.ts';
import { tensorOf } from '../support/tensors.ts';

describe('small bindings', () => {
  it('change no bit, and are named where they do not do', async () => {
    const findings = new Findings();
    const p = puzzle(40, 600, 1, 0.8, 13);
    const options = { method: 'proximal', tau: 30, maxIterations: 2, tolerance: 0 } as const;
    const results: ArrayLike<number>[] = [];
    for (const maxBindingBytes of [2 ** 27, 65_536]) {
      const device = await openLaneDevice({ assume: { maxBindingBytes, maxGroups: 64 } });
      try {
        const found = await completeMatrix(tensorOf(device, p.truth), tensorOf(device, p.mask), options);
        results.push(await found.approximation().data());
      } finally {
        device.close();
      }
    }
    findings.exact(results[1] ?? [], results[0] ?? [], 'x');
    const device = await openLaneDevice({ assume: { maxBindingBytes: 16_384 } });
    try {
      const work = completeMatrix(tensorOf(device, p.truth), tensorOf(device, p.mask), options);
      if (isGpuLane) await expectRejects(work, LimitError, 'completeMatrix', 'a binding of this device spans 16384');
      else findings.check((await work).iterations === 2, 'there are no bindings');
    } finally {
      device.close();
    }
    findings.end();
  });
});
