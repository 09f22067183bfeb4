/** The map primitive on the CPU: the innermost axis is a plain loop, the others step its starting points. */
import { viewOf, type WordArray } from '../dtype.ts';
import { sizeOf } from '../shape.ts';
import type { MapPlan } from './map.ts';

export function runMapOnCpu(
  apply: (a: number, b: number, c: number) => number,
  plan: MapPlan,
  reads: readonly Uint8Array[],
  writes: readonly Uint8Array[],
): void {
  const { shape } = plan;
  if (sizeOf(shape) === 0) return;
  let read = 0;
  const sources = plan.operands.map(operand =>
    operand.kind === 'value'
      ? { data: Float64Array.of(operand.value), at: 0, strides: [] as readonly number[] }
      : {
          data: viewOf(reads[read++] ?? new Uint8Array(0), operand.dtype),
          at: operand.offset,
          strides: operand.strides,
        },
  );
  const none = { data: new Float64Array(1) as WordArray, at: 0, strides: [] as readonly number[] };
  const [a = none, b = none, c = none] = sources;
  const out = viewOf(writes[0] ?? new Uint8Array(0), plan.out.dtype);
  const inner = shape.length - 1;
  const count = shape[inner] ?? 1;
  const [stepA, stepB, stepC, stepOut] = [a, b, c, plan.out].map(walk => walk.strides[inner] ?? 0) as [
    number,
    number,
    number,
    number,
  ];

  const walk = (axis: number, atA: number, atB: number, atC: number, atOut: number): void => {
    if (axis >= inner) {
      for (let i = 0; i < count; i++)
        out[atOut + i * stepOut] = apply(
          a.data[atA + i * stepA] ?? 0,
          b.data[atB + i * stepB] ?? 0,
          c.data[atC + i * stepC] ?? 0,
        );
      return;
    }
    for (let i = 0; i < (shape[axis] ?? 0); i++)
      walk(
        axis + 1,
        atA + i * (a.strides[axis] ?? 0),
        atB + i * (b.strides[axis] ?? 0),
        atC + i * (c.strides[axis] ?? 0),
        atOut + i * (plan.out.strides[axis] ?? 0),
      );
  };
  walk(0, a.at, b.at, c.at, plan.out.offset);
}
