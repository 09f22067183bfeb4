/**
 * The wasm device below any operation: order, threads, memory of either kind, data that do not fit, kernels that are missing
 * or trap. It opens its own devices, and runs once in Node, in a page and in Deno.
 */
import { describe, expect, it } from 'vitest';
import type { Primitive, Storage } from '../../src/device/index.ts';
import {
  DeviceLostError,
  openDevice,
  OptionError,
  OutOfMemoryError,
  ShaderError,
  type Device,
  type OpenOptions,
} from '../../src/index.ts';
import { affine, next, trap, type AffinePlan } from './support/sums.ts';

const op = 'spec';

const open = (options: OpenOptions = {}): Promise<Device> => openDevice({ device: 'wasm', debug: true, ...options });

/** Every kind of device that there is: threads, memory that is not shared, the plain build, a heap that holds next to nothing. */
const kinds: Readonly<Record<string, OpenOptions>> = {
  'one thread': { threads: 1 },
  'two threads': { threads: 2 },
  'three threads': { threads: 3 },
  'memory of its own': { assume: { sharedMemory: false } },
  'no fused multiply-adds': { threads: 2, assume: { relaxedSimd: false } },
  'a small heap': { threads: 2, assume: { heapBytes: 2 ** 17, rangeBytes: 2 ** 13 } },
  'a small heap of its own': { assume: { sharedMemory: false, heapBytes: 2 ** 17, rangeBytes: 2 ** 13 } },
};

const upload = ({ engine }: Device, values: Float32Array): Storage =>
  engine.upload(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), op);

function apply<Plan>({ engine }: Device, primitive: Primitive<Plan>, plan: Plan, x: Storage): Storage {
  const out = engine.allocate(x.bytes, op);
  engine.run({ op, primitive, plan, reads: [x], writes: [out] });
  return out;
}

const read = async ({ engine }: Device, x: Storage): Promise<Float32Array> =>
  new Float32Array(await engine.read(x, 0, x.bytes, op));

const ramp = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => (i % 251) - 100);

const plan = (length: number, extra: Partial<AffinePlan> = {}): AffinePlan => ({
  length,
  factor: 2,
  each: 100,
  turns: 0,
  ...extra,
});

/** What `affine` makes of x where it goes through the heap in pieces of so many elements. */
const expected = (x: Float32Array, factor: number, piece = x.length): Float32Array =>
  x.map((value, i) => factor * value + (i % piece));

describe.each(Object.entries(kinds))('a device with %s', (_, options) => {
  it('runs kernels in the order of the calls', async () => {
    const device = await open(options);
    const x = ramp(1000);
    const given = upload(device, x);
    const once = apply(device, affine, plan(1000), given);
    const twice = apply(device, affine, plan(1000, { factor: -1, each: 7 }), once);
    expect(await read(device, twice)).toEqual(expected(expected(x, 2), -1));
    expect(await read(device, once)).toEqual(expected(x, 2));
    device.close();
  });

  it('takes what has no kernel to the page and back', async () => {
    const device = await open(options);
    const x = ramp(500);
    let held = upload(device, x);
    for (let round = 0; round < 3; round++) {
      const after = apply(device, next, { length: 500 }, apply(device, affine, plan(500, { factor: 1 }), held));
      held.release();
      held = after;
    }
    expect(await read(device, held)).toEqual(x.map((value, i) => value + 3 * (i + 1)));
    device.close();
  });

  it('gives memory back while calls that use it still wait', async () => {
    const device = await open(options);
    const x = upload(device, ramp(1000));
    const sums: Promise<Float32Array>[] = [];
    for (let round = 0; round < 50; round++) {
      const once = apply(device, affine, plan(1000, { factor: round, turns: 10 }), x);
      const both = apply(device, round % 2 ? next : affine, plan(1000, { factor: 1 }), once);
      once.release();
      sums.push(read(device, both));
      both.release();
    }
    const all = await Promise.all(sums);
    all.forEach((found, round) => {
      const once = expected(ramp(1000), round);
      expect(found).toEqual(round % 2 ? once.map(value => value + 1) : expected(once, 1));
    });
    x.release();
    expect(device.memory().live).toBe(0);
    device.close();
  });

  it('lets data that do not fit go through in pieces', async () => {
    const device = await open(options);
    const x = ramp(100_000);
    const given = upload(device, x);
    const result = await read(device, apply(device, affine, plan(100_000), given));
    const piece = options.assume?.rangeBytes === undefined ? x.length : 2 ** 11;
    expect(result).toEqual(expected(x, 2, piece));
    const after = await read(device, apply(device, next, { length: 100_000 }, given));
    expect(after).toEqual(x.map(value => value + 1));
    device.close();
  });

  it('tells who reads that a kernel trapped, and goes on', async () => {
    const device = await open(options);
    const bad = device.engine.allocate(16, op);
    device.engine.run({ op, primitive: trap, plan: null, reads: [], writes: [bad] });
    await expect(device.engine.read(bad, 0, 16, op)).rejects.toThrow(ShaderError);
    await expect(device.engine.read(bad, 0, 16, op)).rejects.toThrow(/trap/);
    const good = apply(device, affine, plan(4), upload(device, ramp(4)));
    expect(await read(device, good)).toEqual(expected(ramp(4), 2));
    device.close();
  });

  it('runs the cpu kernel where its own cannot be loaded, and asks for that again next time', async () => {
    const device = await open(options);
    const x = upload(device, ramp(10));
    let asked = 0;
    const offline = { ...next, name: 'offline', wasm: () => (asked++, Promise.reject(new Error('offline'))) };
    for (let time = 1; time <= 2; time++) {
      expect(await read(device, apply(device, offline, { length: 10 }, x))).toEqual(ramp(10).map(v => v + 1));
      expect(asked).toBe(time);
    }
    device.close();
  });

  it('says so where no memory is left, and has everything that it had', async () => {
    const device = await open(options);
    const x = upload(device, ramp(100));
    const before = device.memory();
    expect(() => device.engine.allocate(2 ** 45, op)).toThrow(OutOfMemoryError);
    expect(() => device.engine.allocate(2 ** 45, op)).toThrow(/no memory for 35184372088832 bytes/);
    expect(device.memory()).toEqual(before);
    expect(await read(device, apply(device, affine, plan(100), x))).toEqual(expected(ramp(100), 2));
    device.close();
  });

  it('ends calls that are under way when it is closed', async () => {
    const device = await open(options);
    const x = upload(device, ramp(1000));
    const pending = read(device, apply(device, affine, plan(1000, { turns: 1000 }), x));
    const queued = read(device, apply(device, next, { length: 1000 }, x));
    device.close();
    await expect(pending).rejects.toThrow(/closed/);
    await expect(queued).rejects.toThrow(/closed/);
    expect(device.memory().live).toBe(0);
  });
});

describe('opening', () => {
  it('gives as many threads as are asked for, one where memory is not shared', async () => {
    const three = await open({ threads: 3 });
    expect(three.info.limits['threads']).toBe(3);
    three.close();
    const alone = await open({ threads: 3, assume: { sharedMemory: false } });
    expect(alone.info.limits['threads']).toBe(1);
    expect(alone.info.features).not.toContain('threads');
    alone.close();
  });

  it('refuses numbers of threads that are none', async () => {
    for (const threads of [0, 1.5, -1, NaN, 65, '2' as unknown as number])
      await expect(open({ threads })).rejects.toThrow(OptionError);
    await expect(open({ threads: 0 })).rejects.toThrow(/^openDevice: threads is 0\. Give a whole number from 1 to 64/);
  });

  it('says what to do where a worker does not start', async () => {
    const nowhere = new URL('/no-such-worker.js', globalThis.location?.href ?? 'file:///').href;
    await expect(open({ workerUrl: nowhere })).rejects.toThrow(
      /^openDevice: the worker at .*no-such-worker.*dist\/worker\.js/,
    );
  });
});

describe('a worker that ends by itself', () => {
  it('loses the device: what is asked of it rejects, and another one can be opened', async () => {
    const script = `
      const native = globalThis.process?.getBuiltinModule?.('node:worker_threads');
      const port = native?.parentPort ?? globalThis;
      const receive = message => {
        if (message.start) port.postMessage('ready');
        else throw new Error('out of luck');
      };
      if (port.on) port.on('message', receive);
      else port.onmessage = ({ data }) => receive(data);
    `;
    const workerUrl = `data:text/javascript,${encodeURIComponent(script)}`;
    const device = await open({ workerUrl, assume: { sharedMemory: false } });
    const x = upload(device, ramp(10));
    const pending = read(device, apply(device, affine, plan(10), x));
    await expect(pending).rejects.toThrow(DeviceLostError);
    await expect(pending).rejects.toThrow(/a worker of the wasm device ended: .*out of luck/);
    expect((await device.lost).reason).toBe('unknown');
    await expect(read(device, x)).rejects.toThrow(DeviceLostError);
    const again = await open();
    expect(await read(again, upload(again, ramp(3)))).toEqual(ramp(3));
    again.close();
  });
});

describe('many threads', () => {
  it('share the chunks of a pass, each taken once, however short', async () => {
    const device = await open({ threads: 4 });
    const x = ramp(4000);
    const given = upload(device, x);
    const sampled: [number, Float32Array][] = [];
    for (let round = 0; round < 300; round++) {
      const out = apply(device, affine, plan(4000, { factor: round, each: 1 + (round % 40) }), given);
      if (round % 30 === 0) sampled.push([round, await read(device, out)]);
      out.release();
    }
    for (const [round, found] of sampled) expect(found).toEqual(expected(x, round));
    device.close();
  });
});
