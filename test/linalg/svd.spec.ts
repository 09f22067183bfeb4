/**
 * svd and svdvals by what a decomposition must be – factors that give the matrix back, orthonormal ones, values where another
 * algorithm has them –, on shapes around every boundary and on matrices that are known for trouble.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { svd, svdvals, transpose, type Device, type Svd, type Tensor } from '../../src/index.ts';
import { singularValues } from '../oracle/eigen.ts';
import { grid } from '../oracle/grid.ts';
import { Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { flipped } from '../support/solve.ts';
import { checkSingularValues, checkSvd, columnScaledBy, degenerate, hard, random, shapes } from '../support/svd.ts';
import { floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { columnScaled, precisionOf } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const dispose = ({ u, s, vt }: Svd): void => [u, s, vt].forEach(tensor => tensor.dispose());

describe('svd', () => {
  it('gives A back, whatever its shape', async () => {
    const findings = new Findings();
    for (const [m, n] of shapes)
      for (const dtype of floatsOf(device)) {
        const a = random(m, n);
        const found = await svd(tensorOf(device, a, dtype));
        const k = Math.min(m, n);
        findings.shape(found.u.shape, [m, k], 'U');
        findings.shape(found.s.shape, [k], 's');
        findings.shape(found.vt.shape, [k, n], 'Vᵀ');
        findings.check(
          [found.u, found.s, found.vt].every(tensor => tensor.dtype === dtype && tensor.isRowMajor),
          `[${m}, ${n}]: dense ${dtype}`,
        );
        await checkSvd(findings, found, a, `[${m}, ${n}], ${dtype}`);
        dispose(found);
      }
    findings.end();
  });

  it('and of matrices that are known for trouble', async () => {
    const findings = new Findings();
    for (const [name, a] of hard)
      for (const dtype of floatsOf(device)) {
        const found = await svd(tensorOf(device, a, dtype));
        await checkSvd(findings, found, a, `${name}, ${dtype}`);
        dispose(found);
      }
    findings.end();
  });

  it('and of degenerate ones, of all sorts', async () => {
    const findings = new Findings();
    for (let seed = 0; seed < 24; seed++)
      for (const dtype of floatsOf(device)) {
        const a = degenerate(seed);
        const found = await svd(tensorOf(device, a, dtype));
        await checkSvd(findings, found, a, `seed ${seed}, [${String(a.shape)}], ${dtype}`);
        dispose(found);
      }
    findings.end();
  });

  it('keeps the relative accuracy of every value, where columns are scaled', async () => {
    const findings = new Findings();
    for (const [m, n] of [
      [24, 24],
      [70, 18],
    ] as const) {
      const a = columnScaledBy(m, n);
      for (const [label, x] of [
        ['columns', a],
        ['rows', flipped(a)],
      ] as const) {
        const expected = singularValues(x);
        const found = await svd(tensorOf(device, x));
        findings.close(await found.s.data(), expected, columnScaled, `svd, ${label} of [${m}, ${n}]`);
        const values = await svdvals(tensorOf(device, x));
        findings.close(await values.data(), expected, columnScaled, `svdvals, ${label} of [${m}, ${n}]`);
        await checkSvd(findings, found, x, `${label} of [${m}, ${n}]`);
        dispose(found);
      }
    }
    findings.end();
  });

  it('of stacks and views', async () => {
    const findings = new Findings();
    const x = random(24, 10, 5);
    const four = gridOf([4, 10, 6], x.data);
    const dense = tensorOf(device, four);
    await checkSvd(findings, await svd(dense), four, 'a stack');
    const found = await svd(dense.reshape([2, 2, 10, 6]));
    findings.shape(found.u.shape, [2, 2, 10, 6], 'a stack of two axes');
    findings.shape(found.s.shape, [2, 2, 6], 'a stack of two axes');
    findings.shape(found.vt.shape, [2, 2, 6, 6], 'a stack of two axes');
    await checkSvd(findings, found, gridOf([2, 2, 10, 6], x.data), 'a stack of two axes');
    const pick = (at: (k: number) => number, shape: readonly number[], count: number) =>
      gridOf(
        shape,
        Array.from({ length: count }, (_, k) => x.data[at(k)] ?? NaN),
      );
    await checkSvd(
      findings,
      await svd(transpose(dense, [0, 2, 1])),
      pick(k => Math.floor(k / 60) * 60 + (k % 10) * 6 + (Math.floor(k / 10) % 6), [4, 6, 10], 240),
      'transposed',
    );
    await checkSvd(
      findings,
      await svd(dense.slice(1, 3)),
      pick(k => 60 + k, [2, 10, 6], 120),
      'sliced',
    );
    const part = dense.row(2).slice(3, 8).slice(1, 5, { axis: 1 });
    await checkSvd(
      findings,
      await svd(part),
      pick(k => 120 + (3 + Math.floor(k / 4)) * 6 + 1 + (k % 4), [5, 4], 20),
      'a part',
    );
    // Each matrix of a stack loses as many directions as it will.
    const uneven = gridOf(
      [3, 4, 4],
      [...new Float64Array(16), ...new Array<number>(16).fill(1), ...Array.from(random(4, 4).data)],
    );
    await checkSvd(findings, await svd(tensorOf(device, uneven)), uneven, 'of ranks 0, 1 and 4');
    findings.end();
  });

  it('completes U and V where full matrices are wanted', async () => {
    const findings = new Findings();
    for (const a of [random(7, 3), random(3, 7), random(1, 4), random(4, 1), random(5, 5), random(30, 12)]) {
      const [m = 0, n = 0] = a.shape;
      const found = await svd(tensorOf(device, a), { fullMatrices: true });
      findings.shape(found.u.shape, [m, m], 'U');
      findings.shape(found.s.shape, [Math.min(m, n)], 's');
      findings.shape(found.vt.shape, [n, n], 'Vᵀ');
      await checkSvd(findings, found, a, `[${m}, ${n}]`);
    }
    const stack = gridOf([2, 3, 5], [...Array.from(random(3, 5).data), ...new Float64Array(15)]);
    await checkSvd(findings, await svd(tensorOf(device, stack), { fullMatrices: true }), stack, 'a stack');
    findings.end();
  });

  it('of nothing', async () => {
    const findings = new Findings();
    for (const [shape, u, s, vt, fullU, fullVt] of [
      [[0, 3], [0, 0], [0], [0, 3], [0, 0], [3, 3]],
      [[3, 0], [3, 0], [0], [0, 0], [3, 3], [0, 0]],
      [[0, 0], [0, 0], [0], [0, 0], [0, 0], [0, 0]],
      [
        [0, 2, 3],
        [0, 2, 2],
        [0, 2],
        [0, 2, 3],
        [0, 2, 2],
        [0, 3, 3],
      ],
      [
        [2, 0, 3],
        [2, 0, 0],
        [2, 0],
        [2, 0, 3],
        [2, 0, 0],
        [2, 3, 3],
      ],
    ] as const) {
      const empty = device.tensor(new Float32Array(0), shape);
      const thin = await svd(empty);
      const full = await svd(empty, { fullMatrices: true });
      const label = `[${String(shape)}]`;
      findings.shape(thin.u.shape, u, `${label}: U`);
      findings.shape(thin.s.shape, s, `${label}: s`);
      findings.shape(thin.vt.shape, vt, `${label}: Vᵀ`);
      findings.shape(full.u.shape, fullU, `${label}: all of U`);
      findings.shape(full.vt.shape, fullVt, `${label}: all of Vᵀ`);
      findings.shape((await svdvals(empty)).shape, s, `${label}: svdvals`);
      for (const basis of [full.u, full.vt]) {
        const order = basis.shape.at(-1) ?? 0;
        const identity = Array.from({ length: basis.size }, (_, at) => Number((at % order ** 2) % (order + 1) === 0));
        findings.exact(await basis.data(), identity, `${label}: a basis of everything`);
      }
    }
    findings.end();
  });

  it('takes whole numbers, bools and plain arrays', async () => {
    const findings = new Findings();
    const check = async (
      x: Tensor | number[][] | boolean[][],
      data: readonly number[],
      label: string,
    ): Promise<void> => {
      const found = await svd(x, { device });
      findings.check(found.u.dtype === (device.kind === 'cpu' ? 'float64' : 'float32'), `${label}: ${found.u.dtype}`);
      await checkSvd(findings, found, grid([2, 3], data), label);
    };
    await check(
      [
        [1, 2, 3],
        [4, 5, 7],
      ],
      [1, 2, 3, 4, 5, 7],
      'numbers',
    );
    await check(device.tensor(Uint32Array.of(1, 2, 3, 4, 5, 7), [2, 3]), [1, 2, 3, 4, 5, 7], 'uint32');
    await check(
      [
        [true, false, true],
        [true, true, false],
      ],
      [1, 0, 1, 1, 1, 0],
      'bools',
    );
    findings.end();
  });
});

describe('svdvals', () => {
  it('are the values of svd, without the vectors', async () => {
    const findings = new Findings();
    for (const [name, a] of [...shapes.map(([m, n]) => [`[${m}, ${n}]`, random(m, n)] as const), ...hard])
      for (const dtype of floatsOf(device)) {
        const values = await svdvals(tensorOf(device, a, dtype));
        checkSingularValues(findings, Array.from(await values.data()), a, precisionOf(values), `${name}, ${dtype}`);
        values.dispose();
      }
    findings.end();
  });

  it('of a stack are those of its matrices', async () => {
    const stack = gridOf([5, 6, 4], random(30, 4).data);
    const together = await (await svdvals(tensorOf(device, stack))).data();
    const dense = tensorOf(device, stack);
    const apart = await Promise.all([0, 1, 2, 3, 4].map(async b => (await svdvals(dense.row(b))).data()));
    expect(Array.from(together)).toEqual(apart.flatMap(values => Array.from(values)));
  });
});
