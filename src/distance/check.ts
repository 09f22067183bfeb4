/** What boolean metrics ask of their rows. */
import type { Demand } from '../arith/index.ts';
import { OptionError } from '../errors.ts';

/** 0 and 1 alone, in operand `name` with rows of `length` elements. */
export const truthValues = (op: string, metric: string, name: string, length: number): Demand => ({
  binary: true,
  explain: at =>
    new OptionError(
      `${op}: the metric '${metric}' takes 0 and 1, and row ${Math.floor(at / length)}, column ${at % length} of ${name} is neither. Give booleans, or cast(${name}, 'bool') where all but 0 is true.`,
    ),
});
