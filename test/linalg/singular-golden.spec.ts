/** What stands on singular values – pinv, matrixRank, cond, lstsq – against numpy's own answers, refusals included. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  cond,
  lstsq,
  matrixRank,
  pinv,
  UnitballError,
  type CondOrd,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { goldenGrid, isRaised, type GoldenArray, type GoldenOutcome } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { labelOf, sideOf, singularCases, singularInput, valuesOf, type SingularCase } from '../support/singular.ts';
import { floatsOf, given, tensorOf, type FloatDtype } from '../support/tensors.ts';
import {
  conditionBy,
  precisionOf,
  pseudoInverse,
  reciprocalCondition,
  residualSquares,
  ROUNDING,
  spectrum,
} from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const operandsOf = ({ x }: SingularCase<unknown>, dtype: FloatDtype): [Tensor, Tensor] =>
  x.map(name => tensorOf(device, singularInput(name), dtype)) as [Tensor, Tensor];

const answered = <Expected>(cases: readonly SingularCase<Expected | { readonly raises: string }>[]) =>
  cases.filter((one): one is SingularCase<Expected> => !isRaised(one.expected as GoldenOutcome));

/** Of each matrix: σ₁ over the smallest σ that counts, and 1 over that. */
const conditionsOf = (one: SingularCase<unknown>, cutoff: number): { condition: number; size: number }[] =>
  valuesOf(one).map(values => {
    const kept = values.filter(value => value > cutoff * (values[0] ?? 0));
    const least = kept.at(-1) ?? Infinity;
    return { condition: (kept[0] ?? 0) / least, size: 1 / least };
  });

const cutoffOf = (one: SingularCase<unknown>): number =>
  one.rcond ?? sideOf(singularInput(one.x[0] ?? '')) * 2 * ROUNDING.float32;

describe("numpy's answers", () => {
  it('pinv', async () => {
    const findings = new Findings();
    for (const dtype of floatsOf(device))
      for (const one of answered<GoldenArray>(singularCases('pinv'))) {
        const [a] = operandsOf(one, dtype);
        const found = await pinv(a, given({ rcond: one.rcond }));
        const expected = goldenGrid(one.expected);
        const perMatrix = expected.shape.slice(-2).reduce((product, length) => product * length, 1);
        const known = conditionsOf(one, cutoffOf(one));
        findings.shape(found.shape, expected.shape, labelOf(one));
        findings.close(
          await found.data(),
          expected.data,
          at => {
            const { condition, size } = known[Math.floor(at / perMatrix)] ?? { condition: 0, size: 0 };
            return pseudoInverse(sideOf(a), precisionOf(found), condition, size);
          },
          `${labelOf(one)} (${dtype})`,
        );
      }
    findings.end();
  });

  it('matrixRank', async () => {
    const findings = new Findings();
    for (const dtype of floatsOf(device))
      for (const one of answered<GoldenArray>(singularCases('matrixRank'))) {
        const found = await matrixRank(operandsOf(one, dtype)[0], given({ tol: one.tol }));
        findings.shape(found.shape, one.expected.shape, labelOf(one));
        findings.exact(await found.data(), goldenGrid(one.expected).data, `${labelOf(one)} (${dtype})`);
      }
    findings.end();
  });

  it('cond, as the share of σ₁ that is left', async () => {
    const findings = new Findings();
    for (const dtype of floatsOf(device))
      for (const one of answered<GoldenArray>(singularCases('cond'))) {
        const [a] = operandsOf(one, dtype);
        const found = await cond(a, one.p as CondOrd);
        const expected = Array.from(goldenGrid(one.expected).data);
        const label = `${labelOf(one)} (${dtype})`;
        const precision = precisionOf(found);
        findings.shape(found.shape, one.expected.shape, label);
        const actual = Array.from(await found.data(), Number);
        if (one.p === undefined || one.p === 2 || one.p === -2) {
          // A singular matrix's σₖ is rounding in numpy, too: what is compared is below 1.
          const share = (value: number): number => (one.p === -2 && value <= 1 ? value : 1 / value);
          findings.close(actual.map(share), expected.map(share), reciprocalCondition(sideOf(a), precision), label);
        } else {
          const known = one.values ? conditionsOf(one, 0) : [];
          findings.close(actual, expected, at => conditionBy(sideOf(a), precision, known[at]?.condition ?? 1), label);
        }
      }
    findings.end();
  });

  interface Answer {
    readonly x: GoldenArray;
    readonly residuals: GoldenArray;
    readonly rank: number;
    readonly s: GoldenArray;
  }

  it('lstsq', async () => {
    const findings = new Findings();
    for (const dtype of floatsOf(device))
      for (const one of answered<Answer>(singularCases('lstsq'))) {
        const [a, b] = operandsOf(one, dtype);
        const found = await lstsq(a, b, given({ rcond: one.rcond }));
        const label = `${labelOf(one)} (${dtype})`;
        const precision = precisionOf(found.x);
        const { x, residuals, rank, s } = one.expected;
        const largest = valuesOf(one)[0]?.[0] ?? 0;
        const [known = { condition: 0, size: 0 }] = conditionsOf(one, cutoffOf(one));
        const length = Math.hypot(...Array.from(goldenGrid(x).data));
        const right = Math.hypot(...Array.from(singularInput(one.x[1] ?? '').data));
        // What of b lies outside of A's columns comes in by the turn of their space, times ‖A⁺‖.
        const scale = length + known.size * right;
        findings.check(found.rank === rank, `${label}: rank ${found.rank} where ${rank} is expected`);
        for (const [name, actual, golden, bound] of [
          ['x', found.x, x, pseudoInverse(sideOf(a), precision, known.condition, scale)],
          ['residuals', found.residuals, residuals, residualSquares(sideOf(a), precision, largest * length + right)],
          ['s', found.s, s, spectrum(sideOf(a), precision, largest)],
        ] as const) {
          findings.shape(actual.shape, golden.shape, `${label}: ${name}`);
          findings.close(await actual.data(), goldenGrid(golden).data, bound, `${label}: ${name}`);
        }
      }
    findings.end();
  });

  it('what numpy refuses is a typed error that names the operation', async () => {
    const calls = {
      pinv: ([a]: Tensor[]) => pinv(a ?? []),
      matrixRank: ([a]: Tensor[]) => matrixRank(a ?? []),
      cond: ([a]: Tensor[], { p }: SingularCase<unknown>) => cond(a ?? [], p as CondOrd),
      lstsq: ([a, b]: Tensor[]) => lstsq(a ?? [], b ?? []),
    } as const;
    for (const [op, call] of Object.entries(calls))
      for (const one of singularCases(op))
        if (isRaised(one.expected)) await expectRejects(call(operandsOf(one, 'float32'), one), UnitballError, op);
  });
});
