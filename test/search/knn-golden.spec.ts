/** Neighbours, votes, means and graphs against scikit-learn's own answers; the oracle is judged by the same cases. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knnClassify, knnGraph, knnRegress, nearest, type Device } from '../../src/index.ts';
import golden from '../golden/search.json';
import { cdist, type MetricName } from '../oracle/distance.ts';
import type { Grid } from '../oracle/grid.ts';
import { nearestOf, voteOf, weightsOf } from '../oracle/search.ts';
import { distance, plus, precisionOf, reduction } from '../tolerance.ts';
import { Findings } from '../support/expect.ts';
import { goldenGrid, namedInput, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { floatsOf, tensorOf } from '../support/tensors.ts';

interface Sides {
  readonly queries: string;
  readonly points: string;
  readonly k: number;
}
type Weights = 'uniform' | 'distance';
type Case =
  | (Sides & {
      readonly op: 'nearest';
      readonly metric: MetricName;
      readonly p?: number;
      readonly rows: GoldenArray;
      readonly distances: GoldenArray;
    })
  | (Sides & {
      readonly op: 'classify';
      readonly weights: Weights;
      readonly labels: readonly number[];
      readonly expected: readonly number[];
    })
  | (Sides & {
      readonly op: 'regress';
      readonly weights: Weights;
      readonly targets: GoldenArray;
      readonly expected: GoldenArray;
    })
  | {
      readonly op: 'graph';
      readonly points: string;
      readonly k: number;
      readonly includeSelf: boolean;
      readonly offsets: readonly number[];
      readonly indices: readonly number[];
      readonly distances: GoldenArray;
    };

const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;
const cases = golden.cases as unknown as readonly Case[];
const only = <Op extends Case['op']>(op: Op): Extract<Case, { op: Op }>[] =>
  cases.filter((one): one is Extract<Case, { op: Op }> => one.op === op);
const input = (name: string): Grid => namedInput(inputs, name);

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe("scikit-learn's answers", () => {
  it('are those of nearest', async () => {
    const findings = new Findings();
    for (const one of only('nearest'))
      for (const dtype of floatsOf(device)) {
        const [x, y] = [input(one.queries), input(one.points)];
        const { k, metric, p } = one;
        const found = await nearest(tensorOf(device, x, dtype), tensorOf(device, y, dtype), { k, metric, p });
        const label = `${one.queries}, ${metric}, k ${k}, ${dtype}`;
        findings.exact(await found.indices.data(), goldenGrid(one.rows).data, `${label}: rows`);
        const bound = distance(metric, y.shape[1] ?? 0, precisionOf(found.distances), { p });
        findings.close(await found.distances.data(), goldenGrid(one.distances).data, bound, `${label}: distances`);
      }
    findings.end();
  });

  it('are those of knnClassify', async () => {
    for (const { queries, points, k, weights, labels, expected } of only('classify')) {
      const [x, y] = [tensorOf(device, input(queries)), tensorOf(device, input(points))];
      expect(await knnClassify(x, y, labels, { k, weights }), `${points}, ${weights}, k ${k}`).toEqual(expected);
    }
  });

  it('are those of knnRegress', async () => {
    const findings = new Findings();
    for (const { queries, points, k, weights, targets, expected } of only('regress')) {
      const [x, y, z] = [input(queries), input(points), goldenGrid(targets)];
      const found = await knnRegress(tensorOf(device, x), tensorOf(device, y), tensorOf(device, z), { k, weights });
      const largest = Math.max(...Array.from(z.data, Math.abs));
      const apart = distance('euclidean', y.shape[1] ?? 0, precisionOf(tensorOf(device, y)));
      const rounding = reduction(k, precisionOf(tensorOf(device, z)), largest);
      const bound = plus(rounding, { relative: 0, absolute: 2 * apart.relative * largest });
      findings.shape(found.shape, expected.shape, points);
      findings.close(await found.data(), goldenGrid(expected).data, bound, `${points}, ${weights}, k ${k}`);
    }
    findings.end();
  });

  it('are those of knnGraph', async () => {
    const findings = new Findings();
    for (const { points, k, includeSelf, offsets, indices, distances } of only('graph')) {
      const y = tensorOf(device, input(points));
      const found = await knnGraph(y, { k, includeSelf });
      const label = `${points}, k ${k}, includeSelf ${includeSelf}`;
      findings.exact(found.offsets, offsets, `${label}: offsets`);
      findings.exact(found.indices, indices, `${label}: indices`);
      const bound = distance('euclidean', y.shape[1] ?? 0, precisionOf(y));
      findings.close(found.distances, goldenGrid(distances).data, bound, `${label}: distances`);
    }
    findings.end();
  });

  it('are those of the oracle', () => {
    const findings = new Findings();
    for (const one of only('nearest')) {
      const all = cdist(input(one.queries), input(one.points), one.metric, one.p === undefined ? {} : { p: one.p });
      const [queries = 0, n = 0] = all.shape;
      const rows = Array.from({ length: queries }, (_, i) =>
        nearestOf(Array.from(all.data).slice(i * n, (i + 1) * n), one.k),
      );
      findings.exact(
        rows.flatMap(found => found.rows),
        goldenGrid(one.rows).data,
        `${one.metric}, k ${one.k}`,
      );
    }
    for (const { queries, points, k, weights, labels, expected } of only('classify')) {
      const all = cdist(input(queries), input(points), 'euclidean');
      const n = all.shape[1] ?? 0;
      expected.forEach((label, i) => {
        const { rows, distances } = nearestOf(Array.from(all.data).slice(i * n, (i + 1) * n), k);
        const vote = voteOf(
          rows.map(row => labels[row] ?? NaN),
          weightsOf(distances, weights),
        );
        findings.check(vote === label, `${points}, ${weights}, k ${k}, query ${i}: ${vote} in place of ${label}`);
      });
    }
    findings.end();
  });
});
