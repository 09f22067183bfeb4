/** What is done to weights: divided by their largest singular value, and pruned. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { magnitudePrune, OptionError, ShapeError, spectralNormalize, transpose, type Device } from '../../src/index.ts';
import { grid, sizeOf } from '../oracle/grid.ts';
import * as oracle from '../oracle/training.ts';
import { expectThrows, Findings } from '../support/expect.ts';
import { goldenGrid } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { withSpectrum } from '../support/spectra.ts';
import { Batch, floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { trainingCases, trainingInput } from '../support/training.ts';
import { exact, followed } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('spectralNormalize', () => {
  it("gives numpy's answer", async () => {
    const batch = new Batch();
    const [one] = trainingCases('spectralNormalize');
    if (!one) throw new Error('the case is gone');
    const w = trainingInput('matrix');
    for (const dtype of floatsOf(device))
      batch.expect(
        'a matrix',
        () => spectralNormalize(tensorOf(device, w, dtype), { iterations: 60 }).normalized,
        goldenGrid(one.expected),
        precision => ({ relative: followed(0.8, 60, precision), absolute: 0 }),
      );
    await batch.end();
  });

  it('follows weights that change, by one step a call', async () => {
    const findings = new Findings();
    const base = Array.from(withSpectrum(8, 5, [3, 1.5, 1]).data);
    for (const dtype of floatsOf(device)) {
      let made = spectralNormalize(tensorOf(device, gridOf([8, 5], base), dtype));
      // The matrix was rounded to float32.
      const rounding = followed(0.5, 15, 'single');
      findings.close([await made.norm.item()], [3], { relative: rounding, absolute: 0 }, 'warm-up');
      for (let k = 1; k <= 5; k++) {
        const factor = 1 + k / 100;
        const w = gridOf(
          [8, 5],
          base.map(value => value * factor),
        );
        made = spectralNormalize(tensorOf(device, w, dtype), { u: made.u });
        findings.close([await made.norm.item()], [3 * factor], { relative: 2 * rounding, absolute: 0 }, `step ${k}`);
      }
      const once = spectralNormalize(tensorOf(device, gridOf([8, 5], base), dtype), { u: made.u, iterations: 1 });
      findings.close([await once.norm.item()], [3], { relative: 2 * rounding, absolute: 0 }, 'one step');
    }
    findings.end();
  });

  it('takes more axes, another axis, zeros, and keeps the shape', async () => {
    const findings = new Findings();
    const flat = withSpectrum(4, 6, [5, 1]);
    const w = tensorOf(device, flat);
    const whole = spectralNormalize(w.reshape([4, 3, 2]));
    findings.shape(whole.normalized.shape, [4, 3, 2], 'kernels');
    findings.shape(whole.u.shape, [4], 'u');
    findings.shape(whole.v.shape, [6], 'v');
    const rounding = { relative: followed(0.2, 15, 'single'), absolute: 0 };
    findings.close([await whole.norm.item()], [5], rounding, 'kernels');
    const turned = spectralNormalize(transpose(w), { axis: 1 });
    findings.shape(turned.normalized.shape, [6, 4], 'outputs last');
    findings.close([await turned.norm.item()], [5], rounding, 'outputs last');
    const zero = spectralNormalize(device.tensor(new Float32Array(6), [2, 3]));
    findings.exact(await zero.normalized.data(), [0, 0, 0, 0, 0, 0], 'zeros');
    const nothing = spectralNormalize(device.tensor(new Float32Array(0), [0, 3]));
    findings.shape(nothing.normalized.shape, [0, 3], 'nothing');
    findings.exact(await spectralNormalize([[1, NaN]], { device }).normalized.data(), [NaN, NaN], 'NaN');
    findings.end();
  });

  it('refuses what it cannot do', () => {
    const op = 'spectralNormalize';
    const w = device.tensor(new Float32Array(6), [2, 3]);
    expectThrows(() => spectralNormalize([1, 2], { device }), ShapeError, op, '[2]');
    expectThrows(() => spectralNormalize(w, { u: [1, 2, 3] }), ShapeError, op, '[3]', '2 outputs');
    expectThrows(() => spectralNormalize(w, { iterations: 0 }), OptionError, op, 'iterations');
    expectThrows(() => spectralNormalize(w, { seed: -1 }), OptionError, op, 'seed');
    expectThrows(() => spectralNormalize(w, { eps: -1 }), OptionError, op, 'eps');
    expectThrows(() => spectralNormalize(w, { axis: 2 }), OptionError, op, '2');
    expectThrows(() => spectralNormalize(w, { vectors: true } as object), OptionError, op, "'vectors'");
  });
});

describe('magnitudePrune', () => {
  it('prunes exactly the amount, the earlier of equal ones first', async () => {
    const batch = new Batch();
    for (const shape of [[1], [9], [40], [3, 5]])
      for (const amount of [0, 0.1, 0.25, 0.5, 0.9, 1]) {
        const n = sizeOf(shape);
        // Few different magnitudes, of both signs: ties everywhere.
        const x = gridOf(
          shape,
          new Random(n).ints(n, -3, 4).map(value => value / 4),
        );
        const exactly = amount * n;
        const near = Math.round(exactly);
        const count = near - exactly === 0.5 && near % 2 === 1 ? near - 1 : near;
        const stays = oracle.kept(Array.from(x.data), count);
        for (const dtype of floatsOf(device)) {
          const made = magnitudePrune(tensorOf(device, x, dtype), { amount });
          batch.expect(
            `mask of [${shape.join(', ')}], ${amount}`,
            () => made.mask,
            grid(shape, stays.map(Number)),
            exact,
          );
          const values = Array.from(x.data, (value, k) => (stays[k] ? value : 0));
          batch.expect(`values of [${shape.join(', ')}], ${amount}`, () => made.values, grid(shape, values), exact);
        }
      }
    await batch.end();
  });

  it('along an axis, by a threshold, with NaN, and of nothing', async () => {
    const batch = new Batch();
    const x = gridOf([2, 4], [1, -2, 3, -4, 0.1, 0.1, 0.1, 0.2]);
    for (const dtype of floatsOf(device)) {
      const t = tensorOf(device, x, dtype);
      batch.expect(
        'rows',
        () => magnitudePrune(t, { amount: 0.5, axis: 1 }).mask,
        grid([2, 4], [0, 0, 1, 1, 0, 0, 1, 1]),
        exact,
      );
      batch.expect(
        'columns',
        () => magnitudePrune(t, { amount: 0.5, axis: 0 }).mask,
        grid([2, 4], [1, 1, 1, 1, 0, 0, 0, 0]),
        exact,
      );
      batch.expect('all', () => magnitudePrune(t, { amount: 0.5 }).mask, grid([2, 4], [1, 1, 1, 1, 0, 0, 0, 0]), exact);
      batch.expect(
        'views',
        () => magnitudePrune(transpose(t), { amount: 0.5, axis: 0 }).mask,
        grid([4, 2], [0, 0, 0, 0, 1, 1, 1, 1]),
        exact,
      );
      const above = magnitudePrune(t, { threshold: 2 });
      batch.expect('a threshold', () => above.mask, grid([2, 4], [0, 0, 1, 1, 0, 0, 0, 0]), exact);
      batch.expect('a threshold', () => above.values, grid([2, 4], [0, 0, 3, -4, 0, 0, 0, 0]), exact);
      const holes = device.tensor([NaN, 1, 2], [3], { dtype });
      batch.expect('NaN is kept', () => magnitudePrune(holes, { amount: 0.4 }).values, grid([3], [NaN, 0, 2]), exact);
      batch.expect('NaN is kept', () => magnitudePrune(holes, { threshold: 1 }).values, grid([3], [NaN, 0, 2]), exact);
    }
    batch.expect(
      'nothing',
      () => magnitudePrune(device.tensor(new Float32Array(0)), { amount: 0.5 }).values,
      grid([0], []),
      exact,
    );
    await batch.end();
  });

  it('refuses what it cannot do', () => {
    const op = 'magnitudePrune';
    const x = device.tensor([1, 2]);
    for (const amount of [-0.1, 1.1, NaN, 2])
      expectThrows(() => magnitudePrune(x, { amount }), OptionError, op, 'amount');
    for (const threshold of [-1, NaN])
      expectThrows(() => magnitudePrune(x, { threshold }), OptionError, op, 'threshold');
    expectThrows(() => magnitudePrune(x, {}), OptionError, op, 'neither');
    expectThrows(() => magnitudePrune(x, { amount: 0.5, threshold: 1 }), OptionError, op, 'both');
    expectThrows(() => magnitudePrune(x, { threshold: 1, axis: 0 }), OptionError, op, 'axis 0');
    expectThrows(() => magnitudePrune(x, { amount: 0.5, axis: 1 }), OptionError, op, '1');
    expectThrows(() => magnitudePrune(x, { share: 1 } as object), OptionError, op, "'share'");
  });
});
