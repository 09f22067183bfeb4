/**
 * The planning arithmetic of the device and arith rooms, with made-up limits, on both sides of each boundary: slices of
 * groups, boxes within bindings, size classes of buffers, composed WGSL. No device is opened here.
 */
import { describe, expect, it } from 'vitest';
import { planLaunch, planReduce } from '../../src/arith/reduce/plan.ts';
import { bindRange } from '../../src/device/binding.ts';
import type { GpuFacts, Kernel } from '../../src/device/index.ts';
import { stagingTrips } from '../../src/device/webgpu/backend.ts';
import { sizeClass } from '../../src/device/webgpu/buffers.ts';
import { sliceGroups } from '../../src/device/webgpu/launcher.ts';
import { compose, kernelKey } from '../../src/device/webgpu/pipelines.ts';
import { mergeAxes, rowMajor, sizeOf, spanOf, splitBoxes } from '../../src/tensor/shape.ts';

const facts: GpuFacts = {
  maxBindingBytes: 2 ** 30,
  maxBufferBytes: 2 ** 30,
  maxGroups: 65_535,
  maxInvocations: 256,
  bindingAlignment: 256,
  software: true,
  sharedTiles: false,
  tileSide: 0,
};

describe('groups', () => {
  it('are folded in two dimensions above the limit of one, and cover all', () => {
    for (const groups of [1, 7, 8, 9, 63, 64, 65, 1000]) {
      const slices = sliceGroups(groups, Infinity, 8);
      let next = 0;
      for (const { first, x, y } of slices) {
        expect(first).toBe(next);
        expect(x).toBeLessThanOrEqual(8);
        expect(y).toBeLessThanOrEqual(8);
        next += x * y;
      }
      expect(next).toBeGreaterThanOrEqual(groups);
    }
    expect(sliceGroups(65_535, Infinity, 65_535)).toEqual([{ first: 0, x: 65_535, y: 1 }]);
    expect(sliceGroups(65_536, Infinity, 65_535)).toEqual([{ first: 0, x: 32_768, y: 2 }]);
  });

  it('are cut where one submit would take too long', () => {
    expect(sliceGroups(10, 4, 65_535).map(slice => [slice.first, slice.x])).toEqual([
      [0, 4],
      [4, 4],
      [8, 2],
    ]);
    expect(sliceGroups(3, 0.2, 65_535)).toHaveLength(3);
    expect(sliceGroups(0, 4, 65_535)).toEqual([]);
  });
});

describe('boxes', () => {
  const cover = (shape: number[], operands: Parameters<typeof splitBoxes>[1]): void => {
    const boxes = splitBoxes(shape, operands);
    expect(boxes).toBeDefined();
    const seen = new Set<string>();
    let cells = 0;
    for (const box of boxes ?? []) {
      for (const { strides, limit } of operands) expect(spanOf(box.shape, strides)).toBeLessThanOrEqual(limit);
      seen.add(box.start.join());
      cells += sizeOf(box.shape);
    }
    expect(cells).toBe(sizeOf(shape));
    expect(seen.size).toBe(boxes?.length);
  };

  it('keep every operand within its limit and cover all once', () => {
    cover([1000], [{ strides: [1], limit: 64 }]);
    cover(
      [30, 40],
      [
        { strides: [40, 1], limit: 100 },
        { strides: [1, 30], limit: 100 },
      ],
    );
    cover(
      [7, 5, 3],
      [
        { strides: [15, 3, 1], limit: 4 },
        { strides: [0, 0, 1], limit: 2 },
      ],
    );
  });

  it('are one where all fits, and undefined where nothing does', () => {
    expect(splitBoxes([8, 8], [{ strides: [8, 1], limit: 64 }])).toEqual([{ start: [0, 0], shape: [8, 8] }]);
    expect(splitBoxes([8], [{ strides: [1], limit: 4, extra: 10 }])).toBeUndefined();
  });
});

describe('merged axes', () => {
  it('are those that every operand walks in one go', () => {
    expect(mergeAxes([2, 3, 4], [rowMajor([2, 3, 4])])).toEqual({ shape: [24], strides: [[1]] });
    expect(mergeAxes([2, 1, 4], [[4, 99, 1]])).toEqual({ shape: [8], strides: [[1]] });
    expect(mergeAxes([2, 3], [[1, 2]])).toEqual({ shape: [2, 3], strides: [[1, 2]] });
    expect(
      mergeAxes(
        [2, 3],
        [
          [3, 1],
          [0, 1],
        ],
      ),
    ).toEqual({
      shape: [2, 3],
      strides: [
        [3, 1],
        [0, 1],
      ],
    });
    expect(mergeAxes([2, 3], [[0, 0]])).toEqual({ shape: [6], strides: [[0]] });
  });
});

describe('reductions', () => {
  const plan = (shape: number[], axes: number[], strides = rowMajor(shape)) =>
    planReduce(shape, strides, 0, axes, { dtype: 'float32', outDtype: 'float32' });

  it('find rows, columns and middle axes in the strides', () => {
    expect(plan([3, 5], [1])).toMatchObject({ outer: 3, inner: 1, length: 5, strideOuter: 5, strideAxis: 1 });
    expect(plan([3, 5], [0])).toMatchObject({ outer: 1, inner: 5, length: 3, strideAxis: 5, strideInner: 1 });
    expect(plan([2, 3, 5], [1])).toMatchObject({
      outer: 2,
      inner: 5,
      length: 3,
      strideOuter: 15,
      strideAxis: 5,
      strideInner: 1,
    });
    expect(plan([2, 3, 5], [1, 2])).toMatchObject({ outer: 2, inner: 1, length: 15, strideAxis: 1 });
    expect(plan([5, 3], [0], [1, 5])).toMatchObject({ length: 5, strideAxis: 1, outer: 3, strideOuter: 5 });
  });

  it('ask for a copy where the strides do not come down to that', () => {
    expect(plan([2, 3, 5], [0, 2])).toBeUndefined();
    expect(plan([2, 3, 5, 7], [1, 3])).toBeUndefined();
  });

  it('cut long axes into segments and short ones not at all', () => {
    const launchOf = (shape: number[], axes: number[], given: GpuFacts = facts) => {
      const made = plan(shape, axes);
      return made && planLaunch(made, 2, { first: 0, count: 1 }, given);
    };
    expect(launchOf([50_000, 384], [1])).toMatchObject({ kind: 'rows', lanes: 1, segments: 1 });
    expect(launchOf([50_000, 384], [1], { ...facts, software: false })).toMatchObject({
      kind: 'rows',
      lanes: 32,
      segments: 1,
    });
    expect(launchOf([50_000, 384], [0])).toMatchObject({ kind: 'columns', lanes: 1 });
    const long = launchOf([2 ** 24], [0]);
    expect(long?.segments).toBeGreaterThan(100);
    for (const length of [255, 256, 257, 1023, 1024, 1025, 65_535, 65_537]) {
      const cut = launchOf([length], [0]);
      const { segments = 0, segmentLength = 0 } = cut ?? {};
      expect(segments * segmentLength).toBeGreaterThanOrEqual(length);
      expect((segments - 1) * segmentLength).toBeLessThan(length);
    }
  });

  it('keep segments and boxes within a tiny binding', () => {
    const tiny = { ...facts, maxBindingBytes: 4096 };
    for (const [shape, axes] of [
      [[5003], [0]],
      [[5, 5003], [0]],
      [[5003, 5], [0]],
      [[17, 1200], [1]],
      [[3, 255, 4], [1]],
    ] as [number[], number[]][]) {
      const made = plan(shape, axes);
      const cut = made && planLaunch(made, 2, { first: 0, count: 1 }, tiny);
      expect(cut, `${String(shape)} along ${String(axes)}`).toBeDefined();
    }
  });
});

describe('bindings', () => {
  it('begin at an aligned offset and cover what is asked', () => {
    for (const [first, count] of [
      [0, 1],
      [1, 5],
      [63, 64],
      [64, 1],
      [65, 1000],
    ] as const) {
      const { binding, base } = bindRange(0, first, count, facts);
      expect(binding.byteOffset % 256).toBe(0);
      expect(binding.byteOffset / 4 + base).toBe(first);
      expect(binding.bytes).toBeGreaterThanOrEqual((base + count) * 4);
      expect(binding.bytes % 16).toBe(0);
    }
  });
});

describe('readbacks', () => {
  const ranges = (...bytes: number[]) => bytes.map((count, id) => ({ id, byteOffset: 0, bytes: count }));

  it('travel together up to a bound, in order; a larger one alone', () => {
    const trips = stagingTrips(ranges(40, 60, 1, 200, 100), 100);
    expect(trips.map(trip => trip.map(range => range.id))).toEqual([[0, 1], [2], [3], [4]]);
    expect(stagingTrips([], 100)).toEqual([]);
  });
});

describe('size classes', () => {
  it('are never smaller than asked, waste an eighth at most, and are found again', () => {
    for (let bytes = 1; bytes < 2 ** 32; bytes = Math.ceil(bytes * 1.37)) {
      const size = sizeClass(bytes);
      expect(size).toBeGreaterThanOrEqual(bytes);
      expect(size).toBeLessThanOrEqual(Math.max(256, bytes * 1.125 + 256));
      expect(size % 256).toBe(0);
      expect(sizeClass(size)).toBe(size);
    }
  });
});

describe('composed WGSL', () => {
  const kernel: Kernel = {
    name: 'k',
    wgsl: [
      { id: 'a.wgsl', text: 'one\ntwo' },
      { id: 'b.wgsl', text: 'three\n' },
    ],
    constants: { N: 4, HALF: 0.5, ON: true },
    aliases: { T: 'f32' },
    bindings: [],
  };

  it('tells file and line of every position', () => {
    const { code, locate } = compose(kernel);
    const lines = code.split('\n');
    expect(lines.slice(0, 4)).toEqual(['const N = 4u;', 'const HALF = 0.5f;', 'const ON = true;', 'alias T = f32;']);
    expect(locate(lines.indexOf('one') + 1, 3)).toBe('a.wgsl:1:3');
    expect(locate(lines.indexOf('two') + 1, 1)).toBe('a.wgsl:2:1');
    expect(locate(lines.indexOf('three') + 1, 1)).toBe('b.wgsl:1:1');
    expect(locate(2, 1)).toBe('constants of k:2:1');
  });

  it('has a key of its own for each set of constants, aliases and files', () => {
    const keys = [
      kernel,
      { ...kernel, constants: { N: 5 } },
      { ...kernel, aliases: { T: 'u32' } },
      { ...kernel, wgsl: kernel.wgsl.slice(1) },
    ].map(kernelKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(kernelKey({ ...kernel })).toBe(kernelKey(kernel));
  });
});
