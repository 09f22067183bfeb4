/** pinv, matrixRank, cond and lstsq by what defines them, through views and from other dtypes; and what they refuse. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cond,
  lstsq,
  matmul,
  matrixRank,
  NonFiniteError,
  OptionError,
  pinv,
  ShapeError,
  sub,
  transpose,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import { quintics } from '../../src/linalg/polar/quintics.ts';
import { singularValues } from '../oracle/eigen.ts';
import { matmul as product } from '../oracle/linalg.ts';
import type { Grid } from '../oracle/grid.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { precisionOf, pseudoInverse, ROUNDING } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** Of rank r, in whole numbers: float32 holds it as it is. */
function ofRank(m: number, n: number, r: number): Grid {
  const random = new Random(m * n + r);
  return product(gridOf([m, r], random.ints(m * r, -4, 5)), gridOf([r, n], random.ints(r * n, -4, 5))).product;
}

describe('by what defines them', () => {
  it('a pseudo-inverse has the four properties of Penrose, and its rank', async () => {
    const findings = new Findings();
    for (const dtype of floatsOf(device))
      for (const [m, n, r] of [
        [9, 6, 3],
        [5, 11, 2],
        [7, 7, 7],
      ] as const) {
        const x = ofRank(m, n, r);
        const a = tensorOf(device, x, dtype);
        const inverse = await pinv(a);
        const label = `[${m}, ${n}] of rank ${r} (${dtype})`;
        const values = singularValues(x).slice(0, r);
        const largest = values[0] ?? NaN;
        const least = values.at(-1) ?? NaN;
        const of = (size: number) => pseudoInverse(Math.max(m, n), precisionOf(inverse), largest / least, size);
        const [left, right] = [matmul(a, inverse), matmul(inverse, a)];
        findings.close(await matmul(left, a).data(), x.data, of(largest), `${label}: A·A⁺·A`);
        findings.close(await matmul(right, inverse).data(), await inverse.data(), of(1 / least), `${label}: A⁺·A·A⁺`);
        for (const [name, one] of [
          ['A·A⁺', left],
          ['A⁺·A', right],
        ] as const)
          findings.close(await transpose(one).data(), await one.data(), of(1), `${label}: ${name} is symmetric`);
        findings.exact([await (await matrixRank(a)).item()], [r], `${label}: rank`);
      }
    findings.end();
  });

  it('least squares leave a rest that no column of A has a part in, and the shortest x', async () => {
    const findings = new Findings();
    for (const dtype of floatsOf(device))
      for (const [m, n, r] of [
        [10, 4, 4],
        [8, 6, 3],
        [4, 9, 4],
      ] as const) {
        const x = ofRank(m, n, r);
        const b = gridOf([m, 2], new Random(m).normal(2 * m));
        const [a, right] = [tensorOf(device, x, dtype), tensorOf(device, b, dtype)];
        const found = await lstsq(a, right);
        const label = `[${m}, ${n}] of rank ${r} (${dtype})`;
        const largest = singularValues(x)[0] ?? NaN;
        const least = singularValues(x)[r - 1] ?? NaN;
        const of = (size: number) => pseudoInverse(Math.max(m, n), precisionOf(found.x), largest / least, size);
        const length = Math.hypot(...Array.from(b.data));
        const rest = sub(right, matmul(a, found.x));
        const along = await matmul(a, rest, { transposeA: true }).data();
        findings.close(
          along,
          Array.from(along, () => 0),
          of(largest * length),
          `${label}: Aᵀ·rest`,
        );
        // In the span of A's rows: A⁺·A leaves it as it is.
        const back = await matmul(matmul(await pinv(a), a), found.x).data();
        findings.close(back, await found.x.data(), of(length / least), `${label}: shortest`);
        findings.check(found.rank === r, `${label}: rank ${found.rank}`);
      }
    findings.end();
  });

  it('views, stacks, whole numbers and bools are as their numbers are', async () => {
    const findings = new Findings();
    const x = gridOf([2, 6, 8], new Random(9).normal(96));
    const tensor = tensorOf(device, x);
    const view = transpose(tensor, [0, 2, 1]).slice(1, 6, { axis: 1 });
    const dense = device.tensor(await view.data(), view.shape, { dtype: 'float32' });
    for (const [name, of] of [
      ['pinv', (one: Tensor) => pinv(one)],
      ['cond', (one: Tensor) => cond(one)],
      ['matrixRank', (one: Tensor) => matrixRank(one)],
    ] as const) {
      const [left, right] = [await of(view), await of(dense)];
      findings.shape(left.shape, right.shape, name);
      const all = await right.data();
      const size = Math.max(...Array.from(all, Number));
      findings.close(await left.data(), all, pseudoInverse(8, precisionOf(left), 100, size), name);
    }
    const bools = device.tensor([
      [true, true],
      [true, true],
    ]);
    const whole = device.tensor(new Uint32Array([2, 0, 0, 4]), [2, 2]);
    findings.exact([await (await matrixRank(bools)).item()], [1], 'bools');
    findings.close([await (await cond(whole)).item()], [2], pseudoInverse(2, 'single', 2, 2), 'whole numbers');
    findings.close([await (await cond(whole, 1)).item()], [2], pseudoInverse(2, 'single', 2, 2), 'in another norm');
    findings.end();
  });

  it('the dtype that numbers came in says which singular values are rounding', async () => {
    const almost = [
      [1, 1],
      [1, 1 + 2 ** -21],
    ];
    const single = device.tensor(almost, undefined, { dtype: 'float32' });
    expect(await (await matrixRank(single)).item()).toBe(1);
    for (const dtype of floatsOf(device))
      expect(await (await matrixRank(device.tensor(almost, undefined, { dtype }))).item()).toBe(
        dtype === 'float64' ? 2 : 1,
      );
  });
});

describe('refused', () => {
  it('are options that cannot be', async () => {
    const a = device.tensor([
      [1, 2],
      [3, 4],
    ]);
    for (const tol of [-1, NaN, '1']) {
      await expectRejects(matrixRank(a, { tol: tol as number }), OptionError, 'matrixRank', 'tol');
      await expectRejects(pinv(a, { rcond: tol as number }), OptionError, 'pinv', 'rcond');
      await expectRejects(lstsq(a, a, { rcond: tol as number }), OptionError, 'lstsq', 'rcond');
    }
    await expectRejects(pinv(a, { tol: 1 } as object), OptionError, 'pinv', "'tol'");
    for (const p of [3, 0, 'nuc', NaN]) await expectRejects(cond(a, p as number), OptionError, 'cond', /p is/);
  });

  it('are shapes that do not fit', async () => {
    const a = device.tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    await expectRejects(cond(a, 1), ShapeError, 'cond', '[2, 3]');
    await expectRejects(lstsq(a, [1, 2, 3]), ShapeError, 'lstsq', '[2, 3]', '[3]');
    await expectRejects(lstsq(a, device.tensor(1)), ShapeError, 'lstsq');
    for (const call of [pinv, matrixRank, cond]) await expectRejects(call(a.row(0)), ShapeError, call.name, '[3]');
  });

  it('is what is not finite, by row and matrix', async () => {
    const stack = device.tensor([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2],
        [3, NaN],
      ],
    ]);
    for (const call of [pinv, matrixRank, cond])
      await expectRejects(call(stack), NonFiniteError, call.name, 'row 1', 'matrix 1');
    await expectRejects(
      lstsq(
        [
          [1, Infinity],
          [0, 1],
        ],
        [1, 2],
        { device },
      ),
      NonFiniteError,
      'lstsq',
      'row 0',
    );
  });

  it('leaves no memory behind, and neither does what is answered', async () => {
    const a = device.tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const before = device.memory().live;
    await expectRejects(lstsq(a, [1, 2]), ShapeError, 'lstsq');
    const found = await lstsq(a, [1, 2, 3]);
    for (const one of [found.x, found.residuals, found.s, await pinv(a), await matrixRank(a), await cond(a)])
      one.dispose();
    await expect.poll(() => device.memory().live).toBeLessThanOrEqual(before);
  });
});

describe('chains of quintics', () => {
  it('bring all of a range to 1, and nothing below it above', () => {
    const findings = new Findings();
    for (const [least, tolerance] of [
      [0.9, 2 ** -22],
      [0.3, 2 ** -22],
      [2 ** -6, 2 ** -22],
      [2 ** -16, 2 ** -22],
      [2 ** -45, 2 ** -50],
    ] as const) {
      const chain = quintics(least, tolerance);
      const brought = (start: number): number =>
        chain.reduce((x, { scale, root, rest }) => x * (scale * (x * x - root) ** 2 + rest), start);
      const steps = Array.from({ length: 501 }, (_, k) => k / 500);
      const range = steps.map(share => brought(least ** share));
      findings.close(
        range,
        range.map(() => 1),
        { relative: 0, absolute: tolerance + 16 * ROUNDING.float64 },
        `from ${least}`,
      );
      const below = steps.map(share => brought(least * share));
      findings.check(Math.min(...below) >= 0 && Math.max(...below) <= 1 + 2 * tolerance, `below ${least}`);
    }
    findings.end();
  });
});
