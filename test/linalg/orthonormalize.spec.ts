/** The two bases of a tall matrix's columns, under the public functions: one that is orthonormal, one that products are enough for. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Device, Tensor } from '../../src/index.ts';
import { normals, normalsAtPace } from '../../src/linalg/normals.ts';
import { conditioned, orthonormalize } from '../../src/linalg/orthonormalize.ts';
import { Pace, Scope } from '../../src/tensor/index.ts';
import type { Grid } from '../oracle/grid.ts';
import { Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { apart, readGrid, skew, times } from '../support/qr.ts';
import { flipped } from '../support/solve.ts';
import { withSpectrum } from '../support/spectra.ts';
import { gridOf, tensorOf } from '../support/tensors.ts';
import { CONDITIONED, orthogonalFactors, precisionOf } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

async function basisOf(x: Tensor, make: typeof conditioned): Promise<Grid> {
  const scope = new Scope();
  try {
    return await readGrid(await make(x, 'test', scope, new Pace('test', undefined)));
  } finally {
    scope.close();
  }
}

const MATRICES: Readonly<Record<string, Grid>> = {
  plain: withSpectrum(50, 8, [8, 7, 6, 5, 4, 3, 2, 1]),
  graded: withSpectrum(50, 8, [1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7]),
  'rank 3': withSpectrum(50, 8, [3, 2, 1]),
  zeros: gridOf([50, 8], new Float64Array(400)),
  ones: gridOf([50, 8], new Float64Array(400).fill(1)),
  'one column': withSpectrum(50, 1, [5]),
  'columns of zeros': gridOf(
    [50, 8],
    Array.from(withSpectrum(50, 8, [3, 2, 1]).data, (value, at) => (at % 3 === 0 ? 0 : value)),
  ),
};

describe('bases', () => {
  it('orthonormalize: always orthonormal, and nothing of the matrix is outside', async () => {
    const findings = new Findings();
    for (const [label, a] of Object.entries(MATRICES)) {
      const given = tensorOf(device, a);
      const q = await basisOf(given, orthonormalize);
      const bound = orthogonalFactors(50, precisionOf(given));
      findings.check(skew(q) <= bound, `${label}: ${skew(q)} away from orthonormal, allowed ${bound}`);
      const inside = times(q, times(flipped(q), a));
      findings.check(apart(inside, a) <= 2 * bound, `${label}: ${apart(inside, a)} is outside`);
    }
    findings.end();
  });

  it('conditioned: every direction that is more than rounding counts, and nothing is NaN', async () => {
    const findings = new Findings();
    for (const [label, a] of Object.entries(MATRICES)) {
      const given = tensorOf(device, a);
      const basis = await basisOf(given, conditioned);
      findings.check(Array.from(basis.data).every(Number.isFinite), `${label}: numbers`);
      // The matrix is found again from what the basis spans, with no direction made smaller than its rounding.
      const q = await basisOf(tensorOf(device, basis), orthonormalize);
      const inside = times(q, times(flipped(q), a));
      const bound = 20 * orthogonalFactors(50, 'single');
      findings.check(apart(inside, a) <= bound, `${label}: ${apart(inside, a)} is outside, allowed ${bound}`);
      const lengths = Array.from({ length: basis.shape[1] ?? 0 }, (_, j) =>
        Math.hypot(...Array.from(basis.data).filter((__, at) => at % (basis.shape[1] ?? 1) === j)),
      );
      findings.check(
        lengths.every(length => length <= 1 + bound),
        `${label}: lengths ${lengths.join()}`,
      );
    }
    const { plain } = MATRICES;
    if (!plain) throw new Error('the plain matrix is there');
    const even = skew(await basisOf(tensorOf(device, plain), conditioned));
    // What the shift takes: twice, and beside a smallest direction of an eighth.
    findings.check(even < CONDITIONED, `plain: ${even} away from orthonormal`);
    findings.end();
  });

  it('normals: of mean 0 and variance 1, each from its place alone', async () => {
    const findings = new Findings();
    const count = 2 ** 17 + 5;
    const all = await normalsAtPace(count, 7, new Pace('test', undefined));
    findings.exact(all.slice(0, 1000), normals(1000, 7), 'a beginning of them');
    const mean = all.reduce((sum, x) => sum + x, 0) / count;
    const moment = (power: number): number => all.reduce((sum, x) => sum + x ** power, 0) / count;
    // Five standard errors each: √(variance of xᵏ / count).
    const five = 5 / Math.sqrt(count);
    findings.close([mean], [0], { relative: 0, absolute: five }, 'mean');
    findings.close([moment(2)], [1], { relative: 0, absolute: five * Math.sqrt(2) }, 'variance');
    findings.close([moment(3)], [0], { relative: 0, absolute: five * Math.sqrt(15) }, 'third moment');
    findings.close([moment(4)], [3], { relative: 0, absolute: five * Math.sqrt(96) }, 'fourth moment');
    const lag = all.reduce((sum, x, i) => sum + x * (all[i + 1] ?? 0), 0) / count;
    findings.close([lag], [0], { relative: 0, absolute: five }, 'neighbours');
    const other = normals(1000, 8);
    const together = other.reduce((sum, x, i) => sum + x * (all[i] ?? NaN), 0) / 1000;
    findings.close([together], [0], { relative: 0, absolute: 5 / Math.sqrt(1000) }, 'two seeds');
    findings.end();
  });
});
