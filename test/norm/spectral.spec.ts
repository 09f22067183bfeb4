/** Spectral norms by power iteration: how close they come, from below, and how to go on from where one stopped. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OptionError, ShapeError, spectralNorm, transpose, type Device, type Tensor } from '../../src/index.ts';
import { expectThrows, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { readGrid, times } from '../support/qr.ts';
import { withSpectrum } from '../support/spectra.ts';
import { floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { orthogonalFactors, precisionOf } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('spectralNorm', () => {
  it('is the largest singular value where the next one is apart', async () => {
    const findings = new Findings();
    for (const [m, n] of [
      [30, 20],
      [20, 30],
      [40, 5],
      [1, 7],
      [7, 1],
    ] as const)
      for (const dtype of floatsOf(device)) {
        const values = [3, 1.2, 1, 0.5, 0.1].slice(0, Math.min(m, n));
        const a = withSpectrum(m, n, values);
        const found = spectralNorm(tensorOf(device, a, dtype));
        // The matrix was rounded to float32; what is left of the next value after 15 iterations is 0.4⁶⁰.
        const bound = orthogonalFactors(Math.max(m, n), 'single');
        findings.close([await found.item()], [3], { relative: bound, absolute: 0 }, `[${m}, ${n}], ${dtype}`);
      }
    findings.end();
  });

  it('never exceeds it, and comes closer with every iteration', async () => {
    const findings = new Findings();
    const a = tensorOf(
      device,
      withSpectrum(
        60,
        50,
        Array.from({ length: 50 }, (_, i) => 1 - i / 400),
      ),
    );
    let before = 0;
    for (const iterations of [1, 2, 5, 15, 60]) {
      const found = await spectralNorm(a, { iterations }).item();
      const rounding = orthogonalFactors(60, precisionOf(a));
      findings.check(found <= 1 + rounding, `${iterations}: ${found} is above 1`);
      findings.check(found >= before - rounding, `${iterations}: ${found} after ${before}`);
      findings.check(found >= 1 - Math.log(60) / iterations, `${iterations}: ${found} is no estimate`);
      before = found;
    }
    findings.end();
  });

  it('goes on from a vector', async () => {
    const findings = new Findings();
    const a = withSpectrum(12, 9, [2, 1.9, 1]);
    const given = tensorOf(device, a);
    let { norm, u, v } = spectralNorm(given, { vectors: true, iterations: 1 });
    for (let k = 0; k < 59; k++) ({ norm, u, v } = spectralNorm(given, { vectors: true, iterations: 1, u }));
    const rounding = orthogonalFactors(12, precisionOf(norm));
    const once = await spectralNorm(given, { iterations: 60 }).item();
    findings.close([await norm.item()], [once], { relative: rounding, absolute: 0 }, 'in one call or in many');
    const [left, right] = [await readGrid(u), await readGrid(v)];
    const along = times(a, gridOf([9, 1], right.data));
    const bound = { relative: 0, absolute: 4 * rounding };
    findings.close(
      along.data,
      Array.from(left.data, value => value * once),
      bound,
      'A·v = norm·u',
    );
    findings.close([Math.hypot(...Array.from(left.data))], [1], bound, '‖u‖');
    findings.close([Math.hypot(...Array.from(right.data))], [1], bound, '‖v‖');
    findings.end();
  });

  it('of stacks, views, whole numbers, of any magnitude, and of nothing', async () => {
    const findings = new Findings();
    const [one, two] = [withSpectrum(6, 4, [5, 1]), withSpectrum(6, 4, [7, 2])];
    const stack = tensorOf(device, gridOf([2, 1, 6, 4], [...Array.from(one.data), ...Array.from(two.data)]));
    const bound = { relative: orthogonalFactors(6, 'single'), absolute: 0 };
    const close = async (x: Tensor, expected: readonly number[], label: string): Promise<void> =>
      findings.close((await readGrid(x)).data, expected, bound, label);
    const found = spectralNorm(stack, { vectors: true });
    findings.shape(found.norm.shape, [2, 1], 'a stack');
    findings.shape(found.u.shape, [2, 1, 6], 'a stack');
    findings.shape(found.v.shape, [2, 1, 4], 'a stack');
    await close(found.norm, [5, 7], 'a stack');
    await close(spectralNorm(transpose(stack, [0, 1, 3, 2])), [5, 7], 'transposed');
    await close(spectralNorm(stack.row(1).row(0)), [7], 'one of them');
    await close(spectralNorm(device.tensor(Uint32Array.of(3, 0, 0, 1), [2, 2])), [3], 'whole numbers');
    await close(spectralNorm([[true, false]], { device }), [1], 'bools');
    for (const factor of [1e20, 1e-20, 1e30, 1e-30])
      await close(
        spectralNorm(
          tensorOf(
            device,
            gridOf(
              [6, 4],
              Array.from(one.data, x => x * factor),
            ),
          ),
        ),
        [5 * factor],
        `times ${factor}`,
      );
    const zero = spectralNorm(device.tensor(new Float32Array(12), [3, 4]), { vectors: true });
    findings.exact([await zero.norm.item(), ...Array.from((await readGrid(zero.u)).data)], [0, 0, 0, 0], 'zeros');
    for (const shape of [
      [0, 3],
      [3, 0],
      [2, 0, 3],
      [0, 2, 3],
    ])
      findings.exact(
        (await readGrid(spectralNorm(device.tensor(new Float32Array(0), shape)))).data,
        shape.length === 2 ? [0] : shape[0] === 2 ? [0, 0] : [],
        `nothing [${shape.join()}]`,
      );
    const hole = device.tensor([[1, NaN]]);
    expect(await spectralNorm(hole).item()).toBeNaN();
    findings.end();
  });

  it('says what it takes', () => {
    const a = device.tensor(new Float32Array(12), [3, 4]);
    for (const iterations of [0, 1.5, NaN])
      expectThrows(() => spectralNorm(a, { iterations }), OptionError, 'spectralNorm', 'iterations');
    expectThrows(() => spectralNorm(a, { seed: -1 }), OptionError, 'spectralNorm', 'seed');
    expectThrows(() => spectralNorm(a, { u: [1, 2, 3, 4] }), ShapeError, 'spectralNorm', '[4]', '[3, 4]', 'Give [3]');
    expectThrows(() => spectralNorm([1, 2], { device }), ShapeError, 'spectralNorm', '[2]');
    expectThrows(() => spectralNorm(a, { tolerance: 1 } as object), OptionError, 'spectralNorm', "'tolerance'");
  });
});
