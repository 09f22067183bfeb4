/** Gradients that are clipped by their norm or by value. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clipGradNorm, clipGradValue, NonFiniteError, OptionError, type Device } from '../../src/index.ts';
import { grid } from '../oracle/grid.ts';
import { vectorNorm } from '../oracle/norm.ts';
import { expectRejects, expectThrows } from '../support/expect.ts';
import { goldenGrid } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { trainingCases, trainingInput } from '../support/training.ts';
import { elementwise, exact, norm as normBound, plus, type Precision } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** The norm of norms, a sum, a quotient and a product. */
const clipped = (n: number, ord: number, precision: Precision) =>
  plus(
    normBound(n, ord, precision),
    normBound(3, ord, precision),
    elementwise('add', precision),
    elementwise('div', precision),
    elementwise('mul', precision),
  );

describe('clipGradNorm', () => {
  it("gives numpy's answer", async () => {
    const batch = new Batch();
    const [p, t] = [trainingInput('prediction'), trainingInput('target')];
    const [one] = trainingCases<{ maxNorm: number }>('clipGradNorm');
    if (!one) throw new Error('the case is gone');
    const { data } = goldenGrid(one.expected);
    for (const dtype of floatsOf(device)) {
      const { gradients } = clipGradNorm([tensorOf(device, p, dtype), tensorOf(device, t, dtype)], one.options.maxNorm);
      gradients.forEach((gradient, k) =>
        batch.expect(
          `gradient ${k}`,
          () => gradient,
          grid([12], Array.from(data).slice(12 * k, 12 * k + 12)),
          precision => clipped(24, 2, precision),
        ),
      );
    }
    await batch.end();
  });

  it('scales what is too long, of any shapes, in any norm, and leaves the rest', async () => {
    const batch = new Batch();
    const random = new Random(3);
    const shapes = [[7], [3, 4], [], [2, 2, 5]];
    const given = shapes.map(shape => gridOf(shape, random.normal(shape.reduce((n, length) => n * length, 1))));
    const all = given.flatMap(({ data }) => Array.from(data));
    for (const ord of [1, 2, 3, Infinity])
      for (const maxNorm of [0, 0.5, 1000, Infinity])
        for (const dtype of floatsOf(device)) {
          const made = clipGradNorm(
            given.map(x => tensorOf(device, x, dtype)),
            maxNorm,
            { ord },
          );
          const total = vectorNorm(all, ord);
          const factor = Math.min(1, maxNorm / (total + 1e-6));
          const label = `norm ${ord}, at most ${maxNorm}`;
          batch.expect(
            label,
            () => made.norm,
            grid([], [total]),
            precision => clipped(all.length, ord, precision),
          );
          made.gradients.forEach((gradient, k) => {
            const x = given[k] ?? grid([], []);
            const expected = grid(
              x.shape,
              Array.from(x.data, value => value * factor),
            );
            batch.expect(
              label,
              () => gradient,
              expected,
              precision => (factor === 1 ? exact : clipped(all.length, ord, precision)),
            );
          });
        }
    await batch.end();
  });

  it('neither overflows nor underflows, and takes gradients of nothing', async () => {
    const batch = new Batch();
    for (const dtype of floatsOf(device)) {
      const large = clipGradNorm([device.tensor([3e30, 0], [2], { dtype }), device.tensor([4e30], [1], { dtype })], 1);
      batch.expect(
        'large',
        () => large.gradients[0] ?? device.tensor([]),
        grid([2], [0.6, 0]),
        precision => clipped(3, 2, precision),
      );
    }
    for (const ord of [2, Infinity]) {
      const { gradients, norm } = clipGradNorm([new Float32Array(0), [3, -4]], 1, { ord, device });
      batch.expect(
        'some are empty',
        () => norm,
        grid([], [ord === 2 ? 5 : 4]),
        precision => clipped(2, ord, precision),
      );
      batch.check(gradients[0]?.size === 0, 'the empty one stays');
      batch.expect(
        'all are empty',
        () => clipGradNorm([new Float32Array(0)], 1, { ord, device }).norm,
        grid([], [0]),
        exact,
      );
    }
    await batch.end();
  });

  it('tells of what is not finite where asked', async () => {
    const batch = new Batch();
    const op = 'clipGradNorm';
    for (const wrong of [NaN, Infinity, -Infinity]) {
      const quiet = clipGradNorm([[1, wrong], [2]], 1, { device });
      batch.expect(
        `${wrong}`,
        () => quiet.gradients[1] ?? device.tensor([]),
        grid([1], [Number.isNaN(wrong) ? NaN : 0]),
        exact,
      );
      batch.expect(
        `${wrong}, nothing clipped`,
        () => clipGradNorm([[1, wrong], [2]], Infinity, { device }).gradients[1] ?? device.tensor([]),
        grid([1], [NaN]),
        exact,
      );
      const { gradients, norm } = clipGradNorm([[1, wrong], [2]], 1, { device, errorIfNonfinite: true });
      await expectRejects(norm.data(), NonFiniteError, op, 'total norm');
      for (const gradient of gradients) await expectRejects(gradient.data(), NonFiniteError, op, 'total norm');
    }
    const fine = clipGradNorm([[3, 4]], 10, { device, errorIfNonfinite: true });
    batch.expect('fine', () => fine.gradients[0] ?? device.tensor([]), grid([2], [3, 4]), exact);
    await batch.end();
  });

  it('refuses what it cannot do', () => {
    const op = 'clipGradNorm';
    for (const maxNorm of [-1, NaN, -Infinity])
      expectThrows(() => clipGradNorm([[1]], maxNorm, { device }), OptionError, op, 'maxNorm');
    for (const ord of [0, -1, 'fro', 'nuc', '-inf'] as const)
      expectThrows(() => clipGradNorm([[1]], 1, { ord, device }), OptionError, op, String(ord));
    expectThrows(() => clipGradNorm([], 1, { device }), OptionError, op, 'nothing to clip');
    expectThrows(() => clipGradNorm(device.tensor([1]) as never, 1), OptionError, op, 'not an array');
    expectThrows(() => clipGradNorm([[1]], 1, { norm: 1 } as object), OptionError, op, "'norm'");
  });
});

describe('clipGradValue', () => {
  it('holds every element within ±clipValue', async () => {
    const batch = new Batch();
    for (const dtype of floatsOf(device)) {
      const x = device.tensor([3, -0.5, -7, NaN, Infinity, 0], [2, 3], { dtype });
      const [made] = clipGradValue([x, [1]], 1);
      batch.expect('values', () => made ?? x, grid([2, 3], [1, -0.5, -1, NaN, 1, 0]), exact);
    }
    await batch.end();
  });

  it('leaves its input alone, and refuses what it cannot do', async () => {
    const x = device.tensor([3, 4]);
    await clipGradValue([x], 1)[0]?.data();
    expect([...(await x.data())]).toEqual([3, 4]);
    for (const wrong of [-1, NaN, Infinity])
      expectThrows(() => clipGradValue([x], wrong), OptionError, 'clipGradValue', 'clipValue');
    expectThrows(() => clipGradValue([], 1), OptionError, 'clipGradValue', 'nothing to clip');
  });
});
