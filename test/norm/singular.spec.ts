/** Norms of singular values: numpy's answers, what NaN and infinities make, and results that are filled later. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  add,
  contiguous,
  DeviceClosedError,
  DeviceLostError,
  IndexError,
  norm,
  OptionError,
  schattenNorm,
  ShapeError,
  take,
  transpose,
  UnitballError,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import { expectClose, expectRejects, expectThrows, Findings } from '../support/expect.ts';
import { goldenGrid, isRaised, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { openLosable } from '../support/losable.ts';
import { Random } from '../support/random.ts';
import {
  labelOf,
  orderOf,
  sideOf,
  singularCases,
  singularInput,
  valuesOf,
  type SingularCase,
} from '../support/singular.ts';
import { Batch, floatsOf, given, gridOf, tensorOf } from '../support/tensors.ts';
import { identity, ofSingularValues, precisionOf, spectrum, spectralNorm } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const optionsOf = ({ ord, axis, keepdims }: SingularCase): Parameters<typeof norm>[1] =>
  given({ ord, axis: axis === undefined ? undefined : [...axis], keepdims });

/** (Σσᵖ)^(1/p), in units of the largest. */
function schatten(values: readonly number[], p: number): number {
  const top = Math.max(0, ...values);
  if (p === Infinity || top === 0) return top;
  return top * values.reduce((sum, value) => sum + (value / top) ** p, 0) ** (1 / p);
}

describe("numpy's answers", () => {
  it('2, −2 and nuc', async () => {
    const batch = new Batch();
    for (const dtype of floatsOf(device))
      for (const one of singularCases('norm')) {
        if (isRaised(one.expected)) continue;
        const x = singularInput(one.x[0] ?? '');
        const tensor = tensorOf(device, x, dtype);
        batch.expect(
          labelOf(one),
          () => norm(tensor, optionsOf(one)),
          goldenGrid(one.expected),
          precision => spectralNorm(x, one.ord, one.axis, precision),
        );
        tensor.dispose();
      }
    await batch.end();
  });

  it('Schatten norms', async () => {
    const batch = new Batch();
    for (const dtype of floatsOf(device))
      for (const one of singularCases('schattenNorm')) {
        const x = singularInput(one.x[0] ?? '');
        const p = orderOf(one) ?? NaN;
        const tensor = tensorOf(device, x, dtype);
        const values = valuesOf(one);
        batch.expect(
          labelOf(one),
          () => schattenNorm(tensor, p),
          goldenGrid(one.expected as GoldenArray),
          precision => index => ofSingularValues(values[index] ?? [], sideOf(x), precision, list => schatten(list, p)),
        );
        tensor.dispose();
      }
    await batch.end();
  });

  it('what numpy refuses is a typed error at the call', () => {
    for (const one of singularCases('norm'))
      if (isRaised(one.expected))
        expectThrows(
          () => norm(tensorOf(device, singularInput(one.x[0] ?? '')), optionsOf(one)),
          UnitballError,
          'norm',
        );
  });
});

const NORMS = [
  { ord: 2, name: '2', of: (x: Tensor) => norm(x, { ord: 2, axis: [-2, -1] }) },
  { ord: -2, name: '−2', of: (x: Tensor) => norm(x, { ord: -2, axis: [-2, -1] }) },
  { ord: 'nuc', name: 'nuc', of: (x: Tensor) => norm(x, { ord: 'nuc', axis: [-2, -1] }) },
  { ord: 'nuc', name: 'Schatten ½', of: (x: Tensor) => schattenNorm(x, 0.5) },
] as const;

describe('what is known of these norms', () => {
  it('agree with norms of other names, along any two axes and through strides', async () => {
    const findings = new Findings();
    const x = gridOf([3, 4, 5], new Random(5).normal(60));
    for (const dtype of floatsOf(device)) {
      const tensor = tensorOf(device, x, dtype);
      const part = tensor.row(1).slice(1, 4, { axis: 1 });
      const same: readonly (readonly [string, Tensor, Tensor])[] = [
        ['nuc', norm(tensor, { ord: 'nuc', axis: [0, 2] }), schattenNorm(tensor, 1, { axis: [0, 2] })],
        ['2', norm(tensor, { ord: 2, axis: [2, 0] }), norm(transpose(tensor), { ord: 2, axis: [0, 2] })],
        ['fro', schattenNorm(tensor, 2, { keepdims: true }), norm(tensor, { axis: [1, 2], keepdims: true })],
        ['∞', schattenNorm(tensor, Infinity), norm(tensor, { ord: 2, axis: [-2, -1] })],
        ['a view', norm(part, { ord: -2, keepdims: true }), norm(contiguous(part), { ord: -2, keepdims: true })],
        ['one row', norm(tensor.row(0).slice(0, 1), { ord: 'nuc' }), norm(tensor.row(0).row(0))],
      ];
      for (const [label, left, right] of same) {
        findings.shape(left.shape, right.shape, label);
        const bound = spectralNorm(x, 'nuc', [1, 2], precisionOf(left));
        findings.close(await left.data(), await right.data(), identity([bound, bound]), `${label} (${dtype})`);
      }
    }
    findings.end();
  });

  it('whole numbers and bools are numbers', async () => {
    const whole = device.tensor(new Uint32Array([3, 0, 0, 4]), [2, 2]);
    const bools = device.tensor([
      [true, true],
      [true, true],
    ]);
    expect(await norm(whole, { ord: 'nuc' }).item()).toBeCloseTo(7, 5);
    expect(await norm(bools, { ord: 2 }).item()).toBeCloseTo(2, 5);
  });

  it('a NaN makes NaN, and ∞ makes ∞ where that can be told, in their own matrix alone', async () => {
    const stack = [
      [
        [3, 0],
        [0, 4],
      ],
      [
        [1, NaN],
        [Infinity, 0],
      ],
      [
        [1, 2],
        [-Infinity, 0],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ];
    const expected = {
      '2': [4, NaN, Infinity, 0],
      '−2': [3, NaN, NaN, 0],
      nuc: [7, NaN, Infinity, 0],
      'Schatten ½': [(Math.sqrt(3) + 2) ** 2, NaN, Infinity, 0],
    };
    const findings = new Findings();
    for (const dtype of floatsOf(device)) {
      const tensor = device.tensor(stack, undefined, { dtype });
      for (const { name, of } of NORMS) {
        const found = of(tensor);
        findings.close(await found.data(), expected[name], spectrum(2, precisionOf(found), 16), `${name} (${dtype})`);
      }
    }
    findings.end();
  });

  it('nothing has no largest and no smallest singular value, and its others add up to 0', async () => {
    const empty = device.tensor([], [2, 0, 3]);
    for (const ord of [2, -2] as const)
      expectThrows(() => norm(empty, { ord, axis: [1, 2] }), ShapeError, 'norm', '[2, 0, 3]');
    expectThrows(() => schattenNorm(empty, Infinity), ShapeError, 'schattenNorm', '[2, 0, 3]');
    expect(await norm(empty, { ord: 'nuc', axis: [1, 2], keepdims: true }).toArray()).toEqual([[[0]], [[0]]]);
    expect(await schattenNorm(empty, 3).toArray()).toEqual([0, 0]);
    expect(await norm(device.tensor([], [0, 3, 3]), { ord: 2, axis: [1, 2] }).toArray()).toEqual([]);
  });

  it('schattenNorm refuses what is no order, no matrix and no pair of axes', () => {
    const x = device.tensor([
      [1, 2],
      [3, 4],
    ]);
    for (const p of [0, -1, NaN, -Infinity, '2', undefined])
      expectThrows(() => schattenNorm(x, p as number), OptionError, 'schattenNorm', /p is /);
    expectThrows(() => schattenNorm(x.row(0), 1), ShapeError, 'schattenNorm', '[2]');
    expectThrows(
      () => schattenNorm(x, 1, { axis: [0] as unknown as [number, number] }),
      OptionError,
      'schattenNorm',
      'two',
    );
    expectThrows(() => schattenNorm(x, 1, { ord: 2 } as object), OptionError, 'schattenNorm', "'ord'");
  });
});

describe('results that are filled later', () => {
  it('let operations queue behind them, whatever is disposed meanwhile, and leave no memory behind', async () => {
    const before = device.memory().live;
    const x = device.tensor([
      [3, 0],
      [0, 4],
    ]);
    for (const { of } of NORMS) of(x).dispose();
    const length = norm(x, { ord: 'nuc', keepdims: true });
    const sum = add(length, x);
    x.dispose();
    length.dispose();
    const expected = [10, 7, 7, 11];
    const bound = spectrum(2, precisionOf(sum), 16);
    expectClose(await sum.data(), expected, bound, 'the sum');
    sum.dispose();
    // Those that were disposed at once may still be on their way.
    await expect.poll(() => device.memory().live).toBeLessThanOrEqual(before);
  });

  it('bring errors of their inputs to the read', async () => {
    const x = device.tensor([
      [1, 2],
      [3, 4],
    ]);
    const bad = take(x, device.tensor(new Uint32Array([0, 9])));
    const length = norm(bad, { ord: 2 });
    bad.dispose();
    await expectRejects(length.item(), IndexError, 'take', '9');
    await expectRejects(add(length, 1).item(), IndexError, 'take', '9');
  });

  it('reject where the device is closed or lost before they came', async () => {
    const closed = await openLaneDevice();
    const x = closed.tensor([
      [1, 2],
      [3, 4],
    ]);
    const reads = NORMS.map(({ of }) => of(x).data());
    const unread = norm(x, { ord: 2 });
    closed.close();
    for (const read of reads) await expect(read).rejects.toThrow(DeviceClosedError);
    await expectRejects(unread.data(), DeviceClosedError, 'data');

    const { device: away, lose, close } = await openLosable();
    const y = away.tensor([
      [1, 2],
      [3, 4],
    ]);
    const early = norm(y, { ord: 2 }).data();
    const [, late] = [await lose(), norm(y, { ord: 'nuc' })];
    await expect(early).rejects.toThrow(DeviceLostError);
    await expect(late.data()).rejects.toThrow(DeviceLostError);
    close();
  });
});
