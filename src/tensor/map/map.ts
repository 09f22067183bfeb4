/**
 * The map primitive: one expression over up to three strided operands, element by element, into a strided output.
 * Copies, casts, broadcasting arithmetic and concatenation all are this one walk. An operation defines its expression
 * twice, in WGSL and in JavaScript (`defineMap`); what to walk is a plan of plain numbers.
 */
import type { Primitive, WgslFile } from '../../device/index.ts';
import type { Dtype } from '../dtype.ts';
import { broadcastStrides, mergeAxes, rowMajor, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { runMapOnCpu } from './cpu.ts';
import { lowerMap } from './webgpu.ts';

/** The numbers that an operand contributes: a walk through a tensor, or one immediate value. */
export type MapOperand =
  | { readonly kind: 'tensor'; readonly dtype: Dtype; readonly offset: number; readonly strides: readonly number[] }
  | { readonly kind: 'value'; readonly dtype: Dtype; readonly value: number };

export interface MapPlan {
  readonly shape: readonly number[];
  /** One to three, called a, b and c in expressions. Only operands of kind 'tensor' take a read. */
  readonly operands: readonly MapOperand[];
  readonly out: { readonly dtype: Dtype; readonly offset: number; readonly strides: readonly number[] };
}

export interface MapExpression {
  readonly name: string;
  /** A WGSL expression over vectors of four: `a`, `b`, `c`, and the output type `Out`. */
  readonly wgsl: string;
  /** The files of functions that it uses: shaders/tensor/map-helpers.wgsl, `mapHelpers` of this room, and those of other rooms. */
  readonly helpers?: WgslFile | readonly WgslFile[];
  readonly cpu: (a: number, b: number, c: number) => number;
  /** The name of the same among the operations of `wasm.ts`; where left out, `cpu` runs there. */
  readonly wasm?: string;
}

export const defineMap = (expression: MapExpression): Primitive<MapPlan> => ({
  name: `map/${expression.name}`,
  cpu: (plan, reads, writes) => runMapOnCpu(expression.cpu, plan, reads, writes),
  webgpu: (plan, facts) => lowerMap(expression, plan, facts),
  ...(expression.wasm && { wasm: () => import('./wasm.ts').then(room => room.lowering(expression)) }),
});

/** A plan that walks `shape`, broadcasting the operands to it, with as few axes as the strides allow. */
export function planMap(
  shape: Shape,
  operands: readonly (Tensor | { value: number; dtype: Dtype })[],
  out: Tensor,
  into?: { offset: number; strides: readonly number[] },
): MapPlan {
  const walks = operands.map(operand =>
    'value' in operand ? shape.map(() => 0) : broadcastStrides(operand.shape, operand.strides, shape),
  );
  const target = into ?? { offset: out.offset, strides: rowMajor(shape) };
  const merged = mergeAxes(shape, [...walks, target.strides]);
  return {
    shape: merged.shape,
    operands: operands.map((operand, k) =>
      'value' in operand
        ? { kind: 'value', dtype: operand.dtype, value: operand.value }
        : { kind: 'tensor', dtype: operand.dtype, offset: operand.offset, strides: merged.strides[k] ?? [] },
    ),
    out: { dtype: out.dtype, offset: target.offset, strides: merged.strides[operands.length] ?? [] },
  };
}
