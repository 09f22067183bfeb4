/** Cross-validation at its edges: degenerate columns and targets, many targets, what is refused, signals, memory. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  elasticNetCV,
  lassoCV,
  NonFiniteError,
  OptionError,
  ridgeCV,
  ShapeError,
  type Device,
} from '../../src/index.ts';
import { readObservations } from '../../src/regression/data.ts';
import { foldsOf } from '../../src/regression/folds.ts';
import { batchErrors } from '../../src/regression/gram/batch.ts';
import { Pace } from '../../src/tensor/index.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { fitted, foldError, precisionOf } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const precision = () => precisionOf({ dtype: device.kind === 'cpu' ? 'float64' : 'float32', device });

const N = 24;
const P = 4;
function planted(seed: number) {
  const random = new Random(seed);
  const x = random.normal(N * P);
  const y = random.normal(N, 0.3).map((noise, i) => 2 * (x[i * P] ?? NaN) - (x[i * P + 2] ?? NaN) + noise);
  return { x, y };
}
const options = { folds: 3, count: 5, eps: 0.05, tol: 1e-8, maxIterations: 5000 } as const;

describe('lassoCV at its edges', () => {
  it('gives columns of zeros, constants and copies what they deserve', async () => {
    const { x, y } = planted(1);
    // x₀, x₁, 0, 7, x₀ again, x₂, x₃
    const rows = Array.from({ length: N }, (_, i) => {
      const [a = 0, b = 0, c = 0, d = 0] = x.slice(i * P, (i + 1) * P);
      return [a, b, 0, 7, a, c, d];
    });
    const given = device.tensor(rows);
    const [plain, found] = [await lassoCV(device.tensor(x, [N, P]), y, options), await lassoCV(given, y, options)];
    const coef = Array.from(await found.coef.data());
    const own = Array.from(await plain.coef.data());
    const findings = new Findings();
    findings.exact(coef.slice(2, 4), [0, 0], 'without spread');
    const [a = NaN, b = NaN, , , again = NaN, c = NaN, d = NaN] = coef;
    findings.close([a + again, b, c, d], own, fitted(precision()), 'copies share a coefficient');
    findings.close(found.foldErrors, plain.foldErrors, foldError(precision()), 'errors');
    findings.check(found.converged, 'it converges');
    findings.end();
  });

  it('does not care for units, as far as the penalty does not', async () => {
    const { x, y } = planted(2);
    const findings = new Findings();
    const alphas = [1, 0.3, 0.1];
    const plain = await lassoCV(device.tensor(x, [N, P]), y, { ...options, alphas });
    for (const unit of [2 ** 70, 2 ** -70]) {
      const scaled = { x: Float64Array.from(x, value => value * unit), y: Float64Array.from(y, value => value * unit) };
      const rows = Array.from({ length: N }, (_, i) => Array.from(scaled.x.slice(i * P, (i + 1) * P)));
      const found = await lassoCV(rows, scaled.y, {
        ...options,
        alphas: alphas.map(alpha => alpha * unit * unit),
        device,
      });
      const errors = found.foldErrors.map(error => error / unit / unit);
      findings.close(errors, plain.foldErrors, foldError(precision()), `errors in units of ${unit}`);
      findings.close(await found.coef.data(), await plain.coef.data(), fitted(precision()), `coef in units of ${unit}`);
    }
    // A column in tiny units, standardised, is like any other.
    const other = Float64Array.from(x, (value, at) =>
      at % P === 0 ? value * 1e-8 : at % P === 2 ? value * 1e8 : value,
    );
    const standard = { ...options, standardize: true };
    const found = await lassoCV(
      Array.from({ length: N }, (_, i) => Array.from(other.slice(i * P, (i + 1) * P))),
      y,
      { ...standard, device },
    );
    const expected = await lassoCV(device.tensor(x, [N, P]), y, standard);
    findings.close(found.foldErrors, expected.foldErrors, foldError(precision()), 'standardised');
    findings.end();
  });

  it('finds nothing in a constant y, and one row for each fold is enough', async () => {
    const { x, y } = planted(3);
    const given = device.tensor(x, [N, P]);
    const findings = new Findings();
    const flat = await lassoCV(
      given,
      y.map(() => 3),
      options,
    );
    findings.exact(await flat.coef.data(), [0, 0, 0, 0], 'coef');
    findings.exact(
      flat.foldErrors,
      flat.foldErrors.map(() => 0),
      'errors of a constant',
    );
    findings.close([await flat.intercept.item()], [3], fitted(precision()), 'intercept');
    findings.check(flat.converged, 'it converges');
    const { y: own } = planted(3);
    const [single, host] = [
      await lassoCV(given, own, { ...options, count: 2, folds: N }),
      await lassoCV(given, own, { ...options, count: 2, folds: N, solver: 'descent' }),
    ];
    findings.close(
      single.foldErrors,
      host.foldErrors,
      { relative: 10 * foldError(precision()).relative, absolute: 10 * foldError(precision()).relative },
      'one row a fold',
    );
    findings.end();
  });

  it('takes α = 0, and says so where sweeps were too few', async () => {
    const { x, y } = planted(4);
    const given = device.tensor(x, [N, P]);
    const findings = new Findings();
    const found = await lassoCV(given, y, { ...options, alphas: [0, 0.1] });
    const host = await lassoCV(given, y, { ...options, alphas: [0, 0.1], solver: 'descent' });
    findings.exact(found.alphas, [0.1, 0], 'alphas');
    findings.close(found.foldErrors, host.foldErrors, foldError(precision()), 'errors');
    findings.check(found.converged, 'it converges');
    const few = await lassoCV(given, y, { ...options, tol: 1e-12, maxIterations: 1 });
    findings.check(!few.converged, 'one sweep is too few');
    findings.end();
  });

  it('takes the mean error of many targets, solved apart', async () => {
    const [first, second] = [planted(5), planted(6)];
    const both = Array.from({ length: N }, (_, i) => [first.y[i] ?? NaN, second.y[i] ?? NaN]);
    const given = device.tensor(first.x, [N, P]);
    const alphas = [0.3, 0.05];
    const own = { ...options, alphas, l1Ratio: [0.5, 0.9] };
    const found = await elasticNetCV(given, both, own);
    const parts = [await elasticNetCV(given, first.y, own), await elasticNetCV(given, second.y, own)] as const;
    const findings = new Findings();
    findings.close(
      found.foldErrors,
      parts[0].foldErrors.map((error, at) => (error + (parts[1].foldErrors[at] ?? NaN)) / 2),
      foldError(precision()),
      'errors',
    );
    findings.shape(found.coef.shape, [2, P], 'coef');
    const ridges = await ridgeCV(given, both, { alphas: [1], folds: 3 });
    const apart = await Promise.all([first.y, second.y].map(y => ridgeCV(given, y, { alphas: [1], folds: 3 })));
    findings.close(
      ridges.foldErrors,
      (apart[0]?.foldErrors ?? []).map((error, at) => (error + (apart[1]?.foldErrors[at] ?? NaN)) / 2),
      foldError(precision()),
      'errors of ridge',
    );
    const one = await ridgeCV(given, both, { alphas: [1] });
    const single = await Promise.all([first.y, second.y].map(y => ridgeCV(given, y, { alphas: [1] })));
    findings.close(
      [...one.meanErrors, ...(one.gcv ?? [])],
      ['meanErrors' as const, 'gcv' as const].map(
        name => single.reduce((sum, model) => sum + (model[name]?.[0] ?? NaN), 0) / 2,
      ),
      foldError(precision()),
      'errors of rows',
    );
    findings.end();
  });

  it('refuses what it cannot do', async () => {
    const { x, y } = planted(7);
    const given = device.tensor(x, [N, P]);
    await expectRejects(lassoCV(given, y, { folds: 25 }), OptionError, 'lassoCV', '25', '24 rows');
    await expectRejects(lassoCV(given, y, { alphas: [-1] }), OptionError, 'lassoCV', '-1');
    await expectRejects(lassoCV(given, y, { alphas: [] }), OptionError, 'lassoCV', 'alphas');
    await expectRejects(lassoCV(given, y.slice(1), {}), ShapeError, 'lassoCV', '23', '24');
    await expectRejects(lassoCV(given, y, { l1Ratio: 1 } as never), OptionError, 'lassoCV', 'l1Ratio');
    await expectRejects(elasticNetCV(given, y, { l1Ratio: 0 }), OptionError, 'elasticNetCV', 'l1Ratio is 0');
    await expectRejects(elasticNetCV(given, y, { l1Ratio: [] }), OptionError, 'elasticNetCV', 'l1Ratio');
    await expectRejects(elasticNetCV(given, y, { l1Ratio: [2] }), OptionError, 'elasticNetCV', '2');
    await expectRejects(lassoCV(given, y.fill(NaN, 3, 4)), NonFiniteError, 'lassoCV', 'position 3');
    const own = planted(7).y;
    await expectRejects(ridgeCV(given, own, { alphas: [0] }), OptionError, 'ridgeCV', 'alphas', '0');
    await expectRejects(ridgeCV(given.slice(0, 1), own.slice(0, 1)), OptionError, 'ridgeCV', 'one row');
    const sampleWeight = own.map((_, i) => Number(i < 8));
    await expectRejects(
      lassoCV(given, own, { folds: 3, sampleWeight }),
      OptionError,
      'lassoCV',
      'train rows',
      'fold 0',
    );
    await expectRejects(
      lassoCV(given, own, { folds: 3, sampleWeight, solver: 'descent' }),
      OptionError,
      'lassoCV',
      'fold 0',
    );
    await expectRejects(ridgeCV(given, own, { folds: 3, sampleWeight }), OptionError, 'ridgeCV', 'fold 0');
  });
});

describe('a batch', () => {
  it('is the same with room for one fold, and for few rows of it', async () => {
    const { x, y } = planted(10);
    const given = device.tensor(x, [N, P]);
    const data = await readObservations('lassoCV', given, y, undefined, undefined);
    const settings = { fitIntercept: true, standardize: true, relativeWeights: true };
    const grid = { ratios: [1, 0.5], alphas: [Float64Array.of(0.5, 0.1), Float64Array.of(1, 0.2)] };
    const findings = new Findings();
    const told: number[] = [];
    const [wide, narrow] = await Promise.all(
      [2 ** 27, 2 ** 8].map(room =>
        batchErrors(data, settings, foldsOf(3, N, 'lassoCV'), grid, {
          positive: false,
          tol: 1e-8,
          maxIterations: 5000,
          pace: new Pace('lassoCV', undefined),
          tell: done => void told.push(done),
          op: 'lassoCV',
          room,
        }),
      ),
    );
    findings.close(narrow?.errors ?? [], wide?.errors ?? [], foldError(precision()), 'errors');
    findings.exact(
      told.toSorted((a, b) => a - b),
      [1, 2, 3, 3],
      'folds that were done',
    );
    findings.end();
  });
});

describe('lassoCV as long work', () => {
  it('tells how far it is, and hears a signal', async () => {
    const { x, y } = planted(8);
    const given = device.tensor(x, [N, P]);
    const findings = new Findings();
    const seen: number[] = [];
    const found = await lassoCV(given, y, {
      ...options,
      onProgress: ({ done, total }) => void seen.push(done / total),
    });
    findings.check(seen.at(-1) === 1 && seen.every((share, k) => share > (seen[k - 1] ?? 0)), `${seen.join(', ')}`);
    found.dispose();
    const reason = new Error('enough');
    const outcome = await lassoCV(given, y, { ...options, signal: AbortSignal.abort(reason) }).catch(
      (error: unknown) => error,
    );
    findings.check(outcome === reason, `${String(outcome)}`);
    findings.end();
  });

  it('gives all memory back', async () => {
    // A device of its own: what other tests forgot may be collected at any time.
    const own = await openLaneDevice();
    const { x, y } = planted(9);
    const given = own.tensor(x, [N, P]);
    const run = async (): Promise<void> => {
      (await lassoCV(given, y, options)).dispose();
      (await elasticNetCV(given, y, { ...options, standardize: true, l1Ratio: [0.5, 1] })).dispose();
      (await ridgeCV(given, y, { folds: 3 })).dispose();
      (await ridgeCV(given, y)).dispose();
    };
    await run();
    const before = own.memory().live;
    await run();
    const findings = new Findings();
    findings.exact([own.memory().live], [before], 'bytes in use');
    findings.end();
    own.close();
  });
});
