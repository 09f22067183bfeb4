/**
 * svd and eigh on adapters that can do little, and with the kernels of hardware on whatever adapter there is; and what they ask
 * of a device: how often something is sent, and how much is read.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eigh, LimitError, svd, svdvals, type Device } from '../../src/index.ts';
import { Engine, type GpuFacts } from '../../src/device/index.ts';
import { jacobiPrimitive } from '../../src/linalg/jacobi/jacobi.ts';
import { meetingAt, meetingsOf, nothingOf, roundsOf } from '../../src/linalg/jacobi/plan.ts';
import { openCounted } from '../support/counted.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { isGpuLane, openLaneDevice } from '../support/lane.ts';
import { checkEigh, checkSvd, random, symmetric } from '../support/svd.ts';
import { gridOf, tensorOf } from '../support/tensors.ts';

for (const [name, assume] of [
  ['8 workgroups in a dimension and bindings of 40,960 bytes', { maxGroups: 8, maxBindingBytes: 40_960 }],
  ['the kernels of hardware', { software: false }],
] as const)
  describe(`with ${name}`, () => {
    let device: Device;
    beforeAll(async () => {
      device = await openLaneDevice({ assume });
    });
    afterAll(() => device.close());

    it('svd and eigh', async () => {
      const findings = new Findings();
      for (const [m, n] of [
        [20, 18],
        [34, 40],
      ] as const)
        await checkSvd(findings, await svd(tensorOf(device, random(m, n))), random(m, n), `[${m}, ${n}]`);
      const stack = gridOf([30, 17, 17], random(30 * 17, 17).data);
      await checkSvd(findings, await svd(tensorOf(device, stack)), stack, 'a stack');
      const a = symmetric(random(33, 33));
      await checkEigh(findings, await eigh(tensorOf(device, a)), a, 'order 33');
      findings.end();
    });
  });

describe('a matrix that no binding spans', () => {
  it('is refused by name on a GPU, and no trouble elsewhere', async () => {
    const device = await openLaneDevice({ assume: { maxBindingBytes: 8192 } });
    const a = random(50, 50);
    if (isGpuLane) await expectRejects(svd(tensorOf(device, a)), LimitError, 'svd', '50 rows of 100', '8192');
    else {
      const findings = new Findings();
      await checkSvd(findings, await svd(tensorOf(device, a)), a, 'elsewhere');
      findings.end();
    }
    device.close();
  });
});

describe('what a decomposition asks of a device', () => {
  it('is three submits for a stack of small matrices, and reads of numbers of rows and columns, never of a matrix', async () => {
    // As to hardware: what a CPU plays is sent in smaller parts.
    const counted = await openCounted({ assume: { software: false } });
    const n = 20;
    const data = [1, 2, 3, 4, 5].flatMap(seed => Array.from(symmetric(random(n, n, seed)).data));
    const stack = tensorOf(counted.device, gridOf([5, n, n], data));
    // Pipelines that were never used travel alone.
    await (await svd(stack)).u.data();
    const reads: number[] = [];
    const { read } = Engine.prototype;
    Engine.prototype.read = function seen(this: Engine, ...args) {
      reads.push(args[2]);
      return Reflect.apply(read, this, args);
    };
    try {
      const before = counted.launched();
      await svd(stack);
      // Magnitudes, rotations, vectors; elsewhere every kernel counts.
      expect(counted.launched() - before).toBeLessThanOrEqual(isGpuLane ? 3 : 100);
      for (const run of [svdvals, eigh]) await run(stack);
    } finally {
      Engine.prototype.read = read;
    }
    expect(reads.length).toBeGreaterThan(0);
    expect(Math.max(...reads)).toBeLessThanOrEqual(5 * n * (counted.device.kind === 'cpu' ? 8 : 4));
    counted.close();
  });

  it('64 matrices of order 64 are one submit to hardware', () => {
    const facts: GpuFacts = {
      maxBindingBytes: 2 ** 27,
      maxBufferBytes: 2 ** 28,
      maxGroups: 65535,
      maxInvocations: 256,
      bindingAlignment: 256,
      software: false,
      sharedTiles: true,
      tileSide: 0,
    };
    const [batches, rows] = [64, 64];
    const { passes } = jacobiPrimitive.webgpu(
      {
        dtype: 'float32',
        batches,
        rows,
        length: rows,
        stride: 2 * rows,
        nothing: nothingOf('float32', 0),
        first: 0,
        rounds: 12 * roundsOf(rows),
        from: 0,
        to: batches * meetingsOf(rows),
      },
      facts,
    );
    // What the launcher sends at once: so many parameter blocks, and so much work while it has measured nothing.
    expect(passes.length).toBeLessThan(200);
    expect(passes.reduce((sum, { work }) => sum + work, 0)).toBeLessThan(5e9);
  });
});

describe('the tournament', () => {
  it('lets every two blocks meet once a sweep, and none twice in a round', () => {
    for (const rows of [1, 16, 17, 32, 33, 64, 65, 200, 513]) {
      const blocks = 2 * meetingsOf(rows);
      const met = new Set<string>();
      for (let round = 0; round < roundsOf(rows); round++) {
        const here = Array.from({ length: meetingsOf(rows) }, (_, k) => meetingAt(round, k, blocks));
        expect(new Set(here.flat()).size).toBe(blocks);
        for (const [first, second] of here) {
          expect(first).toBeLessThan(second);
          met.add(`${first} ${second}`);
        }
      }
      expect(met.size).toBe((blocks * (blocks - 1)) / 2);
      expect(blocks * 16).toBeGreaterThanOrEqual(rows);
    }
  });
});
