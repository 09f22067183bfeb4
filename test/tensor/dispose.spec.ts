/** Who owns what: dispose gives memory back once the last view is gone, and a thousand operations leave nothing behind. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  add,
  concat,
  DisposedError,
  max,
  mul,
  norm,
  normalize,
  normSummary,
  sub,
  sum,
  take,
  transpose,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import { expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';

let device: Device;
// A device a test: tensors that earlier tests forgot are collected whenever the engine likes, and would be counted.
beforeEach(async () => {
  device = await openLaneDevice();
});
afterEach(() => device.close());

const live = (): number => device.memory().live;
const block = (): Tensor => device.tensor(new Float32Array(10_000).fill(2), [100, 100]);

describe('dispose', () => {
  it('gives the memory back, once', () => {
    const before = live();
    const x = block();
    expect(live()).toBeGreaterThanOrEqual(before + 40_000);
    x.dispose();
    expect(x.disposed).toBe(true);
    expect(live()).toBe(before);
    x.dispose();
    expect(live()).toBe(before);
  });

  it('waits for the last view', async () => {
    const before = live();
    const x = block();
    const row = x.row(3);
    const turned = transpose(x);
    const rest = turned.slice(1, 3);
    x.dispose();
    turned.dispose();
    expect(live()).toBeGreaterThan(before);
    const sums = [sum(row), sum(rest)];
    expect(await sums[0]?.item()).toBe(200);
    row.dispose();
    expect(await sums[1]?.item()).toBe(400);
    rest.dispose();
    for (const one of sums) one.dispose();
    expect(live()).toBe(before);
  });

  it('of a view leaves its base alone', async () => {
    const x = block();
    x.row(0).dispose();
    x.reshape([10_000]).dispose();
    expect(x.disposed).toBe(false);
    expect(await max(x).item()).toBe(2);
    x.dispose();
  });

  it('right after an operation does not disturb it', async () => {
    const x = block();
    const y = mul(x, 3);
    x.dispose();
    const z = sum(y, { axis: 1 });
    y.dispose();
    // What is allocated now may reuse the memory; the results must not notice.
    const base = block();
    const others = Array.from({ length: 10 }, () => add(base, 1));
    expect([...(await z.data())].every(value => value === 600)).toBe(true);
    for (const one of [base, z, ...others]) one.dispose();
  });

  it('while a read is under way does not disturb it', async () => {
    const x = block();
    const reading = x.data();
    x.dispose();
    for (let i = 0; i < 5; i++) {
      const y = block();
      add(y, 7).dispose();
      y.dispose();
    }
    expect((await reading).every(value => value === 2)).toBe(true);
  });

  it('makes every use an error', () => {
    const x = device.tensor([[1, 2]]);
    x.dispose();
    expectThrows(() => x.reshape([2]), DisposedError, 'reshape', '[1, 2]');
    expectThrows(() => x.slice(0, 1), DisposedError, 'slice', '[1, 2]');
    expectThrows(() => x.row(0), DisposedError, 'row', '[1, 2]');
    expectThrows(() => x.to(device), DisposedError, 'to', '[1, 2]');
    expectThrows(() => add(x, 1), DisposedError, 'add', '[1, 2]');
    expect([...x.shape]).toEqual([1, 2]);
  });

  it('is what `using` calls, where the runtime knows it', () => {
    const before = live();
    const x = block();
    const name = typeof Symbol.dispose === 'symbol' ? Symbol.dispose : 'dispose';
    x[name]();
    expect(x.disposed).toBe(true);
    expect(live()).toBe(before);
  });
});

describe('memory', () => {
  it('a thousand operations leave none behind', async () => {
    // A device of its own: tensors that other tests forgot may be collected at any time.
    const own = await openLaneDevice();
    const x = own.tensor(new Float32Array(10_000).fill(2), [100, 100]);
    const y = own.tensor(new Float32Array(100).fill(1));
    const turned = transpose(x);
    const rows = own.tensor(new Uint32Array([1, 2, 3]));
    const round = async (): Promise<void> => {
      const made = [
        add(x, y),
        sub(x, 1),
        norm(x, { axis: 1 }),
        norm(x, { ord: 1 }),
        norm(turned, { ord: 3, axis: 0 }),
        normalize(x),
        sum(x, { axis: 0 }),
        concat([x, x]),
        take(x, rows),
        add(x, [1]),
        ...Object.values(normSummary(x, { axis: 1 })),
      ];
      // All are read, so that nothing is still on its way when memory is counted.
      await Promise.all(made.map(one => one.data()));
      for (const one of made) one.dispose();
    };
    await round();
    const before = own.memory().live;
    for (let i = 0; i < 70; i++) await round();
    expect(own.memory().live).toBe(before);
    own.close();
  });

  it('the peak is at least what lives, and the pool is bounded by it', () => {
    const x = block();
    const { live: now, pooled, peak } = device.memory();
    expect(peak).toBeGreaterThanOrEqual(now);
    expect(pooled).toBeGreaterThanOrEqual(0);
    x.dispose();
  });

  it('ends with the device', async () => {
    const short = await openLaneDevice();
    short.tensor(new Float32Array(1000));
    short.close();
    expect(short.memory().live).toBe(0);
    expect((await short.lost).reason).toBe('closed');
  });
});
