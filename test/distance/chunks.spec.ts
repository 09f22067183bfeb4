/** cdistChunks: the rows of cdist block by block, under a bound of memory, with progress, and with a way to stop. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cdist,
  cdistChunks,
  DisposedError,
  OptionError,
  ShapeError,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import { expectRejects, expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';

let device: Device;
let a: Tensor;
let b: Tensor;
/** A device on which nothing is left lying for the garbage collector, with the same rows: there memory is counted. */
let quiet: Device;
let x: Tensor;
let y: Tensor;
beforeAll(async () => {
  [device, quiet] = [await openLaneDevice(), await openLaneDevice()];
  const random = new Random(1);
  const [left, right] = [random.normal(70 * 9), random.normal(33 * 9)];
  [a, b] = [device.tensor(left, [70, 9]), device.tensor(right, [33, 9])];
  [x, y] = [quiet.tensor(left, [70, 9]), quiet.tensor(right, [33, 9])];
});
afterAll(() => {
  device.close();
  quiet.close();
});

type Options = NonNullable<Parameters<typeof cdistChunks>[2]>;

/** All blocks one behind the other, and how many rows each had. */
async function gathered(p: Tensor, q: Tensor, options: Options): Promise<{ values: number[]; rows: number[] }> {
  const values: number[] = [];
  const rows: number[] = [];
  let next = 0;
  for await (const { start, end, distances } of cdistChunks(p, q, options)) {
    expect(start).toBe(next);
    expect(distances.shape).toEqual([end - start, q.shape[0]]);
    next = end;
    rows.push(end - start);
    values.push(...(await distances.data()));
  }
  expect(next).toBe(p.shape[0]);
  return { values, rows };
}

describe('blocks of rows', () => {
  it('are those of cdist, number for number', async () => {
    for (const options of [
      {},
      { metric: 'cityblock' },
      { metric: 'cosine' },
      { metric: 'minkowski', p: 3 },
      { metric: 'euclidean', w: [1, 2, 0, 1, 1, 1, 3, 1, 1] },
      { metric: 'mahalanobis' },
      { metric: 'seuclidean' },
      { metric: 'correlation' },
    ] as const satisfies readonly Options[]) {
      const whole = await cdist(a, b, { ...options }).data();
      for (const rows of 'w' in options ? [1, 70, 1000] : [16, 33])
        expect((await gathered(a, b, { ...options, rows })).values).toEqual([...whole]);
    }
  });

  it('of a matrix with itself', async () => {
    const { values } = await gathered(a, a, { rows: 9 });
    expect(values).toEqual([...(await cdist(a, a).data())]);
  });

  it('have as many rows as asked for, or as the memory holds', async () => {
    expect((await gathered(a, b, { rows: 30 })).rows).toEqual([30, 30, 10]);
    expect((await gathered(a, b, { rows: 70 })).rows).toEqual([70]);
    const rowBytes = 33 * (a.dtype === 'float64' ? 8 : 4);
    for (const most of [1, 2, 13, 69, 70]) {
      const { rows } = await gathered(a, b, { memory: most * rowBytes });
      expect(rows[0]).toBe(most);
      expect(Math.max(...rows)).toBe(most);
    }
    // Less than a row is a row.
    expect((await gathered(a, b, { memory: 1 })).rows).toEqual(Array.from({ length: 70 }, () => 1));
    expect((await gathered(a, b, {})).rows).toEqual([70]);
  });

  it('take plain numbers, and other dtypes', async () => {
    const found: number[] = [];
    const words = device.tensor(new Uint32Array([0, 3, 4, 0]), [2, 2]);
    for await (const { distances } of cdistChunks([[0, 0]], words, { device, rows: 1 }))
      found.push(...(await distances.data()));
    for await (const { distances } of cdistChunks(words, [[0, 0]], { device, rows: 1 }))
      found.push(...(await distances.data()));
    expect(found).toEqual([3, 4, 3, 4]);
    const bits = device.tensor(
      [
        [true, false, true],
        [false, false, true],
      ],
      undefined,
      { dtype: 'bool' },
    );
    expect((await gathered(bits, bits, { metric: 'hamming', rows: 1 })).values).toEqual([
      ...(await cdist(bits, bits, 'hamming').data()),
    ]);
  });

  it('of no rows are none, and of no columns are empty', async () => {
    const none = device.tensor(new Float32Array(0), [0, 9]);
    expect((await gathered(none, b, {})).rows).toEqual([]);
    expect((await gathered(a, none, { rows: 40 })).values).toEqual([]);
  });
});

describe('progress', () => {
  it('counts rows up to all of them', async () => {
    const seen: [number, number][] = [];
    await gathered(a, b, { rows: 32, onProgress: ({ done, total }) => void seen.push([done, total]) });
    expect(seen).toEqual([
      [32, 70],
      [64, 70],
      [70, 70],
    ]);
  });

  it('leaves the event loop its turns', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await gathered(a, b, { rows: 2 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });
});

describe('stopping', () => {
  it('by a signal rejects with its reason', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const reason = new Error('enough');
    const run = async (): Promise<void> => {
      for await (const { end } of cdistChunks(a, b, { rows: 10, signal: controller.signal })) {
        seen.push(end);
        if (end === 30) controller.abort(reason);
      }
    };
    await expect(run()).rejects.toBe(reason);
    expect(seen).toEqual([10, 20, 30]);
  });

  it('by a signal without a reason is an AbortError', async () => {
    const controller = new AbortController();
    const blocks = cdistChunks(a, b, { rows: 10, signal: controller.signal });
    await blocks.next();
    controller.abort();
    await expect(blocks.next()).rejects.toMatchObject({ name: 'AbortError' });
    expect(await blocks.next()).toEqual({ done: true, value: undefined });
  });

  it('by a signal that was given before, before anything is computed', async () => {
    const before = quiet.memory().live;
    const run = async (): Promise<void> => {
      for await (const _ of cdistChunks(x, y, { signal: AbortSignal.abort() })) throw new Error('a block came');
    };
    await expect(run()).rejects.toMatchObject({ name: 'AbortError' });
    expect(quiet.memory().live).toBe(before);
  });

  it('by break', async () => {
    const before = quiet.memory().live;
    let held: Tensor | undefined;
    for await (const { distances } of cdistChunks(x, y, { metric: 'mahalanobis', rows: 10 })) {
      held = distances;
      break;
    }
    expect(held?.disposed).toBe(true);
    expect(quiet.memory().live).toBe(before);
  });

  it('by an error in the loop', async () => {
    const before = quiet.memory().live;
    const run = async (): Promise<void> => {
      for await (const { end } of cdistChunks(x, y, { rows: 10 })) if (end === 20) throw new Error('mine');
    };
    await expect(run()).rejects.toThrow('mine');
    expect(quiet.memory().live).toBe(before);
  });

  it('before it began', async () => {
    const before = quiet.memory().live;
    const blocks = cdistChunks([[1, 2]], [[3, 4]], { device: quiet });
    await blocks.return?.();
    expect(await blocks.next()).toEqual({ done: true, value: undefined });
    expect(quiet.memory().live).toBe(before);
  });
});

describe('memory', () => {
  it('of a block is given back when the next is asked for', async () => {
    const blocks: Tensor[] = [];
    for await (const { distances } of cdistChunks(a, b, { rows: 10 })) {
      expect(blocks.every(one => one.disposed)).toBe(true);
      blocks.push(distances);
    }
    expect(blocks.length).toBe(7);
    expect(blocks.every(one => one.disposed)).toBe(true);
    const [first] = blocks;
    if (!first) throw new Error('no block came');
    await expectRejects(first.data(), DisposedError, 'data', '[10, 33]');
  });

  it('is flat over many blocks, and all back at the end', async () => {
    const before = quiet.memory().live;
    const during: number[] = [];
    for await (const { distances } of cdistChunks(x, y, { metric: 'cosine', rows: 5 })) {
      await distances.data();
      during.push(quiet.memory().live - before);
    }
    expect(new Set(during).size).toBe(1);
    expect(quiet.memory().live).toBe(before);
  });

  it('of what is kept by a view stays', async () => {
    const kept: Tensor[] = [];
    for await (const { distances } of cdistChunks(a, b, { rows: 35 })) kept.push(distances.slice(0, 2));
    const whole = await cdist(a, b).data();
    const rows = (from: number): number[] => [...whole].slice(from * 33, (from + 2) * 33);
    expect([...((await kept[0]?.data()) ?? [])]).toEqual(rows(0));
    expect([...((await kept[1]?.data()) ?? [])]).toEqual(rows(35));
    for (const one of kept) one.dispose();
  });

  it('of the operands may be given up meanwhile', async () => {
    const rows = device.tensor(new Random(2).normal(90), [10, 9]);
    const expected = await cdist(rows, b).data();
    const values: number[] = [];
    const blocks = cdistChunks(rows, b, { rows: 3 });
    rows.dispose();
    for await (const { distances } of blocks) values.push(...(await distances.data()));
    expect(values).toEqual([...expected]);
  });
});

describe('what is refused, at the call', () => {
  it('options', () => {
    const refuse = (options: unknown, ...mentions: string[]): Error =>
      expectThrows(() => cdistChunks(a, b, options as Options), OptionError, 'cdistChunks', ...mentions);
    refuse({ memory: 0 }, 'memory', '0');
    refuse({ memory: -5 }, 'memory', '-5');
    refuse({ memory: NaN }, 'memory', 'NaN');
    refuse({ memory: '1' }, 'memory', "'1'");
    refuse({ rows: 0 }, 'rows', '0');
    refuse({ rows: 1.5 }, 'rows', '1.5');
    refuse({ onProgress: 3 }, 'onProgress', '3');
    refuse({ signal: {} }, 'signal');
    refuse({ metric: 'cosine distance' }, 'cosine distance', 'euclidean');
    refuse({ metric: 'minkowski', p: -1 }, 'p', '-1');
    refuse({ chunk: 3 }, 'chunk');
  });

  it('shapes', () => {
    const other = device.tensor(new Float32Array(8), [2, 4]);
    expectThrows(() => cdistChunks(a, other), ShapeError, 'cdistChunks', '9', '4');
    expectThrows(() => cdistChunks(a, [1, 2, 3]), ShapeError, 'cdistChunks', '[3]');
  });
});
