/** fgsm and pgd: how inputs move, that they stay in the ball and the box, and how random starts are found. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  fgsm,
  mul,
  OptionError,
  pgd,
  ShapeError,
  sub,
  type Device,
  type Progress,
  type Tensor,
} from '../../src/index.ts';
import seed from '../golden/seed/training.json';
import { grid } from '../oracle/grid.ts';
import { vectorNorm } from '../oracle/norm.ts';
import { expectRejects, expectThrows, Findings } from '../support/expect.ts';
import { goldenGrid } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { exact, inputRounding, precisionOf, stepped } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('fgsm', () => {
  it('the worked case', async () => {
    const batch = new Batch();
    for (const one of seed.cases) {
      const gradient = goldenGrid(one.inputs.gradient);
      for (const dtype of floatsOf(device))
        batch.expect(
          one.id,
          () =>
            fgsm(device.tensor(new Float32Array(4), [4], { dtype }), tensorOf(device, gradient, dtype), one.options),
          goldenGrid(one.expected),
          inputRounding,
        );
    }
    await batch.end();
  });

  it('moves by ε·sign(g), not where g is 0, and stays in the box', async () => {
    const batch = new Batch();
    for (const dtype of floatsOf(device)) {
      const x = device.tensor([0.5, 0.5, 0.5, 0.9375, 0.0625, 0.5], [2, 3], { dtype });
      const g = device.tensor([3, -1e-30, 0, 1, -1, NaN], [2, 3], { dtype });
      batch.expect(
        'free',
        () => fgsm(x, g, { epsilon: 0.125 }),
        grid([2, 3], [0.625, 0.375, 0.5, 1.0625, -0.0625, NaN]),
        exact,
      );
      batch.expect(
        'boxed',
        () => fgsm(x, g, { epsilon: 0.125, min: 0, max: 1 }),
        grid([2, 3], [0.625, 0.375, 0.5, 1, 0, NaN]),
        exact,
      );
      batch.expect(
        'half a box',
        () => fgsm(x, g, { epsilon: 0.125, max: 1 }),
        grid([2, 3], [0.625, 0.375, 0.5, 1, -0.0625, NaN]),
        exact,
      );
      batch.expect(
        'not at all',
        () => fgsm(x, x, { epsilon: 0 }),
        grid([2, 3], [0.5, 0.5, 0.5, 0.9375, 0.0625, 0.5]),
        exact,
      );
    }
    await batch.end();
  });

  it('refuses what it cannot do', () => {
    const x = device.tensor([1, 2]);
    for (const epsilon of [-1, NaN, undefined])
      expectThrows(() => fgsm(x, x, { epsilon: epsilon as number }), OptionError, 'fgsm', 'epsilon');
    expectThrows(() => fgsm(x, [1], { epsilon: 1 }), ShapeError, 'fgsm', '[1]', '[2]');
    expectThrows(() => fgsm(x, x, { epsilon: 1, min: 1, max: 0 }), OptionError, 'fgsm', 'min is 1');
    expectThrows(() => fgsm(x, x, { epsilon: 1, min: NaN }), OptionError, 'fgsm', 'min');
    expectThrows(() => fgsm(x, x, { epsilon: 1, steps: 2 } as never), OptionError, 'fgsm', "'steps'");
  });
});

/** The gradient of ½‖x − peak‖². */
const awayFrom =
  (peak: Tensor) =>
  (x: Tensor): Tensor =>
    sub(x, peak);

describe('pgd', () => {
  it('climbs to the rim of the ball, in either norm', async () => {
    const findings = new Findings();
    const x = gridOf([2, 3], [0.5, -0.25, 0.125, 0, 1, -1]);
    const centre = [0, 0, 1, -1, 0, 0];
    for (const dtype of floatsOf(device)) {
      const given = tensorOf(device, x, dtype);
      const peak = device.tensor(centre, [2, 3], { dtype });
      const bound = stepped(40, precisionOf(given), 2, 0.1);
      const most = await pgd(given, awayFrom(peak), { epsilon: 0.1, steps: 20 });
      const expected = Array.from(x.data, (value, k) => value + 0.1 * Math.sign(value - (centre[k] ?? NaN)));
      findings.close(await most.data(), expected, bound, `∞ (${dtype})`);
      const two = await pgd(given, async here => Promise.resolve(awayFrom(peak)(here)), {
        epsilon: 0.1,
        steps: 40,
        norm: 2,
      });
      const moved = Array.from(await two.data(), (value, k) => value - (x.data[k] ?? NaN));
      for (const row of [0, 1]) {
        const own = moved.slice(3 * row, 3 * row + 3);
        const away = Array.from(x.data, (value, k) => value - (centre[k] ?? NaN)).slice(3 * row, 3 * row + 3);
        const length = vectorNorm(away, 2);
        // From a quadratic the way out is straight.
        findings.close(
          own,
          away.map(value => (0.1 * value) / length),
          bound,
          `2, input ${row} (${dtype})`,
        );
      }
    }
    findings.end();
  });

  it('projects x − x₀ first, then the box, at every step', async () => {
    const findings = new Findings();
    const start = gridOf([2, 20], new Random(1).uniform(40));
    const seen: Promise<ArrayLike<number>>[] = [];
    for (const norm of [2, Infinity] as const)
      for (const randomStart of [false, true]) {
        const x = tensorOf(device, start);
        const random = new Random(2);
        const found = await pgd(
          x,
          here => {
            seen.push(here.data());
            return device.tensor(random.normal(40), [2, 20]);
          },
          { epsilon: 0.25, stepSize: 0.2, steps: 6, norm, min: 0, max: 1, randomStart, seed: 3 },
        );
        seen.push(found.data());
        for (const values of await Promise.all(seen.splice(0)))
          for (const row of [0, 1]) {
            const own = Array.from(values).slice(20 * row, 20 * row + 20);
            const apart = own.map((value, k) => value - (start.data[20 * row + k] ?? NaN));
            const rounding = stepped(6, precisionOf(x), 1, 0.25).absolute;
            findings.check(
              vectorNorm(apart, norm) <= 0.25 + 20 * rounding,
              `norm ${norm}: ${vectorNorm(apart, norm)} away`,
            );
            findings.check(
              own.every(value => value >= 0 && value <= 1),
              `norm ${norm}: out of the box`,
            );
          }
      }
    findings.end();
  });

  it('begins anywhere in the ball where asked, by the seed', async () => {
    const findings = new Findings();
    const x = device.tensor(new Float32Array(400), [200, 2]);
    const start = (norm: 2 | typeof Infinity, own: number): Promise<ArrayLike<number>> =>
      pgd(x, here => here, { epsilon: 1, steps: 0, norm, randomStart: true, seed: own }).then(found => found.data());
    for (const norm of [2, Infinity] as const) {
      const values = Array.from(await start(norm, 1));
      findings.exact(await start(norm, 1), values, 'the same seed');
      findings.check(
        Array.from(await start(norm, 2)).some((value, k) => value !== values[k]),
        'another seed',
      );
      const lengths = Array.from({ length: 200 }, (_, k) => vectorNorm(values.slice(2 * k, 2 * k + 2), norm));
      findings.check(
        lengths.every(length => length <= 1 + 2 ** -20),
        `norm ${norm}: in the ball`,
      );
      // Half of a disc's, or a square's, area is within √½ of its radius: 100 of 200, give or take seven.
      const inner = lengths.filter(length => length < Math.SQRT1_2).length;
      findings.check(inner > 70 && inner < 130, `norm ${norm}: ${inner} of 200 in the inner half`);
    }
    findings.end();
  });

  it('takes vectors as one input, no steps, zero gradients, and leaves x alone', async () => {
    const findings = new Findings();
    const x = device.tensor([3, 4]);
    const one = await pgd(x, here => here, { epsilon: 0.5, steps: 4, norm: 2 });
    findings.close(await one.data(), [3.3, 4.4], stepped(4, precisionOf(x), 5, 0.5), 'a vector');
    findings.exact(await (await pgd(x, here => here, { epsilon: 0.5, steps: 0 })).data(), [3, 4], 'no steps');
    for (const norm of [2, Infinity] as const)
      findings.exact(await (await pgd(x, here => mul(here, 0), { epsilon: 0.5, norm })).data(), [3, 4], 'no gradient');
    findings.exact(await x.data(), [3, 4], 'x');
    findings.exact(
      await (
        await pgd([[[1, 1]], [[2, 2]]], () => [[[1, -1]], [[-1, 1]]], { epsilon: 0.5, stepSize: 1, device })
      ).data(),
      [1.5, 0.5, 1.5, 2.5],
      'plain numbers',
    );
    findings.end();
  });

  it('holds no memory, tells how far it is, and can be ended', async () => {
    // A device of its own: what other tests forgot may be collected at any time.
    const own = await openLaneDevice();
    const x = own.tensor(new Float32Array(500), [5, 100]);
    const before = own.memory().live;
    const told: Progress[] = [];
    const gradient = own.tensor(new Float32Array(500).fill(1), [5, 100]);
    const found = await pgd(x, () => gradient, {
      epsilon: 1,
      steps: 3,
      norm: 2,
      onProgress: progress => told.push(progress),
    });
    expect(told).toEqual([1, 2, 3].map(done => ({ stage: 'steps', done, total: 3 })));
    await found.data();
    found.dispose();
    gradient.dispose();
    expect(own.memory().live).toBe(before);
    const controller = new AbortController();
    const ended = pgd(
      x,
      here => {
        controller.abort(new Error('enough'));
        return here;
      },
      { epsilon: 1, signal: controller.signal },
    );
    await expect(ended).rejects.toThrow('enough');
    await expect(pgd(x, () => Promise.reject(new Error('no gradient')), { epsilon: 1 })).rejects.toThrow('no gradient');
    expect(own.memory().live).toBe(before);
    own.close();
  });

  it('refuses what it cannot do', async () => {
    const x = device.tensor([1, 2]);
    const same = (here: Tensor): Tensor => here;
    for (const epsilon of [-1, NaN, undefined])
      await expectRejects(pgd(x, same, { epsilon: epsilon as number }), OptionError, 'pgd', 'epsilon');
    await expectRejects(pgd(x, same, { epsilon: 1, steps: 1.5 }), OptionError, 'pgd', 'steps');
    await expectRejects(pgd(x, same, { epsilon: 1, stepSize: -1 }), OptionError, 'pgd', 'stepSize');
    await expectRejects(pgd(x, same, { epsilon: 1, norm: 1 }), OptionError, 'pgd', 'norm is 1');
    await expectRejects(pgd(x, same, { epsilon: 1, seed: -1 }), OptionError, 'pgd', 'seed');
    await expectRejects(pgd(x, same, { epsilon: 1, min: 2, max: 1 }), OptionError, 'pgd', 'min is 2');
    await expectRejects(pgd(x, 'f' as never, { epsilon: 1 }), OptionError, 'pgd', 'gradientOf');
    await expectRejects(
      pgd(x, () => [1, 2, 3], { epsilon: 1 }),
      ShapeError,
      'pgd',
      '[3]',
      '[2]',
    );
    await expectRejects(pgd(x, same, { epsilon: 1, alpha: 1 } as never), OptionError, 'pgd', "'alpha'");
  });
});
