/** Cholesky's factor of a symmetric matrix in doubles, on the host, and solutions by it. For systems too small for a device. */
import { STEPS_AT_ONCE } from './dots.ts';

/** A pivot that is no more than so many roundings, times the order, of its diagonal element cannot be told from 0. */
const ROUNDINGS = 8;

/** Replaces the lower triangle of a row-major matrix by L with L·Lᵀ = A, and returns it; undefined where A is not positive definite. */
export function* factored(a: Float64Array, order: number): Generator<number, Float64Array | undefined> {
  let steps = 0;
  for (let i = 0; i < order; i++) {
    const diagonal = a[i * order + i] as number;
    for (let j = 0; j <= i; j++) {
      // In two chains, which a processor overlaps.
      const [own, other] = [i * order, j * order];
      let sum = a[own + j] as number;
      let rest = 0;
      let k = 0;
      for (; k < j - 1; k += 2) {
        sum -= (a[own + k] as number) * (a[other + k] as number);
        rest += (a[own + k + 1] as number) * (a[other + k + 1] as number);
      }
      if (k < j) sum -= (a[own + k] as number) * (a[other + k] as number);
      sum -= rest;
      if (j < i) a[i * order + j] = sum / (a[j * order + j] as number);
      else if (sum > ROUNDINGS * order * Number.EPSILON * diagonal) a[i * order + i] = Math.sqrt(sum);
      else return undefined;
    }
    steps += (i * i) / 2;
    if (steps < STEPS_AT_ONCE) continue;
    yield steps;
    steps = 0;
  }
  yield steps;
  return a;
}

/** x with L·Lᵀ·x = b. Only the lower triangle is looked at. */
export function substituted(l: Float64Array, order: number, b: Float64Array): Float64Array {
  const x = b.slice();
  for (let i = 0; i < order; i++) {
    let sum = x[i] as number;
    for (let k = 0; k < i; k++) sum -= (l[i * order + k] as number) * (x[k] as number);
    x[i] = sum / (l[i * order + i] as number);
  }
  // By rows of L, so that memory is read as it lies.
  for (let i = order - 1; i >= 0; i--) {
    const value = (x[i] as number) / (l[i * order + i] as number);
    x[i] = value;
    for (let k = 0; k < i; k++) x[k] = (x[k] as number) - value * (l[i * order + k] as number);
  }
  return x;
}
