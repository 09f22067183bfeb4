/**
 * The columns that a descent has met, with their Gram matrix: what products with the residual become when weights change is then found
 * without the rows. Slots are numbered in the order in which columns came.
 */
import { Changes, dot, gramOf } from './dots.ts';
import type { Problem } from './problem.ts';

/** Places that memory begins with. */
const FIRST = 64;

export class Slots {
  readonly #problem: Problem;
  count = 0;
  /** How far apart the rows of `gram` are. */
  stride = 0;
  gram: Float64Array = new Float64Array(0);
  /** Of each slot: its column, the column's square and length, its product with y. */
  columns: Int32Array = new Int32Array(0);
  squares: Float64Array = new Float64Array(0);
  lengths: Float64Array = new Float64Array(0);
  targets: Float64Array = new Float64Array(0);
  /** What changes: weights, and products with the residual that they leave. */
  weights: Float64Array = new Float64Array(0);
  products: Float64Array = new Float64Array(0);
  /** The slot of each column, or −1. */
  readonly slotOf: Int32Array;

  constructor(problem: Problem) {
    this.#problem = problem;
    this.slotOf = new Int32Array(problem.p).fill(-1);
  }

  /** Takes columns in that are not here yet, with their weights and their products with the residual. */
  *add(fresh: Int32Array, weights: Float64Array, products: Float64Array): Generator<number, void> {
    const { n, columns } = this.#problem;
    const first = this.count;
    this.#enter(fresh, weights, products);
    yield fresh.length * n;
    yield* gramOf(columns, n, this.columns, first, this.count, this.gram, this.stride);
  }

  /** Takes all of some columns in, whose products with each other are given: of all columns, [p, p]. */
  adopt(all: Int32Array, gram: Float64Array, weights: Float64Array, products: Float64Array): void {
    const { p } = this.#problem;
    this.#enter(all, weights, products);
    for (let k = 0; k < all.length; k++) {
      const row = (all[k] as number) * p;
      for (let l = 0; l < all.length; l++) this.gram[k * this.stride + l] = gram[row + (all[l] as number)] as number;
    }
  }

  #enter(fresh: Int32Array, weights: Float64Array, products: Float64Array): void {
    const { n, columns, y, squares } = this.#problem;
    this.#reserve(this.count + fresh.length);
    for (const j of fresh) {
      const slot = this.count++;
      this.slotOf[j] = slot;
      this.columns[slot] = j;
      this.squares[slot] = squares[j] as number;
      this.lengths[slot] = Math.sqrt(squares[j] as number);
      this.targets[slot] = dot(columns, j * n, y, n);
      this.weights[slot] = weights[j] as number;
      this.products[slot] = products[j] as number;
    }
  }

  /** Forgets all columns. */
  clear(): void {
    this.count = 0;
    this.slotOf.fill(-1);
  }

  /** Products with the residual anew, from those with y: rounding of many small changes does not stay. */
  refresh(): void {
    const { count, stride, gram, weights, products } = this;
    products.set(this.targets.subarray(0, count));
    const changes = new Changes();
    for (let slot = 0; slot < count; slot++)
      if (weights[slot] !== 0) changes.add(products, gram, weights[slot] as number, slot * stride, count);
    changes.settle(products, gram, count);
  }

  #reserve(count: number): void {
    if (count <= this.stride) return;
    const stride = Math.min(Math.max(FIRST, 2 * this.stride, count), this.slotOf.length);
    const gram = new Float64Array(stride * stride);
    for (let slot = 0; slot < this.count; slot++) {
      const from = slot * this.stride;
      gram.set(this.gram.subarray(from, from + this.count), slot * stride);
    }
    this.stride = stride;
    this.gram = gram;
    const longer = (values: Float64Array): Float64Array => {
      const all = new Float64Array(stride);
      all.set(values);
      return all;
    };
    const columns = new Int32Array(stride);
    columns.set(this.columns);
    this.columns = columns;
    this.squares = longer(this.squares);
    this.lengths = longer(this.lengths);
    this.targets = longer(this.targets);
    this.weights = longer(this.weights);
    this.products = longer(this.products);
  }
}
