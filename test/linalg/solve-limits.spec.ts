/** Linear systems on adapters that can do little, and with the kernels of hardware on whatever adapter there is. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { det, inv, LimitError, SingularMatrixError, solve, solveTriangular, type Device } from '../../src/index.ts';
import { eliminate } from '../oracle/solve.ts';
import { expectRejects, expectThrows, Findings } from '../support/expect.ts';
import { isGpuLane, openLaneDevice } from '../support/lane.ts';
import { matricesOf } from '../support/linalg.ts';
import { checkNumbers, checkSolution, matrixOf, normal, triangleOf, triangular } from '../support/solve.ts';
import { tensorOf } from '../support/tensors.ts';
import { determinant, precisionOf } from '../tolerance.ts';

for (const [name, assume] of [
  ['8 workgroups in a dimension, or memory of its own', { maxGroups: 8, sharedMemory: false }],
  ['bindings of 8,192 bytes, or a small heap', { maxBindingBytes: 8192, heapBytes: 2 ** 17, rangeBytes: 2 ** 13 }],
  ['the kernels of hardware', { software: false }],
] as const)
  describe(`with ${name}`, () => {
    let device: Device;
    beforeAll(async () => {
      device = await openLaneDevice({ assume });
    });
    afterAll(() => device.close());

    it('systems, inverses and determinants', async () => {
      const findings = new Findings();
      for (const n of [1, 40]) {
        const [a, b] = [normal([n, n]), normal([n, 3])];
        const x = tensorOf(device, a);
        await checkSolution(findings, solve(x, tensorOf(device, b)), a, b, { label: `order ${n}` });
        const unit = matrixOf(n, n, (i, j) => Number(i === j));
        await checkSolution(findings, inv(x), a, unit, { label: `the inverse of order ${n}` });
        const found = det(x);
        const expected = eliminate(a, a).determinant;
        findings.close([await found.item()], [expected], determinant(n, precisionOf(found), 100), `det of order ${n}`);
      }
      findings.end();
    });

    it('stacks', async () => {
      const findings = new Findings();
      const [a, b] = [normal([9, 17, 17]), normal([9, 17])];
      const x = solve(tensorOf(device, a), tensorOf(device, b));
      const numbers = Array.from(await x.data(), Number);
      matricesOf(a).forEach((one, k) => {
        const [right] = matricesOf({ shape: [1, 17], data: Array.from(b.data).slice(k * 17, (k + 1) * 17) });
        if (!right) throw new Error('a right side');
        checkNumbers(findings, numbers.slice(k * 17, (k + 1) * 17), one, right, {
          label: `matrix ${k}`,
          precision: precisionOf(x),
        });
      });
      const bad = Float64Array.from(a.data, (value, at) => (Math.floor(at / 289) === 5 && at % 17 === 3 ? 0 : value));
      const failed = solve(device.tensor(bad, [9, 17, 17]), tensorOf(device, b));
      await expectRejects(failed.data(), SingularMatrixError, 'solve', 'matrix 5', 'pivot 3 ');
      findings.end();
    });

    it('triangles', async () => {
      const findings = new Findings();
      for (const lower of [false, true]) {
        const [a, b] = [triangular(40, lower), normal([40, 7])];
        const x = solveTriangular(tensorOf(device, a), tensorOf(device, b), { lower });
        const meant = triangleOf(a, lower, false);
        await checkSolution(findings, x, meant, b, { label: lower ? 'lower' : 'upper', byElement: true });
      }
      findings.end();
    });
  });

describe('where there is no room', () => {
  it('a matrix that no binding spans is refused by its size', async () => {
    const device = await openLaneDevice({ assume: { maxBindingBytes: 4096 } });
    const [a, b] = [tensorOf(device, normal([40, 40])), tensorOf(device, normal([40]))];
    for (const [op, run] of [
      ['solve', () => solve(a, b)],
      ['solveTriangular', () => solveTriangular(a, b)],
    ] as const)
      if (isGpuLane) expectThrows(run, LimitError, op, '40 rows', '6400 bytes', '4096');
      else await run().data();
    device.close();
  });
});
