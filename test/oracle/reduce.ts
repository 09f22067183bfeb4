/** Reductions along axes by plain loops; numpy's rules: NaN wins minima and maxima, the lowest index wins ties. */
import { axesOf, compensatedSum, fibres, grid, type Grid } from './grid.ts';

export interface ReduceOptions {
  readonly axis?: number | readonly number[] | undefined;
  readonly keepdims?: boolean;
}

export type Reduction = 'sum' | 'mean' | 'min' | 'max' | 'argmin' | 'argmax';

/** The first place whose value is NaN, or else that no other beats. */
function best(values: readonly number[], beats: (a: number, b: number) => boolean): number {
  if (values.length === 0) throw new Error('an extremum of nothing is undefined');
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    const leader = values[at] ?? NaN;
    if (Number.isNaN(leader)) break;
    if (Number.isNaN(value) || beats(value, leader)) at = i;
  }
  return at;
}

const less = (a: number, b: number): boolean => a < b;
const more = (a: number, b: number): boolean => a > b;

const RULES: Record<Reduction, (values: readonly number[]) => number> = {
  sum: values => compensatedSum(values),
  mean: values => compensatedSum(values) / values.length,
  min: values => values[best(values, less)] ?? NaN,
  max: values => values[best(values, more)] ?? NaN,
  argmin: values => best(values, less),
  argmax: values => best(values, more),
};

export function reduce(op: Reduction, x: Grid, { axis, keepdims = false }: ReduceOptions = {}): Grid {
  const { shape, values } = fibres(x, axesOf(axis, x.shape.length), keepdims);
  return grid(
    shape,
    values.map(list => RULES[op](list)),
  );
}

/** Σ|terms| of each result: what the error of a sum is measured against. */
export function magnitudes(x: Grid, axis?: number | readonly number[]): number[] {
  return fibres(x, axesOf(axis, x.shape.length)).values.map(list => compensatedSum(list, Math.abs));
}
