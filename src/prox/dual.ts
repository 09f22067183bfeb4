/** `dualNorm`: which norm is dual to which. Pure. */
import { OptionError } from '../errors.ts';
import { parseOrd, type Ord } from '../norm/index.ts';
import { show } from '../options.ts';

/**
 * The order of the dual norm, ‖z‖* = max zᵀx over ‖x‖ ≤ 1: 1 and ∞ are each other's, 2 is its own, p's is p/(p − 1). Of matrix
 * norms 'fro' is its own, and that of 'nuc' is 2, the largest singular value.
 *
 * Throws where the order is no norm: 0, numbers below 1, −∞.
 *
 * ```ts
 * dualNorm(1);     // Infinity
 * dualNorm(3);     // 1.5
 * dualNorm('nuc'); // 2
 * ```
 */
export function dualNorm(ord: Ord): number | 'fro' {
  const op = 'dualNorm';
  const p = parseOrd(ord, op);
  if (p === undefined)
    throw new OptionError(`${op}: the ord is ${show(ord)}. Give 1, 2, Infinity, a number > 1, 'fro' or 'nuc'.`);
  if (p === 'fro') return 'fro';
  if (p === 'nuc') return 2;
  if (!(p >= 1))
    throw new OptionError(`${op}: ord ${show(ord)} makes no norm: the triangle inequality fails. Give a number ≥ 1.`);
  if (p === 1) return Infinity;
  return p === Infinity ? 1 : p / (p - 1);
}
