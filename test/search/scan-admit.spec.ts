/** What may be found: the admit primitive on this lane's device and its wasm kernel, against a plain loop. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '../../src/index.ts';
import { lowerAdmitToWasm } from '../../src/search/scan/wasm.ts';
import { admit, admitPrimitive, floorToFloat32, type AdmitPlan } from '../../src/search/scan/admit.ts';
import { Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { runLowered } from '../support/wasm-run.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const SPECIALS = [NaN, Infinity, -Infinity, 0, 1, -1, 2 ** -149, 0.5];

const numbers = (count: number, seed: number): Float32Array =>
  Float32Array.from(new Random(seed).ints(count, 0, SPECIALS.length), which => SPECIALS[which] ?? NaN);

/** Some bits as a mask, packed as bool tensors are. */
const packed = (bits: readonly boolean[]): Uint32Array =>
  bits.reduce(
    (all, bit, i) => {
      if (bit) all[i >>> 5] = (all[i >>> 5] ?? 0) | (1 << (i & 31));
      return all;
    },
    new Uint32Array(Math.ceil(bits.length / 32)),
  );

const someBits = (count: number, seed: number): boolean[] =>
  Array.from(new Random(seed).ints(count, 0, 3), which => which > 0);

describe('admitting', () => {
  it('keeps what a mask and a radius allow, from any bit on', async () => {
    const findings = new Findings();
    for (const [rows, columns, first] of [
      [1, 1, 0],
      [3, 5, 31],
      [2, 64, 1],
      [4, 333, 77],
      [1, 5000, 3],
    ] as const)
      for (const radius of [undefined, Infinity, 0.5, 0, -2])
        for (const masked of [false, true]) {
          const x = numbers(rows * columns, columns);
          const bits = someBits(first + columns + 40, columns + 1);
          const distances = device.tensor(x, [rows, columns], { dtype: 'float32' });
          const allowed = masked ? device.tensor(bits, [bits.length], { dtype: 'bool' }) : undefined;
          admit('test', distances, { radius, allowed, first });
          const expected = x.map((value, at) =>
            value <= (radius ?? Infinity) && (!masked || bits[first + (at % columns)]) ? value : NaN,
          );
          findings.exact(await distances.data(), expected, `${rows}×${columns}, radius ${radius}, masked ${masked}`);
        }
    findings.end();
  });

  it('on wasm as on the cpu, in ranges of any size', () => {
    const findings = new Findings();
    for (const maxRangeBytes of [512, 4096, 65_536, Number.MAX_SAFE_INTEGER])
      for (const [rows, columns, firstBit] of [
        [5, 30, 3],
        [3, 1111, 31],
        [2, 70_000, 64],
        [4, 129, undefined],
      ] as const)
        for (const order of ['forward', 'backward'] as const) {
          const plan: AdmitPlan = { dtype: 'float32', rows, columns, radius: 0.5, firstBit };
          const mask = packed(someBits((firstBit ?? 0) + columns, columns));
          const reads = firstBit === undefined ? [] : [new Uint8Array(mask.buffer)];
          const [expected, found] = [numbers(rows * columns, columns), numbers(rows * columns, columns)];
          admitPrimitive.cpu(plan, reads, [new Uint8Array(expected.buffer)]);
          const lowered = lowerAdmitToWasm(plan, { maxRangeBytes });
          if (!lowered) throw new Error('there should be a kernel');
          const largest = Math.max(...lowered.passes.flatMap(pass => pass.buffers.map(({ bytes }) => bytes)));
          findings.check(largest <= maxRangeBytes, `a range of ${largest} bytes`);
          runLowered(lowered, reads, [new Uint8Array(found.buffer)], { order });
          findings.exact(found, expected, `${rows}×${columns} in ranges of ${maxRangeBytes} bytes`);
        }
    findings.end();
  });

  it('where bindings are small', async () => {
    const own = await openLaneDevice({ assume: { maxBindingBytes: 1024 } });
    const x = numbers(3 * 700, 1);
    const bits = someBits(900, 2);
    const distances = own.tensor(x, [3, 700], { dtype: 'float32' });
    const allowed = own.tensor(bits, [900], { dtype: 'bool' });
    admit('test', distances, { radius: 1, allowed, first: 101 });
    const expected = x.map((value, at) => (value <= 1 && bits[101 + (at % 700)] ? value : NaN));
    const findings = new Findings();
    findings.exact(await distances.data(), expected, 'in boxes');
    findings.end();
    own.close();
  });
});

describe('the largest float32 below a number', () => {
  it('is never above it, and the next one is', () => {
    for (const x of [
      0,
      -0,
      0.1,
      -0.1,
      1,
      1e-60,
      -1e-60,
      1e39,
      -1e39,
      Infinity,
      -Infinity,
      Math.PI,
      -Math.PI,
      2 ** -149,
    ]) {
      const found = floorToFloat32(x);
      expect(Math.fround(found)).toBe(found);
      expect(found <= x).toBe(true);
      expect(found === Math.fround(x) || Math.fround(x) > x).toBe(true);
    }
    expect(floorToFloat32(-1e-60)).toBe(-(2 ** -149));
    expect(floorToFloat32(1e39)).toBe(3.4028234663852886e38);
    expect(floorToFloat32(NaN)).toBeNaN();
  });
});
