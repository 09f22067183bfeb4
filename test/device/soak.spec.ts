/**
 * Wasm devices in long use. Ten thousand mixed operations on one: memory stays flat, and the last answer is as right as the first;
 * and a hundred and fifty devices one after the other.
 */
import { describe, expect, it } from 'vitest';
import {
  add,
  cdist,
  matmul,
  mul,
  norm,
  normalize,
  openDevice,
  sum,
  take,
  type Device,
  type OpenOptions,
  type Tensor,
} from '../../src/index.ts';
import { Random } from '../support/random.ts';

const rounds = 1250;
const kinds: Readonly<Record<string, OpenOptions>> = {
  'shared memory': { threads: 2 },
  'memory of its own': { assume: { sharedMemory: false } },
};

describe.each(Object.entries(kinds))('a device with %s', (_, options) => {
  it('stays flat over ten thousand operations', async () => {
    const device = await openDevice({ device: 'wasm', ...options });
    const random = new Random(11);
    const x = device.tensor(random.normal(40 * 24), [40, 24]);
    const picks = device.tensor(Uint32Array.from({ length: 16 }, () => random.bits() % 40));

    /** Eight operations, of sizes that differ from round to round. */
    const round = async (turn: number): Promise<number> => {
      const keep: Tensor[] = [];
      const own = (tensor: Tensor): Tensor => (keep.push(tensor), tensor);
      const some = own(x.slice(turn % 7, 20 + (turn % 20)));
      const picked = own(take(x, picks));
      const unit = own(normalize(some));
      const apart = own(cdist(unit, picked, turn % 2 ? 'euclidean' : 'cosine'));
      const sums = own(matmul(apart, picked));
      const shifted = own(add(own(mul(sums, 0.5)), 1));
      const total = own(sum(own(norm(shifted, { axis: 1 }))));
      const value = turn % 25 === 0 ? await total.item() : NaN;
      for (const tensor of keep) tensor.dispose();
      return value;
    };

    const first = await round(0);
    for (let turn = 1; turn < 140; turn++) await round(turn);
    const early = device.memory();
    for (let turn = 140; turn < rounds; turn++) await round(turn);
    expect(await round(0)).toBe(first);
    const late = device.memory();
    expect(late.live).toBe(early.live);
    // Gaps come and go with the order of sizes; one block lost a round would be 70 kB.
    expect(late.peak).toBeLessThan(2 * early.peak);
    device.close();
  });
});

it('closed devices keep no room for memory, however long they are held', async () => {
  const held: Device[] = [];
  // A page has addresses for some hundred shared memories.
  for (let k = 0; k < 150; k++) {
    const device = await openDevice({ device: 'wasm', threads: 1 });
    held.push(device);
    device.close();
  }
  const last = await openDevice({ device: 'wasm', threads: 1 });
  expect(await norm([3, 4], { device: last }).item()).toBe(5);
  last.close();
  expect(held.every(({ kind }) => kind === 'wasm')).toBe(true);
});
