/** A metric that a user wrote: what `defineMetric` returns. It only holds the parts; define.ts makes and checks them. */
import { showAsText } from '../options.ts';
import type { PairMetric } from '../pairwise/index.ts';

export class CustomMetric {
  static {
    showAsText(this.prototype);
  }

  readonly name: string;
  /** Whether calls with this metric may have weights. */
  readonly weighted: boolean;
  /** @internal */
  readonly pair: PairMetric;

  /** @internal Use `defineMetric()`. */
  constructor(pair: PairMetric, weighted: boolean) {
    this.name = pair.name;
    this.weighted = weighted;
    this.pair = pair;
  }

  toString(): string {
    return `CustomMetric(${this.name})`;
  }
}
