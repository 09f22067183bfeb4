/** Small helpers for lowering plans to passes: aligned bindings, and numbers as 32-bit words. Pure arithmetic. */
import type { BufferRange, GpuFacts } from './contract.ts';

/**
 * The binding that covers `count` words from word `first` of a buffer, and the word inside the binding where they begin:
 * bindings start at aligned offsets only. Ends at whole vec4s, so that a shader may read in fours.
 */
export function bindRange(
  slot: number,
  first: number,
  count: number,
  facts: GpuFacts,
): { binding: BufferRange; base: number } {
  const byteOffset = Math.floor((first * 4) / facts.bindingAlignment) * facts.bindingAlignment;
  const base = first - byteOffset / 4;
  return { binding: { slot, byteOffset, bytes: Math.ceil(((base + Math.max(count, 1)) * 4) / 16) * 16 }, base };
}

const scratch = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(4));

/** Numbers as the words of a parameter block. */
export const words = {
  float(value: number): number {
    scratch.setFloat32(0, value);
    return scratch.getUint32(0);
  },
  nan: 0x7fc00000,
  infinity: 0x7f800000,
  minusInfinity: 0xff800000,
} as const;
