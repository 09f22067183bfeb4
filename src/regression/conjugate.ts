/** Conjugate gradients in doubles with a preconditioner that is nearly the inverse: a few steps of refinement, not a solver by itself. */

export interface Refined {
  readonly solution: Float64Array;
  readonly iterations: number;
}

const MOST = 60;
/** What is left of the right side, as the preconditioner measures it, that ends a round: its square is near the last digits. */
const ENOUGH = 1e-9;

const inner = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

const moved = (a: Float64Array, factor: number, b: Float64Array): Float64Array =>
  a.map((value, i) => value + factor * (b[i] as number));

/** About the solution of A·x = b. */
export async function conjugateGradients(
  times: (v: Float64Array) => Promise<Float64Array>,
  precondition: (v: Float64Array) => Float64Array,
  b: Float64Array,
): Promise<Refined> {
  let solution: Float64Array = new Float64Array(b.length);
  let rest = b;
  let z = precondition(rest);
  let direction = z;
  let size = inner(rest, z);
  const enough = ENOUGH * ENOUGH * size;
  for (let iterations = 0; ; iterations++) {
    if (!(size > enough) || iterations === MOST) return { solution, iterations };
    const product = await times(direction);
    const curvature = inner(direction, product);
    if (!(curvature > 0)) return { solution, iterations };
    const step = size / curvature;
    solution = moved(solution, step, direction);
    rest = moved(rest, -step, product);
    z = precondition(rest);
    const next = inner(rest, z);
    direction = moved(z, next / size, direction);
    size = next;
  }
}
