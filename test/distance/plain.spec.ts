/** distance(u, v): two plain vectors give a number at once, in doubles, by the same meaning as cdist. No device takes part. */
import { describe, expect, it } from 'vitest';
import { distance, OptionError, ShapeError } from '../../src/index.ts';
import { distance as oracle, METRICS, SCIPY_METRICS, type MetricName, type PairOptions } from '../oracle/distance.ts';
import { grid } from '../oracle/grid.ts';
import { boundOf, goldenCases, isWeighted, optionsFor, rowsFor, widthFor } from '../support/distances.ts';
import { expectThrows, Findings } from '../support/expect.ts';
import { callOptions } from '../support/pairs.ts';
import { Random } from '../support/random.ts';

/** The options of a metric as `distance` takes them. */
const plainOptions = (metric: MetricName, options: PairOptions) =>
  callOptions(metric, options) as Exclude<NonNullable<Parameters<typeof distance>[2]>, string>;

describe('distance of two plain vectors', () => {
  it('is a number at once', () => {
    expect(distance([0, 0], [3, 4])).toBe(5);
    expect(distance([0, 0], [3, 4], 'cityblock')).toBe(7);
    expect(distance([0, 0], [3, 4], 'sqeuclidean')).toBe(25);
    expect(distance([1, 0, 1], [1, 1, 1], 'hamming')).toBe(1 / 3);
    expect(distance([0, 0], [2, 2], { metric: 'seuclidean', V: [1, 4] })).toBe(Math.sqrt(5));
    expect(distance([1, 2], [2, 4], { metric: 'cosine' })).toBe(0);
  });

  it('is what SciPy says, for every golden case', () => {
    const findings = new Findings();
    for (const { metric, label, a, b, options, expected } of goldenCases) {
      const needs = metric === 'mahalanobis' ? options.VI : metric === 'seuclidean' ? options.V : true;
      if (!b || !needs) continue;
      const d = a.shape[1] ?? 0;
      const row = (x: ArrayLike<number>, i: number): number[] => Array.from(x).slice(i * d, (i + 1) * d);
      const n = a.shape[0] ?? 0;
      const m = b.shape[0] ?? 0;
      const actual = Array.from({ length: n * m }, (_, at) =>
        distance(row(a.data, Math.floor(at / m)), row(b.data, at % m), plainOptions(metric, options)),
      );
      findings.close(actual, expected.data, boundOf(metric, a, b, options)('double'), label);
    }
    findings.end();
  });

  for (const metric of METRICS)
    it(`${metric} of random vectors`, () => {
      const findings = new Findings();
      for (const width of [1, 2, 3, 4, 5, 8, 17, 33, 100]) {
        const d = widthFor(metric, width);
        for (const weighted of isWeighted(metric) ? [false, true] : [false]) {
          const random = new Random(width);
          const [x, y] = [rowsFor(metric, [1, d], random), rowsFor(metric, [1, d], random)];
          const options = optionsFor(metric, d, weighted, random);
          findings.close(
            [distance(Array.from(x.data), Array.from(y.data), plainOptions(metric, options))],
            [oracle(metric, x.data, y.data, options)],
            boundOf(metric, x, y, options)('double'),
            `${metric} of ${d}${weighted ? ', weighted' : ''}`,
          );
        }
      }
      findings.end();
    });

  it('takes arrays, typed arrays and booleans', () => {
    const [u, v] = [
      [1, 0, 1, 1],
      [1, 1, 0, 1],
    ];
    const kinds = [Float32Array, Float64Array, Uint8Array, Int16Array, Uint32Array] as const;
    for (const Kind of kinds) {
      expect(distance(Kind.from(u), Kind.from(v), 'dice')).toBe(1 / 3);
      expect(distance(Kind.from(u), v)).toBe(Math.SQRT2);
    }
    const truths = (x: number[]): boolean[] => x.map(Boolean);
    expect(distance(truths(u), truths(v), 'dice')).toBe(1 / 3);
    expect(distance(truths(u), v, 'euclidean')).toBe(Math.SQRT2);
  });

  it('of float32 numbers is that of the numbers, in doubles', () => {
    const u = Float32Array.from([0.1, 0.2]);
    expect(distance(u, [0, 0], 'cityblock')).toBe(Math.fround(0.1) + Math.fround(0.2));
  });

  it('keeps the range of doubles', () => {
    const findings = new Findings();
    for (const scale of [1e200, 1e-200]) {
      const row = (numbers: number[]): number[] => numbers.map(x => x * scale);
      const [u, v] = [row([3, 0, 1]), row([0, 4, 1])];
      for (const [metric, expected] of [
        ['euclidean', 5 * scale],
        ['cosine', oracle('cosine', [3, 0, 1], [0, 4, 1])],
        ['correlation', oracle('correlation', [3, 0, 1], [0, 4, 1])],
        ['canberra', 2],
        ['braycurtis', 7 / 9],
        ['chebyshev', 4 * scale],
      ] as const)
        findings.close(
          [distance(u, v, metric)],
          [expected],
          boundOf(metric, grid([1, 3], u), grid([1, 3], v))('double'),
          `${metric} at ${scale}`,
        );
      findings.close(
        [distance(u, v, { metric: 'minkowski', p: 3 })],
        [(27 + 64) ** (1 / 3) * scale],
        boundOf('minkowski', grid([1, 3], u), grid([1, 3], v), { p: 3 })('double'),
        `minkowski at ${scale}`,
      );
    }
    findings.end();
  });

  it('of a vector and itself is exactly 0', () => {
    for (const metric of METRICS) {
      if (['dot', 'russellrao', 'kulczynski1', 'yule'].includes(metric)) continue;
      const d = widthFor(metric, 33);
      const random = new Random(6);
      const u = Array.from(rowsFor(metric, [1, d], random).data);
      const found = distance(u, [...u], plainOptions(metric, optionsFor(metric, d, false, random)));
      expect({ metric, found }).toEqual({ metric, found: 0 });
    }
  });

  it('has zeroVector where a vector has no direction', () => {
    expect(distance([0, 0], [1, 2], 'cosine')).toBeNaN();
    expect(distance([0, 0], [1, 2], { metric: 'cosine', zeroVector: 1 })).toBe(1);
    expect(distance([3, 3], [1, 2], { metric: 'correlation', zeroVector: 0.5 })).toBe(0.5);
    expect(distance([0.1, 0.1, 0.1], [1, 2, 4], 'correlation')).toBeNaN();
    expect(distance([NaN, 1], [1, 2], { metric: 'cosine', zeroVector: 1 })).toBeNaN();
  });

  it('of nothing', () => {
    for (const metric of ['euclidean', 'cityblock', 'chebyshev', 'sqeuclidean', 'canberra', 'jaccard'] as const)
      expect({ metric, found: distance([], [], metric) }).toEqual({ metric, found: 0 });
  });

  it('refuses what it cannot compare', () => {
    const u = [1, 2];
    expectThrows(() => distance(u, [1, 2, 3]), ShapeError, 'distance', '2', '3');
    expectThrows(() => distance('12' as unknown as number[], u), OptionError, 'distance', 'u', "'12'");
    expectThrows(() => distance(u, [1, null] as unknown as number[]), OptionError, 'distance', 'v[1]', 'null');
    expectThrows(() => distance([[1]] as unknown as number[], [1]), OptionError, 'distance', 'u[0]');
    expectThrows(() => distance(u, undefined as unknown as number[]), OptionError, 'distance', 'v', 'undefined');
    expectThrows(
      () => distance(u, u, 'manhattan' as 'cityblock'),
      OptionError,
      'distance',
      'manhattan',
      ...SCIPY_METRICS,
    );
    expectThrows(() => distance(u, u, { metric: 'minkowski', p: 0 }), OptionError, 'distance', 'p', '0');
    expectThrows(() => distance(u, u, { w: [1] }), ShapeError, 'distance', 'w', '1', '2');
    expectThrows(() => distance(u, u, { w: [1, -2] }), OptionError, 'distance', 'w[1]', '-2');
    expectThrows(() => distance(u, u, { metric: 'jensenshannon', w: [1, 1] }), OptionError, 'distance', 'w');
    expectThrows(() => distance(u, u, 'dice'), OptionError, 'distance', 'dice', 'u[1]', '2');
    expectThrows(() => distance(u, u, 'seuclidean'), OptionError, 'distance', 'seuclidean', 'V');
    expectThrows(() => distance(u, u, 'mahalanobis'), OptionError, 'distance', 'mahalanobis', 'VI');
    expectThrows(() => distance(u, u, { metric: 'seuclidean', V: [1] }), ShapeError, 'distance', 'V');
    expectThrows(() => distance(u, u, { metric: 'mahalanobis', VI: [[1, 0]] }), ShapeError, 'distance', 'VI');
    expectThrows(() => distance([1, 2, 3], [1, 2, 3], 'haversine'), ShapeError, 'distance', 'haversine', '3');
    expectThrows(() => distance(u, u, { metrik: 'cosine' } as object), OptionError, 'distance', 'metrik');
  });
});
