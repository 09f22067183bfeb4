/**
 * Which tile suits this adapter: times one metric of each cost at several sizes, with every tile that it could take. Runs in
 * the page; tiles.mjs writes down what it finds.
 */
import { cdist, openDevice, type Device, type Metric } from 'unitball';
import { uniform } from './harness/data.ts';
import { median } from './harness/rounds.ts';

const costs = {
  light: { metric: 'cityblock', side: 768, length: 256 },
  middle: { metric: 'braycurtis', side: 768, length: 256 },
  heavy: { metric: 'minkowski', side: 384, length: 128 },
} as const satisfies Record<string, { metric: Metric; side: number; length: number }>;

const SIDES = [2, 4, 8, 16];
/** More than this in workgroup memory or registers no GPU has. */
const MOST = { software: 16, registers: 16, workgroup: 8 };
const ROUNDS = 5;

export interface TileTimes {
  readonly kind: 'software' | 'registers' | 'workgroup';
  readonly cost: keyof typeof costs;
  readonly side: number;
  /** Milliseconds of a call with its readback. */
  readonly time: number;
}

export async function tiles(): Promise<{ adapter: string; times: TileTimes[] }> {
  const plain = await openDevice({ device: 'webgpu' });
  const software = plain.info.isFallback;
  const adapter = [plain.info.vendor, plain.info.architecture].filter(Boolean).join(' ');
  plain.close();
  const times: TileTimes[] = [];
  for (const kind of software ? (['software'] as const) : (['registers', 'workgroup'] as const))
    for (const cost of Object.keys(costs) as (keyof typeof costs)[])
      for (const side of SIDES.filter(one => one <= MOST[kind])) {
        const device = await openDevice({
          device: 'webgpu',
          assume: { tileSide: side, sharedTiles: kind === 'workgroup' },
        });
        times.push({ kind, cost, side, time: await timeOf(device, costs[cost]) });
        device.close();
      }
  return { adapter, times };
}

async function timeOf(
  device: Device,
  { metric, side, length }: { metric: Metric; side: number; length: number },
): Promise<number> {
  const a = device.tensor(uniform(side * length, 1), [side, length]);
  const b = device.tensor(uniform(side * length, 2), [side, length]);
  const taken: number[] = [];
  // The first round compiles.
  for (let round = 0; round <= ROUNDS; round++) {
    const begun = performance.now();
    const result = cdist(a, b, metric === 'minkowski' ? { metric, p: 3 } : metric);
    await result.data();
    if (round > 0) taken.push(performance.now() - begun);
    result.dispose();
  }
  return median(taken);
}
