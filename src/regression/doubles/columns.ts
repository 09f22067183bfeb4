/**
 * Columns of doubles, and what gaps and refinements ask of them: residuals of many lists of weights, and their products with all
 * columns. A device with kernels for doubles keeps the columns and does it there; else the host does, with pauses.
 */
import { emptyTensor, launch, Scope, type Device, type Pace, type Tensor } from '../../tensor/index.ts';
import { atPace } from '../descent.ts';
import { correlate, productsWith, takeFits } from '../dots.ts';
import { correlationsPrimitive, residualsPrimitive } from './doubles.ts';

export interface Matrix {
  readonly n: number;
  readonly p: number;
  /** Column-major. */
  readonly columns: Float64Array;
}

export interface ColumnsRun {
  readonly device: Device;
  readonly pace: Pace;
  readonly op: string;
}

/** Of each list of weights. */
export interface Fit {
  /** y − X·w, [count, n]. */
  readonly residuals: Float64Array;
  /** Xᵀ·(y − X·w), [count, p]. */
  readonly products: Float64Array;
}

export interface Columns {
  /** `weights` is [count, p]; all have the same y. */
  readonly fit: (y: Float64Array, weights: Float64Array) => Promise<Fit>;
  readonly dispose: () => void;
}

/** True where a device has kernels for doubles. */
export const hasDoubles = (device: Device): boolean => device.info.kernels[residualsPrimitive.name] !== undefined;

/** Elements from which on the way to a device pays. */
const WORTH_THE_WAY = 2 ** 16;

/** `many`: lists of weights that will be asked for, about. */
export function columnsOf(matrix: Matrix, many: number, run: ColumnsRun): Columns {
  return hasDoubles(run.device) && many * matrix.n * matrix.p >= WORTH_THE_WAY
    ? onDevice(matrix, run)
    : onHost(matrix, run);
}

/** By loops in JavaScript, with pauses. */
export function onHost({ n, p, columns }: Matrix, { pace }: Pick<ColumnsRun, 'pace'>): Columns {
  const all = Int32Array.from({ length: p }, (_, j) => j);
  return {
    async fit(y, weights) {
      const count = weights.length / p;
      const residuals = new Float64Array(count * n);
      for (let k = 0; k < count; k++) residuals.set(y, k * n);
      await atPace(takeFits(columns, n, weights, count, residuals), pace);
      const products = new Float64Array(count * p);
      const work =
        count === 1
          ? productsWith(columns, n, all, p, residuals, products)
          : correlate(columns, n, residuals, count, products);
      await atPace(work, pace);
      return { residuals, products };
    },
    dispose: () => undefined,
  };
}

function onDevice({ n, p, columns }: Matrix, { device, pace, op }: ColumnsRun): Columns {
  const scope = new Scope();
  const words = (own: Scope, values: Float64Array): Tensor =>
    own.keep(
      device.upload(
        new Uint32Array(values.buffer, values.byteOffset, 2 * values.length),
        [2 * values.length],
        'uint32',
        op,
      ),
    );
  const read = async (own: Tensor): Promise<Float64Array> => {
    const { buffer, byteOffset, length } = await own.data<Uint32Array>();
    return new Float64Array(buffer, byteOffset, length / 2);
  };
  const kept = words(scope, columns);
  return {
    async fit(y, weights) {
      const own = new Scope();
      try {
        const count = weights.length / p;
        const residuals = own.keep(emptyTensor(device, [2 * count * n], 'uint32', op));
        const products = own.keep(emptyTensor(device, [2 * count * p], 'uint32', op));
        const reads = [kept, words(own, y), words(own, weights)];
        launch(op, residualsPrimitive, { n, p, count }, reads, [residuals]);
        launch(op, correlationsPrimitive, { n, p, count }, [kept, residuals], [products]);
        await pace.spend(2 * count * n * p, products);
        const [left, found] = await Promise.all([read(residuals), read(products)]);
        return { residuals: left, products: found };
      } finally {
        own.close();
      }
    },
    dispose: () => scope.close(),
  };
}
