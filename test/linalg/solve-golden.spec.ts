/** Linear systems, inverses and determinants against numpy's and SciPy's own answers, refusals included. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { det, inv, slogdet, solve, solveTriangular, UnitballError, type Device, type Tensor } from '../../src/index.ts';
import golden from '../golden/linalg-solve.json';
import { grid, sizeOf, type Grid } from '../oracle/grid.ts';
import { eliminate, leibniz } from '../oracle/solve.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { goldenGrid, isRaised, namedInput, type GoldenArray, type GoldenOutcome } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { matricesOf } from '../support/linalg.ts';
import { Batch, floatsOf, given, tensorOf, type Bound } from '../support/tensors.ts';
import { determinant, exact, logDeterminant, solution, type Precision, type Tolerance } from '../tolerance.ts';

interface SolveCase {
  readonly op: 'solve' | 'inv' | 'det' | 'slogdet' | 'solveTriangular';
  readonly x: readonly string[];
  readonly lower?: boolean;
  readonly transpose?: boolean;
  readonly unitDiagonal?: boolean;
  readonly condition: number;
  readonly expected: GoldenOutcome;
}

const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;
const cases = golden.cases as unknown as readonly SolveCase[];
const operandsOf = ({ x }: SolveCase): Grid[] => x.map(name => namedInput(inputs, name));
const labelOf = ({ op, x, lower, transpose, unitDiagonal }: SolveCase): string =>
  `${op}(${x.join(', ')}; ${JSON.stringify(given({ lower, transpose, unitDiagonal }))})`;

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** The results of a case: one, or sign and logarithm. */
function run(one: SolveCase, operands: readonly Tensor[]): Tensor[] {
  const [a, b] = operands as [Tensor, Tensor];
  const { lower, transpose, unitDiagonal } = one;
  switch (one.op) {
    case 'solve':
      return [solve(a, b)];
    case 'inv':
      return [inv(a)];
    case 'det':
      return [det(a)];
    case 'slogdet': {
      const { sign, logabsdet } = slogdet(a);
      return [sign, logabsdet];
    }
    case 'solveTriangular':
      return [solveTriangular(a, b, given({ lower, transpose, unitDiagonal }))];
    default:
      throw one.op satisfies never;
  }
}

/** The bound of each result. */
function boundsOf(one: SolveCase, expected: Grid): Bound[] {
  const order = operandsOf(one)[0]?.shape.at(-1) ?? 0;
  const { condition } = one;
  const finite = Array.from(expected.data, Math.abs).filter(Number.isFinite);
  const largest = Math.max(0, ...finite);
  const of =
    (family: (precision: Precision) => Tolerance): Bound =>
    precision =>
      family(precision);
  switch (one.op) {
    case 'det':
      return [of(precision => determinant(order, precision, condition))];
    case 'slogdet':
      return [exact, of(precision => logDeterminant(order, precision, condition, largest))];
    default:
      return [of(precision => solution(order, precision, condition, largest))];
  }
}

/** What numpy answered for each result: sign and logarithm come stacked. */
function answersOf({ op, expected }: SolveCase): Grid[] {
  if (isRaised(expected)) throw new Error('no answer');
  const answer = goldenGrid(expected);
  if (op !== 'slogdet') return [answer];
  const shape = answer.shape.slice(1);
  const data = Array.from(answer.data);
  return [grid(shape, data.slice(0, sizeOf(shape))), grid(shape, data.slice(sizeOf(shape)))];
}

describe("numpy's and SciPy's answers", () => {
  for (const op of ['solve', 'inv', 'det', 'slogdet', 'solveTriangular'] as const)
    it(op, async () => {
      const batch = new Batch();
      for (const one of cases.filter(({ op: own, expected }) => own === op && !isRaised(expected)))
        for (const dtype of floatsOf(device)) {
          const answers = answersOf(one);
          const results = run(
            one,
            operandsOf(one).map(operand => tensorOf(device, operand, dtype)),
          );
          results.forEach((result, k) => {
            const answer = answers[k];
            const bound = answer && boundsOf(one, answer)[k];
            if (!bound) throw new Error('one answer a result');
            batch.expect(labelOf(one), () => result, answer, bound);
          });
        }
      await batch.end();
    });

  it('and errors', async () => {
    let refused = 0;
    for (const one of cases.filter(({ expected }) => isRaised(expected))) {
      const operands = operandsOf(one).map(operand => tensorOf(device, operand));
      await expectRejects(
        // At the call where shapes tell, at the read where only values do.
        Promise.resolve().then(() => Promise.all(run(one, operands).map(result => result.data()))),
        UnitballError,
        one.op,
      );
      refused++;
    }
    expect(refused).toBeGreaterThan(15);
  });
});

describe('oracles against numpy', () => {
  it('elimination', () => {
    const findings = new Findings();
    for (const one of cases) {
      const { op, expected, condition } = one;
      const [a, b] = operandsOf(one);
      if (isRaised(expected) || op === 'solveTriangular' || !a || a.shape.length !== 2) continue;
      const [n = 0] = a.shape;
      const right = op === 'solve' ? b : a;
      if (!right || right.shape.length > 2) continue;
      const asMatrix = grid([n, n === 0 ? 0 : right.data.length / n], right.data);
      const { x, determinant: found } = eliminate(a, asMatrix);
      const answer = answersOf(one)[0]?.data ?? [];
      if (op === 'solve')
        findings.close(
          x?.data ?? [],
          answer,
          solution(n, 'double', condition, Math.max(0, ...Array.from(answer, Math.abs))),
          labelOf(one),
        );
      if (op === 'det') findings.close([found], answer, determinant(n, 'double', condition), labelOf(one));
    }
    findings.end();
  });

  it("Leibniz' sum", () => {
    const findings = new Findings();
    for (const one of cases.filter(({ op, expected }) => op === 'det' && !isRaised(expected))) {
      const [a] = operandsOf(one);
      if (!a || (a.shape.at(-1) ?? 0) > 5) continue;
      const answer = answersOf(one)[0];
      matricesOf(a).forEach((matrix, k) =>
        findings.close(
          [leibniz(matrix).determinant],
          [answer ? (answer.data[k] ?? NaN) : NaN],
          determinant(matrix.shape[0] ?? 0, 'double', one.condition),
          labelOf(one),
        ),
      );
    }
    findings.end();
  });
});
