/**
 * The simplex primitive: rows projected onto {y ≥ 0, Σy = r}, or onto the ball {Σ|y| ≤ r}. Either way y = max(v − θ, 0), with
 * v = x or |x|, and θ is the root of Σ max(v − θ, 0) = r, which Newton's method finds exactly: that function is convex and
 * made of straight pieces, so steps from the left never pass the root, and end when one leaves no further element behind.
 */
import { bindRange, words, type GpuFacts, type Lowered, type Pass, type Primitive } from '../../device/index.ts';
import { LimitError } from '../../errors.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import numericWgsl from '../../../shaders/lib/numeric.wgsl';
import aloneWgsl from '../../../shaders/prox/simplex-alone.wgsl';
import groupWgsl from '../../../shaders/prox/simplex-group.wgsl';
import simplexWgsl from '../../../shaders/prox/simplex.wgsl';
import { viewOf } from '../../tensor/index.ts';

/** Reads: rows, dense; radii. Writes: rows. */
export interface SimplexPlan {
  /** The operation that asks, for errors. */
  readonly op: string;
  readonly dtype: 'float32' | 'float64';
  /** True for the ball. */
  readonly ball: boolean;
  readonly rows: number;
  /** Elements of a row: at least one. */
  readonly length: number;
  readonly offset: number;
  readonly radiusOffset: number;
  /** From one row's radius to the next: 0 where all have the same. */
  readonly radiusStep: 0 | 1;
  /** The share of r by which a sum may be off and yet be r: then the row stays as it is. */
  readonly slack: number;
}

export const simplexPrimitive: Primitive<SimplexPlan> = {
  name: 'simplex',
  cpu(plan, [input, given], [written]) {
    const { length } = plan;
    const x = viewOf(input as Uint8Array, plan.dtype);
    const radii = viewOf(given as Uint8Array, plan.dtype);
    const out = viewOf(written as Uint8Array, plan.dtype);
    const room = new Float64Array(length);
    for (let row = 0; row < plan.rows; row++) {
      const from = plan.offset + row * length;
      const radius = radii[plan.radiusOffset + row * plan.radiusStep] as number;
      projectRow(x.subarray(from, from + length) as Floats, radius, plan, room, out.subarray(row * length));
    }
  },
  webgpu: lowerSimplex,
  wasm: () => import('./wasm.ts').then(room => room.lowerSimplexToWasm),
};

type Floats = Float32Array | Float64Array;

function projectRow(
  x: Floats,
  radius: number,
  { ball, slack }: SimplexPlan,
  room: Float64Array,
  out: { [at: number]: number },
): void {
  let sum = 0;
  let top = -Infinity;
  let least = Infinity;
  let whole = true;
  for (let k = 0; k < x.length; k++) {
    const given = x[k] as number;
    const v = ball ? Math.abs(given) : given;
    sum += v;
    top = Math.max(top, v);
    least = Math.min(least, v);
    whole &&= Number.isFinite(v);
  }
  const inside = sum <= radius * (1 + slack) && (ball || (least >= 0 && sum >= radius * (1 - slack)));
  if (!whole || inside || radius === 0) {
    for (let k = 0; k < x.length; k++) out[k] = whole ? (inside ? (x[k] as number) : 0) : NaN;
    return;
  }
  // Measured from the largest one, which keeps its digits; what is below −radius is left behind in any case.
  let count = 0;
  for (let k = 0; k < x.length; k++) {
    const given = x[k] as number;
    const v = (ball ? Math.abs(given) : given) - top;
    if (v > -radius) room[count++] = v;
  }
  const { theta, rest } = rootOf(room, count, radius);
  for (let k = 0; k < x.length; k++) {
    const given = x[k] as number;
    const y = (ball ? Math.abs(given) : given) - top - theta - rest;
    out[k] = y > 0 ? (ball && given < 0 ? -y : y) : 0;
  }
}

/** θ and what is left of it, from v that are above −radius: those that a step leaves behind are dropped. */
function rootOf(v: Float64Array, count: number, radius: number): { theta: number; rest: number } {
  let theta = excess(v, count, -radius, radius) - radius;
  let left = count;
  for (let before = 0; left !== before;) {
    before = left;
    let sum = 0;
    let kept = 0;
    for (let k = 0; k < left; k++) {
      const value = v[k] as number;
      if (value <= theta) continue;
      v[kept++] = value;
      sum += value - theta;
    }
    theta += kept > 0 ? (sum - radius) / kept : 0;
    left = kept;
  }
  return { theta, rest: excess(v, left, theta, radius) };
}

/** By how much the sum is too large, for each term of it. */
function excess(v: Float64Array, count: number, theta: number, radius: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += Math.max((v[k] as number) - theta, 0);
  return count > 0 ? (sum - radius) / count : 0;
}

/** Sweeps over a row, about: Newton's steps, a look before and those for the rest. */
const SWEEPS = 12;

/** Rows that the invocations of a workgroup take on a software adapter. */
const ALONE = 16;

/** One workgroup a row; one invocation on a software adapter, where barriers are dear. */
function lowerSimplex(plan: SimplexPlan, facts: GpuFacts): Lowered {
  const { rows, length, radiusStep } = plan;
  const room = Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4) - 4;
  if (length > room)
    throw new LimitError(
      `${plan.op}: a vector of ${length} elements takes ${length * 4} bytes, and a binding of this device spans ${facts.maxBindingBytes}. Use a wasm or cpu device.`,
    );
  const atOnce = Math.floor(room / length);
  const { software } = facts;
  const passes: Pass[] = [];
  for (let first = 0; first < rows; first += atOnce) {
    const count = Math.min(atOnce, rows - first);
    const x = bindRange(0, plan.offset + first * length, count * length, facts);
    const radii = bindRange(1, plan.radiusOffset + first * radiusStep, radiusStep ? count : 1, facts);
    const out = bindRange(2, first * length, count * length, facts);
    passes.push({
      kernel: {
        name: `simplex/${plan.ball ? 'ball' : 'sum'}`,
        wgsl: [gridWgsl, numericWgsl, simplexWgsl, software ? aloneWgsl : groupWgsl],
        constants: { GROUP: software ? ALONE : Math.min(256, facts.maxInvocations), BALL: plan.ball },
        bindings: ['read', 'read', 'write'],
      },
      groups: software ? Math.ceil(count / ALONE) : count,
      params: Uint32Array.from([
        count,
        length,
        x.base,
        radii.base,
        radiusStep,
        out.base,
        words.float(plan.slack),
        words.nan,
        0,
      ]),
      buffers: [x.binding, radii.binding, out.binding],
      work: count * length * 4 * SWEEPS,
    });
  }
  return { scratch: [], passes };
}
