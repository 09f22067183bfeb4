/** Proximal operators and projections against SciPy's root finder, and against the worked case. Matrices are in nuclear.spec.ts. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { softThreshold, type Device } from '../../src/index.ts';
import seed from '../golden/seed/prox.json';
import { goldenGrid } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { compareGolden, peakOf, proxNames } from '../support/prox.ts';
import { Batch, floatsOf, tensorOf } from '../support/tensors.ts';
import { inputRounding, plus, thresholdedElement } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe("SciPy's answers", () => {
  for (const name of proxNames.filter(own => own !== 'projectNuclearBall')) it(name, () => compareGolden(device, name));

  it('the worked case', async () => {
    const batch = new Batch();
    const one = seed.cases.find(({ function: name }) => name === 'softThreshold');
    if (!one) throw new Error('the worked case is gone');
    const x = goldenGrid(one.inputs.x);
    const threshold = 'threshold' in one.options ? one.options.threshold : 0;
    for (const dtype of floatsOf(device))
      batch.expect(
        one.id,
        () => softThreshold(tensorOf(device, x, dtype), threshold),
        goldenGrid(one.expected),
        precision => plus(thresholdedElement(precision, peakOf(x)), inputRounding(precision)),
      );
    await batch.end();
  });
});
