/** The tools of training as torch's documentation writes them, element by element, in doubles over plain arrays. */

export interface Loss {
  readonly losses: number[];
  readonly slopes: number[];
}

type Pair = (d: number) => readonly [loss: number, slope: number];

const each = (p: readonly number[], t: readonly number[], of: Pair): Loss => {
  const pairs = p.map((value, k) => of(value - (t[k] ?? NaN)));
  return { losses: pairs.map(([loss]) => loss), slopes: pairs.map(([, slope]) => slope) };
};

export const mae = (p: readonly number[], t: readonly number[]): Loss =>
  each(p, t, d => [d < 0 ? -d : d, d < 0 ? -1 : d > 0 ? 1 : d]);

export const mse = (p: readonly number[], t: readonly number[]): Loss => each(p, t, d => [d ** 2, d + d]);

export const huber = (p: readonly number[], t: readonly number[], delta: number): Loss =>
  each(p, t, d => {
    if (Math.abs(d) <= delta) return [0.5 * d * d, d];
    return d > 0 ? [delta * (d - 0.5 * delta), delta] : [delta * (-d - 0.5 * delta), Number.isNaN(d) ? NaN : -delta];
  });

export interface SgdOptions {
  readonly learningRate: number;
  readonly momentum?: number;
  readonly dampening?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
}

/** The parameter after each of the gradients. */
export function sgd(
  start: readonly number[],
  gradients: readonly (readonly number[])[],
  options: SgdOptions,
): number[][] {
  const { learningRate, momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
  const p = [...start];
  const buffer: (number | undefined)[] = start.map(() => undefined);
  return gradients.map(gradient => {
    p.forEach((value, k) => {
      let g = (gradient[k] ?? NaN) + weightDecay * value;
      if (momentum !== 0) {
        const before = buffer[k];
        const b = before === undefined ? g : momentum * before + (1 - dampening) * g;
        buffer[k] = b;
        g = nesterov ? g + momentum * b : b;
      }
      p[k] = value - learningRate * g;
    });
    return [...p];
  });
}

export interface AdamOptions {
  readonly learningRate: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly weightDecay?: number;
  readonly amsgrad?: boolean;
  /** AdamW's decay. */
  readonly decoupled?: boolean;
}

export function adam(
  start: readonly number[],
  gradients: readonly (readonly number[])[],
  options: AdamOptions,
): number[][] {
  const {
    learningRate,
    betas = [0.9, 0.999],
    eps = 1e-8,
    weightDecay = 0,
    amsgrad = false,
    decoupled = false,
  } = options;
  const [b1, b2] = betas;
  const p = [...start];
  const m = start.map(() => 0);
  const v = start.map(() => 0);
  const most = start.map(() => 0);
  return gradients.map((gradient, t) => {
    p.forEach((given, k) => {
      let value = given;
      let g = gradient[k] ?? NaN;
      if (decoupled) value *= 1 - learningRate * weightDecay;
      else g += weightDecay * value;
      m[k] = b1 * (m[k] ?? NaN) + (1 - b1) * g;
      v[k] = b2 * (v[k] ?? NaN) + (1 - b2) * g * g;
      most[k] = Math.max(most[k] ?? NaN, v[k] ?? NaN);
      const first = (m[k] ?? NaN) / (1 - b1 ** (t + 1));
      const second = ((amsgrad ? most[k] : v[k]) ?? NaN) / (1 - b2 ** (t + 1));
      p[k] = value - (learningRate * first) / (Math.sqrt(second) + eps);
    });
    return [...p];
  });
}

/** Which elements of a list stay when `count` of the smallest magnitudes go, the earlier of equal ones first. */
export function kept(x: readonly number[], count: number): boolean[] {
  const sizes = x.map(value => (Number.isNaN(value) ? Infinity : Math.abs(value)));
  return sizes.map((size, k) => sizes.filter((other, j) => other < size || (other === size && j < k)).length >= count);
}
