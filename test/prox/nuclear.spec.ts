/** projectNuclearBall: numpy's answers, stacks, what is inside already, and what it refuses. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { NonFiniteError, OptionError, projectNuclearBall, ShapeError, type Device } from '../../src/index.ts';
import { singularValues } from '../oracle/eigen.ts';
import { grid } from '../oracle/grid.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { compareGolden } from '../support/prox.ts';
import { Random } from '../support/random.ts';
import { floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { inputRounding, plus, precisionOf, thresholded } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('projectNuclearBall', () => {
  it("gives numpy's answers", () => compareGolden(device, 'projectNuclearBall'));

  it('of a stack, one matrix inside and one without', async () => {
    const findings = new Findings();
    const inside = new Random(1).normal(12, 0.01);
    const outside = new Random(2).normal(12, 5);
    const stack = gridOf([2, 4, 3], [...inside, ...outside]);
    for (const dtype of floatsOf(device)) {
      const result = await projectNuclearBall(tensorOf(device, stack, dtype), 2);
      const found = await result.data();
      findings.exact(found.slice(0, 12), inside, 'the one inside, bit for bit');
      const values = singularValues(grid([4, 3], found.slice(12)));
      const total = values.reduce((sum, value) => sum + value, 0);
      const precision = precisionOf(result);
      const bound = plus(thresholded(4, precision, Math.hypot(...outside)), inputRounding(precision));
      // What the elements are off by in the Frobenius norm, √12, is √3 of the sum of three singular values at most.
      const allowed = { relative: 6 * bound.relative, absolute: 6 * bound.absolute };
      findings.close([total], [2], allowed, 'the sum of singular values');
    }
    findings.end();
  });

  it('with radius 0, and of nothing', async () => {
    const findings = new Findings();
    const zero = await projectNuclearBall(
      [
        [1, 2],
        [3, 4],
      ],
      0,
      { device },
    );
    findings.exact(await zero.data(), [0, 0, 0, 0], 'radius 0');
    const none = await projectNuclearBall(device.tensor(new Float32Array(0), [0, 3]), 1);
    findings.shape(none.shape, [0, 3], 'nothing');
    findings.end();
  });

  it('refuses what it cannot do', async () => {
    const a = device.tensor([
      [1, 2],
      [3, NaN],
    ]);
    const op = 'projectNuclearBall';
    await expectRejects(projectNuclearBall(a, 1), NonFiniteError, op, 'row 1');
    await expectRejects(projectNuclearBall([1, 2], 1, { device }), ShapeError, op, '[2]');
    for (const radius of [-1, NaN, Infinity])
      await expectRejects(projectNuclearBall(a, radius), OptionError, op, 'radius', String(radius));
    await expectRejects(projectNuclearBall(a, 1, { axis: 0 } as object), OptionError, op, "'axis'");
  });
});
