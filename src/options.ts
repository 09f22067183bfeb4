/**
 * What callers give and what they are shown: an unknown option is an error that lists the known ones, so that a slip of
 * the pen is not silently ignored; values look the same in every message. No room's own rules are here.
 */
import { OptionError } from './errors.ts';

/** Throws unless `options` is a plain object with no other names than `known`. */
export function checkOptions(op: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new OptionError(
      `${op}: the options are ${show(options)}. Give an object such as { ${known[0]}: … }, or leave them out.`,
    );
  const unknown = Object.keys(options).find(name => !known.includes(name));
  if (unknown !== undefined) throw new OptionError(`${op}: there is no option '${unknown}'. Use ${known.join(', ')}.`);
}

/** An option that is true or false, with its default. */
export function readFlag(op: string, name: string, value: unknown, otherwise = false): boolean {
  if (value === undefined) return otherwise;
  if (typeof value !== 'boolean') throw new OptionError(`${op}: ${name} is ${show(value)}. Give true or false.`);
  return value;
}

/** A number that fits, or an error that says what would: `wanted` reads on behind 'Give'. */
export function checkNumber(
  value: unknown,
  name: string,
  isFit: (x: number) => boolean,
  wanted: string,
  op: string,
): number {
  if (!(typeof value === 'number' && isFit(value)))
    throw new OptionError(`${op}: ${name} is ${show(value)}. Give ${wanted}.`);
  return value;
}

export const isCount = (x: number): boolean => Number.isSafeInteger(x) && x >= 1;
export const isNotNegative = (x: number): boolean => x >= 0 && x < Infinity;

/** A value as an error message shows it. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `an object (${value.constructor?.name ?? 'without a class'})`;
  return String(value);
}

/** Makes consoles show `toString()` of a class instead of its insides. */
export function showAsText(prototype: object): void {
  Object.defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(this: object): string {
      return this.toString();
    },
  });
}
