/** What specs of linear models share: their golden cases, random problems, and models read back. */
import type { LinearModel } from '../../src/index.ts';
import golden from '../golden/regression.json';
import seed from '../golden/seed/regression.json';
import type { Line, Rows } from '../oracle/regression.ts';
import { coefficient, type Precision } from '../tolerance.ts';
import type { Findings } from './expect.ts';
import { goldenGrid, namedInput, type GoldenArray } from './golden.ts';
import { Random } from './random.ts';

/** Plain numbers with a shape: what every function takes. */
export interface Given {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export interface ModelCase {
  readonly label: string;
  readonly op: string;
  readonly x: Given;
  readonly y: Given;
  readonly weights: Float64Array | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  readonly coef: Float64Array;
  readonly intercept: Float64Array | undefined;
  /** All that the file says. */
  readonly raw: Readonly<Record<string, unknown>>;
}

const plain = ({ shape, data }: Given | ReturnType<typeof goldenGrid>): Given => ({
  shape,
  data: Float64Array.from(data),
});

const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;

/** Cases of regression.json by the name of their function. */
export function goldenCases(op: string): ModelCase[] {
  const all = golden.cases as unknown as readonly (Record<string, unknown> & { readonly op: string })[];
  return all
    .filter(one => one.op === op)
    .map(one => {
      const named = (name: unknown): Given => plain(namedInput(inputs, String(name)));
      return {
        label: `${op}(${String(one['x'])}, ${JSON.stringify(one['options'])}${one['weights'] ? ', weights' : ''})`,
        op,
        x: named(one['x']),
        y: named(one['y']),
        weights: one['weights'] ? named(one['weights']).data : undefined,
        options: one['options'] as Record<string, unknown>,
        coef: one['coef'] ? Float64Array.from(goldenGrid(one['coef'] as GoldenArray).data) : new Float64Array(0),
        intercept: one['intercept'] ? Float64Array.from(goldenGrid(one['intercept'] as GoldenArray).data) : undefined,
        raw: one,
      };
    });
}

interface SeedCase {
  readonly id: string;
  readonly function: string;
  readonly inputs: { readonly X: GoldenArray | string; readonly y: GoldenArray | string };
  readonly options: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

/** The worked cases of a function. Some take the numbers of another case. */
export function seedCases(op: string): ModelCase[] {
  const all = seed.cases as unknown as readonly SeedCase[];
  const arrayOf = (given: GoldenArray | string, name: 'X' | 'y'): GoldenArray => {
    if (typeof given !== 'string') return given;
    const other = all.find(one => one.id === given);
    if (!other) throw new Error(`there is no case ${given}`);
    return arrayOf(other.inputs[name], name);
  };
  return all
    .filter(one => one.function === op)
    .map(one => {
      const { expected } = one;
      const coef = (expected['coef'] ?? (expected['data'] ? expected : undefined)) as GoldenArray | undefined;
      const { intercept } = expected;
      return {
        label: one.id,
        op,
        x: plain(goldenGrid(arrayOf(one.inputs.X, 'X'))),
        y: plain(goldenGrid(arrayOf(one.inputs.y, 'y'))),
        weights: undefined,
        options: one.options,
        coef: coef ? Float64Array.from(goldenGrid(coef).data) : new Float64Array(0),
        intercept: typeof intercept === 'number' ? Float64Array.of(intercept) : undefined,
        raw: expected,
      };
    });
}

/** The root mean square of each column about its mean: what coefficients are multiplied by before they are compared. */
export function spreads({ shape, data }: Given): Float64Array {
  const [n = 0, p = 0] = shape;
  return Float64Array.from({ length: p }, (_, j) => {
    const column = Float64Array.from({ length: n }, (_unused, i) => data[i * p + j] ?? NaN);
    const mean = column.reduce((sum, value) => sum + value, 0) / n;
    return Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  });
}

/** Compares a model with a case: coefficients in units of their columns, which of them are 0, the intercept. */
export async function checkModel(
  findings: Findings,
  model: LinearModel,
  one: ModelCase,
  precision: Precision,
  label: string,
): Promise<void> {
  const sizes = spreads(one.x);
  const p = sizes.length;
  const scaled = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from(values, (value, at) => value * (sizes[at % p] ?? NaN));
  const coef = await model.coef.data();
  const expected = scaled(one.coef);
  const largest = Math.max(...expected.map(Math.abs), 1);
  findings.close(scaled(coef), expected, coefficient(precision, largest), label);
  findings.exact(
    Float64Array.from(coef, value => Number(value !== 0)),
    one.coef.map(value => Number(value !== 0)),
    `${label}, support`,
  );
  if (one.intercept) {
    const found = await model.intercept.data();
    // Without an intercept scikit-learn has one 0 for all targets.
    const { intercept } = one;
    const all = Float64Array.from(found, (_, at) => intercept[intercept.length > 1 ? at : 0] ?? NaN);
    const offset = Math.max(...one.intercept.map(Math.abs), ...one.x.data.map(Math.abs), 1);
    findings.close(found, all, coefficient(precision, offset * largest), `${label}, intercept`);
  }
}

/** Normal columns, neighbours of which have the correlation `rho`, and a target of some of them and noise. */
export function problem(
  n: number,
  p: number,
  { rho = 0, seed: key = 1, offset = 0 } = {},
): Rows & { x: Float64Array; y: Float64Array } {
  const random = new Random(key);
  const x = new Float64Array(n * p);
  const fresh = random.normal(n * p);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < p; j++) {
      const before = j > 0 ? (x[i * p + j - 1] ?? NaN) - offset : 0;
      const own = fresh[i * p + j] ?? NaN;
      x[i * p + j] = Math.fround((j > 0 ? rho * before + Math.sqrt(1 - rho * rho) * own : own) + offset);
    }
  const noise = random.normal(n);
  const y = Float64Array.from({ length: n }, (_, i) => {
    let sum = (noise[i] ?? NaN) / 2 + offset;
    for (let j = 0; j < Math.min(5, p); j++) sum += (3 - j) * (x[i * p + j] ?? NaN);
    return Math.fround(sum);
  });
  return { n, p, x, y };
}

export const givenX = ({ n, p, x }: Rows): Given => ({ shape: [n, p], data: Float64Array.from(x) });

/** A model of one target, read back. */
export async function lineOf(model: LinearModel): Promise<Line> {
  return { coef: Array.from(await model.coef.data()), intercept: await model.intercept.item() };
}
