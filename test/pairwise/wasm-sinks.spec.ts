/**
 * What becomes of pairs on wasm: matrices of one set with itself, condensed ones, and one number a row, held against the
 * matrix that the same kernels find.
 */
import { describe, it } from 'vitest';
import { chebyshev, cityblock, dot, euclidean } from '../../src/distance/metrics/arithmetic.ts';
import { jaccard, kulczynski1 } from '../../src/distance/metrics/boolean.ts';
import { cosine } from '../../src/distance/metrics/directions.ts';
import { product } from '../../src/linalg/product.ts';
import { condensedIndex, type PairMetric, type Sink } from '../../src/pairwise/index.ts';
import { Findings } from '../support/expect.ts';
import { comparePairs, onWasm, operandsOf, type PairCase } from '../support/wasm-pairs.ts';
import { reduction } from '../tolerance.ts';

const METRICS = [euclidean, dot, cosine, chebyshev, jaccard.bits, kulczynski1.bits];

/** All in one range, and some rows at a time. */
const RANGES = [2 ** 31, 2 ** 14];

/** A row each of a and of b that is all NaN, infinite or 0, and rows of b that come twice. */
const odd =
  (d: number): NonNullable<PairCase['place']> =>
  (x, y) => {
    const fill = (rows: Float32Array, row: number, value: number): void => void rows.fill(value, row * d, row * d + d);
    fill(x, 1, NaN);
    fill(x, 2, 0);
    fill(y, 3, 0);
    fill(y, 5, Infinity);
    for (const row of [9, 40, 600]) y.copyWithin(row * d, 4 * d, 5 * d);
  };

/** The matrix that reductions must agree with, to the bit. */
async function matrixOf(findings: Findings, metric: PairMetric, given: PairCase): Promise<Float32Array> {
  return Float32Array.from(await onWasm(findings, metric, operandsOf(metric, given), 'matrix', { ranges: [2 ** 31] }));
}

/** A threshold between the values, so that some are below it. */
const middleOf = (matrix: Float32Array): number => matrix.toSorted()[matrix.length >> 1] ?? 0;

async function compareReduced(findings: Findings, metric: PairMetric, given: PairCase): Promise<void> {
  const { n, m } = given;
  const matrix = await matrixOf(findings, metric, given);
  const rows = Array.from({ length: n }, (_, i) => matrix.subarray(i * m, i * m + m));
  const threshold = middleOf(matrix);
  const reduced = (sink: Sink): ReturnType<typeof onWasm> =>
    onWasm(findings, metric, operandsOf(metric, { ...given, sink }), `${metric.name} ${n}, ${m}, ${sink.kind}`, {
      ranges: RANGES,
    });
  const places = rows.map(row => {
    const nan = row.findIndex(value => Number.isNaN(value));
    return nan >= 0 ? nan : row.indexOf(row.reduce((least, value) => Math.min(least, value), Infinity));
  });
  const label = `${metric.name} of ${n} and ${m} rows`;
  findings.exact(await reduced({ kind: 'argmin' }), places, `${label}: argmin`);
  findings.exact(
    await reduced({ kind: 'min' }),
    rows.map((row, i) => row[places[i] ?? 0] ?? NaN),
    `${label}: min`,
  );
  // Thresholds are doubles: one that lies between two float32 numbers parts them.
  for (const limit of [threshold, threshold + 1e-12, threshold - 1e-12, Infinity, -Infinity, 0, 1e-50])
    findings.exact(
      await reduced({ kind: 'countBelow', threshold: limit }),
      rows.map(row => row.filter(value => value < limit).length),
      `${label}: below ${limit}`,
    );
  findings.close(
    await reduced({ kind: 'sum' }),
    rows.map(row => Math.fround(Array.from(row).reduce((sum, value) => sum + value, 0))),
    i =>
      reduction(
        m,
        'rounded',
        Array.from(rows[i] ?? []).reduce((sum, value) => sum + Math.abs(value), 0),
      ),
    `${label}: sum`,
  );
}

describe('one number a row', () => {
  for (const metric of METRICS)
    it(metric.name, async () => {
      const findings = new Findings();
      for (const [n, m] of [
        [1, 5],
        [3, 9],
        [5, 130],
        [70, 1300],
        [130, 65],
      ] as const)
        await compareReduced(findings, metric, { n, m, d: 20 });
      findings.end();
    });

  it('with NaN, infinities and ties', async () => {
    const findings = new Findings();
    for (const metric of [euclidean, cosine, cityblock, product])
      for (const n of [3, 70]) await compareReduced(findings, metric, { n, m: 700, d: 20, place: odd(20) });
    findings.end();
  });

  it('of rows that are read as they lie, in several strips', async () => {
    const findings = new Findings();
    await compareReduced(findings, euclidean, { n: 2, m: 4200, d: 32 });
    findings.end();
  });

  it('of no rows', async () => {
    const findings = new Findings();
    for (const sink of [{ kind: 'sum' }, { kind: 'countBelow', threshold: 1 }] as const) {
      const operands = operandsOf(euclidean, { n: 300, m: 0, d: 4, sink });
      findings.exact(await onWasm(findings, euclidean, operands, sink.kind), new Float32Array(300), sink.kind);
    }
    findings.end();
  });
});

describe('one set with itself', () => {
  const sizes = [1, 2, 3, 5, 8, 9, 63, 64, 65, 128, 129, 200];

  for (const metric of [product, euclidean, cityblock, cosine, jaccard.bits])
    it(metric.name, async () => {
      const findings = new Findings();
      for (const n of sizes) {
        const given = { n, m: n, d: 21, oneSet: true, ranges: RANGES };
        await comparePairs(findings, metric, given);
        const matrix = await matrixOf(findings, metric, given);
        const turned = matrix.map((_, at) => matrix[(at % n) * n + Math.floor(at / n)] ?? NaN);
        findings.exact(turned, matrix, `${metric.name} of ${n} rows is symmetric`);
        if (metric !== product)
          findings.exact(
            Array.from({ length: n }, (_, i) => matrix[i * n + i] ?? NaN),
            new Float32Array(n),
            `${metric.name}: each of ${n} rows from itself`,
          );
        if (n === 1) continue;
        const condensed = await onWasm(
          findings,
          metric,
          operandsOf(metric, { ...given, sink: { kind: 'condensed' } }),
          `${metric.name} of ${n} rows, condensed`,
          { ranges: RANGES },
        );
        const upper = new Float32Array((n * (n - 1)) / 2);
        for (let i = 0; i < n; i++)
          for (let j = i + 1; j < n; j++) upper[condensedIndex(n, i, j)] = matrix[i * n + j] ?? NaN;
        findings.exact(condensed, upper, `${metric.name} of ${n} rows, condensed`);
      }
      findings.end();
    });

  it('with weights', async () => {
    const findings = new Findings();
    const weights = Float32Array.from({ length: 21 }, (_, k) => (k % 4) / 3);
    for (const metric of [product, euclidean, cityblock, cosine]) {
      const matrix = await matrixOf(findings, metric, { n: 70, m: 70, d: 21, oneSet: true, weights });
      const turned = matrix.map((_, at) => matrix[(at % 70) * 70 + Math.floor(at / 70)] ?? NaN);
      findings.exact(turned, matrix, metric.name);
    }
    findings.end();
  });
});
