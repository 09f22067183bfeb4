/** What an `ord` means: names to numbers, and which norms vectors and matrices have. Pure. */
import { OptionError } from '../errors.ts';
import { show } from '../options.ts';

/** numpy's `ord`. Matrices have 'fro', 'nuc', ±1, ±2, ±∞; vectors any real number, ±∞ and 0. */
export type Ord = number | 'fro' | 'nuc' | 'inf' | '-inf';

export type ParsedOrd = number | 'fro' | 'nuc' | undefined;

export function parseOrd(ord: unknown, op: string): ParsedOrd {
  if (ord === undefined || ord === null) return undefined;
  if (ord === 'inf') return Infinity;
  if (ord === '-inf') return -Infinity;
  if (ord === 'fro' || ord === 'nuc') return ord;
  if (typeof ord === 'number' && !Number.isNaN(ord)) return ord;
  throw new OptionError(`${op}: the ord ${show(ord)} is unknown. Use a number, 'inf', '-inf', 'fro' or 'nuc'.`);
}

/** The matrix norms that numpy has. */
export const MATRIX_ORDS: readonly ParsedOrd[] = ['fro', 'nuc', 1, -1, 2, -2, Infinity, -Infinity];
