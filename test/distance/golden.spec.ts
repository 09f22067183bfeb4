/** cdist and pdist against SciPy's own answers: every metric, with and without weights, on floats and on booleans. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { cdist, cosineSimilarity, pdist, squareform, type Device, type Tensor } from '../../src/index.ts';
import seed from '../golden/seed/distance.json';
import { BOOLEAN_METRICS, isOneOf, type MetricName, type PairOptions } from '../oracle/distance.ts';
import type { Grid } from '../oracle/grid.ts';
import { boundOf, goldenCases, goldenSquare, type GoldenCase } from '../support/distances.ts';
import { goldenGrid, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { callOptions } from '../support/pairs.ts';
import { Batch, floatsOf, tensorOf } from '../support/tensors.ts';
import { distance, exact, inputRounding, plus } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const bitsOf = (x: Grid): Tensor => device.tensor(Float64Array.from(x.data), x.shape, { dtype: 'bool' });

/** Enqueues one case on tensors that `make` makes of its operands. */
function compare(
  batch: Batch,
  make: (x: Grid) => Tensor,
  { metric, label, a, b, options, expected }: GoldenCase,
): void {
  const x = make(a);
  const y = b && make(b);
  const given = callOptions(metric, options);
  batch.expect(label, () => (y ? cdist(x, y, given) : pdist(x, given)), expected, boundOf(metric, a, b, options));
  x.dispose();
  y?.dispose();
}

describe('scipy.spatial.distance', () => {
  const metrics = [...new Set(goldenCases.map(one => one.metric))];

  for (const metric of metrics)
    it(metric, async () => {
      const batch = new Batch();
      for (const dtype of floatsOf(device))
        for (const one of goldenCases) if (one.metric === metric) compare(batch, x => tensorOf(device, x, dtype), one);
      await batch.end();
    });

  it('booleans in packed words, with every metric', async () => {
    const batch = new Batch();
    for (const one of goldenCases)
      if (one.isBoolean && one.options.VI === undefined) compare(batch, bitsOf, { ...one, label: `bits ${one.label}` });
    await batch.end();
  });

  it('booleans beside floats', async () => {
    const batch = new Batch();
    for (const { metric, label, a, b, options, expected } of goldenCases) {
      if (!b || !isOneOf([...BOOLEAN_METRICS, 'hamming', 'jaccard', 'cityblock'], metric)) continue;
      if (!Array.from(b.data).every(x => x === 0 || x === 1)) continue;
      const [x, y] = [tensorOf(device, a), bitsOf(b)];
      batch.expect(
        `mixed ${label}`,
        () => cdist(x, y, callOptions(metric, options)),
        expected,
        boundOf(metric, a, b, options),
      );
      x.dispose();
      y.dispose();
    }
    await batch.end();
  });

  it('squareform', async () => {
    const batch = new Batch();
    const ties = goldenCases.find(one => one.metric === 'cityblock' && !one.b);
    for (const dtype of floatsOf(device)) {
      if (!ties) throw new Error('the golden file has no pdist of cityblock');
      const condensed = tensorOf(device, ties.expected, dtype);
      batch.expect('to a matrix', () => squareform(condensed), goldenSquare, exact);
      const square = tensorOf(device, goldenSquare, dtype);
      batch.expect('to a list', () => squareform(square), ties.expected, exact);
    }
    await batch.end();
  });
});

interface SeedCase {
  readonly id: string;
  readonly function: string;
  readonly inputs: { readonly a: GoldenArray; readonly b: GoldenArray };
  readonly options: { readonly metric?: MetricName; readonly VI?: GoldenArray };
  readonly expected: GoldenArray;
}

describe('the worked cases', () => {
  const worked = (seed.cases as readonly unknown[] as readonly SeedCase[]).filter(one =>
    ['cdist', 'cosineSimilarity'].includes(one.function),
  );

  for (const one of worked)
    it(one.id, async () => {
      const batch = new Batch();
      const [a, b] = [goldenGrid(one.inputs.a), goldenGrid(one.inputs.b)];
      const { metric = 'cosine', VI } = one.options;
      const options: PairOptions = VI ? { VI: rowsOfGolden(VI) } : {};
      for (const dtype of floatsOf(device)) {
        const [x, y] = [tensorOf(device, a, dtype), tensorOf(device, b, dtype)];
        batch.expect(
          one.id,
          () => (one.function === 'cdist' ? cdist(x, y, callOptions(metric, options)) : cosineSimilarity(x, y)),
          goldenGrid(one.expected),
          precision => index =>
            one.function === 'cdist'
              ? plus(boundOf(metric, a, b, options)(precision)(index), inputRounding(precision))
              : distance('cosine', a.shape[1] ?? 0, precision),
        );
      }
      await batch.end();
    });
});

function rowsOfGolden({ shape: [n = 0, d = 0], data }: GoldenArray): number[][] {
  return Array.from({ length: n }, (_, i) => data.slice(i * d, (i + 1) * d).map(Number));
}
