/** Whitening, under the public distances: euclidean distances of what comes out are Mahalanobis distances of what went in. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotPositiveDefiniteError, ShapeError, type Device, type Tensor } from '../../src/index.ts';
import { covariance, whiten, type WhitenSource } from '../../src/linalg/index.ts';
import { Scope } from '../../src/tensor/index.ts';
import { inverse } from '../oracle/distance.ts';
import { grid, valueAt, type Grid } from '../oracle/grid.ts';
import { covariance as covarianceOracle, mahalanobis as oracle, matmul } from '../oracle/linalg.ts';
import { expectRejects, expectThrows, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { mahalanobis as bound, semidefinite, type Precision } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const normal = (n: number, d: number, seed = 1): Grid => gridOf([n, d], new Random(seed * 1000 + n + d).normal(n * d));

const inverseOf = (x: Grid): Grid => {
  const d = x.shape[0] ?? 0;
  return grid(x.shape, inverse(Array.from({ length: d }, (_, i) => rowOf(x, i))).flat());
};

/** A well-conditioned covariance matrix, and its inverse. */
function pair(d: number): { covariance: Grid; inverse: Grid } {
  const mix = normal(d, d, 2);
  const scaled = gridOf(
    [d, d],
    Array.from(mix.data, (value, at) => (0.4 * value) / Math.sqrt(d) + (at % (d + 1) === 0 ? 1 : 0)),
  );
  const own = gridOf([d, d], matmul(scaled, flipped(scaled)).product.data);
  return { covariance: own, inverse: gridOf([d, d], inverseOf(own).data) };
}

const flipped = ({ shape: [n = 0, m = 0], data }: Grid): Grid =>
  grid(
    [m, n],
    Array.from({ length: n * m }, (_, at) => data[(at % n) * m + Math.floor(at / n)] ?? NaN),
  );

/** The first set, whitened. */
async function whitenedOne(...call: Parameters<typeof whitened>): Promise<Grid> {
  const [one] = await whitened(...call);
  if (!one) throw new Error('whitening gives a set for each');
  return one;
}

async function whitened(sets: readonly Tensor[], source: WhitenSource): Promise<Grid[]> {
  const scope = new Scope();
  try {
    const results = whiten(sets, source, 'test', scope);
    const all = await Promise.all(results.map(one => one.data()));
    return all.map((data, k) => grid(sets[k]?.shape ?? [], Float64Array.from(data)));
  } finally {
    scope.close();
  }
}

const rowOf = (x: Grid, i: number): number[] => Array.from({ length: x.shape[1] ?? 0 }, (_, k) => valueAt(x, [i, k]));
const apart = (x: Grid, i: number, y: Grid, j: number): number[] =>
  rowOf(x, i).map((value, k) => value - valueAt(y, [j, k]));

/** Distances between all rows of the first and of the last grid. */
const distances = (grids: readonly Grid[], measure: (step: number[]) => number): number[] => {
  const [a, b = a] = [grids[0], grids.at(-1)];
  if (!a || !b) return [];
  const n = a.shape[0] ?? 0;
  const m = b.shape[0] ?? 0;
  return Array.from({ length: n * m }, (_, at) => measure(apart(a, Math.floor(at / m), b, at % m)));
};

/** Whitening is in doubles on a cpu device, whatever comes in. */
const precision = (): Precision => (device.kind === 'cpu' ? 'double' : 'single');

const length = (v: readonly number[]): number => Math.hypot(...v);

describe('whiten', () => {
  it('by a covariance, by its inverse, and by samples', async () => {
    const findings = new Findings();
    for (const d of [1, 2, 5, 33, 66])
      for (const dtype of floatsOf(device)) {
        const of = (x: Grid): Tensor => tensorOf(device, x, dtype);
        const known = pair(d);
        const sets = [normal(4, d, 3), normal(3, d, 4)];
        const samples = normal(3 * d + 2, d, 5);
        const own = covarianceOracle(samples).covariance;
        for (const [name, source, by] of [
          ['covariance', { covariance: of(known.covariance) }, known.covariance],
          ['inverse', { inverse: of(known.inverse) }, inverseOf(known.inverse)],
          ['samples', { samples: of(samples), instead: 'nothing' }, own],
        ] as const) {
          const results = await whitened(sets.map(of), source);
          const expected = distances(sets, step => oracle(step, by));
          findings.close(
            distances(results, length),
            expected,
            bound(d, precision(), 40, Math.max(...expected)),
            `${name}, order ${d}, ${dtype}`,
          );
        }
      }
    findings.end();
  });

  it('gives rows of no covariance but one on the diagonal', async () => {
    const x = normal(50, 6);
    const white = await whitenedOne([tensorOf(device, x)], { samples: tensorOf(device, x), instead: 'nothing' });
    const found = await covariance(tensorOf(device, white, floatsOf(device)[0])).data();
    const findings = new Findings();
    findings.close(
      found,
      Array.from({ length: 36 }, (_, at) => Number(at % 7 === 0)),
      bound(6, precision(), 20, 4),
      'covariance',
    );
    findings.end();
  });

  it('near-duplicates far off the origin', async () => {
    const findings = new Findings();
    for (const offset of [0, 10, 1000]) {
      const x = gridOf(
        [40, 4],
        Float64Array.from(new Random(9).normal(160), value => offset + 1e-3 * value),
      );
      const results = await whitened([tensorOf(device, x)], { samples: tensorOf(device, x), instead: 'nothing' });
      const by = covarianceOracle(x).covariance;
      const expected = distances([x], step => oracle(step, by));
      findings.close(
        distances(results, length),
        expected,
        bound(4, precision(), 10, Math.max(...expected)),
        `offset ${offset}`,
      );
    }
    findings.end();
  });

  it('by samples of every magnitude, in each column another one', async () => {
    const findings = new Findings();
    const plain = normal(30, 3);
    for (const factors of [
      [1e25, 1e25, 1e25],
      [1e-30, 1e-30, 1e-30],
      [1e25, 1, 1e-30],
    ]) {
      const x = gridOf(
        [30, 3],
        Float64Array.from(plain.data, (value, at) => value * (factors[at % 3] ?? 1)),
      );
      const results = await whitened([tensorOf(device, x)], { samples: tensorOf(device, x), instead: 'nothing' });
      const by = covarianceOracle(plain).covariance;
      const expected = distances([plain], step => oracle(step, by));
      findings.close(
        distances(results, length),
        expected,
        bound(3, 'single', 10, Math.max(...expected)),
        `times ${factors.join()}`,
      );
    }
    findings.end();
  });

  it('by an inverse that is singular, of whatever rank', async () => {
    const findings = new Findings();
    for (const [d, rank] of [
      [3, 1],
      [6, 4],
      [40, 7],
      [5, 0],
    ] as const) {
      const half = normal(d, rank, 6);
      const singular = gridOf([d, d], matmul(half, flipped(half)).product.data);
      const x = normal(6, d, 7);
      const measure = (step: number[]): number => length(Array.from(matmul(grid([1, d], step), half).product.data));
      for (const dtype of floatsOf(device)) {
        const results = await whitened([tensorOf(device, x, dtype)], { inverse: tensorOf(device, singular, dtype) });
        const expected = distances([x], measure);
        const trace = Array.from({ length: d }, (_, i) => valueAt(singular, [i, i])).reduce(
          (sum, value) => sum + value,
          0,
        );
        const largest = Math.sqrt(trace) * Math.max(...distances([x], length));
        findings.close(
          distances(results, length),
          expected,
          semidefinite(d, largest),
          `rank ${rank} of ${d}, ${dtype}`,
        );
      }
    }
    findings.end();
  });

  it('sees the symmetric part of an inverse alone', async () => {
    const findings = new Findings();
    const x = normal(4, 2);
    const results = await whitened([tensorOf(device, x)], {
      inverse: device.tensor([
        [2, 1.5],
        [-0.5, 1],
      ]),
    });
    const expected = distances([x], ([a = 0, b = 0]) => Math.sqrt(2 * a * a + a * b + b * b));
    findings.close(
      distances(results, length),
      expected,
      bound(2, precision(), 10, Math.max(...expected)),
      'not symmetric',
    );
    findings.end();
  });

  it('one NaN row is its own affair, but not among the samples', async () => {
    const data = Float64Array.from(normal(6, 3).data);
    data[4] = NaN;
    const x = device.tensor(data, [6, 3]);
    const { covariance: own } = pair(3);
    const white = await whitenedOne([x], { covariance: tensorOf(device, own) });
    for (let i = 0; i < 6; i++) expect(rowOf(white, i).some(Number.isNaN)).toBe(i === 1);
    const none = await whitenedOne([x], { samples: x, instead: 'nothing' });
    for (let i = 0; i < 6; i++) expect(rowOf(none, i).some(Number.isNaN)).toBe(true);
    const bad = await whitenedOne([x], {
      inverse: device.tensor([
        [1, 0, 0],
        [0, NaN, 0],
        [0, 0, 1],
      ]),
    });
    for (let i = 0; i < 6; i++) expect(rowOf(bad, i).some(Number.isNaN)).toBe(true);
  });

  it('refuses a singular covariance, and an inverse that is no inverse of one', async () => {
    const x = tensorOf(device, normal(5, 3));
    const read = async (source: WhitenSource): Promise<unknown> => whitened([x], source);
    for (const [matrix, column] of [
      [
        [
          [1, 1, 0],
          [1, 1, 0],
          [0, 0, 1],
        ],
        1,
      ],
      [
        [
          [1, 0, 0],
          [0, 0, 0],
          [0, 0, 1],
        ],
        1,
      ],
      [
        [
          [4, 2, 6],
          [2, 5, 7],
          [6, 7, 13],
        ],
        2,
      ],
      [
        [
          [1, 0, 0],
          [0, 1, 2],
          [0, 2, 1],
        ],
        2,
      ],
    ] as const)
      await expectRejects(
        read({ covariance: device.tensor(matrix.map(row => [...row])) }),
        NotPositiveDefiniteError,
        'test',
        `column ${column} `,
        'shrinkage',
      );
    for (const matrix of [
      [
        [1, 0, 0],
        [0, -1, 0],
        [0, 0, 1],
      ],
      [
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, 0],
      ],
      [
        [1, 2, 0],
        [2, 1, 0],
        [0, 0, 3],
      ],
      [
        [1e-6, 1, 0],
        [1, 1e-6, 0],
        [0, 0, 1],
      ],
    ])
      await expectRejects(
        read({ inverse: device.tensor(matrix) }),
        NotPositiveDefiniteError,
        'test',
        'semi-definite',
        '[3, 3]',
      );
    const scope = new Scope();
    expectThrows(
      () => whiten([x], { samples: x.slice(0, 3), instead: 'VI' }, 'test', scope),
      ShapeError,
      'test',
      '3 rows of 3',
      'VI',
      'shrinkage',
    );
    expectThrows(
      () => whiten([x], { inverse: device.tensor([[1]]) }, 'test', scope),
      ShapeError,
      'test',
      '[1, 1]',
      '[3, 3]',
    );
    scope.close();
  });
});
