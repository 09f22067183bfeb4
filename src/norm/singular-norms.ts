/**
 * Norms of singular values, found. This file is a chunk of its own (vite.config.ts), which norm.ts and schatten.ts load by
 * way of later.ts when somebody asks for such a norm.
 */
import { where } from '../arith/index.ts';
import type { Storage } from '../device/index.ts';
import { NonFiniteError } from '../errors.ts';
import { asOwnFloat, inNameOf, svdvals } from '../linalg/index.ts';
import { Scope, sizeOf, type Tensor } from '../tensor/index.ts';
import { norm } from './norm.ts';

/**
 * Writes the norms of the matrices that two axes of x make to storage that waits for them, and disposes x. The values are added
 * up in doubles.
 */
export async function fillSingularNorms(
  target: Storage,
  x: Tensor,
  axes: readonly [number, number],
  p: number,
  op: string,
): Promise<void> {
  const scope = new Scope();
  scope.keep(x);
  try {
    const rest = [...x.shape.keys()].filter(axis => !axes.includes(axis));
    const matrices = asOwnFloat(scope.keep(x.permuted([...rest, ...axes])), op, scope);
    const norms = await normsOf(matrices, p, op, scope).catch((error: unknown) => {
      if (error instanceof NonFiniteError) return normsWithHoles(matrices, p, op, scope);
      throw error;
    });
    const stored = x.dtype === 'float64' ? norms : Float32Array.from(norms);
    target.engine.write(target, new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength));
  } finally {
    scope.close();
  }
}

async function normsOf(matrices: Tensor, p: number, op: string, scope: Scope): Promise<Float64Array> {
  if (matrices.size === 0) return new Float64Array(sizeOf(matrices.shape.slice(0, -2)));
  const values = scope.keep(await inNameOf(op, 'svdvals', svdvals(matrices)));
  const k = values.shape.at(-1) ?? 1;
  const s = await values.data();
  return Float64Array.from({ length: s.length / k }, (_, b) =>
    combined(Array.from(s.subarray(b * k, (b + 1) * k), Number), p),
  );
}

/** Of descending values ≥ 0. Shares of the largest neither overflow nor vanish where the norm does not. */
function combined(values: readonly number[], p: number): number {
  const largest = values[0] ?? 0;
  if (p === -Infinity) return values.at(-1) ?? 0;
  if (p === Infinity || largest === 0) return largest;
  return largest * values.reduce((sum, value) => sum + (value / largest) ** p, 0) ** (1 / p);
}

/** Where a matrix has a NaN or ∞, that says what its norm is; it must not keep the others from theirs. */
async function normsWithHoles(matrices: Tensor, p: number, op: string, scope: Scope): Promise<Float64Array> {
  const batch = matrices.shape.slice(0, -2);
  const largest = scope.keep(norm(scope.keep(matrices.reshape([...batch, -1])), { ord: Infinity, axis: -1 }));
  const peaks = Array.from(await largest.data(), Number);
  const whole = Uint32Array.from(peaks, peak => Number(Number.isFinite(peak)));
  const keep = scope.keep(matrices.device.upload(whole, [...batch, 1, 1], undefined, op));
  const norms = await normsOf(scope.keep(where(keep, matrices, 0)), p, op, scope);
  return norms.map((value, b) => {
    const peak = peaks[b] ?? NaN;
    return Number.isFinite(peak) ? value : p === -Infinity ? NaN : peak;
  });
}
