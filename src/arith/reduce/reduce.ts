/**
 * The reduce primitive: one result (or a few) for each cell, out of the elements along one axis. What is reduced *to* is
 * a `Reduction`: a WGSL fragment with the contract of shaders/README.md beside a loop in doubles. Other rooms define
 * their own – the norms do.
 */
import type { Primitive, WgslFile } from '../../device/index.ts';
import type { Dtype, WordArray } from '../../tensor/index.ts';
import { runReduceOnCpu } from './cpu.ts';
import { lowerReduce } from './webgpu.ts';

/** Cells and the elements of each: element k of cell c lies at `at + c·cellStride + k·stride`. */
export interface RowWalk {
  readonly at: number;
  readonly cells: number;
  readonly cellStride: number;
  readonly length: number;
  readonly stride: number;
}

/** Cells × elements as strides: element k of cell (o, i) lies at offset + o·strideOuter + k·strideAxis + i·strideInner. */
export interface ReducePlan {
  readonly dtype: Dtype;
  readonly outDtype: Dtype;
  readonly offset: number;
  readonly outer: number;
  readonly inner: number;
  readonly length: number;
  readonly strideOuter: number;
  readonly strideAxis: number;
  readonly strideInner: number;
  /** The exponent of a p-norm; 0 for other reductions. */
  readonly power: number;
}

/** What wasm kernels walk: sums of something of x, or the element that comes first in some order. */
export type WasmWalk =
  | 'values'
  | 'magnitudes'
  | 'squares'
  | 'nonzeros'
  | 'cubes'
  | 'fourths'
  | 'roots'
  | 'threeHalves'
  | 'reciprocals'
  | 'largest'
  | 'smallest'
  | 'largestMagnitude'
  | 'smallestMagnitude'
  | 'largestUint'
  | 'smallestUint';

/** What becomes of a sum; where, instead of which, an element is. */
export type WasmEnding =
  | 'none'
  | 'mean'
  | 'root'
  | 'cubeRoot'
  | 'fourthRoot'
  | 'square'
  | 'twoThirds'
  | 'reciprocal'
  | 'index'
  | 'indexUint';

/** One plane of results on a wasm device. */
export type WasmPlane = readonly [walk: WasmWalk, ending?: WasmEnding];

/** The planes of reductions, by their names. */
export type WasmPlanes = Readonly<Record<string, (plan: ReducePlan) => readonly WasmPlane[] | undefined>>;

export interface Reduction {
  readonly name: string;
  /** The fragment, and the files that it leans on. */
  readonly wgsl: readonly WgslFile[];
  /** Switches of the fragment, which may depend on the plan. */
  readonly constants:
    | Readonly<Record<string, number | boolean>>
    | ((plan: ReducePlan) => Readonly<Record<string, number | boolean>>);
  /** Words of a partial accumulator, and results a cell, as the fragment says. */
  readonly accWords: number;
  readonly planes: number;
  /** True where the fragment looks at its own result and may want a second, guarded look. */
  readonly guarded: boolean;
  /** Bits of an element that changes nothing. */
  readonly neutral: (plan: ReducePlan) => number;
  /** Reduces the cells of a walk one by one. Writes cell c of plane q at `out[outAt + c + q·planeStride]`. */
  readonly cpu: (
    x: WordArray,
    walk: RowWalk,
    plan: ReducePlan,
    out: WordArray,
    outAt: number,
    planeStride: number,
  ) => void;
  /** Where walking all cells of a column-like walk together is worth its own loop: same outputs. */
  readonly cpuColumns?: Reduction['cpu'];
  /** For reductions of other rooms: loads what they are to the wasm kernels, by name. What has no planes runs on `cpu` there. */
  readonly wasm?: () => Promise<{ readonly planes: WasmPlanes }>;
}

/** Calls `visit` with where each cell begins. */
export function eachCell(walk: RowWalk, visit: (at: number, cell: number) => void): void {
  for (let cell = 0; cell < walk.cells; cell++) visit(walk.at + cell * walk.cellStride, cell);
}

export const defineReduction = (reduction: Reduction): Primitive<ReducePlan> => ({
  name: `reduce/${reduction.name}`,
  cpu: (plan, reads, writes) => runReduceOnCpu(reduction, plan, reads, writes),
  webgpu: (plan, facts) => lowerReduce(reduction, plan, facts),
  wasm: () => import('./wasm.ts').then(room => room.lowering(reduction)),
});
