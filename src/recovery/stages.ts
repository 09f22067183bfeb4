/**
 * Fourier transforms of real numbers laid out [n₁, n₂], one side after the other, each by a product with a matrix of cosines and
 * sines: of pictures, and – with every number turned in between (Cooley and Tukey, 1965) – of signals of n₁·n₂ numbers, for which
 * one matrix would be too large. They take 4·n·(n₁ + n₂) multiplications.
 */
import { add, mul } from '../arith/index.ts';
import { matmul } from '../linalg/index.ts';
import type { Scope, Tensor } from '../tensor/index.ts';
import { cosine, filled, sine } from './one-matrix.ts';
import { Constant } from './operator.ts';

/** The divisor of n that is closest to its root, from below. */
export function divisorOf(n: number): number {
  let divisor = Math.floor(Math.sqrt(n));
  while (n % divisor !== 0) divisor--;
  return divisor;
}

/** The multiplications of a transform in two stages. */
export const stagedCost = (n1: number, n2: number): number => 4 * n1 * n2 * (n1 + n2);

/** Real and imaginary part of e^(−2πi·turns/n). */
const parts = [cosine, (turns: number, n: number) => -sine(turns, n)] as const;

/**
 * The transform of V [n₁, n₂]: Σ V[t₁, t₂]·e^(−2πi·(k₁t₁/n₁ + k₂t₂/n₂)) for all k₁ and k₂; or with `turned`, of the signal with
 * V[t₁, t₂] at t = n₂·t₁ + t₂, its frequency k at k₁ + n₁·k₂ = k. Numbers come as [n₁, 2, n₂]: by k₁, real or imaginary part, and k₂.
 */
export class Stages {
  readonly #n1: number;
  readonly #n2: number;
  readonly #isTurned: boolean;
  readonly #constants: Readonly<Record<'down' | 'along' | 'back' | 'up' | 'cosines' | 'sines', Constant>>;

  constructor(n1: number, n2: number, isTurned: boolean) {
    this.#n1 = n1;
    this.#n2 = n2;
    this.#isTurned = isTurned;
    const [real, imaginary] = parts;
    // A number z is turned by z·cos + (−i·z)·sin: where that is done, both variants of it, z and −i·z, come out of the product before.
    const variants = isTurned ? 2 : 1;
    // Parts of z are real and imaginary; those of −i·z are imaginary and −real.
    const element = (variant: number, part: number, turns: number, n: number): number =>
      variant === 0 ? (parts[part] ?? real)(turns, n) : part === 0 ? imaginary(turns, n) : -real(turns, n);
    const n = n1 * n2;
    this.#constants = {
      down: new Constant([variants * n1 * 2, n1], () =>
        filled(variants * n1 * 2, n1, (row, t) =>
          element(Math.floor(row / (2 * n1)), row % 2, (Math.floor(row / 2) % n1) * t, n1),
        ),
      ),
      along: new Constant([2 * n2, 2 * n2], () => filled(2 * n2, 2 * n2, (to, from) => this.#along(to, from))),
      // Turned back, z becomes z·cos + (i·z)·sin.
      back: new Constant([variants * 2 * n2, 2 * n2], () =>
        filled(variants * 2 * n2, 2 * n2, (row, from) => {
          const [variant, part, t] = [Math.floor(row / (2 * n2)), Math.floor(row / n2) % 2, row % n2];
          if (variant === 0) return this.#along(from, row);
          return part === 0 ? -this.#along(from, n2 + t) : this.#along(from, t);
        }),
      ),
      up: new Constant([n1, 2 * n1], () =>
        filled(n1, 2 * n1, (t, column) => element(0, column % 2, Math.floor(column / 2) * t, n1)),
      ),
      cosines: new Constant([n1, 1, n2], () => filled(n1, n2, (k, t) => cosine(k * t, n))),
      sines: new Constant([n1, 1, n2], () => filled(n1, n2, (k, t) => sine(k * t, n))),
    };
  }

  get held(): readonly Constant[] {
    return Object.values(this.#constants);
  }

  /** The second stage, (real, imaginary) to (real, imaginary): multiplied by e^(−iφ) = cos φ − i·sin φ. */
  #along(to: number, from: number): number {
    const n = this.#n2;
    const turns = (to % n) * (from % n);
    if (to < n === from < n) return cosine(turns, n);
    return to < n ? sine(turns, n) : -sine(turns, n);
  }

  /** [n₁, n₂] to [n₁, 2, n₂]. */
  forward(v: Tensor, op: string, scope: Scope): Tensor {
    const [n1, n2] = [this.#n1, this.#n2];
    const { down, along, cosines, sines } = this.#constants;
    const variants = this.#isTurned ? 2 : 1;
    const first = scope.keep(scope.keep(matmul(down.beside(v, op), v)).reshape([variants, n1, 2, n2]));
    const straight = scope.keep(first.row(0));
    const turned = this.#isTurned
      ? combined(straight, scope.keep(first.row(1)), cosines.beside(v, op), sines.beside(v, op), scope)
      : straight;
    const rows = scope.keep(turned.reshape([n1, 2 * n2]));
    return scope.keep(scope.keep(matmul(rows, along.beside(v, op), { transposeB: true })).reshape([n1, 2, n2]));
  }

  /** The transpose of `forward`: [n₁, 2, n₂] to [n₁, n₂]. */
  backward(z: Tensor, op: string, scope: Scope): Tensor {
    const [n1, n2] = [this.#n1, this.#n2];
    const { back, up, cosines, sines } = this.#constants;
    const variants = this.#isTurned ? 2 : 1;
    const rows = scope.keep(z.reshape([n1, 2 * n2]));
    const product = scope.keep(matmul(rows, back.beside(z, op), { transposeB: true }));
    const both = scope.keep(product.reshape([n1, variants, 2, n2]));
    const variant = (which: number): Tensor => scope.keep(scope.keep(both.permuted([1, 0, 2, 3])).row(which));
    const turned = this.#isTurned
      ? combined(variant(0), variant(1), cosines.beside(z, op), sines.beside(z, op), scope)
      : variant(0);
    return scope.keep(matmul(up.beside(z, op), scope.keep(turned.reshape([2 * n1, n2]))));
  }
}

/** a·cos + b·sin */
const combined = (a: Tensor, b: Tensor, cosines: Tensor, sines: Tensor, scope: Scope): Tensor =>
  scope.keep(add(scope.keep(mul(a, cosines)), scope.keep(mul(b, sines))));
