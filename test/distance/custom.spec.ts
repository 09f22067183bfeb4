/** Metrics that users write: a fragment and its twin give the same, verifyMetric tells when not, and nothing is registered. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cdist,
  cdistChunks,
  defineMetric,
  distance,
  OptionError,
  pairwiseReduce,
  pdist,
  ShaderError,
  verifyMetric,
  type Device,
} from '../../src/index.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import { rowsOf } from '../oracle/distance.ts';
import { expectRejects, expectThrows } from '../support/expect.ts';
import { isGpuLane, openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { elementwise, norm, plus, type Precision, type Tolerance } from '../tolerance.ts';

type Js = Parameters<typeof defineMetric>[0]['js'];

/** A fragment that sums an expression of `x`, `y` and `w`. */
const summing = (term: string, finish = 'pair'): string => `
alias Pair = f32;
fn pair_start() -> Pair { return 0.0; }
fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair {
  let terms = ${term};
  return pair + ((terms.x + terms.y) + (terms.z + terms.w));
}
fn pair_join(a: Pair, b: Pair) -> Pair { return a + b; }
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 { return ${finish}; }
`;

/** Σ f(x, y) over the columns. */
const sumOf =
  (f: (x: number, y: number) => number): Js =>
  (x, y) => {
    let sum = 0;
    for (let k = 0; k < x.length; k++) sum += f(x[k] ?? NaN, y[k] ?? NaN);
    return sum;
  };

/** Σ w·√|x − y| */
const rootsOf: Js = (x, y, w) => {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += (w?.[k] ?? 1) * Math.sqrt(Math.abs((x[k] ?? NaN) - (y[k] ?? NaN)));
  return sum;
};
const roots = defineMetric({ name: 'roots', wgsl: summing('w * sqrt(abs(x - y))'), js: rootsOf, weighted: true });

/** Two rows of the largest product are the closest: 1 / (1 + |x·y|). */
const inverted = defineMetric({
  name: 'inverted',
  wgsl: summing('x * y', '1.0 / (1.0 + abs(pair))'),
  js: (x, y, w) => 1 / (1 + Math.abs(sumOf((p, q) => p * q)(x, y, w))),
});

/** What a sum of n roots may be off by, and a last quotient. */
const bound =
  (n: number) =>
  (precision: Precision): Tolerance =>
    plus(norm(n, 1, precision), elementwise('sqrt', precision), elementwise('div', precision));

/** The matrix of a twin. */
function twin(js: Js, x: Grid, y: Grid, w?: readonly number[]): Grid {
  const row = (values: readonly number[]): Float64Array => Float64Array.from(values);
  const weights = w && row(w);
  const values = rowsOf(x).flatMap(left => rowsOf(y).map(right => js(row(left), row(right), weights)));
  return grid([x.shape[0] ?? 0, y.shape[0] ?? 0], values);
}

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** A GPU must find fault with the fragment; a cpu device runs the twin, which is fine. */
const expectFault = (
  result: Promise<unknown>,
  op: string,
  ...mentions: readonly (string | RegExp)[]
): Promise<unknown> => (isGpuLane ? expectRejects(result, ShaderError, op, ...mentions) : result);

const normal = (n: number, d: number, seed: number): Grid => gridOf([n, d], new Random(seed).normal(n * d));

describe('a metric of a fragment and its twin', () => {
  it('gives with cdist what the twin gives, at the edges of tiles, with weights and without', async () => {
    const batch = new Batch();
    for (const dtype of floatsOf(device))
      for (const [n, m, d] of [
        [1, 1, 1],
        [3, 17, 5],
        [33, 16, 64],
        [64, 65, 33],
        [9, 70, 129],
      ] as const) {
        const [x, y] = [normal(n, d, 1), normal(m, d, 2)];
        const [a, b] = [tensorOf(device, x, dtype), tensorOf(device, y, dtype)];
        const w = Array.from({ length: d }, (_, k) => (k % 3) / 2);
        batch.expect(`${n}, ${m}, ${d}`, () => cdist(a, b, roots), twin(rootsOf, x, y), bound(d));
        batch.expect(
          `${n}, ${m}, ${d} with w`,
          () => cdist(a, b, { metric: roots, w }),
          twin(rootsOf, x, y, w),
          bound(d),
        );
        a.dispose();
        b.dispose();
      }
    await batch.end();
  });

  it('goes wherever a name goes', async () => {
    const batch = new Batch();
    const [x, y] = [normal(20, 7, 3), normal(11, 7, 4)];
    const [a, b] = [tensorOf(device, x), tensorOf(device, y)];
    const whole = twin(rootsOf, x, y);
    const own = rowsOf(twin(rootsOf, x, x)).flatMap((row, i) => row.slice(i + 1));
    batch.expect('pdist', () => pdist(a, roots), grid([own.length], own), bound(7));
    batch.expect(
      'pairwiseReduce',
      () => pairwiseReduce(a, b, { metric: roots, reduce: 'min' }),
      grid(
        [20],
        rowsOf(whole).map(row => Math.min(...row)),
      ),
      bound(7),
    );
    await batch.end();
    const blocks: number[] = [];
    for await (const { distances } of cdistChunks(a, b, { metric: roots, rows: 6 }))
      blocks.push(...(await distances.data()));
    expect(blocks).toEqual([...(await cdist(a, b, roots).data())]);
    const u = rowsOf(x)[0] ?? [];
    const v = rowsOf(y)[0] ?? [];
    expect(distance(u, v, roots)).toBe(whole.data[0]);
    expect(distance(u, v, { metric: roots, w: u.map(() => 2) })).toBeCloseTo(2 * (whole.data[0] ?? 0), 12);
  });

  it('shows its name', () => {
    expect(roots.name).toBe('roots');
    expect(String(roots)).toContain('roots');
  });

  it('is not confused with another one of the same name', async () => {
    const other = defineMetric({
      name: 'roots',
      wgsl: summing('abs(x - y)'),
      js: sumOf((p, q) => Math.abs(p - q)),
    });
    const [a, b] = [device.tensor([[4, 9]]), device.tensor([[0, 0]])];
    expect(await cdist(a, b, roots).item()).toBeCloseTo(5, 5);
    expect(await cdist(a, b, other).item()).toBeCloseTo(13, 5);
    expect(await cdist(a, b, roots).item()).toBeCloseTo(5, 5);
  });

  it('without weights refuses them', () => {
    const rows = device.tensor([[1, 2]]);
    expectThrows(() => cdist(rows, rows, { metric: inverted, w: [1, 1] }), OptionError, 'cdist', 'inverted', 'w');
    expectThrows(() => distance([1, 2], [1, 2], { metric: inverted, w: [1, 1] }), OptionError, 'distance', 'inverted');
    expectThrows(() => cdist(rows, rows, { metric: roots, p: 3 }), OptionError, 'cdist', 'roots', 'p');
  });
});

describe('verifyMetric', () => {
  it('reports on every kind of rows where fragment and twin agree', async () => {
    const report = await verifyMetric(roots, { device });
    expect(report.metric).toBe('roots');
    expect(report.device).toBe(device.kind);
    const names = report.cases.map(one => one.name);
    for (const kind of ['random', 'zero', 'near-duplicates', 'huge', 'tiny'])
      for (const weights of ['', 'weighted'])
        expect(names.some(name => name.includes(kind) && name.includes(weights))).toBe(true);
    for (const one of report.cases) {
      expect(one.pairs).toBeGreaterThan(0);
      expect(one.worst).toBeLessThan(2 ** -14);
    }
  });

  it('takes sizes, and rows of your own', async () => {
    const report = await verifyMetric(roots, { device, dim: 5, rows: 3 });
    expect(report.cases.every(one => one.pairs === 9)).toBe(true);
    const data = [
      [1, 2],
      [3, 4],
      [0, 0],
    ];
    const own = await verifyMetric(inverted, { device, data });
    expect(own.cases.map(one => one.pairs)).toEqual([9]);
  });

  it('rejects with a table where the fragment is another formula', async () => {
    // Forgets the root.
    const wrong = defineMetric({ name: 'wrong', wgsl: summing('w * abs(x - y)'), js: rootsOf, weighted: true });
    await expectFault(verifyMetric(wrong, { device }), 'verifyMetric', 'wrong', 'random', /fragment +twin/, 'more');
  });

  it('rejects where the fragment forgets the weights', async () => {
    const heedless = defineMetric({ name: 'heedless', wgsl: summing('sqrt(abs(x - y))'), js: rootsOf, weighted: true });
    await expectFault(verifyMetric(heedless, { device }), 'verifyMetric', 'heedless', 'weighted');
  });

  it('rejects where the fragment is NaN and the twin is not', async () => {
    const never = defineMetric({
      name: 'never-a-number',
      wgsl: summing('abs(x - y)', 'bitcast<f32>(params.nan_bits)'),
      js: sumOf((p, q) => Math.abs(p - q)),
    });
    await expectFault(verifyMetric(never, { device }), 'verifyMetric', 'NaN', 'Infinity');
  });

  it('rejects with the place where a fragment does not compile', async () => {
    const broken = defineMetric({ name: 'broken', wgsl: summing('absolute(x - y)'), js: rootsOf });
    await expectFault(verifyMetric(broken, { device }), 'pairs/broken', 'compile', 'defineMetric/broken', 'absolute');
  });

  it('gives all memory back, whatever it finds', async () => {
    const quiet = await openLaneDevice();
    await verifyMetric(roots, { device: quiet });
    const wrong = defineMetric({ name: 'wrong', wgsl: summing('x - x'), js: rootsOf });
    await verifyMetric(wrong, { device: quiet }).catch(() => {});
    expect(quiet.memory().live).toBe(0);
    quiet.close();
  });
});

describe('a fragment that does not compile', () => {
  it('is a ShaderError at the read that names its file, and harms nothing else', async () => {
    const broken = defineMetric({
      name: 'no-such-function',
      wgsl: summing('nowhere(x)'),
      js: (x, y) => Math.abs((x[0] ?? NaN) - (y[0] ?? NaN)),
    });
    const rows = device.tensor([[1], [4]]);
    const good = cdist(rows, rows, 'cityblock');
    const bad = cdist(rows, rows, broken);
    await expectFault(bad.data(), 'pairs/no-such-function', 'compile', 'defineMetric/no-such-function', 'nowhere');
    expect([...(await good.data())]).toEqual([0, 3, 3, 0]);
    expect([...(await cdist(rows, rows, 'cityblock').data())]).toEqual([0, 3, 3, 0]);
  });

  it('because a member is missing', async () => {
    const partial = defineMetric({ name: 'partial', wgsl: 'alias Pair = f32;', js: () => 1 });
    const rows = device.tensor([[1], [4]]);
    await expectFault(cdist(rows, rows, partial).data(), 'pairs/partial', 'compile');
  });
});

describe('what is refused', () => {
  const parts = { name: 'fine', wgsl: summing('x'), js: rootsOf };
  type Definition = Parameters<typeof defineMetric>[0];

  it('by defineMetric', () => {
    const refuse = (definition: unknown, ...mentions: string[]): Error =>
      expectThrows(() => defineMetric(definition as Definition), OptionError, 'defineMetric', ...mentions);
    for (const name of [undefined, '', 'a b', '1st', 7, 'x\ny']) refuse({ ...parts, name }, 'name');
    for (const wgsl of [undefined, 3, {}]) refuse({ ...parts, wgsl }, 'wgsl');
    for (const js of [undefined, 'x', {}]) refuse({ ...parts, js }, 'js');
    refuse({ ...parts, weighted: 1 }, 'weighted', '1');
    refuse({ ...parts, guarded: 'yes' }, 'guarded', "'yes'");
    refuse({ ...parts, prepare: 'unit' }, 'prepare');
    refuse(undefined);
    refuse(null);
  });

  it('by verifyMetric', async () => {
    type Verify = Parameters<typeof verifyMetric>;
    const refuse = (metric: unknown, options: unknown, ...mentions: string[]): Promise<Error> =>
      expectRejects(verifyMetric(metric as Verify[0], options as Verify[1]), OptionError, 'verifyMetric', ...mentions);
    await refuse('euclidean', { device }, "'euclidean'");
    await refuse(undefined, { device }, 'undefined');
    await refuse(roots, { device, dim: 0 }, 'dim', '0');
    await refuse(roots, { device, rows: NaN }, 'rows', 'NaN');
    await refuse(roots, { device, tolerance: -1 }, 'tolerance', '-1');
    await refuse(roots, { device, columns: 3 }, 'columns');
  });

  it('as a metric: what only looks like one', () => {
    const rows = device.tensor([[1]]);
    for (const metric of [parts, {}, 3, null, () => 0])
      expectThrows(
        () => cdist(rows, rows, { metric: metric as unknown as 'euclidean' }),
        OptionError,
        'cdist',
        'metric',
        'defineMetric',
      );
  });
});
