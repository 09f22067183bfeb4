/**
 * Cost against size: an op of this library on one device, while one of its sizes goes up and the others stay (sweeps.ts). A series ends
 * where a call gets slow. Peers have no part in it, but for PyTorch in the pack for GPU machines: what counts here is how time and
 * memory grow.
 */
import { openDevice, type Device } from 'unitball';
import { uniform } from './data.ts';
import { median } from './rounds.ts';
import { sweeps, type Sweep } from './sweeps.ts';

export interface Point {
  /** The size that is varied. */
  readonly at: number;
  /** Milliseconds of a call with its small result read back; the median of some. */
  readonly ms: number;
  /** Bytes that the device had taken at most, operands included, by the end of this point. */
  readonly peak: number;
  /** The least bytes to move, or the operations to do, at this size: for shares of what the machine can do. */
  readonly bytes?: number;
  readonly flops?: number;
  /** What was computed, for whoever computes the same: the shapes of the operands, and k. */
  readonly operands: readonly (readonly number[])[];
  readonly k?: number;
}

export interface Series extends Pick<Sweep, 'op' | 'varies' | 'shape'> {
  readonly device: string;
  readonly points: readonly Point[];
  readonly note?: string;
}

export interface Effort {
  /** A series ends with the first point that takes longer than this many milliseconds. */
  readonly limit: number;
  readonly rounds: number;
}

const HOPELESS = 16;

const nameOf = ({ op, varies }: Sweep): string => `${op}, ${varies}`;

export const sweepNames = (): string[] => sweeps.map(nameOf);

/** One series, named as in `sweepNames`, on a device of its own: what it holds at most is then of this series alone. */
export async function runSweep(name: string, kind: Device['kind'], effort: Effort): Promise<Series> {
  const sweep = sweeps.find(one => nameOf(one) === name);
  if (!sweep) throw new Error(`there is no sweep '${name}'`);
  const { op, varies, shape } = sweep;
  const device = await openDevice({ device: kind });
  const points: Point[] = [];
  let note: string | undefined;
  try {
    for (const size of sweep.sizes) {
      const point = await measure(device, sweep, size, effort);
      points.push(point);
      if (point.ms > effort.limit) break;
    }
  } catch (error) {
    // Too large for this device, mostly: what was found until then stands.
    note = error instanceof Error ? error.message : String(error);
  } finally {
    device.close();
  }
  return { op, varies, shape, device: kind, points, ...(note !== undefined && { note }) };
}

async function measure(device: Device, sweep: Sweep, size: number, { limit, rounds }: Effort): Promise<Point> {
  const shapes = sweep.operands(size);
  const numbers = shapes.map((shape, at) =>
    uniform(
      shape.reduce((product, length) => product * length, 1),
      at + 1,
    ),
  );
  sweep.prepare?.(numbers, size);
  const operands = shapes.map((shape, at) => device.tensor(numbers[at] ?? [], [...shape]));
  const times: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const begun = performance.now();
    await sweep.run(operands, size);
    const taken = performance.now() - begun;
    // The first call compiles, unless it takes so long that nobody wants a second one.
    const isOnly = round < 0 && taken > HOPELESS * limit;
    if (round >= 0 || isOnly) times.push(taken);
    if (isOnly || (round >= 0 && taken > limit)) break;
  }
  const { peak } = device.memory();
  operands.forEach(operand => operand.dispose());
  const { bytes, flops, k } = sweep;
  return {
    at: size,
    ms: median(times),
    peak,
    ...(bytes && { bytes: bytes(size) }),
    ...(flops && { flops: flops(size) }),
    operands: shapes,
    ...(k && { k: k(size) }),
  };
}
