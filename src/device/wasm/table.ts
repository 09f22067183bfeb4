/**
 * Which primitives have a kernel on a wasm device, by name: what `device.info.kernels` shows. The kernels themselves lie in
 * their rooms' `wasm.ts` and `.as` files, where the primitive's `wasm` member finds them; test/device/kernels.spec.ts holds
 * this list against those. A plan that a kernel does not take – odd strides, say – still goes to `cpu`.
 */
import type { Kernels } from '../contract.ts';

/** The names, by the module that has them. */
const kernels: readonly string[] = [];

export const kernelsOn = (kind: 'wasm'): Kernels => ({
  ...Object.fromEntries(kernels.map(name => [name, kind] as const)),
  others: 'cpu',
});
