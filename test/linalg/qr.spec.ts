/** Q and R: on both sides of every panel, of every rank and magnitude, in stacks and views. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OptionError, qr, ShapeError, transpose, type Device, type Tensor } from '../../src/index.ts';
import type { Grid } from '../oracle/grid.ts';
import { expectThrows, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { checkQr, readGrid } from '../support/qr.ts';
import { flipped } from '../support/solve.ts';
import { Random } from '../support/random.ts';
import { floatsOf, gridOf, tensorOf } from '../support/tensors.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const normal = (m: number, n: number, seed = m * 100 + n): Grid => gridOf([m, n], new Random(seed).normal(m * n));

/** Random columns of lengths that are alike: the condition of such a tall matrix is small, that of a square one about n. */
const SHAPES = [
  [1, 1],
  [1, 5],
  [5, 1],
  [2, 2],
  [7, 3],
  [3, 7],
  [31, 31],
  [32, 32],
  [33, 33],
  [64, 40],
  [40, 64],
  [65, 65],
  [130, 5],
  [33, 101],
] as const;

describe('qr', () => {
  it('is orthonormal columns and a triangle, on both sides of every panel', async () => {
    const findings = new Findings();
    for (const [m, n] of SHAPES)
      for (const dtype of floatsOf(device)) {
        const a = normal(m, n);
        await checkQr(findings, qr(tensorOf(device, a, dtype)), a, dtype, 4 * Math.max(m, n));
      }
    findings.end();
  });

  it('complete, and R alone', async () => {
    const findings = new Findings();
    for (const [m, n] of [
      [1, 1],
      [6, 2],
      [2, 6],
      [35, 33],
      [70, 34],
      [33, 40],
    ] as const) {
      const a = normal(m, n);
      const given = tensorOf(device, a);
      const complete = qr(given, { mode: 'complete' });
      await checkQr(findings, complete, a, 'complete', 4 * Math.max(m, n));
      const reduced = qr(given, { mode: 'reduced' });
      const alone = qr(given, { mode: 'r' });
      findings.exact(await alone.data(), await reduced.r.data(), `R alone [${m}, ${n}]`);
      findings.shape(alone.shape, [Math.min(m, n), n], `R alone [${m}, ${n}]`);
    }
    findings.end();
  });

  it('of any rank', async () => {
    const findings = new Findings();
    const zero = gridOf([40, 35], new Float64Array(40 * 35));
    const ones = gridOf([40, 35], new Float64Array(40 * 35).fill(1));
    const low = gridOf(
      [40, 35],
      Array.from({ length: 40 * 35 }, (_, at) => Math.sin(Math.floor(at / 35)) * ((at % 5) + 1)),
    );
    const hilbert = gridOf(
      [40, 40],
      Array.from({ length: 1600 }, (_, at) => 1 / (1 + Math.floor(at / 40) + (at % 40))),
    );
    const repeated = gridOf(
      [40, 40],
      Array.from({ length: 1600 }, (_, at) => Number(at % 41 === 0)),
    );
    const gap = gridOf(
      [40, 35],
      Array.from(normal(40, 35).data, (value, at) => (at % 35 === 3 || at % 35 === 34 ? 0 : value)),
    );
    for (const [label, a] of Object.entries({ zero, ones, low, hilbert, repeated, gap }))
      for (const dtype of floatsOf(device)) {
        const given = tensorOf(device, a, dtype);
        await checkQr(findings, qr(given), a, `${label}, ${dtype}`);
        await checkQr(findings, qr(transpose(given)), flipped(a), `${label}, transposed, ${dtype}`);
      }
    findings.end();
  });

  it('of any magnitudes', async () => {
    const findings = new Findings();
    const plain = normal(50, 36);
    const times = (f: (i: number, j: number) => number): Grid =>
      gridOf(
        [50, 36],
        Array.from(plain.data, (value, at) => value * f(Math.floor(at / 36), at % 36)),
      );
    for (const [label, a] of Object.entries({
      'times 1e20': times(() => 1e20),
      'times 1e-20': times(() => 1e-20),
      'times 1e37': times(() => 1e37),
      'columns from 1e-25 to 1e25': times((_, j) => 10 ** ((j % 51) - 25)),
      'rows from 1e-25 to 1e25': times(i => 10 ** (i - 25)),
      'rows from 1e25 to 1e-25': times(i => 10 ** (25 - i)),
    }))
      await checkQr(findings, qr(tensorOf(device, a)), a, label);
    findings.end();
  });

  it('of stacks and views, of whole numbers and bools', async () => {
    const findings = new Findings();
    const stackOf = (...seeds: number[]): number[] => seeds.flatMap(seed => Array.from(normal(6, 4, seed).data));
    const four = gridOf([2, 2, 6, 4], stackOf(1, 2, 3, 4));
    const dense = tensorOf(device, four);
    await checkQr(findings, qr(dense), four, 'a stack', 40);
    await checkQr(
      findings,
      qr(transpose(dense, [1, 0, 2, 3])),
      gridOf([2, 2, 6, 4], stackOf(1, 3, 2, 4)),
      'exchanged',
      40,
    );
    const corner = dense.row(1).slice(1, 5, { axis: 1 }).slice(1, 3, { axis: 2 });
    await checkQr(findings, qr(corner), gridOf([2, 4, 2], Array.from(await corner.data())), 'a corner', 40);
    await checkQr(findings, qr(dense, { mode: 'complete' }), four, 'a stack, complete', 40);
    const whole = device.tensor(Uint32Array.of(3, 1, 4, 1, 5, 9), [3, 2]);
    await checkQr(findings, qr(whole), gridOf([3, 2], [3, 1, 4, 1, 5, 9]), 'whole numbers', 40);
    const flags = device.tensor([
      [true, false],
      [true, true],
    ]);
    await checkQr(findings, qr(flags), gridOf([2, 2], [1, 0, 1, 1]), 'bools', 40);
    await checkQr(
      findings,
      qr(
        [
          [3, 1],
          [4, 2],
        ],
        { device },
      ),
      gridOf([2, 2], [3, 1, 4, 2]),
      'numbers',
      40,
    );
    findings.end();
  });

  it('of nothing', async () => {
    const findings = new Findings();
    for (const [shape, mode, shapeQ, shapeR] of [
      [[0, 3], 'reduced', [0, 0], [0, 3]],
      [[3, 0], 'reduced', [3, 0], [0, 0]],
      [[0, 3], 'complete', [0, 0], [0, 3]],
      [[2, 3, 0], 'complete', [2, 3, 3], [2, 3, 0]],
      [[0, 4, 2], 'reduced', [0, 4, 2], [0, 2, 2]],
      [[0, 4, 2], 'complete', [0, 4, 4], [0, 4, 2]],
    ] as const satisfies readonly (readonly [
      readonly number[],
      'reduced' | 'complete',
      readonly number[],
      readonly number[],
    ])[]) {
      const { q, r } = qr(device.tensor(new Float32Array(0), shape), { mode });
      findings.shape(q.shape, shapeQ, `Q of [${shape.join()}], ${mode}`);
      findings.shape(r.shape, shapeR, `R of [${shape.join()}], ${mode}`);
      findings.exact(
        (await readGrid(q)).data,
        Array.from({ length: q.size }, (_, at) => Number((at % 9) % 4 === 0)),
        `Q of [${shape.join()}], ${mode}`,
      );
      const alone = qr(device.tensor(new Float32Array(0), shape), { mode: 'r' });
      const [n = 0, m = 0]: readonly number[] = shape.toReversed();
      findings.shape(alone.shape, [...shape.slice(0, -2), Math.min(m, n), n], 'R alone');
    }
    findings.end();
  });

  it('NaN and infinities make NaN, in their own matrix alone', async () => {
    for (const bad of [NaN, Infinity]) {
      const data = Float64Array.from([normal(5, 3), normal(5, 3, 2)].flatMap(one => Array.from(one.data)));
      data[4] = bad;
      const { q, r } = qr(device.tensor(data, [2, 5, 3]));
      const finite = async (x: Tensor): Promise<boolean> => Array.from((await readGrid(x)).data).every(Number.isFinite);
      expect(await finite(q.row(0))).toBe(false);
      expect(await finite(r.row(0))).toBe(false);
      expect(await finite(q.row(1))).toBe(true);
    }
  });

  it('says what it takes', () => {
    const of = (shape: readonly number[]): Tensor =>
      device.tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
    expectThrows(() => qr(of([3])), ShapeError, 'qr', '[3]', '[m, n]');
    expectThrows(() => qr(of([])), ShapeError, 'qr', '[]');
    expectThrows(() => qr(of([3, 3]), { mode: 'full' as 'r' }), OptionError, 'qr', "'full'", "'complete'");
    expectThrows(() => qr(of([3, 3]), { modes: 'r' } as object), OptionError, 'qr', 'modes', 'mode');
  });
});
