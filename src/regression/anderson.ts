/**
 * Anderson's acceleration of sweeps that contract linearly: the combination of the last iterates whose steps cancel best
 * (Bertrand and Massias 2021). It decides over nothing: who asks takes the combination only where it lowers the objective.
 */

/** Steps that a combination looks back on. */
export const LOOK_BACK = 5;

/** The last iterates: of weights, and of something that depends on them linearly, which then need not be found again. */
export class History {
  readonly #length: number;
  readonly #companionLength: number;
  /** Taken when they are first wanted: most sweeps end before. */
  readonly #weights: Float64Array[] = [];
  readonly #companions: Float64Array[] = [];
  #count = 0;

  constructor(length: number, companionLength: number) {
    this.#length = length;
    this.#companionLength = companionLength;
  }

  get isFull(): boolean {
    return this.#count > LOOK_BACK;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Keeps copies of the first elements of both. */
  push(weights: Float64Array, companion: Float64Array): void {
    (this.#weights[this.#count] ??= new Float64Array(this.#length)).set(weights.subarray(0, this.#length));
    const length = this.#companionLength;
    (this.#companions[this.#count] ??= new Float64Array(length)).set(companion.subarray(0, length));
    this.#count++;
  }

  /**
   * Writes the combination of all iterates but the first. Its coefficients γ, Σγ = 1, make ‖Σ γₖ·(wₖ − wₖ₋₁)‖ least, with each weight
   * measured by the length of its column. False where steps are too much alike to tell.
   */
  combine(lengths: Float64Array, weights: Float64Array, companion: Float64Array): boolean {
    const steps: Float64Array[] = [];
    for (let k = 0; k < LOOK_BACK; k++) {
      const before = this.#weights[k] as Float64Array;
      const after = this.#weights[k + 1] as Float64Array;
      const step = new Float64Array(this.#length);
      for (let i = 0; i < step.length; i++)
        step[i] = ((after[i] as number) - (before[i] as number)) * (lengths[i] as number);
      steps.push(step);
    }
    const gamma = leastCombination(steps);
    if (!gamma) return false;
    combined(this.#weights, gamma, weights, this.#length);
    combined(this.#companions, gamma, companion, this.#companionLength);
    return true;
  }
}

/** Coefficients γ with Σγ = 1 of the shortest combination, or undefined: γ ∝ (SᵀS)⁻¹·1, with a shift of rounding's size. */
function leastCombination(steps: readonly Float64Array[]): Float64Array | undefined {
  const k = steps.length;
  const gram = steps.map(a => Float64Array.from(steps, b => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)));
  const trace = gram.reduce((sum, row, a) => sum + (row[a] ?? 0), 0);
  if (!(trace > 0)) return undefined;
  const z = new Float64Array(k).fill(1);
  for (let a = 0; a < k; a++) {
    const row = gram[a] as Float64Array;
    row[a] = (row[a] ?? 0) + 1e-14 * trace;
  }
  // Gaussian elimination: the matrix is positive definite, so that no pivot is 0.
  for (let a = 0; a < k; a++) {
    const pivot = gram[a] as Float64Array;
    for (let b = a + 1; b < k; b++) {
      const row = gram[b] as Float64Array;
      const factor = (row[a] ?? 0) / (pivot[a] ?? 1);
      for (let c = a; c < k; c++) row[c] = (row[c] ?? 0) - factor * (pivot[c] ?? 0);
      z[b] = (z[b] ?? 0) - factor * (z[a] ?? 0);
    }
  }
  for (let a = k - 1; a >= 0; a--) {
    const row = gram[a] as Float64Array;
    let value = z[a] ?? 0;
    for (let c = a + 1; c < k; c++) value -= (row[c] ?? 0) * (z[c] ?? 0);
    z[a] = value / (row[a] ?? 1);
  }
  const sum = z.reduce((all, value) => all + value, 0);
  const gamma = z.map(value => value / sum);
  return gamma.every(Number.isFinite) ? gamma : undefined;
}

/** Σ γₖ·listₖ₊₁. */
function combined(lists: readonly Float64Array[], gamma: Float64Array, out: Float64Array, length: number): void {
  out.fill(0, 0, length);
  gamma.forEach((factor, k) => {
    const list = lists[k + 1] as Float64Array;
    for (let i = 0; i < length; i++) out[i] = (out[i] as number) + factor * (list[i] as number);
  });
}
