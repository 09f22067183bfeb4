/** Triangular systems: all eight ways of looking at a triangle, around the blocks' width, stacks and views, zeros on diagonals. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  add,
  ShapeError,
  SingularMatrixError,
  solveTriangular,
  transpose,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import { valueAt } from '../oracle/grid.ts';
import { expectRejects, expectThrows, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import {
  checkNumbers,
  checkSolution,
  flipped,
  matrixOf,
  normal,
  scaled,
  triangleOf,
  triangular,
} from '../support/solve.ts';
import { floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { precisionOf } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('solveTriangular', () => {
  for (const lower of [false, true])
    for (const transposed of [false, true])
      it(`looks at the ${lower ? 'lower' : 'upper'} triangle alone${transposed ? ', transposed' : ''}`, async () => {
        const findings = new Findings();
        for (const unitDiagonal of [false, true])
          for (const [n, m] of [
            [1, 1],
            [5, 3],
            [31, 9],
            [33, 1],
            [64, 4],
            [70, 17],
          ] as const)
            for (const dtype of floatsOf(device)) {
              const a = triangular(n, lower, { unit: unitDiagonal });
              const b = normal([n, m]);
              const meant = triangleOf(a, lower, unitDiagonal);
              const x = solveTriangular(tensorOf(device, a, dtype), tensorOf(device, b, dtype), {
                lower,
                transpose: transposed,
                unitDiagonal,
              });
              await checkSolution(findings, x, transposed ? flipped(meant) : meant, b, {
                label: `order ${n}, ${m} columns, ${unitDiagonal ? 'ones' : 'diagonal'}, ${dtype}`,
                byElement: true,
              });
            }
        findings.end();
      });

  it('is right element by element, however uneven rows and columns are', async () => {
    const findings = new Findings();
    const n = 40;
    const plain = triangular(n, false);
    const size = (i: number): number => 2 ** (((i * 17) % 40) - 20);
    const rule = (i: number, j: number): number => (j < i ? 0 : valueAt(plain, [i, j]) * size(i) * size(j + 7));
    const b = normal([n, 3]);
    for (const [label, a] of [
      ['uneven', matrixOf(n, n, rule)],
      ['1e20', scaled(triangleOf(plain, false, false), 1e20)],
      ['1e-20', scaled(triangleOf(plain, false, false), 1e-20)],
    ] as const)
      await checkSolution(findings, solveTriangular(tensorOf(device, a), tensorOf(device, b)), a, b, {
        label,
        byElement: true,
      });
    findings.end();
  });

  it('of vectors, stacks and views', async () => {
    const findings = new Findings();
    const n = 35;
    const a = triangular(n, true);
    const meant = triangleOf(a, true, false);
    const vector = normal([n]);
    const own = tensorOf(device, a);
    const x = solveTriangular(own, tensorOf(device, vector), { lower: true });
    await checkSolution(findings, x, meant, vector, { label: 'a vector', byElement: true });
    const seen = transpose(tensorOf(device, flipped(a)));
    const again = solveTriangular(seen, tensorOf(device, vector), { lower: true });
    await checkSolution(findings, again, meant, vector, { label: 'a transposed view', byElement: true });
    const rights = normal([2, 3, n, 2]);
    const stacked = solveTriangular(own, tensorOf(device, rights), { lower: true });
    findings.shape(stacked.shape, [2, 3, n, 2], 'a stack on the right');
    const numbers = Array.from(await stacked.data(), Number);
    for (let k = 0; k < 6; k++) {
      const part = (values: readonly number[]): number[] => values.slice(k * 2 * n, (k + 1) * 2 * n);
      checkNumbers(findings, part(numbers), meant, gridOf([n, 2], part(Array.from(rights.data))), {
        label: `matrix ${k}`,
        byElement: true,
        precision: precisionOf(stacked),
      });
    }
    const two = [triangular(n, true, { seed: 1 }), triangular(n, true, { seed: 2 })];
    const both = tensorOf(
      device,
      gridOf(
        [2, n, n],
        two.flatMap(({ data }) => Array.from(data)),
      ),
    );
    const found = solveTriangular(both, tensorOf(device, gridOf([1, n, 1], vector.data)), { lower: true });
    const each = Array.from(await found.data(), Number);
    two.forEach((one, k) =>
      checkNumbers(findings, each.slice(k * n, (k + 1) * n), triangleOf(one, true, false), vector, {
        label: `a stack on the left, matrix ${k}`,
        byElement: true,
        precision: precisionOf(found),
      }),
    );
    findings.end();
  });

  it('says which diagonal element is 0, unless it is taken for 1', async () => {
    for (const at of [0, 31, 32, 69])
      for (const lower of [false, true]) {
        const plain = triangleOf(triangular(70, lower), lower, false);
        const a = matrixOf(70, 70, (i, j) => (i === at && j === at ? 0 : valueAt(plain, [i, j])));
        const [x, b] = [tensorOf(device, a), tensorOf(device, normal([70, 2]))];
        const failed = solveTriangular(x, b, { lower });
        await expectRejects(failed.data(), SingularMatrixError, 'solveTriangular', '[70, 70]', `pivot ${at} `);
        await expectRejects(add(failed, 1).data(), SingularMatrixError, 'solveTriangular', `pivot ${at} `);
        expect((await solveTriangular(x, b, { lower, unitDiagonal: true }).data()).length).toBe(140);
      }
    const stack = tensorOf(device, gridOf([2, 2, 2], [1, 0, 0, 1, 1, 2, 3, 0]));
    const failed = solveTriangular(stack, tensorOf(device, normal([3, 2, 2, 1])));
    await expectRejects(failed.data(), SingularMatrixError, 'solveTriangular', 'matrix 1 of shape [2, 2, 2]');
  });

  it('lets NaN spread to what is solved after it', async () => {
    const x = solveTriangular(
      [
        [1, 0, 0],
        [1, NaN, 0],
        [1, 1, 1],
      ],
      [1, 1, 1],
      { lower: true, device },
    );
    expect(Array.from(await x.data(), Number)).toEqual([1, NaN, NaN]);
  });

  it('says what it takes', () => {
    const of = (shape: readonly number[]): Tensor => tensorOf(device, normal(shape));
    expectThrows(() => solveTriangular(of([2, 3]), of([2])), ShapeError, 'solveTriangular', '[2, 3]');
    expectThrows(() => solveTriangular(of([3, 3]), of([2])), ShapeError, 'solveTriangular', '[3, 3] and [2]');
    expect(solveTriangular(of([0, 0]), of([0, 2])).shape).toEqual([0, 2]);
    expect(solveTriangular(of([3, 3]), of([3, 0])).shape).toEqual([3, 0]);
    expect(solveTriangular(of([0, 3, 3]), of([1, 3, 2])).shape).toEqual([0, 3, 2]);
  });
});
