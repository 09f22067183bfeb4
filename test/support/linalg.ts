/** The golden cases of linear algebra, and matrices of stacks: what its specs share. */
import golden from '../golden/linalg.json';
import { grid, sizeOf, type Grid } from '../oracle/grid.ts';
import { namedInput, type GoldenArray, type GoldenOutcome } from './golden.ts';

interface GoldenCase {
  readonly op: string;
  readonly x: readonly string[];
  readonly ddof?: number;
  readonly shrinkage?: number | 'ledoit-wolf';
  readonly expected: GoldenOutcome;
}

export interface LinalgCase {
  readonly label: string;
  readonly operands: readonly Grid[];
  readonly options: { readonly ddof?: number; readonly shrinkage?: number | 'ledoit-wolf' };
  readonly expected: GoldenOutcome;
}

/** One of golden/mahalanobis.json. */
export interface ScoreCase {
  readonly x: string;
  readonly mean?: string;
  readonly covariance?: string;
  readonly quantile?: number;
  readonly ddof?: number;
  readonly shrinkage?: number | 'ledoit-wolf';
  /** Of the covariance, scaled to a diagonal of ones. */
  readonly condition: number;
  readonly scores: GoldenArray;
  readonly threshold: number;
  readonly anomalies: readonly number[];
}

const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;

/** The cases of one operation. */
export function linalgCases(op: string): LinalgCase[] {
  const cases = (golden.cases as unknown as readonly GoldenCase[]).filter(one => one.op === op);
  return cases.map(({ x, ddof, shrinkage, expected }) => {
    const options = { ...(ddof !== undefined && { ddof }), ...(shrinkage !== undefined && { shrinkage }) };
    return {
      label: `${op}(${x.join(', ')}; ${JSON.stringify(options)})`,
      operands: x.map(name => namedInput(inputs, name)),
      options,
      expected,
    };
  });
}

/** The matrices of a stack. */
export function matricesOf(x: Grid): Grid[] {
  const shape = x.shape.slice(-2);
  const size = sizeOf(shape);
  return Array.from({ length: sizeOf(x.shape.slice(0, -2)) }, (_, k) =>
    grid(
      shape,
      Array.from({ length: size }, (__, i) => x.data[k * size + i] ?? NaN),
    ),
  );
}
