/**
 * norm where numbers are not ordinary: NaN and infinities anywhere, zeros, and magnitudes whose squares leave float32.
 * Each is put at every kind of place that a kernel treats apart (first, last, the tail of a block, one row of many).
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { norm, type Device } from '../../src/index.ts';
import { grid, sizeOf, type Grid } from '../oracle/grid.ts';
import { norm as oracle, type NormOptions } from '../oracle/norm.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, given, gridOf, tensorOf } from '../support/tensors.ts';
import { norm as normBound } from '../tolerance.ts';

const ORDS = [undefined, 0, 1, 2, Infinity, -Infinity, 3, 0.5, 1.5, -1, -2, 30] as const;
/** The orders whose kernels scale what they sum: they alone are tried on both families of kernels. */
const scales = (ord: NormOptions['ord']): boolean => ![0, 1, Infinity, -Infinity].includes(ord as number);
/** Lengths of one thread's work, of a few blocks, and of more than one workgroup. */
const LENGTHS = [1, 5, 257, 5000];

const normal = (shape: readonly number[], seed = 1): Grid => gridOf(shape, new Random(seed).normal(sizeOf(shape)));

/** The same numbers with others at some places. */
function placed(x: Grid, at: Readonly<Record<number, number>>): Grid {
  const data = Float64Array.from(x.data);
  for (const [place, value] of Object.entries(at)) data[Number(place)] = value;
  return gridOf(x.shape, data);
}

const scaled = (x: Grid, factor: number): Grid =>
  gridOf(
    x.shape,
    Float64Array.from(x.data, v => v * factor),
  );

/** The kernels that this adapter gets, and those of the other family (software or real). */
for (const family of ['own', 'other'] as const) {
  describe(`norm, with the adapter's ${family} kernels`, () => {
    let device: Device;
    beforeAll(async () => {
      device = await openLaneDevice();
      if (family === 'own') return;
      const { isFallback } = device.info;
      device.close();
      device = await openLaneDevice({ assume: { software: !isFallback } });
    });
    afterAll(() => device.close());

    function compare(
      batch: Batch,
      label: string,
      x: Grid,
      axis: number | undefined,
      ords: readonly NormOptions['ord'][] = ORDS,
    ): void {
      const terms = axis === undefined ? sizeOf(x.shape) : (x.shape.at(axis) ?? 1);
      for (const dtype of floatsOf(device)) {
        const tensor = tensorOf(device, x, dtype);
        for (const ord of family === 'own' ? ords : ords.filter(scales))
          batch.expect(
            `${label}: norm([${x.shape.join(', ')}], ${JSON.stringify({ ord: String(ord), axis })})`,
            () => norm(tensor, given({ ord, axis })),
            oracle(x, { ord, axis }),
            precision => normBound(terms, ord === 'fro' ? 2 : ord, precision),
          );
        tensor.dispose();
      }
    }

    it('NaN at any place is seen', async () => {
      const batch = new Batch();
      for (const n of LENGTHS)
        for (const place of new Set([0, n >> 1, n - 1]))
          compare(batch, `NaN at ${place}`, placed(normal([n]), { [place]: NaN }), undefined, [
            2,
            1,
            Infinity,
            -Infinity,
            0,
            3,
          ]);
      await batch.end();
    });

    it('infinities at any place are seen', async () => {
      const batch = new Batch();
      for (const n of LENGTHS)
        for (const place of new Set([0, n >> 1, n - 1]))
          compare(batch, `−inf at ${place}`, placed(normal([n]), { [place]: -Infinity }), undefined, [
            2,
            1,
            Infinity,
            -Infinity,
            0,
            3,
            -1,
          ]);
      await batch.end();
    });

    it('NaN beside infinities, and nothing but either', async () => {
      const batch = new Batch();
      for (const n of [5, 257]) {
        compare(batch, 'both', placed(normal([n]), { 1: NaN, 3: Infinity, 4: 0 }), undefined);
        compare(batch, 'both, turned', placed(normal([n]), { 1: Infinity, 3: NaN, 4: 0 }), undefined);
        compare(batch, 'infinities of both signs', placed(normal([n]), { 0: Infinity, 2: -Infinity }), undefined);
        compare(batch, 'all NaN', grid([n], new Float64Array(n).fill(NaN)), undefined);
        compare(batch, 'all inf', grid([n], new Float64Array(n).fill(-Infinity)), undefined);
      }
      await batch.end();
    });

    it('a special row leaves its neighbours alone', async () => {
      const batch = new Batch();
      for (const width of [3, 64, 300]) {
        const x = placed(normal([9, width]), {
          [width]: NaN,
          [3 * width + 2]: Infinity,
          [4 * width]: 0,
          [6 * width + 1]: 1e25,
          [8 * width + 2]: NaN,
        });
        compare(batch, 'rows', x, 1);
      }
      for (const height of [3, 64, 300]) {
        const x = placed(normal([height, 9]), { 0: NaN, 3: Infinity, 12: 0, 15: 1e25, 26: -Infinity });
        compare(batch, 'columns', x, 0);
      }
      await batch.end();
    });

    it('NaN and infinities in the sums of a matrix', async () => {
      const batch = new Batch();
      for (const at of [{ 7: NaN }, { 7: -Infinity }, { 7: NaN, 30: Infinity }])
        for (const dtype of floatsOf(device)) {
          const x = placed(normal([6, 70]), at);
          const tensor = tensorOf(device, x, dtype);
          for (const ord of ['fro', 1, -1, Infinity, -Infinity] as const)
            batch.expect(
              `matrix ${JSON.stringify(Object.values(at).map(String))}, ord ${ord}`,
              () => norm(tensor, { ord }),
              oracle(x, { ord }),
              precision => normBound(70, 1, precision),
            );
        }
      await batch.end();
    });

    it('zeros of either sign', async () => {
      const batch = new Batch();
      for (const n of LENGTHS) {
        compare(batch, 'zeros', grid([n], new Float64Array(n)), undefined);
        compare(batch, 'negative zeros', grid([n], new Float64Array(n).fill(-0)), undefined);
      }
      compare(batch, 'one zero', placed(normal([70]), { 69: 0 }), undefined);
      compare(batch, 'zero rows', grid([5, 33], new Float64Array(165)), 1);
      compare(batch, 'zero columns', grid([33, 5], new Float64Array(165)), 0);
      await batch.end();
    });

    it('no overflow: numbers whose squares and cubes are beyond float32', async () => {
      const batch = new Batch();
      for (const n of LENGTHS) {
        compare(batch, '1e25', scaled(normal([n]), 1e25), undefined);
        compare(batch, '1e33', scaled(normal([n]), 1e33), undefined, [undefined, 1, 2, Infinity, -Infinity, 3, -1, 30]);
      }
      compare(batch, 'the largest float32', grid([1], [3.4028234663852886e38]), undefined, [2, 1, Infinity, -Infinity]);
      // A general p may be off by a few roundings: here the next float32 would be an infinity.
      compare(batch, 'nearly the largest', gridOf([1], [3.4e38]), undefined, [3, 1.5, 0.5, -1]);
      compare(batch, 'rows of 1e25', scaled(normal([7, 130]), 1e25), 1);
      compare(batch, 'columns of 1e25', scaled(normal([130, 7]), 1e25), 0);
      await batch.end();
    });

    it('no underflow: numbers whose squares and cubes are below float32', async () => {
      const batch = new Batch();
      for (const n of LENGTHS) {
        compare(batch, '1e-30', scaled(normal([n]), 1e-30), undefined);
        compare(batch, '1e-20', scaled(normal([n]), 1e-20), undefined);
        compare(batch, '1e-22', scaled(normal([n]), 1e-22), undefined, [2, 3, 1.5]);
      }
      compare(
        batch,
        'the smallest normal float32',
        grid([4], [2 ** -126, 2 ** -126, 2 ** -126, 2 ** -126]),
        undefined,
        [2, 1, Infinity, -Infinity, 3],
      );
      compare(batch, 'rows of 1e-30', scaled(normal([7, 130]), 1e-30), 1);
      compare(batch, 'columns of 1e-30', scaled(normal([130, 7]), 1e-30), 0);
      await batch.end();
    });

    it('squares on the edge of subnormal lose nothing', async () => {
      const batch = new Batch();
      // Around 2^-63 the squares are the smallest normal numbers: some flush, some do not.
      for (const factor of [2 ** -61, 2 ** -62, 2 ** -63, 2 ** -64, 2 ** -66, 2 ** -72]) {
        compare(batch, `factor ${factor}`, scaled(normal([300]), factor), undefined, [2, 3, 4]);
        compare(batch, `rows, factor ${factor}`, scaled(normal([20, 17]), factor), 1, [2, 3]);
        compare(batch, `columns, factor ${factor}`, scaled(normal([17, 20]), factor), 0, [2, 3]);
      }
      await batch.end();
    });

    it('huge and tiny in one fibre', async () => {
      const batch = new Batch();
      for (const n of [5, 257]) {
        const x = placed(normal([n]), { 0: 1e25, 1: 1e-30, 2: -3e25, 4: 0.5 });
        compare(batch, 'mixed', x, undefined);
        compare(batch, 'many tiny beside one', placed(scaled(normal([n]), 1e-22), { 3: 1e-20 }), undefined, [2, 3]);
      }
      await batch.end();
    });

    it('a norm beyond float32 is an infinity there, and a number in doubles', async () => {
      const batch = new Batch();
      const x = gridOf([200], new Float64Array(200).fill(3e38));
      compare(batch, 'beyond', x, undefined, [1, 2, 3]);
      compare(batch, 'just inside', x, undefined, [Infinity, -Infinity, 0, -1]);
      await batch.end();
    });

    it('large powers come from the largest element', async () => {
      const batch = new Batch();
      for (const n of [5, 300])
        compare(batch, 'powers', scaled(normal([n]), 8), undefined, [10, 50, 100, 1000, -10, -100, -1000]);
      await batch.end();
    });
  });
}
