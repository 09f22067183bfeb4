/**
 * Comparisons of lists of numbers that say where and by how much they differ. A failure throws an error with a table of
 * index, actual, expected, error and what was allowed. NaN equals NaN, infinities must match exactly, 0 equals −0.
 * It knows no device and no test runner.
 */
import type { Tolerance } from '../tolerance.ts';

export type Numbers = ArrayLike<number>;
/** One tolerance for all, or one for each element. */
export type Allowed = Tolerance | ((index: number) => Tolerance);

const ROWS_SHOWN = 8;

interface Miss {
  readonly index: number;
  readonly actual: number;
  readonly expected: number;
  readonly error: number;
  readonly allowed: number;
}

/** |actual − expected| within the tolerance, element by element; lengths must be equal. */
export function expectClose(actual: Numbers, expected: Numbers, tolerance: Allowed, label: string): void {
  const problem = compare(actual, expected, tolerance, label);
  if (problem) throw new Error(problem);
}

/** Equal numbers, element by element. */
export function expectExact(actual: Numbers, expected: Numbers, label: string): void {
  expectClose(actual, expected, { relative: 0, absolute: 0 }, label);
}

/** Equal shapes. */
export function expectShape(actual: readonly number[], expected: readonly number[], label: string): void {
  const problem = compareShapes(actual, expected, label);
  if (problem) throw new Error(problem);
}

/** Collects many comparisons, so that one test reports all that is wrong. `end()` throws, also where nothing was compared. */
export class Findings {
  #compared = 0;
  readonly #problems: string[] = [];

  close(actual: Numbers, expected: Numbers, tolerance: Allowed, label: string): void {
    this.#note(compare(actual, expected, tolerance, label));
  }

  exact(actual: Numbers, expected: Numbers, label: string): void {
    this.close(actual, expected, { relative: 0, absolute: 0 }, label);
  }

  shape(actual: readonly number[], expected: readonly number[], label: string): void {
    this.#note(compareShapes(actual, expected, label));
  }

  /** A condition that is no comparison of numbers. */
  check(holds: boolean, label: string): void {
    this.#note(holds ? undefined : label);
  }

  end(): void {
    if (this.#compared === 0) throw new Error('nothing was compared: this test tests nothing');
    if (this.#problems.length === 0) return;
    const shown = this.#problems.slice(0, ROWS_SHOWN);
    const more = this.#problems.length - shown.length;
    throw new Error(
      `${this.#problems.length} of ${this.#compared} comparisons failed\n${shown.join('\n')}${more > 0 ? `\n… and ${more} more` : ''}`,
    );
  }

  #note(problem: string | undefined): void {
    this.#compared++;
    if (problem) this.#problems.push(problem);
  }
}

/** The error that a call throws. `mentions` must all stand in its message, which must begin with `<op>: `. */
export function expectThrows(
  run: () => unknown,
  type: ErrorType,
  op: string,
  ...mentions: readonly (string | RegExp)[]
): Error {
  let outcome: unknown;
  try {
    outcome = run();
  } catch (error) {
    return checkError(error, type, op, mentions);
  }
  if (outcome instanceof Promise) outcome.catch(() => {});
  throw new Error(
    `${op} should have thrown a ${type.name} at the call, but returned ${String(outcome instanceof Promise ? 'a promise' : typeof outcome)}`,
  );
}

/** The error that a promise rejects with. */
export async function expectRejects(
  promise: Promise<unknown>,
  type: ErrorType,
  op: string,
  ...mentions: readonly (string | RegExp)[]
): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (!outcome) throw new Error(`${op} should have rejected with a ${type.name}, but resolved`);
  return checkError(outcome.error, type, op, mentions);
}

export type ErrorType = abstract new (...args: never[]) => Error;

function checkError(error: unknown, type: ErrorType, op: string, mentions: readonly (string | RegExp)[]): Error {
  if (!(error instanceof Error)) throw new Error(`${op} threw something that is no Error: ${String(error)}`);
  const shown = `${error.name}: ${error.message}`;
  if (!(error instanceof type))
    throw new Error(`${op} should have failed with a ${type.name}, but it was ${shown}`, { cause: error });
  if (!error.message.startsWith(`${op}: `))
    throw new Error(`the message should begin with '${op}: ', but it is ${shown}`);
  for (const mention of mentions) {
    const found = typeof mention === 'string' ? error.message.includes(mention) : mention.test(error.message);
    if (!found) throw new Error(`the message should mention ${String(mention)}, but it is ${shown}`);
  }
  return error;
}

/** A description of what differs, or undefined. */
function compare(actual: Numbers, expected: Numbers, tolerance: Allowed, label: string): string | undefined {
  if (actual.length !== expected.length)
    return `${label}: ${actual.length} numbers where ${expected.length} are expected`;
  const misses: Miss[] = [];
  for (let index = 0; index < expected.length; index++) {
    const a = Number(actual[index]);
    const e = Number(expected[index]);
    if (a === e || (Number.isNaN(a) && Number.isNaN(e))) continue;
    const { relative, absolute } = typeof tolerance === 'function' ? tolerance(index) : tolerance;
    const error = Math.abs(a - e);
    const allowed = Number.isFinite(e) ? absolute + relative * Math.abs(e) : 0;
    // Written so that a NaN anywhere is a miss.
    if (!(Number.isFinite(a) && error <= allowed)) misses.push({ index, actual: a, expected: e, error, allowed });
  }
  return misses.length > 0 ? `${label}: ${misses.length} of ${expected.length} differ\n${table(misses)}` : undefined;
}

function compareShapes(actual: readonly number[], expected: readonly number[], label: string): string | undefined {
  const same = actual.length === expected.length && actual.every((length, axis) => length === expected[axis]);
  return same ? undefined : `${label}: the shape is [${actual.join(', ')}] where [${expected.join(', ')}] is expected`;
}

function table(misses: readonly Miss[]): string {
  const rows = [['index', 'actual', 'expected', 'error', 'allowed']];
  for (const miss of misses.slice(0, ROWS_SHOWN))
    rows.push([
      String(miss.index),
      String(miss.actual),
      String(miss.expected),
      miss.error.toExponential(2),
      miss.allowed.toExponential(2),
    ]);
  const width = (column: number): number => Math.max(...rows.map(row => (row[column] ?? '').length));
  const lines = rows.map(row => '  ' + row.map((cell, column) => cell.padStart(width(column))).join('  '));
  if (misses.length > ROWS_SHOWN) lines.push(`  … and ${misses.length - ROWS_SHOWN} more`);
  return lines.join('\n');
}
