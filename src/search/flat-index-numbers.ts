/**
 * What the metric of an index changes its rows by – a length, a mean –, measured once for each row and kept beside its block, 16
 * bytes a row: a search then reads the rows alone. Measured is what was added since, by the next search.
 */
import { chooseMetric, keepsNumbers, measureRows, type MetricOptions } from '../distance/index.ts';
import { MEASURED_WORDS } from '../pairwise/index.ts';
import { emptyTensor, scoped, type Tensor } from '../tensor/index.ts';

/** Writes the numbers of some rows to a tensor of [rows, MEASURED_WORDS] words. */
export type Measure = (op: string, rows: Tensor, into: Tensor) => void;

/** How rows of a metric are measured; undefined where there is nothing to measure. */
export function measureOf(op: string, metric: MetricOptions): Measure | undefined {
  const chosen = chooseMetric(op, metric);
  return keepsNumbers(chosen) ? (own, rows, into) => measureRows(own, chosen, rows, into) : undefined;
}

/** The numbers of the rows of one block, which is filled from the front. */
export class BlockNumbers {
  readonly #measure: Measure;
  readonly #capacity: number;
  #numbers: Tensor | undefined;
  #done = 0;
  #disposed = false;

  constructor(measure: Measure, capacity: number) {
    this.#measure = measure;
    this.#capacity = capacity;
  }

  /** The numbers of these rows, the first ones of the block, under a handle of the caller's. Undefined once disposed. */
  of(op: string, rows: Tensor): Tensor | undefined {
    if (this.#disposed) return undefined;
    const count = rows.shape[0] ?? 0;
    const numbers = (this.#numbers ??= emptyTensor(rows.device, [this.#capacity, MEASURED_WORDS], 'uint32', op));
    if (count > this.#done)
      scoped(scope => {
        const [from, to] = [this.#done, count];
        this.#measure(op, scope.keep(rows.slice(from, to)), scope.keep(numbers.slice(from, to)));
      });
    this.#done = Math.max(this.#done, count);
    return numbers.slice(0, count);
  }

  dispose(): void {
    this.#disposed = true;
    this.#numbers?.dispose();
  }
}
