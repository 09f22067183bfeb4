/**
 * What the page on timings knows of an operation, and what the descriptions of several rooms share: shapes, data, and reading
 * results of many parts. No page in here.
 */
import type { Device, Progress, Tensor } from 'unitball';

/** Sizes by their letters. */
export type Sizes = Readonly<Record<string, number>>;

export interface Size {
  readonly letter: string;
  readonly label: string;
  readonly most: number;
  readonly start: number;
}

/** What the reader asks for. `choice` is '' of an operation that has none. */
export interface Wish {
  readonly sizes: Sizes;
  readonly choice: string;
}

/** What goes along with a call that may take long. */
export interface Company {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A tensor that nobody else looks at, or numbers that are on the host already. */
export type Answer = Tensor | ArrayLike<number>;

/** What is done again and again while the clock runs. */
export interface Task {
  readonly run: (company: Company) => Answer | Promise<Answer>;
  /** Gives back what was made before the clock ran. */
  readonly end?: () => void;
}

export type Room =
  | 'Elements'
  | 'Order'
  | 'Norms'
  | 'Proximal operators'
  | 'Distances'
  | 'Search'
  | 'Linear algebra'
  | 'Low rank'
  | 'Recovery'
  | 'Regression'
  | 'Training';

export interface Op {
  /** What the list shows, and a code of the address. */
  readonly name: string;
  readonly room: Room;
  /** One of several that are called alike: a metric, a method. */
  readonly choice?: { readonly label: string; readonly of: readonly string[] };
  readonly call: (choice: string) => string;
  readonly sizes: readonly Size[];
  /** The shapes of the operands; they are random numbers in (−1, 1). */
  readonly operands: (wish: Wish) => readonly (readonly number[])[];
  /** What is made of the random numbers: a definite matrix, say. */
  readonly prepare?: (operands: readonly Float32Array[], wish: Wish) => void;
  /** How many numbers the result has, where they are many. */
  readonly results?: (sizes: Sizes) => number;
  /** The least bytes that have to move, where they are what takes time; else the additions and multiplications. Neither where both depend on the numbers. */
  readonly bytes?: (wish: Wish) => number;
  readonly flops?: (wish: Wish) => number;
  /** How far apart answers may be: 0.001 by default, which rounding stays below. What stops when it is near enough stops somewhere else on every device. */
  readonly apart?: number;
  /** Makes what has to be there before the clock runs: an index, an operator. */
  readonly begin: (operands: readonly Tensor[], wish: Wish, device: Device) => Task | Promise<Task>;
}

/** For operations that need nothing but their operands. */
export const plainly =
  (run: (operands: readonly Tensor[], wish: Wish, company: Company) => Answer | Promise<Answer>): Op['begin'] =>
  (operands, wish) => ({ run: company => run(operands, wish, company) });

export const rows = (start: number, most = 1e6): Size => ({ letter: 'n', label: 'rows', start, most });
export const columns = (start: number, most = 1e4): Size => ({ letter: 'd', label: 'columns', start, most });
export const order = (start: number, most: number): Size => ({ letter: 'n', label: 'order', start, most });

export const of = (sizes: Sizes, letter: string): number => sizes[letter] ?? 1;
/** n rows of d columns. */
export const matrixOf = ({ sizes }: Wish): readonly number[] => [of(sizes, 'n'), of(sizes, 'd')];
export const cells = (sizes: Sizes): number => of(sizes, 'n') * of(sizes, 'd');

export const first = (operands: readonly Tensor[]): Tensor => operand(operands, 0);
export const second = (operands: readonly Tensor[]): Tensor => operand(operands, 1);
export const third = (operands: readonly Tensor[]): Tensor => operand(operands, 2);

function operand(operands: readonly Tensor[], at: number): Tensor {
  const found = operands[at];
  if (!found) throw new Error(`this operation was given ${operands.length} operands`);
  return found;
}

/** One of a table, by the name that the reader chose. */
export function chosen<Entry>(table: Readonly<Record<string, Entry>>, choice: string): Entry {
  const found = table[choice];
  if (found === undefined) throw new Error(`there is no choice '${choice}'`);
  return found;
}

/** Gives back all but one. */
export function only(kept: Tensor, ...others: readonly (Tensor | undefined)[]): Tensor {
  others.forEach(other => other?.dispose());
  return kept;
}

/** The numbers of one tensor of a result, all of which is given back. */
export async function numbersIn(x: Tensor, result: { readonly dispose: () => void }): Promise<ArrayLike<number>> {
  try {
    return await x.data();
  } finally {
    result.dispose();
  }
}

/** Random numbers made positive: those near 0 are no good to divide by. */
export const makePositive = (values: Float32Array): void =>
  values.forEach((value, k) => (values[k] = 0.5 + Math.abs(value)));

/** Symmetric, and definite by its diagonal: as large as no sum of a row is, and 1 all over it. */
export function makeDefinite(values: Float32Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) values[j * n + i] = values[i * n + j] = (values[i * n + j] ?? 0) / n;
    values[i * (n + 1)] = 1;
  }
}

/** A matrix of rank 3 out of its own first random numbers, of size about 1. */
export function makeLowRank(values: Float32Array, n: number, d: number): void {
  const factors = Float32Array.from(
    { length: 3 * (n + d) },
    (_, k) => 1.7 * Math.sin(12.9898 * k * k + 78.233 * k + 1),
  );
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += (factors[3 * i + k] ?? 0) * (factors[3 * (n + j) + k] ?? 0);
      values[i * d + j] = sum;
    }
}
