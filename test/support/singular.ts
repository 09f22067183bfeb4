/** The golden cases of what stands on singular values, and the figures that their bounds need. */
import golden from '../golden/linalg-rank.json';
import type { Grid } from '../oracle/grid.ts';
import {
  goldenGrid,
  goldenNumber,
  namedInput,
  type GoldenArray,
  type GoldenNumber,
  type GoldenOutcome,
} from './golden.ts';

export interface SingularCase<Expected = GoldenOutcome> {
  readonly op: string;
  readonly x: readonly string[];
  readonly rcond?: number;
  readonly tol?: number;
  readonly p?: GoldenNumber;
  readonly ord?: 2 | -2 | 'nuc';
  readonly axis?: readonly number[];
  readonly keepdims?: boolean;
  readonly tau?: number;
  readonly threshold?: number;
  readonly rank?: number;
  readonly expected: Expected;
  /** The singular values of the first input, where it is a finite matrix or a stack of them. */
  readonly values?: GoldenArray;
}

const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;

/** The cases of one operation. */
export const singularCases = <Expected = GoldenOutcome>(op: string): SingularCase<Expected>[] =>
  (golden.cases as unknown as readonly SingularCase<Expected>[]).filter(one => one.op === op);

export const singularInput = (name: string): Grid => namedInput(inputs, name);

export function labelOf(one: SingularCase<unknown>): string {
  const options = Object.entries(one).filter(([name]) => !['op', 'x', 'expected', 'values'].includes(name));
  return `${one.op}(${one.x.join(', ')}; ${JSON.stringify(Object.fromEntries(options))})`;
}

/** The order, infinities included. */
export const orderOf = ({ p }: SingularCase<unknown>): number | undefined => (p === undefined ? p : goldenNumber(p));

/** The singular values of each matrix of a case's first input. */
export function valuesOf({ values, x }: SingularCase<unknown>): number[][] {
  if (!values) throw new Error(`the golden case of ${String(x[0])} has no singular values`);
  const { shape, data } = goldenGrid(values);
  const k = shape.at(-1) ?? 0;
  return Array.from({ length: k === 0 ? 0 : data.length / k }, (_, b) => Array.from(data).slice(b * k, (b + 1) * k));
}

/** The longer side of a matrix. */
export const sideOf = ({ shape }: { readonly shape: readonly number[] }): number => Math.max(...shape.slice(-2));
