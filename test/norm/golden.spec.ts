/** norm against numpy's own answers, refusals included: every order, axis and shape that numpy tells apart. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { norm, normalize, UnitballError, type Device } from '../../src/index.ts';
import golden from '../golden/norm.json';
import seed from '../golden/seed/norm.json';
import { expectThrows } from '../support/expect.ts';
import {
  goldenGrid,
  goldenNumber,
  isRaised,
  namedInput,
  type GoldenArray,
  type GoldenNumber,
  type GoldenOutcome,
} from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Batch, floatsOf, given, tensorOf } from '../support/tensors.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import {
  inputRounding,
  normOf,
  plus,
  spectralNorm,
  type NormOrd,
  type Precision,
  type Tolerance,
} from '../tolerance.ts';

interface Case {
  readonly x: string;
  readonly ord?: number | string;
  readonly axis?: number | readonly number[];
  readonly keepdims?: boolean;
  readonly expected: GoldenOutcome;
}

const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;
const cases = golden.cases as unknown as readonly Case[];
const input = (name: string): Grid => namedInput(inputs, name);

type Ord = NonNullable<Parameters<typeof norm>[1]>['ord'];
const ordOf = (ord: Case['ord']): Ord => (ord === undefined || typeof ord === 'number' ? ord : (ord as Ord));
const options = (one: Case): Parameters<typeof norm>[1] =>
  given({ ord: ordOf(one.ord), axis: one.axis, keepdims: one.keepdims });
const label = (one: Case): string =>
  `norm(${one.x}, ${JSON.stringify({ ord: one.ord, axis: one.axis, keepdims: one.keepdims })})`;

const ofMatrix = ({ axis }: Case, x: Grid): boolean =>
  Array.isArray(axis) ? axis.length === 2 : axis === undefined && x.shape.length === 2;
/** Made of singular values. */
const isSpectral = (one: Case, x: Grid): boolean =>
  ofMatrix(one, x) && (one.ord === 2 || one.ord === -2 || one.ord === 'nuc');

/** The ord as tolerances know it. */
const boundOrd = (ord: Case['ord']): NormOrd => (ord === undefined || ord === 'fro' ? ord : goldenNumber(ord));

const boundOf = (one: Case, x: Grid, precision: Precision): Tolerance =>
  isSpectral(one, x)
    ? spectralNorm(x, one.ord, one.axis === undefined ? undefined : [one.axis].flat(), precision)
    : normOf(x.shape, { ord: boundOrd(one.ord), axis: one.axis }, precision);

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('numpy.linalg.norm', () => {
  const answered = cases.filter(one => !isRaised(one.expected));
  const orders = [...new Set(answered.map(one => String(one.ord)))];

  for (const order of orders) {
    it(`ord ${order}`, async () => {
      const batch = new Batch();
      for (const dtype of floatsOf(device)) {
        for (const one of answered.filter(candidate => String(candidate.ord) === order)) {
          const x = input(one.x);
          const tensor = tensorOf(device, x, dtype);
          batch.expect(
            label(one),
            () => norm(tensor, options(one)),
            goldenGrid(one.expected as GoldenArray),
            precision => boundOf(one, x, precision),
          );
          tensor.dispose();
        }
        await batch.flush();
      }
      await batch.end();
    });
  }

  it('what numpy refuses is a typed error that names the operation', () => {
    for (const one of cases.filter(candidate => isRaised(candidate.expected))) {
      const tensor = tensorOf(device, input(one.x));
      expectThrows(() => norm(tensor, options(one)), UnitballError, 'norm');
      tensor.dispose();
    }
  });
});

interface SeedCase {
  readonly id: string;
  readonly function: string;
  readonly inputs: { readonly x: GoldenArray };
  readonly options: {
    readonly ord?: GoldenNumber;
    readonly axis?: number | readonly number[];
    readonly keepdims?: boolean;
  };
  readonly expected: number | GoldenArray;
}

describe('the worked cases', () => {
  const worked = seed.cases as unknown as readonly SeedCase[];

  it('norm and normalize, in doubles and rounded to float32', async () => {
    const batch = new Batch();
    for (const dtype of floatsOf(device)) {
      for (const one of worked) {
        const x = goldenGrid(one.inputs.x);
        const like: Case = { x: '', ...one.options, expected: { raises: '' } };
        const expected = typeof one.expected === 'number' ? grid([], [one.expected]) : goldenGrid(one.expected);
        const tensor = tensorOf(device, x, dtype);
        batch.expect(
          one.id,
          () => {
            if (one.function === 'norm') return norm(tensor, options(like));
            const result = normalize(tensor, { ord: one.options.ord as 2, axis: one.options.axis as number });
            return result;
          },
          expected,
          // The division of `normalize` is another rounding or so; the inputs are no float32 numbers.
          precision => plus(boundOf(like, x, precision), inputRounding(precision), inputRounding(precision)),
        );
        tensor.dispose();
      }
    }
    await batch.end();
  });
});
