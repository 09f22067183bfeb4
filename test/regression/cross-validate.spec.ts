/** `crossValidate` with models of this library and of one's own; `stabilitySelection` on planted columns. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  crossValidate,
  lassoCV,
  OptionError,
  ridge,
  ridgeCV,
  ShapeError,
  stabilitySelection,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import { ridgeOracle } from '../oracle/regression.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { foldError, precisionOf } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const precision = () => precisionOf({ dtype: device.kind === 'cpu' ? 'float64' : 'float32', device });

/** y = 3·x₀ − 2·x₁ and noise. */
function planted(n: number, p: number, seed: number) {
  const random = new Random(seed);
  const x = random.normal(n * p);
  const y = random.normal(n, 0.5).map((noise, i) => 3 * (x[i * p] ?? NaN) - 2 * (x[i * p + 1] ?? NaN) + noise);
  return { x, y };
}

describe('crossValidate', () => {
  it('scores a model of this library as the oracle says', async () => {
    const [n, p] = [22, 3];
    const { x, y } = planted(n, p, 1);
    const expected = [0, 11].map(first => {
      const rows = Array.from({ length: n }, (_, i) => i).filter(i => i < first || i >= first + 11);
      const pick = (from: Float32Array, width: number) =>
        rows.flatMap(i => Array.from(from.slice(i * width, (i + 1) * width)));
      const { coef, intercept } = ridgeOracle({ n: 11, p, x: pick(x, p), y: pick(y, 1) }, 2, true);
      const off = Array.from({ length: 11 }, (_, k) => first + k).map(
        i => (y[i] ?? NaN) - coef.reduce((sum, w, j) => sum + w * (x[i * p + j] ?? NaN), intercept),
      );
      return {
        mse: off.reduce((sum, one) => sum + one * one, 0) / 11,
        mae: off.reduce((sum, one) => sum + Math.abs(one), 0) / 11,
        most: Math.max(...off.map(Math.abs)),
      };
    });
    const findings = new Findings();
    const given = device.tensor(x, [n, p]);
    const fit = (a: Tensor, b: Tensor) => ridge(a, b, { alpha: 2 });
    const largest = (truth: ArrayLike<number>, found: ArrayLike<number>): number =>
      Math.max(...Array.from(truth, (value, i) => Math.abs(value - (found[i] ?? NaN))));
    for (const [score, name] of [
      ['mse', 'mse'],
      ['mae', 'mae'],
      [largest, 'most'],
    ] as const) {
      const { scores, mean, standardError } = await crossValidate(fit, given, y, { folds: 2, score });
      const own = expected.map(one => one[name]);
      findings.close(scores, own, foldError(precision()), name);
      const [a = NaN, b = NaN] = scores;
      findings.close(
        [mean, standardError],
        [(a + b) / 2, Math.abs(a - b) / 2],
        foldError('double'),
        `${name}: mean and error`,
      );
    }
    findings.end();
  });

  it('says of ridge with folds what ridgeCV does', async () => {
    const { x, y } = planted(30, 4, 2);
    const given = device.tensor(x, [30, 4]);
    const folds = [[0, 5, 9], [1, 2, 3, 4], { train: [0, 1, 2, 3, 4, 5, 6, 7], test: [20, 21, 22] }];
    const { scores } = await crossValidate((a, b) => ridge(a, b, { alpha: 0.7 }), given, y, { folds });
    const found = await ridgeCV(given, y, { alphas: [0.7], folds });
    const findings = new Findings();
    findings.close(scores, found.foldErrors, foldError(precision()), 'errors');
    findings.end();
    found.dispose();
    given.dispose();
  });

  it("takes models of one's own, and r2 of a constant", async () => {
    const y = [1, 2, 3, 4, 4, 4];
    const seen: number[][] = [];
    let disposed = 0;
    const { scores } = await crossValidate(
      async (_, right) => {
        const values = [...(await right.data())].map(Number);
        seen.push(values);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        return {
          predict: (rows: Tensor) => Array.from({ length: rows.shape[0] ?? 0 }, () => mean),
          dispose: () => void disposed++,
        };
      },
      device.tensor(y, [6, 1]),
      y,
      { folds: 2, score: 'r2' },
    );
    const findings = new Findings();
    findings.exact(seen.flat(), [4, 4, 4, 1, 2, 3], 'rows to fit to');
    // 1 − (2²)/(2/3) for 1, 2, 3 beside 4; and a constant that is missed.
    findings.close(scores, [-6, 0], foldError(precision()), 'r2');
    findings.exact([disposed], [2], 'models that were disposed');
    findings.end();
  });

  it('refuses what it cannot do', async () => {
    const fit = () => ({ predict: () => [1] });
    const x = device.tensor([[1], [2], [3], [4]]);
    const y = [1, 2, 3, 4];
    await expectRejects(crossValidate(undefined as never, x, y), OptionError, 'crossValidate', 'undefined');
    await expectRejects(crossValidate(fit, x, [1, 2]), ShapeError, 'crossValidate', '[4, 1]', '[2]');
    await expectRejects(crossValidate(fit, x, y, { score: 'best' as never }), OptionError, 'crossValidate', "'best'");
    await expectRejects(crossValidate(fit, x, y, { folds: 2 }), ShapeError, 'crossValidate', 'fold 0', '2', '1');
    await expectRejects(crossValidate(fit, x, y, { folds: 5 }), OptionError, 'crossValidate', '5', '4 rows');
    await expectRejects(crossValidate(fit, x, y, { folds: 1 }), OptionError, 'crossValidate', '1');
    await expectRejects(crossValidate(fit, x, y, { folds: [] }), OptionError, 'crossValidate', '[]');
    await expectRejects(
      crossValidate(fit, x, y, { folds: [[0, 1, 2, 3]] }),
      OptionError,
      'crossValidate',
      'all 4 rows',
    );
    await expectRejects(crossValidate(fit, x, y, { folds: [[0, 4]] }), OptionError, 'crossValidate', 'fold 0', '4');
    await expectRejects(
      crossValidate(fit, x, y, { folds: [[0], [1, 1]] }),
      OptionError,
      'crossValidate',
      'fold 1',
      'twice',
    );
    await expectRejects(
      crossValidate(fit, x, y, { folds: [[]] }),
      OptionError,
      'crossValidate',
      'fold 0',
      'no test rows',
    );
    await expectRejects(
      crossValidate(fit, x, y, { folds: [{ train: [], test: [1] }] }),
      OptionError,
      'crossValidate',
      'no train rows',
    );
  });
});

describe('stabilitySelection', () => {
  it('finds what was planted, the same halves for the same seed', async () => {
    const { x, y } = planted(60, 12, 3);
    const given = device.tensor(x, [60, 12]);
    const options = { subsamples: 20, threshold: 0.9, seed: 7, count: 6 };
    const first = await stabilitySelection(given, y, options);
    const again = await stabilitySelection(given, y, options);
    const other = await stabilitySelection(given, y, { ...options, seed: 8, solver: 'descent' });
    const same = await stabilitySelection(given, y, { ...options, solver: 'descent', tol: 1e-8 });
    const findings = new Findings();
    findings.exact(first.selected, [0, 1], 'selected');
    findings.exact(other.selected, [0, 1], 'selected by paths on the host, of other halves');
    findings.exact(again.frequencies, first.frequencies, 'again');
    findings.check(
      other.frequencies.some((share, at) => share !== first.frequencies[at]),
      'other halves',
    );
    findings.close(
      same.probabilities,
      first.probabilities,
      { relative: 0, absolute: 1 / 20 },
      'the same halves by paths',
    );
    findings.exact(
      first.probabilities,
      Array.from({ length: 12 }, (_, j) =>
        Math.max(...first.alphas.map((_alpha, k) => first.frequencies[k * 12 + j] ?? NaN)),
      ),
      'the largest of all penalties',
    );
    findings.check(
      first.probabilities.every(share => Number.isInteger(Math.round(share * 20 * 1e6) / 1e6)),
      'shares of 20',
    );
    findings.check(first.falseBound > 0 && first.falseBound < 12 && first.converged, `bound ${first.falseBound}`);
    findings.end();
    given.dispose();
  });

  it('chooses from halves alone', async () => {
    // A column that is y in the first row and else 0 is chosen by halves that have that row.
    const n = 12;
    const y = Array.from({ length: n }, (_, i) => (i === 0 ? 100 : 0));
    const x = y.map(value => [value, 1]);
    const { probabilities } = await stabilitySelection(device.tensor(x), y, { subsamples: 40, count: 3 });
    const findings = new Findings();
    findings.check((probabilities[0] ?? NaN) > 0.2 && (probabilities[0] ?? NaN) < 0.8, `${probabilities[0]}`);
    findings.exact([probabilities[1] ?? NaN], [0], 'a constant');
    findings.end();
  });

  it('refuses what it cannot do', async () => {
    const [x, y] = [device.tensor([[1], [2], [3], [5]]), [1, 2, 3, 4]];
    await expectRejects(
      stabilitySelection(x, y, { threshold: 0.5 }),
      OptionError,
      'stabilitySelection',
      'threshold',
      '0.5',
    );
    await expectRejects(stabilitySelection(x, y, { subsamples: 0 }), OptionError, 'stabilitySelection', 'subsamples');
    await expectRejects(stabilitySelection(x, y, { seed: -1 }), OptionError, 'stabilitySelection', 'seed');
    await expectRejects(stabilitySelection(x.slice(0, 3), [1, 2, 3]), OptionError, 'stabilitySelection', '3 rows');
    await expectRejects(lassoCV(x, y, { folds: 2, solver: 'best' as never }), OptionError, 'lassoCV', "'best'");
  });
});
