/** Golden cases of the training room. */
import golden from '../golden/training.json';
import type { Grid } from '../oracle/grid.ts';
import { namedInput, type GoldenArray } from './golden.ts';

export interface TrainingCase<Options> {
  readonly function: string;
  readonly options: Options;
  readonly expected: GoldenArray;
}

const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;

export const trainingInput = (name: string): Grid => namedInput(inputs, name);

/** Rows of a matrix. */
export const rowsOf = ({ shape, data }: Grid): number[][] => {
  const [rows = 0, columns = 0] = shape;
  return Array.from({ length: rows }, (_, row) => Array.from(data).slice(row * columns, (row + 1) * columns));
};

export const trainingCases = <Options>(name: string): readonly TrainingCase<Options>[] =>
  (golden.cases as unknown as readonly TrainingCase<Options>[]).filter(one => one.function === name);
