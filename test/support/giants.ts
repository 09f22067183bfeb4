/**
 * Judging searches of more points than the oracle's matrices have room for: distances by plain loops in doubles, of a few
 * queries and of some points at a time.
 */
import { grid } from '../oracle/grid.ts';
import { distance as distanceBound } from '../tolerance.ts';
import type { Truth } from './searches.ts';

type Metric = 'euclidean' | 'dot';

/** Distances of some queries from points that come in parts. */
export class GiantTruth {
  readonly #metric: Metric;
  readonly #queries: Float32Array;
  readonly #d: number;
  readonly #n: number;
  readonly #distances: Float64Array;
  readonly #magnitudes: Float64Array;

  constructor(metric: Metric, queries: Float32Array, d: number, n: number) {
    this.#metric = metric;
    this.#queries = queries;
    this.#d = d;
    this.#n = n;
    this.#distances = new Float64Array((queries.length / d) * n).fill(NaN);
    this.#magnitudes = new Float64Array(metric === 'dot' ? this.#distances.length : 0);
  }

  /** Takes points whose first one is row `first`. */
  add(points: Float32Array, first: number): void {
    const d = this.#d;
    const x = this.#queries;
    const dot = this.#metric === 'dot';
    for (let query = 0; query < x.length / d; query++)
      for (let row = 0; row < points.length / d; row++) {
        const at = query * this.#n + first + row;
        let sum = 0;
        let size = 0;
        for (let k = 0; k < d; k++) {
          const a = x[query * d + k] ?? NaN;
          const b = points[row * d + k] ?? NaN;
          if (dot) {
            sum += a * b;
            size += Math.abs(a * b);
          } else sum += (a - b) ** 2;
        }
        this.#distances[at] = dot ? -sum : Math.sqrt(sum);
        if (dot) this.#magnitudes[at] = size;
      }
  }

  /** What `compareHits` compares with. Distances of points that never came are NaN: they must not be found. */
  truth(): Truth {
    const [d, n] = [this.#d, this.#n];
    const count = this.#queries.length / d;
    return {
      queries: grid([count, d], this.#queries),
      points: grid([n, d], []),
      distances: grid([count, n], this.#distances),
      bound: precision => index =>
        distanceBound(this.#metric, d, precision, { magnitude: this.#magnitudes[index] ?? 1 }),
    };
  }
}
