/** Norms in doubles by loops of their own, for every answer to be held against. */

interface Norms {
  readonly l0: Float64Array;
  readonly l1: Float64Array;
  readonly l2: Float64Array;
  readonly linf: Float64Array;
}

/** `count` vectors of `length` elements: element k of vector v lies at v·far + k·near. */
function normsOf(x: Float32Array, count: number, length: number, far: number, near: number): Norms {
  const [l0, l1, l2, linf] = [0, 1, 2, 3].map(() => new Float64Array(count)) as [Float64Array, ...Float64Array[]];
  const norms = { l0, l1, l2, linf } as Norms;
  for (let v = 0; v < count; v++) {
    let nonzero = 0;
    let sum = 0;
    let squares = 0;
    let most = 0;
    for (let k = 0; k < length; k++) {
      const size = Math.abs(x[v * far + k * near] ?? NaN);
      nonzero += size === 0 ? 0 : 1;
      sum += size;
      squares += size * size;
      most = Math.max(most, size);
    }
    norms.l0[v] = nonzero;
    norms.l1[v] = sum;
    norms.l2[v] = Math.sqrt(squares);
    norms.linf[v] = most;
  }
  return norms;
}

export function ofRows(x: Float32Array, shape: readonly number[]): Norms {
  const [rows = 1, columns = 1] = shape;
  return normsOf(x, rows, columns, columns, 1);
}

export function ofColumns(x: Float32Array, shape: readonly number[]): Norms {
  const [rows = 1, columns = 1] = shape;
  return normsOf(x, columns, rows, 1, columns);
}

export const ofAll = (x: Float32Array): Norms => normsOf(x, 1, x.length, 0, 1);
