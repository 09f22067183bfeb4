/**
 * Sorted lists of pairs (distance, row) of some queries, side by side on the device: each tile adds one to every query, and where
 * there is no room for more they are merged into one.
 */
import { selectInto, type Lists } from '../../order/index.ts';
import { emptyTensor, type Device, type Dtype, type Scope, type Tensor } from '../../tensor/index.ts';

/** The numbers of a tile's columns: consecutive ones from `first` on, or `first` more than ids. */
export interface ColumnNames {
  readonly first: number;
  readonly ids: Tensor | undefined;
}

export class SortedLists {
  readonly #op: string;
  readonly #k: number;
  readonly #places: number;
  readonly #make: () => Lists;
  #held: Lists;
  #spare: Lists | undefined;
  #used = 0;

  /** `shape` is how many queries, and places for each. */
  constructor(
    op: string,
    shape: readonly [queries: number, places: number],
    k: number,
    device: Device,
    dtype: Dtype,
    scope: Scope,
  ) {
    this.#op = op;
    this.#k = k;
    this.#places = shape[1];
    this.#make = () => ({
      values: scope.keep(emptyTensor(device, shape, dtype, op)),
      indices: scope.keep(emptyTensor(device, shape, 'uint32', op)),
    });
    this.#held = this.#make();
  }

  /** What was written last. */
  get written(): Tensor {
    return this.#held.values;
  }

  /** Adds the best of each row of a tile of distances. */
  take(distances: Tensor, { first, ids }: ColumnNames, scope: Scope): void {
    const count = Math.min(this.#k, distances.shape[1] ?? 0);
    if (this.#used + count > this.#places) this.#merge(scope);
    selectInto(this.#op, distances, { k: count, ids }, { ...this.#held, column: this.#used }, first, scope);
    this.#used += count;
  }

  /** Merges all lists into rows of `into`, `count` pairs each. */
  finish(into: Lists & { readonly row: number }, count: number, scope: Scope): void {
    const values = scope.keep(this.#held.values.slice(0, this.#used, { axis: 1 }));
    const ids = scope.keep(this.#held.indices.slice(0, this.#used, { axis: 1 }));
    selectInto(this.#op, values, { k: count, ids }, into, 0, scope);
  }

  #merge(scope: Scope): void {
    const into = this.#spare ?? this.#make();
    const count = Math.min(this.#k, this.#used);
    this.finish({ ...into, row: 0 }, count, scope);
    [this.#held, this.#spare] = [into, this.#held];
    this.#used = count;
  }
}
