/** The oracle of distances against SciPy. No device is opened here. */
import { describe, it } from 'vitest';
import { Findings } from '../support/expect.ts';
import { boundOf, goldenCases } from '../support/distances.ts';
import { cdist, pdist } from './distance.ts';

describe('oracle of distances against scipy', () => {
  for (const metric of new Set(goldenCases.map(one => one.metric)))
    it(metric, () => {
      const findings = new Findings();
      for (const { label, a, b, options, expected } of goldenCases.filter(one => one.metric === metric)) {
        const actual = b ? cdist(a, b, metric, options) : pdist(a, metric, options);
        findings.shape(actual.shape, expected.shape, label);
        findings.close(actual.data, expected.data, boundOf(metric, a, b, options)('double'), label);
      }
      findings.end();
    });
});
