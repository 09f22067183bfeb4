/**
 * From grids to tensors and back, and `Batch`: many operations enqueued first, read together, compared one by one. On a
 * GPU that makes a few hundred small operations cheap enough for one test.
 */
import { Tensor, type Device } from '../../src/index.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import type { Precision, Tolerance } from '../tolerance.ts';
import { precisionOf } from '../tolerance.ts';
import { Findings } from './expect.ts';

export type FloatDtype = 'float32' | 'float64';

/** The float dtypes of a device: specs run for each inside one test, so that all lanes count the same tests. */
export const floatsOf = (device: Device): readonly FloatDtype[] =>
  device.kind === 'cpu' ? ['float64', 'float32'] : ['float32'];

export const tensorOf = (device: Device, x: Grid, dtype: FloatDtype = 'float32'): Tensor =>
  device.tensor(Float64Array.from(x.data), x.shape, { dtype });

/** A grid over float32 numbers, as doubles. */
export const gridOf = (shape: readonly number[], data: ArrayLike<number>): Grid =>
  grid(shape, Float64Array.from(data, Math.fround));

/** The options of a call without those that are undefined. */
export function given<Options extends object>(
  options: Options,
): { [Key in keyof Options]?: NonNullable<Options[Key]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

/** A tolerance, or how to find it from the precision that the result turned out to have. */
export type Bound = Tolerance | ((precision: Precision) => Tolerance | ((index: number) => Tolerance));

interface Pending {
  readonly label: string;
  readonly tensor: Tensor;
  readonly expected: Grid;
  readonly bound: Bound;
}

export class Batch {
  readonly #findings = new Findings();
  #pending: Pending[] = [];

  /** Enqueues `run()`; `end()` compares what it gives with `expected`. */
  expect(label: string, run: () => Tensor, expected: Grid, bound: Bound): void {
    try {
      const tensor = run();
      if (!(tensor instanceof Tensor)) throw new Error('the result is no tensor');
      this.#pending.push({ label, tensor, expected, bound });
    } catch (error) {
      this.#findings.check(false, `${label}: ${String(error)}`);
    }
  }

  /** Reads and compares everything enqueued so far. */
  async flush(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    const results = await Promise.allSettled(pending.map(({ tensor }) => tensor.data()));
    pending.forEach(({ label, tensor, expected, bound }, i) => {
      const result = results[i] as PromiseSettledResult<ArrayLike<number>>;
      if (result.status === 'rejected') {
        this.#findings.check(false, `${label}: ${String(result.reason)}`);
      } else {
        const precision = precisionOf(tensor);
        const target =
          precision === 'double' || !expectsFloat(tensor)
            ? expected.data
            : Float64Array.from(expected.data, x => overflowed(x));
        this.#findings.shape(tensor.shape, expected.shape, label);
        this.#findings.close(
          result.value,
          target,
          typeof bound === 'function' ? bound(precision) : bound,
          `${label} (${tensor.dtype})`,
        );
      }
      tensor.dispose();
    });
  }

  /** Any other condition. */
  check(holds: boolean, label: string): void {
    this.#findings.check(holds, label);
  }

  async end(): Promise<void> {
    await this.flush();
    this.#findings.end();
  }
}

const expectsFloat = (tensor: Tensor): boolean => tensor.dtype === 'float32';

/** What rounds beyond float32's range is an infinity there; everything else stays in doubles. */
const overflowed = (x: number): number => (Number.isFinite(Math.fround(x)) ? x : Math.fround(x));
