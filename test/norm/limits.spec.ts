/**
 * norm on adapters that can do little: eight workgroups to a dimension, bindings of 4,096 bytes, both. The plans must cut
 * and fold what a real GPU would take at once; only what cannot be cut may be refused.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { normSummary, transpose, type Device } from '../../src/index.ts';
import { slice, transpose as transposed } from '../oracle/shape.ts';
import { openLaneDevice } from '../support/lane.ts';
import { along, compareNorm, compareNorms, holed } from '../support/norms.ts';
import { Batch, tensorOf } from '../support/tensors.ts';

const EDGES = [1, 5, 64, 65, 255, 257, 1023, 1025];

for (const [name, assume] of [
  ['8 workgroups in a dimension', { maxGroups: 8 }],
  ['bindings of 4,096 bytes', { maxBindingBytes: 4096 }],
  ['8 workgroups and bindings of 4,096 bytes', { maxGroups: 8, maxBindingBytes: 4096 }],
] as const) {
  describe(`with ${name}`, () => {
    let device: Device;
    beforeAll(async () => {
      device = await openLaneDevice({ assume });
    });
    afterAll(() => device.close());

    it('lengths', async () => {
      const batch = new Batch();
      for (const n of EDGES) {
        compareNorms(batch, device, holed([n]), along(undefined, [2]));
        compareNorms(batch, device, holed([7, n]), along(1, [2]));
        compareNorms(batch, device, holed([n, 5]), along(0, [2]));
        compareNorms(batch, device, holed([3, n, 4]), along(1, [2]));
        compareNorms(batch, device, holed([n, 3]), along(1, [2]));
        compareNorms(batch, device, holed([4, n]), along(0, [2]));
      }
      await batch.end();
    });

    it('more rows, columns and elements than fit at once', async () => {
      const batch = new Batch();
      compareNorms(batch, device, holed([5000]), along(undefined, [2, Infinity, 2.5]));
      compareNorms(batch, device, holed([40_001]), along(undefined, [2, Infinity]));
      compareNorms(batch, device, holed([5003, 3]), along(1, [2, Infinity]));
      compareNorms(batch, device, holed([5003, 3]), along(0, [2, Infinity]));
      compareNorms(batch, device, holed([3, 5003]), along(1, [2, Infinity]));
      compareNorms(batch, device, holed([3, 5003]), along(0, [2, Infinity]));
      compareNorms(batch, device, holed([1200, 17]), along(1, [2, 2.5]));
      compareNorms(batch, device, holed([17, 1200]), along(0, [2, 2.5]));
      compareNorms(batch, device, holed([5, 90, 60]), along(1, [2, Infinity]));
      compareNorms(batch, device, holed([90, 60]), [
        { ord: 1, axis: [0, 1] },
        { ord: 'fro', axis: [0, 1] },
        { ord: 1, axis: [1, 0] },
      ]);
      await batch.end();
    });

    it('the least of a column that a binding hardly spans', async () => {
      // Steps so wide that a segment has fewer than four elements: places that fill up the four must not count.
      const wide = device.tensor(new Float32Array(16 * 400).fill(3), [16, 400]);
      const { l0, l1, linf, min } = normSummary(wide.slice(0, 1, { axis: 1 }), { axis: 0 });
      expect(await Promise.all([l0, l1, linf, min].map(one => one.item()))).toEqual([16, 48, 3, 3]);
    });

    it('views', async () => {
      const batch = new Batch();
      const x = holed([60, 70]);
      const base = tensorOf(device, x);
      for (const start of [1, 3, 7]) {
        compareNorm(batch, base.slice(start, 60), slice(x, start, 60), { ord: 2, axis: 1 });
        compareNorm(batch, base.slice(start, 60), slice(x, start, 60), { ord: 2, axis: 0 });
        compareNorm(batch, base.slice(start, 66, { axis: 1 }), slice(x, start, 66, 1), { ord: 2, axis: 1 });
        compareNorm(batch, base.slice(start, 66, { axis: 1 }), slice(x, start, 66, 1), { ord: 2, axis: 0 });
        compareNorm(batch, base.slice(start, 66, { axis: 1 }), slice(x, start, 66, 1), {});
      }
      compareNorm(batch, transpose(base), transposed(x), { ord: 2, axis: 1 });
      compareNorm(batch, transpose(base), transposed(x), { ord: 2, axis: 0 });
      compareNorm(batch, transpose(base), transposed(x), {});
      await batch.end();
    });
  });
}
