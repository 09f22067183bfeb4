/** Thresholds of elements and of groups: against their oracles, at the edges, with tensors as thresholds. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  groupSoftThreshold,
  hardThreshold,
  huberProx,
  OptionError,
  ShapeError,
  softThreshold,
  transpose,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import * as oracle from '../oracle/prox.ts';
import { expectRejects, expectThrows, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { peakOf } from '../support/prox.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { exact, thresholdedElement, thresholdedGroup } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const ELEMENTS: readonly (readonly [
  string,
  (x: Tensor, t: number | Tensor) => Tensor,
  (x: number, t: number) => number,
])[] = [
  ['softThreshold', (x, t) => softThreshold(x, t), oracle.softThreshold],
  ['hardThreshold', (x, t) => hardThreshold(x, t), oracle.hardThreshold],
  ['huberProx', (x, t) => huberProx(x, t, { delta: 0.5 }), (x, t) => oracle.huberProx(x, t, 0.5)],
];

const random = (shape: readonly number[], seed = 1): Grid =>
  gridOf(
    shape,
    new Random(seed).sparse(
      shape.reduce((n, length) => n * length, 1),
      0.1,
    ),
  );

describe('thresholds of elements', () => {
  it('what their definitions give', async () => {
    const batch = new Batch();
    for (const [name, run, expected] of ELEMENTS)
      for (const shape of [[1], [7], [130], [3, 33], [2, 3, 5], [0, 4]])
        for (const t of [0, 0.25, 1, 30]) {
          const x = random(shape);
          for (const dtype of floatsOf(device))
            batch.expect(
              `${name}([${shape.join(', ')}], ${t})`,
              () => run(tensorOf(device, x, dtype), t),
              grid(
                shape,
                Array.from(x.data, value => expected(value, t)),
              ),
              precision => thresholdedElement(precision, peakOf(x)),
            );
        }
    await batch.end();
  });

  it('a threshold of 0 changes no bit, others make exact zeros', async () => {
    const findings = new Findings();
    const x = random([200], 5);
    for (const [name, run] of ELEMENTS)
      for (const dtype of floatsOf(device)) {
        const given = tensorOf(device, x, dtype);
        findings.exact(await run(given, 0).data(), x.data, `${name} with 0`);
        if (name === 'huberProx') continue;
        const found = await run(given, 0.75).data();
        findings.check(
          Array.from(x.data).every((value, k) => (found[k] === 0) === Math.abs(value) <= 0.75),
          `${name}: zeros where |x| ≤ t, and only there`,
        );
      }
    findings.end();
  });

  it('at the edges', async () => {
    const batch = new Batch();
    const x = grid([9], [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2 ** 126, -(2 ** -126)]);
    const [big, small] = [2 ** 126, -(2 ** -126)];
    for (const dtype of floatsOf(device)) {
      const given = tensorOf(device, x, dtype);
      batch.expect(
        'soft',
        () => softThreshold(given, 1),
        grid([9], [NaN, Infinity, -Infinity, 0, 0, 0, 0, big, 0]),
        exact,
      );
      batch.expect(
        'hard',
        () => hardThreshold(given, 1),
        grid([9], [NaN, Infinity, -Infinity, 0, 0, 0, 0, big, 0]),
        exact,
      );
      batch.expect(
        'huber',
        () => huberProx(given, 1),
        grid([9], [NaN, Infinity, -Infinity, 0, 0, 0.5, -0.5, big, small / 2]),
        () => ({
          relative: 0,
          absolute: 2 ** -126,
        }),
      );
    }
    await batch.end();
  });

  it('take tensors as thresholds, views, whole numbers and bools', async () => {
    const batch = new Batch();
    const x = random([6, 5], 3);
    const t = [0, 0.5, 1, 1.5, 2];
    const expected = (own: (at: number) => number): Grid =>
      grid(
        [6, 5],
        Array.from(x.data, (value, at) => oracle.softThreshold(value, own(at))),
      );
    for (const dtype of floatsOf(device)) {
      const given = tensorOf(device, x, dtype);
      const bound = (precision: Parameters<typeof thresholdedElement>[0]) => thresholdedElement(precision, peakOf(x));
      batch.expect(
        'a row',
        () => softThreshold(given, device.tensor(t, [5], { dtype })),
        expected(at => t[at % 5] ?? NaN),
        bound,
      );
      batch.expect(
        'a column',
        () => softThreshold(given, device.tensor([...t, 3], [6, 1], { dtype })),
        expected(at => [...t, 3][Math.floor(at / 5)] ?? NaN),
        bound,
      );
      const turned = transpose(transpose(given));
      batch.expect(
        'a view',
        () => softThreshold(turned, 0.5),
        expected(() => 0.5),
        bound,
      );
    }
    batch.expect(
      'whole numbers',
      () => softThreshold(device.tensor(Uint32Array.of(0, 1, 5)), 1.5),
      grid([3], [0, 0, 3.5]),
      exact,
    );
    batch.expect('bools', () => softThreshold([true, false], 0.25, { device }), grid([2], [0.75, 0]), exact);
    batch.expect('a number', () => softThreshold(3, 1, { device }), grid([], [2]), exact);
    await batch.end();
  });

  it('refuse what they cannot do', async () => {
    const x = device.tensor([1, 2, 3]);
    for (const wrong of [-1, NaN, Infinity, '1']) {
      expectThrows(() => softThreshold(x, wrong as number), OptionError, 'softThreshold');
      expectThrows(() => hardThreshold(x, wrong as number), OptionError, 'hardThreshold');
      expectThrows(() => huberProx(x, wrong as number), OptionError, 'huberProx');
    }
    for (const delta of [0, -1, NaN, Infinity])
      expectThrows(() => huberProx(x, 1, { delta }), OptionError, 'huberProx', 'delta');
    expectThrows(() => softThreshold(x, [1, -2, 0]), OptionError, 'softThreshold', 'threshold[1]');
    expectThrows(() => softThreshold(x, [1, 2]), ShapeError, 'softThreshold', '[2]');
    expectThrows(() => softThreshold(x, 1, { axis: 0 } as object), OptionError, 'softThreshold', "'axis'");
    await expectRejects(
      softThreshold(x, device.tensor([1, 0, -1])).data(),
      OptionError,
      'softThreshold',
      'threshold[2]',
    );
    await expectRejects(huberProx(x, device.tensor([NaN, 0, 1])).data(), OptionError, 'huberProx', 'step[0]');
  });
});

describe('groupSoftThreshold', () => {
  it('of vectors along every axis', async () => {
    const batch = new Batch();
    for (const shape of [[9], [3, 70], [2, 3, 4]])
      for (const t of [0, 0.5, 2.5]) {
        const x = random(shape, 11);
        for (const dtype of floatsOf(device))
          for (let axis = -shape.length; axis < shape.length; axis++)
            batch.expect(
              `[${shape.join(', ')}], ${t}, axis ${axis}`,
              () => groupSoftThreshold(tensorOf(device, x, dtype), t, { axis }),
              oracle.along(x, axis, t, oracle.groupSoftThreshold),
              precision => thresholdedGroup(shape.at(axis) ?? 1, precision, peakOf(x)),
            );
      }
    await batch.end();
  });

  it('of labelled groups of very different sizes, with a threshold each', async () => {
    const batch = new Batch();
    const length = 60;
    // One large group, some of a few, many of one, and one label that nobody has.
    const groups = Array.from({ length }, (_, k) => (k % 2 ? 0 : k < 20 ? 1 + (k % 3) : 5 + (k >> 1)));
    const count = Math.max(...groups) + 1;
    const x = random([3, length], 12);
    const thresholds = Array.from({ length: count }, (_, k) => 0.2 * (k % 5));
    const byGroup = (row: readonly number[]): number[] => {
      const out = row.map(() => NaN);
      for (const label of new Set(groups)) {
        const places = groups.flatMap((own, at) => (own === label ? [at] : []));
        const made = oracle.groupSoftThreshold(
          places.map(at => row[at] ?? NaN),
          thresholds[label] ?? NaN,
        );
        places.forEach((at, k) => (out[at] = made[k] ?? NaN));
      }
      return out;
    };
    const expected = oracle.along(x, 1, 0, byGroup);
    for (const dtype of floatsOf(device)) {
      const given = tensorOf(device, x, dtype);
      const own = device.tensor(thresholds, [count], { dtype });
      const bound = (precision: Parameters<typeof thresholdedGroup>[1]) =>
        thresholdedGroup(length, precision, 2 * peakOf(x));
      batch.expect('along the last axis', () => groupSoftThreshold(given, own, { groups }), expected, bound);
      batch.expect(
        'along the first',
        () =>
          transpose(
            groupSoftThreshold(transpose(given), own.reshape([count, 1]), {
              axis: 0,
              groups: Uint32Array.from(groups),
            }),
          ),
        expected,
        bound,
      );
    }
    await batch.end();
  });

  it('takes many groups, and none', async () => {
    const findings = new Findings();
    const n = 70_000;
    const x = new Random(13).normal(n);
    const found = await groupSoftThreshold(device.tensor(x), 0.5, { groups: Uint32Array.from(x, (_, k) => k) }).data();
    const expected = Array.from(x, value => oracle.softThreshold(value, 0.5));
    findings.close(found, expected, thresholdedGroup(1, 'single', 8), 'groups of one');
    const none = groupSoftThreshold(device.tensor(new Float32Array(0), [3, 0]), 1, { groups: [] });
    findings.shape(none.shape, [3, 0], 'no groups');
    findings.end();
  });

  it('keeps NaN within its group, zeros zero, and neither overflows nor underflows', async () => {
    const batch = new Batch();
    const x = grid([4, 2], [NaN, 1, 0, 0, 3, 4, 0.1, 0.1]);
    for (const dtype of floatsOf(device)) {
      batch.expect(
        'NaN and zeros',
        () => groupSoftThreshold(tensorOf(device, x, dtype), 2.5),
        grid([4, 2], [NaN, NaN, 0, 0, 1.5, 2, 0, 0]),
        precision => thresholdedGroup(2, precision, 4),
      );
      for (const factor of [2 ** 100, 2 ** -100]) {
        const scaled = gridOf([2], [3 * factor, 4 * factor]);
        batch.expect(
          `× ${factor}`,
          () => groupSoftThreshold(tensorOf(device, scaled, dtype), 2.5 * factor),
          grid([2], [1.5 * factor, 2 * factor]),
          precision => thresholdedGroup(2, precision, 4 * factor),
        );
      }
    }
    await batch.end();
  });

  it('refuses what it cannot do', async () => {
    const x = device.tensor([[1, 2, 3]]);
    const op = 'groupSoftThreshold';
    expectThrows(() => groupSoftThreshold(x, -1), OptionError, op, '-1');
    expectThrows(() => groupSoftThreshold(x, 1, { axis: 2 }), OptionError, op, '2');
    expectThrows(() => groupSoftThreshold(x, 1, { groups: [0, 1] }), ShapeError, op, '2 labels', 'Give 3');
    for (const wrong of [-1, 0.5, 3, NaN])
      expectThrows(
        () => groupSoftThreshold(x, 1, { groups: [0, wrong, 1] }),
        OptionError,
        op,
        'groups[1]',
        String(wrong),
      );
    expectThrows(() => groupSoftThreshold(x, 1, { groups: 'ab' as never }), OptionError, op, "'ab'");
    expectThrows(() => groupSoftThreshold(x, [1, 2, 3], { groups: [0, 1, 0] }), ShapeError, op, '[3]', '2 groups');
    expectThrows(() => groupSoftThreshold(x, [1, 2, 3]), ShapeError, op, '[3]', '1 group ');
    await expectRejects(groupSoftThreshold(x, device.tensor([-1])).data(), OptionError, op, 'threshold[0]');
  });
});
