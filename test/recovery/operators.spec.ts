/** Operators beside the matrices that they are: scipy's and numpy's answers, orthonormal rows, adjoints, and what is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  composeOperators,
  haarWavelet,
  matrixOperator,
  NonFiniteError,
  OptionError,
  partialDct,
  partialFourier,
  ShapeError,
  tensor,
  type Device,
  type LinearOperator,
} from '../../src/index.ts';
import { Stages } from '../../src/recovery/stages.ts';
import { Scope } from '../../src/tensor/index.ts';
import golden from '../golden/recovery.json';
import { singularValues } from '../oracle/eigen.ts';
import { dctRows, fourierRows, haarRows, inner, product, times, transposed, type Rows } from '../oracle/recovery.ts';
import { expectRejects, expectThrows, Findings } from '../support/expect.ts';
import { goldenGrid, namedInput, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { floatsOf, gridOf } from '../support/tensors.ts';
import { orthonormal, precisionOf } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const length = (x: ArrayLike<number>): number => Math.hypot(...Array.from(x));

/** A·x and Aᵀ·y beside the matrix, in all floats of the device; and that they are each other's transpose. */
async function compare(findings: Findings, operator: LinearOperator, rows: Rows, label: string): Promise<void> {
  const [m, n] = operator.shape;
  findings.exact(operator.shape, [rows.length, rows[0]?.length ?? NaN], `${label}: shape`);
  const random = new Random(m + n);
  const [x, y] = [random.normal(n), random.normal(m)];
  for (const dtype of floatsOf(device)) {
    const [given, target] = [x, y].map(one => device.tensor(one, [one.length], { dtype }));
    if (!given || !target) throw new Error('two tensors were made');
    const [forth, back] = [operator.apply(given), operator.adjoint(target)];
    const precision = precisionOf(forth);
    findings.check(forth.dtype === dtype && back.dtype === dtype, `${label}: ${forth.dtype} of ${dtype}`);
    const [ax, aty] = [await forth.data(), await back.data()];
    findings.close(ax, times(rows, x), orthonormal(n, precision, length(x)), `${label}: A·x, ${dtype}`);
    findings.close(aty, times(transposed(rows), y), orthonormal(n, precision, length(y)), `${label}: Aᵀ·y, ${dtype}`);
    // Both sides are sums over numbers that were rounded to the dtype.
    const bound = orthonormal(n, dtype === 'float64' ? 'double' : 'single', length(x) * length(y));
    findings.close([inner(ax, y)], [inner(x, aty)], bound, `${label}: ⟨A·x, y⟩, ${dtype}`);
    for (const one of [given, target, forth, back]) one.dispose();
  }
  operator.dispose?.();
}

/** A·Aᵀ = I */
function expectOrthonormal(findings: Findings, rows: Rows, label: string): void {
  const gram = product(rows, transposed(rows));
  gram.forEach((row, i) => {
    const unit = row.map((_, j) => Number(i === j));
    findings.close(row, unit, orthonormal(row.length, 'double', 1), `${label}: row ${i} of A·Aᵀ`);
  });
}

const every = (n: number, step: number): number[] => Array.from({ length: Math.ceil(n / step) }, (_, i) => i * step);

/** Of pairs of frequencies that are each other's mirror image, the first. */
const halfOf = (height: number, width: number): number[] =>
  every(height * width, 1).filter(k => {
    const mirror = ((height - Math.floor(k / width)) % height) * width + ((width - (k % width)) % width);
    return k <= mirror;
  });

describe('transforms', () => {
  it("are scipy's and numpy's", async () => {
    interface Case {
      readonly kind: string;
      readonly x: string;
      readonly shape: number | readonly [number, number];
      readonly picks: readonly number[];
      readonly expected: GoldenArray;
    }
    const findings = new Findings();
    for (const one of golden.cases as readonly object[]) {
      const { kind, x, shape, picks, expected } = one as Case;
      if (kind !== 'dct' && kind !== 'fourier') continue;
      const operator = kind === 'dct' ? partialDct(shape, picks) : partialFourier(shape, picks);
      const { data } = namedInput(golden.inputs, x);
      for (const dtype of floatsOf(device)) {
        const given = device.tensor(Float64Array.from(data), [data.length], { dtype });
        const found = operator.apply(given);
        const bound = orthonormal(data.length, precisionOf(found), length(data));
        findings.close(await found.data(), goldenGrid(expected).data, bound, `${kind} of ${x}, ${picks.length} picks`);
      }
      operator.dispose?.();
    }
    findings.end();
  });

  it('are their matrices, with orthonormal rows, and their adjoints the transposes', async () => {
    const findings = new Findings();
    for (const [height, width] of [
      [1, 1],
      [1, 2],
      [1, 15],
      [1, 16],
      [4, 6],
      [5, 3],
      [1, 8],
    ] as const) {
      const n = height * width;
      const shape = height > 1 ? ([height, width] as const) : width;
      for (const picks of [every(n, 1), every(n, 3).toReversed()]) {
        const rows = dctRows(height, width, picks);
        await compare(findings, partialDct(shape, picks), rows, `dct ${height} × ${width}`);
        expectOrthonormal(findings, rows, `dct ${height} × ${width}`);
      }
      const half = halfOf(height, width);
      for (const picks of [half, half.filter((_, i) => i % 3 === 1).toReversed()]) {
        if (picks.length === 0) continue;
        const rows = fourierRows(height, width, picks);
        await compare(findings, partialFourier(shape, picks), rows, `fourier ${height} × ${width}`);
        expectOrthonormal(findings, rows, `fourier ${height} × ${width}`);
      }
    }
    findings.end();
  });

  it('go in two stages where a matrix would be large', async () => {
    const findings = new Findings();
    const picks = every(2304, 4);
    await compare(findings, partialDct(2304, picks), dctRows(1, 2304, picks), 'dct 2304');
    const apart = every(1153, 4);
    await compare(findings, partialFourier(2304, apart), fourierRows(1, 2304, apart), 'fourier 2304');
    findings.end();
  });

  it('go side by side on pictures', async () => {
    const findings = new Findings();
    const [height, width] = [32, 44];
    const picks = every(height * width, 1).filter(k => k % 5 > 1);
    await compare(findings, partialDct([height, width], picks), dctRows(height, width, picks), 'dct 32 × 44');
    const half = halfOf(height, width).filter((_, i) => i % 5 > 1);
    await compare(findings, partialFourier([height, width], half), fourierRows(height, width, half), 'fourier 32 × 44');
    findings.end();
  });

  it('have stages for any two sides', async () => {
    const findings = new Findings();
    for (const [n1, n2, turned] of [
      [3, 4, true],
      [4, 4, true],
      [1, 5, true],
      [2, 3, false],
      [5, 4, false],
    ] as const) {
      const n = n1 * n2;
      const stages = new Stages(n1, n2, turned);
      const scope = new Scope();
      const x = new Random(n).normal(n);
      const z = stages.forward(scope.keep(device.tensor(Float64Array.from(x), [n1, n2])), 'test', scope);
      const angle = (k1: number, k2: number, t: number): number =>
        turned
          ? (2 * Math.PI * (((k1 + n1 * k2) * t) % n)) / n
          : 2 * Math.PI * ((k1 * Math.floor(t / n2)) / n1 + (k2 * (t % n2)) / n2);
      const rows = Array.from({ length: 2 * n }, (_, row) => {
        const [k1, part, k2] = [Math.floor(row / (2 * n2)), Math.floor(row / n2) % 2, row % n2];
        return Float64Array.from({ length: n }, (__, t) =>
          part === 0 ? Math.cos(angle(k1, k2, t)) : -Math.sin(angle(k1, k2, t)),
        );
      });
      const label = `${n1} × ${n2}${turned ? ', turned' : ''}`;
      const bound = orthonormal(n, precisionOf(z), Math.sqrt(n) * length(x));
      findings.close(await z.data(), times(rows, x), bound, `${label}: forward`);
      const y = new Random(n + 1).normal(2 * n);
      const back = stages.backward(scope.keep(device.tensor(Float64Array.from(y), [n1, 2, n2])), 'test', scope);
      const wide = orthonormal(2 * n, precisionOf(z), Math.sqrt(n) * length(y));
      findings.close(await back.data(), times(transposed(rows), y), wide, `${label}: backward`);
      for (const one of stages.held) one.dispose();
      scope.close();
    }
    findings.end();
  });
});

describe('haarWavelet', () => {
  it('is an orthonormal basis of boxes that change their sign', async () => {
    const findings = new Findings();
    for (const [height, width, levels] of [
      [1, 1, 0],
      [1, 7, 0],
      [1, 8, 3],
      [1, 8, 1],
      [1, 24, 3],
      [4, 4, 2],
      [4, 8, 2],
      [6, 4, 1],
      [3, 5, 0],
    ] as const) {
      const rows = haarRows(height, width, levels);
      const shape = height > 1 ? ([height, width] as const) : width;
      const label = `haar ${height} × ${width}, ${levels} levels`;
      expectOrthonormal(findings, rows, label);
      await compare(findings, haarWavelet(shape, { levels }), rows, label);
    }
    findings.end();
  });

  it('takes its fine levels one by one', async () => {
    const findings = new Findings();
    await compare(findings, haarWavelet(512), haarRows(1, 512, 9), 'haar 512');
    await compare(findings, haarWavelet([16, 48]), haarRows(16, 48, 4), 'haar 16 × 48');
    await compare(findings, haarWavelet([16, 48], { levels: 1 }), haarRows(16, 48, 1), 'haar 16 × 48, one level');
    findings.end();
  });
});

describe('composeOperators', () => {
  it('multiplies', async () => {
    const findings = new Findings();
    const picks = [0, 3, 4, 9, 12];
    const rows = product(fourierRows(4, 8, picks), haarRows(4, 8, 2));
    const operator = composeOperators(partialFourier([4, 8], picks), haarWavelet([4, 8]));
    expect(operator.norm).toBe(1);
    await compare(findings, operator, rows, 'fourier of haar');
    findings.end();
  });

  it('takes operators of your own', async () => {
    const findings = new Findings();
    const taken: LinearOperator = {
      shape: [3, 8],
      norm: 1,
      apply: x => x.slice(2, 5),
      adjoint: y => device.tensor(new Float32Array(8), undefined, { dtype: y.dtype }).to(y.device),
    };
    const rows = product(
      [2, 3, 4].map(at => Float64Array.from({ length: 8 }, (_, t) => Number(t === at))),
      haarRows(1, 8, 3),
    );
    const x = new Random(3).normal(8);
    const found = composeOperators(taken, haarWavelet(8)).apply(device.tensor(x));
    findings.close(await found.data(), times(rows, x), orthonormal(8, precisionOf(found), length(x)), 'three of haar');
    findings.end();
  });
});

describe('matrixOperator', () => {
  it('is the matrix, with a norm that is no less than its own and a tenth more at most', async () => {
    const findings = new Findings();
    for (const [m, n] of [
      [3, 7],
      [9, 4],
      [1, 1],
    ] as const) {
      const data = new Random(m * n).normal(m * n).map(value => value / Math.sqrt(m * n));
      const rows = Array.from({ length: m }, (_, i) => Float64Array.from(data.slice(i * n, (i + 1) * n)));
      const matrix = device.tensor(Float64Array.from(data), [m, n]);
      const operator = await matrixOperator(matrix);
      const [norm = NaN] = singularValues(gridOf([m, n], data));
      const slack = orthonormal(n, precisionOf(matrix), norm).absolute;
      findings.check(
        operator.norm >= norm - slack && operator.norm <= 1.1 * norm,
        `the norm is ${norm}, and said to be ${operator.norm}`,
      );
      await compare(findings, operator, rows, `matrix ${m} × ${n}`);
    }
    findings.end();
  });

  it('refuses what is no matrix of numbers', async () => {
    await expectRejects(matrixOperator([1, 2], { device }), ShapeError, 'matrixOperator', '[2]');
    await expectRejects(matrixOperator([[[1]]], { device }), ShapeError, 'matrixOperator', '[1, 1, 1]');
    await expectRejects(
      matrixOperator({ data: [], shape: [0, 3] }, { device }),
      ShapeError,
      'matrixOperator',
      '[0, 3]',
    );
    await expectRejects(matrixOperator([[1, NaN]], { device }), NonFiniteError, 'matrixOperator');
    await expectRejects(matrixOperator([[1]], { devices: device } as never), OptionError, 'matrixOperator', 'devices');
  });
});

describe('errors', () => {
  it('say what a transform can be of', () => {
    for (const [op, make] of [
      ['partialDct', partialDct],
      ['partialFourier', partialFourier],
    ] as const) {
      expectThrows(() => make(0, [0]), ShapeError, op, '0');
      expectThrows(() => make(2.5, [0]), ShapeError, op, '2.5');
      expectThrows(() => make([2, 2, 2] as never, [0]), ShapeError, op, '[2, 2, 2]');
      expectThrows(() => make(4, []), OptionError, op, 'no picks');
      expectThrows(() => make(4, 3 as never), OptionError, op, '3');
      expectThrows(() => make(4, [0, 4]), OptionError, op, 'picks[1]', '4');
      expectThrows(() => make(4, [0.5]), OptionError, op, '0.5');
      expectThrows(() => make(4, [1, 0, 1]), OptionError, op, 'twice');
    }
    expectThrows(() => partialFourier(8, [3, 5]), OptionError, 'partialFourier', '3', '5');
    expectThrows(() => partialFourier([4, 4], [5, 15]), OptionError, 'partialFourier', '5', '15');
    expectThrows(() => haarWavelet(12, { levels: 3 }), OptionError, 'haarWavelet', '3', '2');
    expectThrows(() => haarWavelet([8, 2], { levels: -1 }), OptionError, 'haarWavelet', '-1');
    expectThrows(() => haarWavelet(8, { level: 1 } as never), OptionError, 'haarWavelet', 'level');
  });

  it('say what an operator takes and gives', () => {
    const operator = partialDct(4, [0, 1]);
    expectThrows(() => operator.apply(tensor([1, 2], undefined, { device })), ShapeError, 'partialDct', '[4]', '[2]');
    expectThrows(() => operator.adjoint(tensor([[1, 2]], undefined, { device })), ShapeError, 'partialDct', '[1, 2]');
    expectThrows(() => operator.apply([1, 2, 3, 4] as never), OptionError, 'partialDct');
    expectThrows(() => composeOperators(operator, operator), ShapeError, 'composeOperators', '[2, 4]');
    expectThrows(() => composeOperators(operator, {} as never), OptionError, 'composeOperators', 'second');
    const odd = { ...operator, norm: NaN };
    expectThrows(() => composeOperators(odd, operator), OptionError, 'composeOperators', 'NaN');
    const short: LinearOperator = { ...operator, shape: [3, 4] };
    const x = tensor([1, 2, 3, 4], undefined, { device });
    expectThrows(() => composeOperators(short, haarWavelet(4)).apply(x), ShapeError, 'composeOperators', '[3]');
  });
});
