/** Projections of vectors onto balls and simplices: against their oracles, inside and out, of long rows and at tiny limits. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  OptionError,
  projectL1Ball,
  projectL2Ball,
  projectLinfBall,
  projectSimplex,
  ShapeError,
  transpose,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import { compensatedSum, grid, type Grid } from '../oracle/grid.ts';
import * as oracle from '../oracle/prox.ts';
import { expectRejects, expectThrows, Findings } from '../support/expect.ts';
import { isGpuLane, openLaneDevice } from '../support/lane.ts';
import { peakOf } from '../support/prox.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import {
  exact,
  precisionOf,
  projectedElement,
  projectedOntoSphere,
  projectedSum,
  type Precision,
  type Tolerance,
} from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

type Project = typeof projectL1Ball;

interface Ball {
  readonly name: string;
  readonly project: Project;
  readonly expected: (vector: readonly number[], r: number) => number[];
  readonly bound: (n: number, precision: Precision, radius: number, peak: number) => Tolerance;
}

const BALLS: readonly Ball[] = [
  { name: 'projectSimplex', project: projectSimplex, expected: oracle.projectSimplex, bound: projectedElement },
  { name: 'projectL1Ball', project: projectL1Ball, expected: oracle.projectL1Ball, bound: projectedElement },
  { name: 'projectL2Ball', project: projectL2Ball, expected: oracle.projectL2Ball, bound: projectedOntoSphere },
  { name: 'projectLinfBall', project: projectLinfBall, expected: oracle.projectLinfBall, bound: () => exact },
];
const [SIMPLEX, L1] = BALLS as readonly [Ball, Ball];

const sizeOf = (shape: readonly number[]): number => shape.reduce((n, length) => n * length, 1);
const random = (shape: readonly number[], seed = 1, deviation = 1): Grid =>
  gridOf(shape, new Random(seed).normal(sizeOf(shape), deviation));

function compare(
  batch: Batch,
  { name, project, expected, bound }: Ball,
  tensor: Tensor,
  x: Grid,
  radius: number,
  axis = -1,
  note = '',
): void {
  batch.expect(
    `${note}${name}([${x.shape.join(', ')}], ${radius}, axis ${axis})`,
    () => project(tensor, radius, { axis }),
    oracle.along(x, axis, radius, expected),
    precision => bound(x.shape.at(axis) ?? 1, precision, radius, peakOf(x)),
  );
}

describe('projections', () => {
  it('along every axis, for every radius', async () => {
    const batch = new Batch();
    for (const shape of [[1], [130], [4, 33], [2, 3, 5]])
      for (const radius of [0, 1]) {
        const x = random(shape);
        for (const dtype of floatsOf(device)) {
          const tensor = tensorOf(device, x, dtype);
          for (const ball of BALLS)
            for (let axis = -shape.length; axis < 0; axis++) compare(batch, ball, tensor, x, radius, axis);
        }
      }
    await batch.end();
  });

  it('of ties, zeros, numbers of one sign, and of all magnitudes', async () => {
    const batch = new Batch();
    const rows = [
      [1, 1, 1, 1, 1, 1],
      [2, 2, 0, 0, -2, 2],
      [0, 0, 0, 0, 0, 0],
      [-1, -2, -3, -4, -5, -6],
      [1e6, 1, 1e-6, 1e-3, -1e6, 1e3],
      [1000, 1000.0625, 999.9375, 1000, 1000, 1000],
    ];
    const x = gridOf([6, 6], rows.flat());
    for (const ball of BALLS)
      for (const factor of [1, 2 ** 80, 2 ** -80]) {
        const scaled = gridOf(
          [6, 6],
          Array.from(x.data, value => value * factor),
        );
        for (const dtype of floatsOf(device))
          compare(batch, ball, tensorOf(device, scaled, dtype), scaled, 0.75 * factor, 1, `× ${factor}: `);
      }
    await batch.end();
  });

  it('with a radius for each vector', async () => {
    const batch = new Batch();
    const x = random([4, 9], 4, 3);
    const radii = [0.5, 0, 3, 100];
    for (const { name, project, expected, bound } of BALLS)
      for (const dtype of floatsOf(device)) {
        const own = device.tensor(radii, [4], { dtype });
        const allowed = (precision: Precision): Tolerance => bound(9, precision, 100, peakOf(x));
        const wanted = oracle.along(x, 1, radii, expected);
        const tensor = tensorOf(device, x, dtype);
        batch.expect(`${name}, rows`, () => project(tensor, own), wanted, allowed);
        batch.expect(
          `${name}, columns`,
          () => transpose(project(transpose(tensor), own, { axis: 0 })),
          wanted,
          allowed,
        );
        batch.expect(`${name}, plain numbers`, () => project(tensor, radii), wanted, allowed);
        batch.expect(
          `${name}, a scalar`,
          () => project(tensor, device.tensor(2)),
          oracle.along(x, 1, 2, expected),
          allowed,
        );
      }
    await batch.end();
  });

  it('leave what is inside as it is, and what they made, too, bit for bit', async () => {
    const findings = new Findings();
    const x = random([12, 37], 6);
    for (const { name, project } of BALLS)
      for (const dtype of floatsOf(device))
        for (const radius of [0.3, 7]) {
          const once = project(tensorOf(device, x, dtype), radius);
          const twice = project(once, radius);
          findings.exact(await twice.data(), await once.data(), `${name} twice, ${radius} (${dtype})`);
          if (name === 'projectSimplex') continue;
          const wide = project(tensorOf(device, x, dtype), 1000);
          findings.exact(await wide.data(), x.data, `${name} of what is inside (${dtype})`);
        }
    findings.end();
  });

  it('of long rows add up to the radius', async () => {
    const findings = new Findings();
    // On a software GPU one invocation has a row.
    const n = isGpuLane ? 4000 : 50_000;
    for (const [offset, deviation] of [
      [0, 1],
      [1000, 1],
      [0, 1e-4],
      [1, 1e-7],
    ] as const) {
      const x = gridOf(
        [n],
        new Random(7).normal(n).map(value => offset + deviation * value),
      );
      for (const radius of [1, n / 10])
        for (const ball of [SIMPLEX, L1]) {
          const label = `${ball.name} of ${n}, ${offset} ± ${deviation}, ${radius}`;
          const result = ball.project(tensorOf(device, x), radius);
          const found = await result.data();
          const total = compensatedSum(found, Math.abs);
          // Kernels on wasm sum in doubles.
          const precision = device.kind === 'wasm' ? 'rounded' : precisionOf(result);
          const outside = ball !== L1 || compensatedSum(x.data, Math.abs) > radius;
          if (outside) findings.close([total], [radius], projectedSum(n, precision, radius), label);
          // What is least obeys Karush, Kuhn and Tucker: one θ for all that is not 0.
          const sizes = Float64Array.from(x.data, ball === L1 ? Math.abs : value => value);
          const kept = sizes.filter((_, k) => found[k] !== 0);
          const theta = outside ? (compensatedSum(kept) - radius) / kept.length : 0;
          findings.close(
            Float64Array.from(found, Math.abs),
            sizes.map(size => Math.max(size - theta, 0)),
            projectedElement(n, precision, radius, peakOf(x)),
            label,
          );
        }
    }
    findings.end();
  });

  it('keep NaN and infinities within their vector', async () => {
    const batch = new Batch();
    const x = grid([4, 2], [NaN, 1, 3, 4, Infinity, 1, 1, -Infinity]);
    for (const dtype of floatsOf(device)) {
      const tensor = tensorOf(device, x, dtype);
      const close = { relative: 2 ** -20, absolute: 0 };
      batch.expect('simplex', () => projectSimplex(tensor), grid([4, 2], [NaN, NaN, 0, 1, NaN, NaN, NaN, NaN]), exact);
      batch.expect('l1', () => projectL1Ball(tensor), grid([4, 2], [NaN, NaN, 0, 1, NaN, NaN, NaN, NaN]), exact);
      batch.expect('l2', () => projectL2Ball(tensor), grid([4, 2], [NaN, NaN, 0.6, 0.8, NaN, 0, 0, NaN]), close);
      batch.expect('linf', () => projectLinfBall(tensor), grid([4, 2], [NaN, 1, 1, 1, 1, 1, 1, -1]), exact);
    }
    await batch.end();
  });

  it('take views, whole numbers, bools and empty arrays', async () => {
    const batch = new Batch();
    const x = random([6, 20], 9, 3);
    const base = tensorOf(device, x);
    const cut = grid(
      [6, 11],
      Array.from({ length: 66 }, (_, k) => x.data[Math.floor(k / 11) * 20 + 4 + (k % 11)] ?? NaN),
    );
    const turned = grid(
      [20, 6],
      Array.from({ length: 120 }, (_, k) => x.data[(k % 6) * 20 + Math.floor(k / 6)] ?? NaN),
    );
    for (const ball of BALLS) {
      compare(batch, ball, base.slice(4, 15, { axis: 1 }), cut, 1, 1, 'columns: ');
      compare(batch, ball, transpose(base), turned, 1, 1, 'transposed: ');
      compare(batch, ball, transpose(base), turned, 1, 0, 'transposed: ');
      batch.expect(
        `${ball.name}, no rows`,
        () => ball.project(device.tensor(new Float32Array(0), [0, 3])),
        grid([0, 3], []),
        exact,
      );
      if (ball !== SIMPLEX)
        batch.expect(
          `${ball.name}, no columns`,
          () => ball.project(device.tensor(new Float32Array(0), [3, 0])),
          grid([3, 0], []),
          exact,
        );
    }
    batch.expect('whole numbers', () => projectL1Ball(device.tensor(Uint32Array.of(5, 1))), grid([2], [1, 0]), exact);
    batch.expect('bools', () => projectSimplex([true, true, false], 1, { device }), grid([3], [0.5, 0.5, 0]), exact);
    await batch.end();
  });

  it('keep their input, and its dtype', async () => {
    const x = device.tensor([3, 4]);
    const found = projectSimplex(x);
    expect(found.dtype).toBe(x.dtype);
    expect([...(await found.data())]).toEqual([0, 1]);
    expect([...(await x.data())]).toEqual([3, 4]);
  });

  it('refuse what they cannot do', async () => {
    const x = device.tensor([[1, 2, 3]]);
    for (const { name, project } of BALLS) {
      for (const radius of [-1, NaN, Infinity])
        expectThrows(() => project(x, radius), OptionError, name, 'radius', String(radius));
      expectThrows(() => project(x, [-1]), OptionError, name, 'radius[0]');
      expectThrows(() => project(x, [1, 2]), ShapeError, name, '[2]', 'Give one number, or [1]');
      expectThrows(() => project(x, 1, { axis: 2 }), OptionError, name, '2');
      expectThrows(() => project(x, 1, { ord: 1 } as object), OptionError, name, "'ord'");
      await expectRejects(project(x, device.tensor([-1])).data(), OptionError, name, 'radius[0]');
    }
    expectThrows(
      () => projectSimplex(device.tensor(new Float32Array(0), [2, 0])),
      ShapeError,
      'projectSimplex',
      '[2, 0]',
    );
  });
});
