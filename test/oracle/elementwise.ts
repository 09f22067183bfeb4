/** Element-wise functions with numpy's broadcasting, one output element after the other. */
import { grid, indices, position, sizeOf, valueAt, type Grid } from './grid.ts';

/** The shape that operands stretch to. */
export function broadcast(shapes: readonly (readonly number[])[]): number[] {
  const ndim = Math.max(...shapes.map(shape => shape.length));
  return Array.from({ length: ndim }, (_, axis) => {
    const lengths = shapes.map(shape => shape[axis - ndim + shape.length] ?? 1).filter(length => length !== 1);
    if (lengths.some(length => length !== lengths[0]))
      throw new Error(`shapes ${JSON.stringify(shapes)} do not broadcast`);
    return lengths[0] ?? 1;
  });
}

/** Applies `f` to operands that are aligned at their last axes. */
export function map(f: (...values: number[]) => number, ...operands: readonly Grid[]): Grid {
  const shape = broadcast(operands.map(operand => operand.shape));
  const out = new Float64Array(sizeOf(shape));
  for (const index of indices(shape)) {
    const values = operands.map(operand => {
      const own = index.slice(shape.length - operand.shape.length);
      return valueAt(
        operand,
        own.map((i, axis) => (operand.shape[axis] === 1 ? 0 : i)),
      );
    });
    out[position(shape, index)] = f(...values);
  }
  return grid(shape, out);
}

export const BINARY: Record<'add' | 'sub' | 'mul' | 'div', (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
};

export const UNARY: Record<'neg' | 'abs' | 'sqrt' | 'square' | 'exp' | 'log', (x: number) => number> = {
  neg: x => -x,
  abs: Math.abs,
  sqrt: Math.sqrt,
  square: x => x * x,
  exp: Math.exp,
  log: Math.log,
};

/** min(max(x, low), high); NaN in any of the three gives NaN. */
export const clip = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

/** What is not zero is true, NaN as well. */
export const where = (condition: number, a: number, b: number): number => (condition !== 0 ? a : b);
