/**
 * Searches by the kernels that software adapters do not get by themselves: squares found from products, and tiles in workgroup
 * memory, over rows that are changed when they are read. Slow, so sizes are few and picked.
 */
import { describe, it } from 'vitest';
import { FlatIndex } from '../../src/index.ts';
import { slice } from '../oracle/shape.ts';
import { precisionOf } from '../tolerance.ts';
import { rowsFor } from '../support/distances.ts';
import { Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { compareHits, truthOf } from '../support/searches.ts';

describe('rows that were measured', () => {
  for (const [name, assume] of [
    ['in registers', { software: false, sharedTiles: false }],
    ['in workgroup memory', { software: false, sharedTiles: true }],
  ] as const)
    it(name, async () => {
      const device = await openLaneDevice({ assume });
      const findings = new Findings();
      for (const [metric, d] of [
        ['cosine', 40],
        ['correlation', 33],
      ] as const) {
        const points = rowsFor(metric, [150, d], new Random(d));
        const index = FlatIndex.create(device, { dim: d, metric });
        await index.add({ data: Float64Array.from(points.data), shape: points.shape });
        const queries = slice(points, 0, 40);
        const truth = truthOf(queries, points, metric);
        const found = await index.search({ data: Float64Array.from(queries.data), shape: queries.shape }, { k: 9 });
        const precision = precisionOf({ dtype: index.dtype, device });
        for (let query = 0; query < 40; query++) {
          const hits = [...found.hits(query)];
          const [rows, distances] = [hits.map(({ id }) => id), hits.map(({ distance }) => distance)];
          compareHits(findings, truth, query, { rows, distances }, { k: 9, precision }, `${metric}, query ${query}`);
        }
        index.dispose();
      }
      device.close();
      findings.end();
    });
});
