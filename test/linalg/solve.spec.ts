/** Linear systems: residuals around the blocks' widths, matrices of every kind, stacks and views. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inv, NotPositiveDefiniteError, OptionError, solve, transpose, type Device } from '../../src/index.ts';
import { luPrimitive } from '../../src/linalg/factor/lu.ts';
import { valueAt } from '../oracle/grid.ts';
import { expectRejects, expectThrows, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { definite, matricesOf } from '../support/linalg.ts';
import {
  checkNumbers,
  checkSolution,
  flipped,
  hilbert,
  identity,
  matrixOf,
  normal,
  permutation,
  scaled,
  stackOf,
  uneven,
} from '../support/solve.ts';
import { floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { precisionOf } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('solve', () => {
  it('misses the right side by roundings, on both sides of every block', async () => {
    const findings = new Findings();
    for (const [n, m] of [
      [1, 1],
      [2, 3],
      [3, 1],
      [8, 8],
      [31, 2],
      [32, 33],
      [33, 4],
      [64, 7],
      [65, 16],
      [97, 5],
    ] as const)
      for (const dtype of floatsOf(device)) {
        const [a, b] = [normal([n, n]), normal([n, m])];
        const x = solve(tensorOf(device, a, dtype), tensorOf(device, b, dtype));
        await checkSolution(findings, x, a, b, { label: `order ${n}, ${m} columns, ${dtype}` });
      }
    findings.end();
  });

  it('of few right sides misses each element by roundings of its own sum', async () => {
    const findings = new Findings();
    for (const [label, a] of [
      ['normal', normal([70, 70])],
      ['uneven rows and columns', uneven(64)],
    ] as const) {
      const b = normal([a.shape[0] ?? 0, 2]);
      const x = solve(tensorOf(device, a), tensorOf(device, b));
      await checkSolution(findings, x, a, b, { label, byElement: true });
    }
    findings.end();
    // Beyond the range there is nothing to refine.
    const tiny = matrixOf(9, 9, (i, j) => (i === j ? (i === 0 ? 1e-30 : 2) : 0));
    const far = await solve(
      tensorOf(device, tiny),
      tensorOf(
        device,
        matrixOf(9, 1, () => 1e20),
      ),
    ).data();
    expect(Array.from(far, value => Math.fround(Number(value)))).toEqual(
      Array.from({ length: 9 }, (_, i) => (i === 0 ? Infinity : Math.fround(Math.fround(1e20) / 2))),
    );
  });

  it('of a vector is a vector', async () => {
    const findings = new Findings();
    for (const n of [1, 5, 40, 70]) {
      const [a, b] = [normal([n, n]), normal([n])];
      await checkSolution(findings, solve(tensorOf(device, a), tensorOf(device, b)), a, b, { label: `order ${n}` });
    }
    findings.end();
  });

  it('of matrices of every kind', async () => {
    const findings = new Findings();
    for (const [label, a] of [
      ['a permutation', permutation(40)],
      ['uneven rows and columns', uneven(40)],
      ['1e20', scaled(normal([40, 40]), 1e20)],
      ['1e-20', scaled(normal([40, 40]), 1e-20)],
      ['equal magnitudes', matrixOf(40, 40, (i, j) => (((i * j + (i ^ j)) % 3) - 1 || 1) * (i === j ? 40 : 1))],
      ['the Hilbert matrix', hilbert(8)],
    ] as const) {
      const b = normal([a.shape[0] ?? 0, 2]);
      await checkSolution(findings, solve(tensorOf(device, a), tensorOf(device, b)), a, b, { label });
    }
    // Wilkinson's: the last column doubles with every pivot, and the error with it.
    const growing = matrixOf(12, 12, (i, j) => (j > i && j < 11 ? 0 : j < i ? -1 : 1));
    const b = normal([12, 2]);
    const grown = solve(tensorOf(device, growing), tensorOf(device, b));
    await checkSolution(findings, grown, growing, b, { label: 'elements that grow', growth: 2 ** 11 });
    // A permutation has exact answers.
    const exact = solve(tensorOf(device, permutation(40)), tensorOf(device, identity(40)));
    findings.exact(await exact.data(), flipped(permutation(40)).data, 'the inverse of a permutation');
    findings.end();
  });

  it('of stacks that broadcast, and of views', async () => {
    const findings = new Findings();
    const label = (a: readonly number[], b: readonly number[]): string => `[${a.join()}] and [${b.join()}]`;
    const n = 5;
    for (const [front, right] of [
      [[3], [3, n, 2]],
      [[], [3, n, 2]],
      [[3], [1, n, 2]],
      [
        [2, 1],
        [1, 3, n, 2],
      ],
      [
        [2, 3],
        [2, 1, n, 1],
      ],
      [[3], [3, n]],
      [
        [2, 3],
        [1, 3, n],
      ],
    ] as const) {
      const [a, b] = [normal([...front, n, n]), normal(right)];
      const x = solve(tensorOf(device, a), tensorOf(device, b));
      const isVector = right.length === front.length + 1;
      const own = isVector ? right.slice(0, -1) : right.slice(0, -2);
      const columns = isVector ? 1 : (right.at(-1) ?? 1);
      const depth = Math.max(front.length, own.length);
      const lengthOf = (shape: readonly number[], axis: number): number => shape[axis - depth + shape.length] ?? 1;
      const batch = Array.from({ length: depth }, (_, axis) => Math.max(lengthOf(front, axis), lengthOf(own, axis)));
      findings.shape(x.shape, [...batch, n, ...(isVector ? [] : [columns])], label(a.shape, right));
      const numbers = Array.from(await x.data(), Number);
      const lefts = matricesOf(a);
      const rights = matricesOf(gridOf([...own, n, columns], b.data));
      const count = batch.reduce((product, length) => product * length, 1);
      for (let at = 0; at < count; at++) {
        const place = (shape: readonly number[]): number => {
          let [rest, found, stride] = [at, 0, 1];
          for (let axis = depth - 1; axis >= 0; axis--) {
            const length = batch[axis] ?? 1;
            found += (lengthOf(shape, axis) === 1 ? 0 : rest % length) * stride;
            stride *= lengthOf(shape, axis);
            rest = Math.floor(rest / length);
          }
          return found;
        };
        const [left, wanted] = [lefts[place(front)], rights[place(own)]];
        if (!left || !wanted) throw new Error('a matrix of the stack');
        const size = n * columns;
        checkNumbers(findings, numbers.slice(at * size, (at + 1) * size), left, wanted, {
          label: `${label(a.shape, right)}, matrix ${at}`,
          precision: precisionOf(x),
        });
      }
    }
    const [a, b] = [normal([40, 40]), normal([40, 6])];
    const turned = solve(transpose(tensorOf(device, flipped(a))), transpose(tensorOf(device, flipped(b))));
    await checkSolution(findings, turned, a, b, { label: 'transposed' });
    const wide = normal([50, 50]);
    const corner = tensorOf(device, wide).slice(3, 43).slice(3, 43, { axis: 1 });
    const own = matrixOf(40, 40, (i, j) => valueAt(wide, [i + 3, j + 3]));
    await checkSolution(findings, solve(corner, tensorOf(device, b)), own, b, { label: 'a corner' });
    const four = stackOf(normal([6, 6], 1), normal([6, 6], 2), normal([6, 6], 3), normal([6, 6], 4));
    const exchanged = transpose(tensorOf(device, four).reshape([2, 2, 6, 6]), [1, 0, 2, 3]);
    const inverse = inv(exchanged);
    const numbers = Array.from(await inverse.data(), Number);
    [1, 3, 2, 4].forEach((seed, at) =>
      checkNumbers(findings, numbers.slice(at * 36, (at + 1) * 36), normal([6, 6], seed), identity(6), {
        label: `axes exchanged, matrix ${at}`,
        precision: precisionOf(inverse),
      }),
    );
    findings.end();
  });

  it('of a thousand small matrices, in as many passes as one takes', async () => {
    const findings = new Findings();
    const [a, b] = [normal([1000, 3, 3]), normal([1000, 3])];
    const x = solve(tensorOf(device, a), tensorOf(device, b));
    const numbers = Array.from(await x.data(), Number);
    matricesOf(a).forEach((one, k) =>
      checkNumbers(
        findings,
        numbers.slice(k * 3, k * 3 + 3),
        one,
        gridOf([3], Array.from(b.data).slice(k * 3, k * 3 + 3)),
        { label: `matrix ${k}`, precision: precisionOf(x) },
      ),
    );
    findings.end();
    const at = {
      op: 'test',
      tells: true,
      dtype: 'float32',
      order: 3,
      offset: 0,
      batchStride: 9,
      rowStride: 3,
      columnStride: 1,
    } as const;
    const gpu = {
      maxBindingBytes: 2 ** 27,
      maxBufferBytes: 2 ** 28,
      maxGroups: 65_535,
      maxInvocations: 256,
      bindingAlignment: 256,
      software: false,
      sharedTiles: true,
      tileSide: 0,
    };
    const passes = (batches: number): number => luPrimitive.webgpu({ ...at, batches }, gpu).passes.length;
    expect(passes(1000)).toBe(passes(1));
  });

  it('of positive definite matrices, by their lower triangles', async () => {
    const findings = new Findings();
    for (const [n, m] of [
      [1, 1],
      [33, 2],
      [70, 5],
    ] as const)
      for (const dtype of floatsOf(device)) {
        const [a, b] = [definite(n), normal([n, m])];
        const half = matrixOf(n, n, (i, j) => (j > i ? NaN : valueAt(a, [i, j])));
        const x = solve(tensorOf(device, half, dtype), tensorOf(device, b, dtype), { assume: 'pos' });
        await checkSolution(findings, x, a, b, { label: `order ${n}, ${dtype}` });
      }
    const stack = stackOf(definite(9, 1), definite(9, 2));
    const right = normal([9]);
    const x = solve(tensorOf(device, stack), tensorOf(device, gridOf([1, 9], right.data)), { assume: 'pos' });
    findings.shape(x.shape, [2, 9], 'a stack');
    const numbers = Array.from(await x.data(), Number);
    matricesOf(stack).forEach((one, k) =>
      checkNumbers(findings, numbers.slice(k * 9, (k + 1) * 9), one, right, {
        label: `matrix ${k}`,
        precision: precisionOf(x),
      }),
    );
    findings.end();
    const failed = solve(tensorOf(device, permutation(40)), tensorOf(device, normal([40])), { assume: 'pos' });
    await expectRejects(failed.data(), NotPositiveDefiniteError, 'solve', '[40, 40]', 'pivot 0 ');
    expectThrows(
      () => solve([[1]], [1], { assume: 'sym' as 'pos', device }),
      OptionError,
      'solve',
      "assume is 'sym'",
      "'gen', 'pos'",
    );
  });
});

describe('inv', () => {
  it('times its matrix is the identity', async () => {
    const findings = new Findings();
    for (const n of [1, 4, 33, 70])
      for (const dtype of floatsOf(device)) {
        const a = normal([n, n]);
        await checkSolution(findings, inv(tensorOf(device, a, dtype)), a, identity(n), { label: `${n}, ${dtype}` });
      }
    const stack = stackOf(normal([9, 9], 1), permutation(9), uneven(9));
    const found = inv(tensorOf(device, stack));
    const numbers = Array.from(await found.data(), Number);
    matricesOf(stack).forEach((one, k) =>
      checkNumbers(findings, numbers.slice(k * 81, (k + 1) * 81), one, identity(9), {
        label: `of a stack, matrix ${k}`,
        precision: precisionOf(found),
      }),
    );
    findings.end();
  });
});
