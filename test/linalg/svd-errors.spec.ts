/** What svd, svdvals, eigh and eigvalsh leave behind, what they refuse, and how they are stopped: every error is a rejection. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DeviceMismatchError,
  DisposedError,
  eigh,
  eigvalsh,
  NonFiniteError,
  openDevice,
  OptionError,
  ShapeError,
  svd,
  svdvals,
  type Device,
  type Progress,
} from '../../src/index.ts';
import { expectRejects } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { random } from '../support/svd.ts';
import { tensorOf } from '../support/tensors.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const ops = { svd, svdvals, eigh, eigvalsh } as const;
const names = Object.keys(ops) as (keyof typeof ops)[];

/** A square matrix, or a stack of them, with one number put somewhere. */
function spoilt(shape: readonly number[], at: number, value: number): ReturnType<Device['tensor']> {
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i));
  data[at] = value;
  return device.tensor(data, shape);
}

describe('memory', () => {
  // The first test of the file: nothing that others forgot is collected meanwhile.
  it('leaves nothing behind', async () => {
    const a = tensorOf(device, random(20, 12));
    const square = tensorOf(device, random(18, 18));
    const before = device.memory().live;
    for (const tensor of Object.values(await svd(a)) as { dispose(): void }[]) tensor.dispose();
    for (const tensor of Object.values(await svd(a, { fullMatrices: true })) as { dispose(): void }[]) tensor.dispose();
    for (const tensor of Object.values(await eigh(square)) as { dispose(): void }[]) tensor.dispose();
    (await svdvals(a)).dispose();
    (await eigvalsh(square)).dispose();
    const bad = spoilt([3, 3], 4, NaN);
    await expect(svd(bad)).rejects.toThrow('row 1');
    bad.dispose();
    // What a kernel still reads is given back when it is done.
    await square.data();
    await new Promise(resolve => setTimeout(resolve, 0));
    expect(device.memory().live).toBe(before);
  });
});

describe('what is refused', () => {
  it('NaN and infinities, by matrix and row', async () => {
    for (const name of names)
      for (const value of [NaN, Infinity, -Infinity]) {
        await expectRejects(ops[name](spoilt([4, 4], 9, value)), NonFiniteError, name, 'row 2 of the matrix', '[4, 4]');
        await expectRejects(
          ops[name](spoilt([3, 4, 4], 16 + 4, value)),
          NonFiniteError,
          name,
          'row 1 of matrix 1',
          '[3, 4, 4]',
        );
        await expectRejects(ops[name](spoilt([2, 2, 4, 4], 63, value)), NonFiniteError, name, 'row 3 of matrix 3');
      }
    await expectRejects(svd(spoilt([2, 70], 75, NaN)), NonFiniteError, 'svd', 'row 1 of the matrix', '[2, 70]');
    await expectRejects(
      svdvals(spoilt([70, 2], 75, NaN)),
      NonFiniteError,
      'svdvals',
      'row 37 of the matrix',
      '[70, 2]',
    );
  });

  it('shapes that are no matrices', async () => {
    for (const name of names) {
      await expectRejects(ops[name](device.tensor([1, 2, 3])), ShapeError, name, '[3]');
      await expectRejects(ops[name](device.tensor(5)), ShapeError, name, '[]');
    }
    for (const name of ['eigh', 'eigvalsh'] as const) {
      await expectRejects(ops[name](tensorOf(device, random(3, 4))), ShapeError, name, '[3, 4]', '[n, n]');
      await expectRejects(ops[name](device.tensor(new Float32Array(0), [0, 3])), ShapeError, name, '[0, 3]');
    }
  });

  it('options that do not exist or mean nothing', async () => {
    const a = tensorOf(device, random(3, 3));
    for (const name of names) {
      await expectRejects(ops[name](a, { fullMatrix: true } as object), OptionError, name, 'fullMatrix');
      await expectRejects(ops[name](a, 3 as unknown as object), OptionError, name, '3');
    }
    await expectRejects(svd(a, { fullMatrices: 1 as unknown as boolean }), OptionError, 'svd', 'fullMatrices', '1');
    await expectRejects(eigh(a, { uplo: 'l' as unknown as 'L' }), OptionError, 'eigh', "'l'", "'L' or 'U'");
    await expectRejects(eigvalsh(a, { uplo: null as unknown as 'L' }), OptionError, 'eigvalsh', 'null');
  });

  it('tensors that are gone, or elsewhere', async () => {
    const other = await openDevice({ device: 'cpu' });
    for (const name of names) {
      const a = tensorOf(device, random(3, 3));
      await expectRejects(ops[name](a, { device: other }), DeviceMismatchError, name);
      a.dispose();
      await expectRejects(ops[name](a), DisposedError, name);
    }
    other.close();
  });
});

describe('long work', () => {
  it('is not begun with a signal that is aborted, and ends with its reason', async () => {
    const reason = new Error('enough');
    for (const name of names) {
      const a = tensorOf(device, random(5, 5));
      await expect(ops[name](a, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const controller = new AbortController();
      const onProgress = (): void => controller.abort(reason);
      const large = tensorOf(device, random(20, 20));
      await expect(ops[name](large, { signal: controller.signal, onProgress })).rejects.toBe(reason);
      a.dispose();
      large.dispose();
    }
  });

  it('says how far it is', async () => {
    for (const name of names) {
      const seen: Progress[] = [];
      const a = tensorOf(device, random(20, 20));
      await ops[name](a, { onProgress: progress => seen.push(progress) });
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.every(({ stage, done, total }) => stage === 'sweep' && done > 0 && done <= total)).toBe(true);
      expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((x, y) => x - y));
      expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
    }
  });
});
