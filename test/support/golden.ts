/**
 * Reading golden files: numbers are JSON numbers or 'nan', 'inf', '-inf', and arrays come as `{ shape, data }`.
 * Inputs of `golden/<room>.json` are float32 numbers in short decimals and are rounded here; those of
 * `golden/seed/<room>.json` are doubles in full.
 */
import type { Grid } from '../oracle/grid.ts';

export type GoldenNumber = number | string;

export interface GoldenArray {
  readonly shape: readonly number[];
  readonly data: readonly GoldenNumber[];
}

/** What numpy answered: an array, or the name of the error that it raised. */
export type GoldenOutcome = GoldenArray | { readonly raises: string };

const WORDS: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, '-inf': -Infinity };

export function goldenNumber(value: GoldenNumber): number {
  if (typeof value === 'number') return value;
  const number = WORDS[value];
  if (number === undefined) throw new Error(`'${value}' in a golden file is no number`);
  return number;
}

export const goldenGrid = (array: GoldenArray): Grid => ({
  shape: array.shape,
  data: Float64Array.from(array.data, goldenNumber),
});

/** An input rounded to float32, as doubles. */
export const goldenInput = (array: GoldenArray): Grid => ({
  shape: array.shape,
  data: Float64Array.from(array.data, x => Math.fround(goldenNumber(x))),
});

/** One of a file's named inputs, rounded to float32, as doubles. */
export function namedInput(inputs: Readonly<Record<string, GoldenArray>>, name: string): Grid {
  const array = inputs[name];
  if (!array) throw new Error(`the golden file has no input named '${name}'`);
  return goldenInput(array);
}

export const isRaised = (outcome: GoldenOutcome): outcome is { readonly raises: string } => 'raises' in outcome;
