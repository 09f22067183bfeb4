/** The oracles against numpy: who judges the kernels is judged first. No device is opened here. */
import { describe, it } from 'vitest';
import arith from '../golden/arith.json';
import normGolden from '../golden/norm.json';
import { Findings } from '../support/expect.ts';
import {
  goldenGrid,
  goldenInput,
  goldenNumber,
  isRaised,
  namedInput,
  type GoldenArray,
  type GoldenOutcome,
} from '../support/golden.ts';
import { elementwise, exact, norm as normTolerance, reduction, type Tolerance } from '../tolerance.ts';
import { BINARY, clip, map, UNARY, where } from './elementwise.ts';
import { grid, type Grid } from './grid.ts';
import { norm } from './norm.ts';
import { magnitudes, reduce, type Reduction } from './reduce.ts';
import { concat, take, transpose } from './shape.ts';

interface NormCase {
  readonly x: string;
  readonly ord?: number | string;
  readonly axis?: number | readonly number[];
  readonly keepdims?: boolean;
  readonly expected: GoldenOutcome;
}

interface ArithCase {
  readonly op: string;
  readonly x: readonly (string | number)[];
  readonly axis?: number | readonly number[];
  readonly axes?: readonly number[];
  readonly indices?: readonly number[];
  readonly keepdims?: boolean;
  readonly expected: GoldenOutcome;
}

const NOTHING = grid([0], []);

const isBinary = (op: string): op is keyof typeof BINARY => op in BINARY;
const isUnary = (op: string): op is keyof typeof UNARY => op in UNARY;

function answer(one: ArithCase, operands: readonly Grid[]): Grid {
  const { op } = one;
  const [first = NOTHING] = operands;
  if (isBinary(op)) return map(BINARY[op], ...operands);
  if (isUnary(op)) return map(UNARY[op], ...operands);
  switch (op) {
    case 'clip':
      return map(clip, ...operands);
    case 'where':
      return map(where, ...operands);
    case 'concat':
      return concat(operands, one.axis as number | undefined);
    case 'take':
      return take(first, one.indices ?? [], one.axis as number | undefined);
    case 'transpose':
      return transpose(first, one.axes);
    default:
      return reduce(op as Reduction, first, one);
  }
}

function allowed(one: ArithCase, operands: readonly Grid[]): (index: number) => Tolerance {
  const { op } = one;
  if (isBinary(op) || isUnary(op)) return () => elementwise(op, 'double');
  if (op !== 'sum' && op !== 'mean') return () => exact;
  const [first = NOTHING] = operands;
  const sizes = magnitudes(first, one.axis);
  return index => reduction(first.data.length, 'double', sizes[index] ?? 0);
}

describe('oracles against numpy', () => {
  it('norm', () => {
    const findings = new Findings();
    const inputs: Readonly<Record<string, GoldenArray>> = normGolden.inputs;
    for (const one of normGolden.cases as unknown as readonly NormCase[]) {
      if (isRaised(one.expected)) continue;
      const ord = one.ord === undefined || one.ord === 'fro' || one.ord === 'nuc' ? one.ord : goldenNumber(one.ord);
      const x = namedInput(inputs, one.x);
      const ofMatrix = Array.isArray(one.axis) ? one.axis.length === 2 : one.axis === undefined && x.shape.length === 2;
      // Spectral and nuclear norms need singular values: they get their oracle with the SVD.
      if (ord === 'nuc' || (ofMatrix && (ord === 2 || ord === -2))) continue;
      const label = `norm of ${one.x}, ord ${one.ord}, axis ${JSON.stringify(one.axis)}`;
      const expected = goldenGrid(one.expected);
      const actual = norm(x, { ord, axis: one.axis, keepdims: one.keepdims ?? false });
      findings.shape(actual.shape, expected.shape, label);
      const tolerance =
        typeof ord === 'number' && Number.isFinite(ord)
          ? normTolerance(x.data.length, ord, 'double')
          : normTolerance(x.data.length, 2, 'double');
      findings.close(actual.data, expected.data, tolerance, label);
    }
    findings.end();
  });

  it('arithmetic', () => {
    const findings = new Findings();
    const inputs: Readonly<Record<string, GoldenArray>> = arith.inputs;
    for (const one of arith.cases as unknown as readonly ArithCase[]) {
      if (isRaised(one.expected)) continue;
      const operands = one.x.map(x => {
        const input = typeof x === 'string' ? inputs[x] : undefined;
        return input ? goldenInput(input) : grid([], [goldenNumber(x)]);
      });
      const label = `${one.op} of ${one.x.join(', ')}, axis ${JSON.stringify(one.axis)}`;
      const expected = goldenGrid(one.expected);
      const actual = answer(one, operands);
      findings.shape(actual.shape, expected.shape, label);
      findings.close(actual.data, expected.data, allowed(one, operands), label);
    }
    findings.end();
  });
});
