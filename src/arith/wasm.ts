/** What the reductions of this room are to the wasm kernels of `reduce/`. */
import type { WasmPlanes, WasmWalk } from './reduce/reduce.ts';

const extreme =
  (float: WasmWalk, uint: WasmWalk): WasmPlanes[string] =>
  ({ dtype }) => [[dtype === 'uint32' ? uint : float]];

const argExtreme =
  (float: WasmWalk, uint: WasmWalk): WasmPlanes[string] =>
  ({ dtype }) => [dtype === 'uint32' ? [uint, 'indexUint'] : [float, 'index']];

export const planes: WasmPlanes = {
  sum: () => [['values']],
  mean: () => [['values', 'mean']],
  min: extreme('smallest', 'smallestUint'),
  max: extreme('largest', 'largestUint'),
  argmin: argExtreme('smallest', 'smallestUint'),
  argmax: argExtreme('largest', 'largestUint'),
};
