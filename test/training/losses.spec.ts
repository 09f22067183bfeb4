/** Losses and their gradients: scikit-learn's and SciPy's answers, the textbook's, and differences of the loss itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  lossHuber,
  lossMae,
  lossMse,
  OptionError,
  ShapeError,
  transpose,
  type Device,
  type HuberLossOptions,
  type Loss,
  type Tensor,
  type TensorLike,
} from '../../src/index.ts';
import { compensatedSum, grid } from '../oracle/grid.ts';
import * as oracle from '../oracle/training.ts';
import { expectRejects, expectThrows } from '../support/expect.ts';
import { goldenGrid } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, given, gridOf, tensorOf } from '../support/tensors.ts';
import { trainingCases, trainingInput } from '../support/training.ts';
import { exact, lossElement, lossOfMany, type Precision } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

type Run = (p: TensorLike, t: TensorLike, options?: HuberLossOptions) => Loss;

const LOSSES: readonly (readonly [string, Run, (p: readonly number[], t: readonly number[]) => oracle.Loss])[] = [
  ['lossMae', lossMae, oracle.mae],
  ['lossMse', lossMse, oracle.mse],
  ['lossHuber', (p, t, options) => lossHuber(p, t, { delta: 0.75, ...options }), (p, t) => oracle.huber(p, t, 0.75)],
];

const REDUCTIONS = ['mean', 'sum', 'none'] as const;

/** Inputs are below 8 in magnitude, losses of them below 64. */
const LARGE = 64;

describe('losses', () => {
  it('are those of scikit-learn and SciPy', async () => {
    const batch = new Batch();
    const [p, t, w] = ['prediction', 'target', 'weights'].map(trainingInput);
    if (!p || !t || !w) throw new Error('an input is gone');
    for (const [name, run] of LOSSES)
      for (const one of trainingCases<{ weighted: boolean; delta?: number }>(name))
        for (const dtype of floatsOf(device)) {
          const [a, b, weights] = [p, t, w].map(x => tensorOf(device, x, dtype)) as [Tensor, Tensor, Tensor];
          const { weighted, delta } = one.options;
          const options = given({ delta, weights: weighted ? weights : undefined });
          batch.expect(
            `${name}(${JSON.stringify(one.options)})`,
            () => run(a, b, options).loss,
            goldenGrid(one.expected),
            precision => lossOfMany(12, precision, LARGE, LARGE),
          );
        }
    await batch.end();
  });

  it('reduced or not, weighted or not, with their gradients', async () => {
    const batch = new Batch();
    for (const [name, run, textbook] of LOSSES)
      for (const shape of [[1], [33], [4, 7]]) {
        const n = shape.reduce((product, length) => product * length, 1);
        const random = new Random(n);
        const [p, t] = [gridOf(shape, random.normal(n, 1.5)), gridOf(shape, random.normal(n))];
        // Some differences are 0.
        const target = gridOf(
          shape,
          Array.from(t.data, (value, k) => (k % 5 === 3 ? (p.data[k] ?? NaN) : value)),
        );
        const columns = shape.at(-1) ?? 1;
        const w = random.uniform(columns, 0, 2);
        const { losses, slopes } = textbook(Array.from(p.data), Array.from(target.data));
        for (const weighted of [false, true])
          for (const reduction of REDUCTIONS)
            for (const dtype of floatsOf(device)) {
              const own = (k: number): number => (weighted ? (w[k % columns] ?? NaN) : 1);
              const total = compensatedSum(losses.map((_, k) => own(k)));
              const divisor = reduction === 'mean' ? total : 1;
              const weights = weighted ? device.tensor(Float64Array.from(w), [columns], { dtype }) : undefined;
              const made = run(
                tensorOf(device, p, dtype),
                tensorOf(device, target, dtype),
                given({ reduction, weights }),
              );
              const label = `${name} of [${shape.join(', ')}], ${reduction}${weighted ? ', weighted' : ''}`;
              const terms = losses.map((value, k) => value * own(k));
              const bound = (precision: Precision) =>
                reduction === 'none'
                  ? lossElement(precision, LARGE)
                  : lossOfMany(n, precision, (LARGE * n) / divisor, compensatedSum(terms, Math.abs));
              const expected = reduction === 'none' ? grid(shape, terms) : grid([], [compensatedSum(terms) / divisor]);
              batch.expect(`${label}, loss`, () => made.loss, expected, bound);
              batch.expect(
                `${label}, gradient`,
                () => made.gradient,
                grid(
                  shape,
                  slopes.map((value, k) => (value * own(k)) / divisor),
                ),
                precision => lossElement(precision, LARGE / Math.min(1, divisor)),
              );
            }
      }
    await batch.end();
  });

  it('have the gradient that they grow by', () => {
    // The textbook's slopes against differences of its losses: the reference is no better than this.
    for (const [, , textbook] of LOSSES)
      for (const at of [-3, -0.7, -0.1, 0.2, 0.74, 2]) {
        const step = 2 ** -20;
        const [{ losses: up }, { losses: down }] = [textbook([at + step], [0]), textbook([at - step], [0])];
        const slope = ((up[0] ?? NaN) - (down[0] ?? NaN)) / (2 * step);
        expect(slope).toBeCloseTo(textbook([at], [0]).slopes[0] ?? NaN, 5);
      }
  });

  it('at the edges', async () => {
    const batch = new Batch();
    for (const dtype of floatsOf(device)) {
      const p = device.tensor([NaN, Infinity, 1, 1], [4], { dtype });
      const t = device.tensor([0, 0, 1, -Infinity], [4], { dtype });
      const options = { reduction: 'none' } as const;
      const infinite = [NaN, Infinity, 0, Infinity];
      batch.expect('mae', () => lossMae(p, t, options).loss, grid([4], infinite), exact);
      batch.expect('mae, gradient', () => lossMae(p, t, options).gradient, grid([4], [NaN, 1, 0, 1]), exact);
      batch.expect('mse', () => lossMse(p, t, options).loss, grid([4], infinite), exact);
      batch.expect('huber', () => lossHuber(p, t, options).loss, grid([4], infinite), exact);
      batch.expect('huber, gradient', () => lossHuber(p, t, options).gradient, grid([4], [NaN, 1, 0, 1]), exact);
    }
    const none = device.tensor(new Float32Array(0));
    batch.expect('the mean of nothing', () => lossMse(none, none).loss, grid([], [NaN]), exact);
    batch.expect('the sum of nothing', () => lossMse(none, none, { reduction: 'sum' }).loss, grid([], [0]), exact);
    batch.expect(
      'weights of 0',
      () => lossMse([1, 2], [0, 0], { weights: [0, 0], device }).loss,
      grid([], [NaN]),
      exact,
    );
    batch.expect(
      'whole numbers',
      () => lossMae(device.tensor(Uint32Array.of(1, 5)), [2, 2]).gradient,
      grid([2], [-0.5, 0.5]),
      exact,
    );
    batch.expect(
      'views',
      () =>
        lossMse(
          transpose(
            device.tensor([
              [1, 2],
              [3, 4],
            ]),
          ),
          [
            [1, 3],
            [2, 5],
          ],
          { reduction: 'none' },
        ).gradient,
      grid([2, 2], [0, 0, 0, -2]),
      exact,
    );
    await batch.end();
  });

  it('refuse what they cannot do', async () => {
    for (const [name, run] of LOSSES) {
      const p = device.tensor([1, 2, 3]);
      expectThrows(() => run(p, [[1, 2, 3]]), ShapeError, name, '[1, 3]', '[3]');
      expectThrows(() => run(p, 1), ShapeError, name, '[]');
      expectThrows(() => run(p, p, { reduction: 'avg' as never }), OptionError, name, "'avg'", "'mean', 'sum', 'none'");
      expectThrows(() => run(p, p, { weights: [1, 2] }), ShapeError, name, '[2]');
      expectThrows(() => run(p, p, { weights: [[1], [2]] }), ShapeError, name, '[2, 1]');
      expectThrows(() => run(p, p, { weights: [1, -1, 1] }), OptionError, name, 'weights[1]');
      expectThrows(() => run(p, p, { beta: 1 } as object), OptionError, name, "'beta'");
      const { loss, gradient } = run(p, p, { weights: device.tensor([1, 1, -1]) });
      await expectRejects(loss.data(), OptionError, name, 'weights[2]');
      await expectRejects(gradient.data(), OptionError, name, 'weights[2]');
    }
    for (const delta of [0, -1, NaN, Infinity])
      expectThrows(() => lossHuber([1], [1], { delta, device }), OptionError, 'lossHuber', 'delta');
  });
});
