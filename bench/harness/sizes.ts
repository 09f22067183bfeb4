/**
 * Cost against size: an op of this library on one device, while one of its sizes goes up by half decades and the others stay.
 * A series ends where a call gets slow. Peers have no part in it: what counts here is how time and memory grow.
 */
import { cdist, cholesky, matmul, nearest, norm, openDevice, svdvals, type Device, type Tensor } from 'unitball';
import { uniform } from './data.ts';
import { median } from './rounds.ts';

export interface Point {
  /** The size that is varied. */
  readonly at: number;
  /** Milliseconds of a call with its small result read back; the median of some. */
  readonly ms: number;
  /** Bytes that the device had taken at most, operands included, by the end of this point. */
  readonly peak: number;
}

export interface Series {
  readonly op: string;
  /** What is varied, by the letter that it has in `shape`. */
  readonly varies: string;
  /** In words, with the letter that varies: `n × 128`. */
  readonly shape: string;
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

interface Sweep {
  readonly op: string;
  readonly varies: string;
  readonly shape: string;
  readonly sizes: readonly number[];
  /** The shapes of the operands at a size. */
  readonly operands: (size: number) => readonly (readonly [number, number])[];
  /** What is made of the random numbers of an operand: a definite matrix, say. */
  readonly prepare?: (values: Float32Array, size: number) => void;
  readonly run: (operands: readonly Tensor[], size: number) => Promise<void>;
}

/** 10, 32, 100, … */
const halfDecades = (from: number, to: number): number[] => {
  const sizes: number[] = [];
  for (let step = 0; ; step++) {
    const size = Math.round(from * 10 ** (step / 2));
    if (size > to) return sizes;
    sizes.push(size);
  }
};

/** The last element: there when all of it is. */
async function touch(x: Tensor): Promise<void> {
  const flat = x.reshape([-1]);
  const last = flat.slice(-1);
  await last.data();
  for (const one of [last, flat, x]) one.dispose();
}

const ofRows: Sweep['run'] = async ([x]) => {
  if (!x) return;
  const norms = norm(x, { axis: 1 });
  await norms.data();
  norms.dispose();
};
const ofPairs: Sweep['run'] = async ([a, b]) => {
  if (a && b) await touch(cdist(a, b));
};
const found =
  (k: (size: number) => number): Sweep['run'] =>
  async ([queries, points], size) => {
    if (!queries || !points) return;
    const { distances, indices } = await nearest(queries, points, { k: k(size) });
    await Promise.all([distances.data(), indices.data()]);
    distances.dispose();
    indices.dispose();
  };

const sweeps: readonly Sweep[] = [
  {
    op: 'norm of rows',
    varies: 'n',
    shape: 'n × 128',
    sizes: halfDecades(100, 1e6),
    operands: n => [[n, 128]],
    run: ofRows,
  },
  {
    op: 'norm of rows',
    varies: 'd',
    shape: '1,000 × d',
    sizes: halfDecades(10, 1e5),
    operands: d => [[1000, d]],
    run: ofRows,
  },
  {
    op: 'euclidean cdist',
    varies: 'n',
    shape: 'n × n × 64',
    sizes: halfDecades(10, 1e4),
    operands: n => [
      [n, 64],
      [n, 64],
    ],
    run: ofPairs,
  },
  {
    op: 'euclidean cdist',
    varies: 'd',
    shape: '256 × 256 × d',
    sizes: halfDecades(10, 1e5),
    operands: d => [
      [256, d],
      [256, d],
    ],
    run: ofPairs,
  },
  {
    op: 'nearest',
    varies: 'n',
    shape: '1 query, n points × 128, k = 10',
    sizes: halfDecades(100, 1e6),
    operands: n => [
      [1, 128],
      [n, 128],
    ],
    run: found(() => 10),
  },
  {
    op: 'nearest',
    varies: 'batch',
    shape: 'batch queries, 10,000 points × 128, k = 10',
    sizes: halfDecades(1, 1e4),
    operands: batch => [
      [batch, 128],
      [10_000, 128],
    ],
    run: found(() => 10),
  },
  {
    op: 'nearest',
    varies: 'd',
    shape: '1 query, 10,000 points × d, k = 10',
    sizes: halfDecades(10, 1e4),
    operands: d => [
      [1, d],
      [10_000, d],
    ],
    run: found(() => 10),
  },
  {
    op: 'nearest',
    varies: 'k',
    shape: '16 queries, 100,000 points × 16',
    sizes: halfDecades(1, 1e4),
    operands: () => [
      [16, 16],
      [100_000, 16],
    ],
    run: found(k => k),
  },
  {
    op: 'matmul',
    varies: 'n',
    shape: 'n × n × n',
    sizes: halfDecades(10, 1e4),
    operands: n => [
      [n, n],
      [n, n],
    ],
    run: async ([a, b]) => {
      if (a && b) await touch(matmul(a, b));
    },
  },
  {
    op: 'cholesky',
    varies: 'n',
    shape: 'n × n',
    sizes: halfDecades(10, 1e4),
    operands: n => [[n, n]],
    // Definite by its diagonal; no kernel looks whether it is so by much.
    prepare(values, n) {
      for (let i = 0; i < n; i++) values[i * (n + 1)] = n;
    },
    run: async ([a]) => {
      if (a) await touch(cholesky(a));
    },
  },
  {
    op: 'svdvals',
    varies: 'n',
    shape: 'n × n',
    sizes: halfDecades(10, 3200),
    operands: n => [[n, n]],
    run: async ([a]) => {
      if (a) await touch(await svdvals(a));
    },
  },
];

export const sweepNames = (): string[] => sweeps.map(({ op, varies }) => `${op}, ${varies}`);

/** One series, named as in `sweepNames`, on a device of its own: what it holds at most is then of this series alone. */
export async function runSweep(name: string, kind: Device['kind'], effort: Effort): Promise<Series> {
  const sweep = sweeps.find(({ op, varies }) => `${op}, ${varies}` === name);
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
  const operands = sweep.operands(size).map((shape, k) => {
    const values = uniform(shape[0] * shape[1], k + 1);
    sweep.prepare?.(values, size);
    return device.tensor(values, [...shape]);
  });
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
  return { at: size, ms: median(times), peak };
}
