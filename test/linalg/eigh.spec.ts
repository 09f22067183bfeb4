/** eigh and eigvalsh: vectors that give the matrix back, orthonormal ones, values where another algorithm has them. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { eigh, eigvalsh, transpose, type Device } from '../../src/index.ts';
import { eigenvalues } from '../oracle/eigen.ts';
import { grid, valueAt, type Grid } from '../oracle/grid.ts';
import { Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { checkEigh, random, symmetric, withEigenvalues } from '../support/svd.ts';
import { floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { precisionOf, spectrum } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const several = (count: number, f: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => f(i));

/** Symmetric matrices with eigenvalues that are hard to tell apart, or none to tell. */
const hard: readonly (readonly [string, Grid])[] = [
  ['zeros', grid([5, 5], new Float64Array(25))],
  ['the identity', withDiagonal(several(20, () => 1))],
  ['minus the identity', withDiagonal(several(9, () => -1))],
  ['a diagonal', withDiagonal(several(20, i => ((i * 7) % 20) - 11))],
  ['pairs of ±λ', withEigenvalues(several(20, i => (i % 2 ? 1 : -1) * (1 + (i >> 1))))],
  ['±1 alone', withEigenvalues(several(18, i => (i % 3 ? 1 : -1)))],
  ['clusters', withEigenvalues(several(24, i => Math.floor(i / 8) + 1e-6 * i))],
  ['one value far below the others', withEigenvalues(several(17, i => (i === 0 ? -40 : 0.1 * i)))],
  ['rank 1, negative', grid([12, 12], new Float64Array(144).fill(-1))],
  ['values from 1 to 1e-6', withEigenvalues(several(20, i => 10 ** (-0.3 * i)))],
  ['a chain', symmetricOf(40, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0))],
  ['Wilkinson’s', symmetricOf(21, (i, j) => (i === j ? Math.abs(10 - i) : Math.abs(i - j) === 1 ? 1 : 0))],
  ['about 1e20', symmetricOf(8, (i, j) => 1e20 * Math.cos(i * j + i + j))],
  ['about 1e-20', symmetricOf(8, (i, j) => 1e-20 * Math.cos(i * j + i + j))],
];

function symmetricOf(n: number, at: (i: number, j: number) => number): Grid {
  return gridOf(
    [n, n],
    several(n * n, k => at(Math.floor(k / n), k % n)),
  );
}

function withDiagonal(values: readonly number[]): Grid {
  return symmetricOf(values.length, (i, j) => (i === j ? (values[i] ?? NaN) : 0));
}

describe('eigh', () => {
  it('gives A back, on both sides of every block', async () => {
    const findings = new Findings();
    for (const n of [1, 2, 3, 15, 16, 17, 32, 33, 50])
      for (const dtype of floatsOf(device)) {
        const a = symmetric(random(n, n));
        const found = await eigh(tensorOf(device, a, dtype));
        findings.shape(found.eigenvalues.shape, [n], 'λ');
        findings.shape(found.eigenvectors.shape, [n, n], 'V');
        findings.check(
          found.eigenvalues.dtype === dtype && found.eigenvectors.dtype === dtype && found.eigenvectors.isRowMajor,
          `order ${n}: dense ${dtype}`,
        );
        await checkEigh(findings, found, a, `order ${n}, ${dtype}`);
      }
    findings.end();
  });

  it('and of matrices that are known for trouble', async () => {
    const findings = new Findings();
    for (const [name, a] of hard)
      for (const dtype of floatsOf(device))
        await checkEigh(findings, await eigh(tensorOf(device, a, dtype)), a, `${name}, ${dtype}`);
    findings.end();
  });

  it('looks at one triangle alone', async () => {
    const findings = new Findings();
    const n = 19;
    const a = symmetric(random(n, n));
    for (const uplo of ['L', 'U'] as const) {
      const half = gridOf(
        [n, n],
        several(n * n, k => {
          const [i, j] = [Math.floor(k / n), k % n];
          return i !== j && (uplo === 'L') === i < j ? NaN : valueAt(a, [i, j]);
        }),
      );
      await checkEigh(findings, await eigh(tensorOf(device, half), { uplo }), a, `uplo ${uplo}`);
      const values = await (await eigvalsh(tensorOf(device, half), { uplo })).data();
      findings.exact(values, await (await eigvalsh(tensorOf(device, a))).data(), `values, uplo ${uplo}`);
    }
    // Without the option it is the lower one, as in numpy.
    const lower = await eigvalsh(
      [
        [1, 100],
        [2, 1],
      ],
      { device },
    );
    findings.close(await lower.data(), [-1, 3], spectrum(2, precisionOf(lower), 3), 'the lower triangle');
    findings.end();
  });

  it('of stacks and views', async () => {
    const findings = new Findings();
    const each = [1, 2, 3, 4].map(seed => symmetric(random(7, 7, seed)));
    const data = each.flatMap(one => Array.from(one.data));
    const dense = tensorOf(device, gridOf([4, 7, 7], data));
    await checkEigh(findings, await eigh(dense), gridOf([4, 7, 7], data), 'a stack');
    const found = await eigh(dense.reshape([2, 2, 7, 7]));
    findings.shape(found.eigenvalues.shape, [2, 2, 7], 'a stack of two axes');
    findings.shape(found.eigenvectors.shape, [2, 2, 7, 7], 'a stack of two axes');
    await checkEigh(findings, found, gridOf([2, 2, 7, 7], data), 'a stack of two axes');
    await checkEigh(findings, await eigh(transpose(dense, [0, 2, 1])), gridOf([4, 7, 7], data), 'transposed');
    const part = dense.row(1).slice(2, 6).slice(2, 6, { axis: 1 });
    const corner = symmetricOf(4, (i, j) => valueAt(each[1] ?? grid([0], []), [i + 2, j + 2]));
    await checkEigh(findings, await eigh(part), corner, 'a corner');
    for (const shape of [
      [0, 0],
      [3, 0, 0],
      [0, 2, 2],
    ]) {
      const empty = await eigh(device.tensor(new Float32Array(0), shape));
      findings.shape(empty.eigenvalues.shape, shape.slice(0, -1), `λ of [${String(shape)}]`);
      findings.shape(empty.eigenvectors.shape, shape, `V of [${String(shape)}]`);
      findings.shape((await eigvalsh(device.tensor(new Float32Array(0), shape))).shape, shape.slice(0, -1), 'eigvalsh');
    }
    findings.end();
  });

  it('takes whole numbers and bools', async () => {
    const findings = new Findings();
    const data = [3, 1, 1, 2];
    await checkEigh(findings, await eigh(device.tensor(Uint32Array.from(data), [2, 2])), grid([2, 2], data), 'uint32');
    await checkEigh(
      findings,
      await eigh(
        [
          [true, true],
          [true, false],
        ],
        { device },
      ),
      grid([2, 2], [1, 1, 1, 0]),
      'bools',
    );
    findings.end();
  });
});

describe('eigvalsh', () => {
  it('are the values of eigh', async () => {
    const findings = new Findings();
    for (const [name, a] of hard)
      for (const dtype of floatsOf(device)) {
        const values = await eigvalsh(tensorOf(device, a, dtype));
        const expected = eigenvalues(a);
        const bound = spectrum(a.shape[0] ?? 0, precisionOf(values), Math.max(...expected.map(Math.abs)));
        findings.close(await values.data(), expected, bound, `${name}, ${dtype}`);
      }
    findings.end();
  });

  it('of order two are a mean, less and more a root', async () => {
    const findings = new Findings();
    const a = gridOf([2, 2], [5, 1.25, 1.25, -0.75]);
    const root = Math.hypot((5 + 0.75) / 2, 1.25);
    for (const dtype of floatsOf(device)) {
      const values = await eigvalsh(tensorOf(device, a, dtype));
      const bound = spectrum(2, precisionOf(values), 2.125 + root);
      findings.close(await values.data(), [2.125 - root, 2.125 + root], bound, dtype);
    }
    findings.end();
  });
});
