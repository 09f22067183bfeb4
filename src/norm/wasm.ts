/** What the norms are to the wasm kernels of reductions: sums in doubles, which neither overflow nor underflow. */
import type { WasmPlane, WasmPlanes } from '../arith/index.ts';

/** The exponents that need no logarithm; `cpu` has the others. */
const POWERS: ReadonlyMap<number, readonly WasmPlane[]> = new Map<number, readonly WasmPlane[]>([
  [3, [['cubes', 'cubeRoot']]],
  [4, [['fourths', 'fourthRoot']]],
  [0.5, [['roots', 'square']]],
  [1.5, [['threeHalves', 'twoThirds']]],
  [-1, [['reciprocals', 'reciprocal']]],
]);

const l0: WasmPlane = ['nonzeros'];
const l1: WasmPlane = ['magnitudes'];
const l2: WasmPlane = ['squares', 'root'];
const largest: WasmPlane = ['largestMagnitude'];
const smallest: WasmPlane = ['smallestMagnitude'];

export const planes: WasmPlanes = {
  l0: () => [l0],
  l1: () => [l1],
  l2: () => [l2],
  linf: () => [largest],
  'l-inf': () => [smallest],
  power: ({ power }) => POWERS.get(power),
  summary: () => [l0, l1, l2, largest, smallest],
};
