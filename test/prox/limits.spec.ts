/** Projections onto simplices with tiny bindings, few workgroups, and as on hardware; and rows that are too long. */
import { describe, it } from 'vitest';
import { LimitError, projectL1Ball, projectSimplex } from '../../src/index.ts';
import * as oracle from '../oracle/prox.ts';
import { expectThrows } from '../support/expect.ts';
import { isGpuLane, openLaneDevice } from '../support/lane.ts';
import { peakOf } from '../support/prox.ts';
import { Random } from '../support/random.ts';
import { Batch, gridOf, tensorOf } from '../support/tensors.ts';
import { projectedElement } from '../tolerance.ts';

describe('projections', () => {
  it('run with tiny bindings, few workgroups, and as on hardware', async () => {
    for (const assume of [{ maxGroups: 8 }, { maxBindingBytes: 4096 }, { software: false }]) {
      const small = await openLaneDevice({ assume });
      const batch = new Batch();
      for (const shape of [
        [3, 600],
        [30, 40],
      ]) {
        const x = gridOf(shape, new Random(8).normal((shape[0] ?? 1) * (shape[1] ?? 1)));
        const radii = Array.from({ length: shape[0] ?? 1 }, (_, k) => 0.5 + k);
        const ways = [
          [projectL1Ball, oracle.projectL1Ball],
          [projectSimplex, oracle.projectSimplex],
        ] as const;
        // A software GPU takes seconds to compile a workgroup of many: once must do.
        for (const [project, expected] of 'software' in assume ? ways.slice(0, 1) : ways)
          batch.expect(
            `${JSON.stringify(assume)}: ${project.name}([${shape.join(', ')}])`,
            () => project(tensorOf(small, x), small.tensor(radii)),
            oracle.along(x, 1, radii, expected),
            precision => projectedElement(shape[1] ?? 1, precision, 32, peakOf(x)),
          );
      }
      await batch.end();
      small.close();
    }
  });

  it('say so where a vector is longer than a binding', async () => {
    const small = await openLaneDevice({ assume: { maxBindingBytes: 4096 } });
    const x = small.tensor(new Float32Array(2000).fill(1));
    if (isGpuLane) expectThrows(() => projectL1Ball(x), LimitError, 'projectL1Ball', '2000', '4096');
    else await projectL1Ball(x).data();
    small.close();
  });
});
