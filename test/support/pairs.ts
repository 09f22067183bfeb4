/** Calling `cdist` and comparing it with the oracle, many times in one batch: what most specs of distances do. */
import { cdist, type Device, type Tensor } from '../../src/index.ts';
import { cdist as oracle, type MetricName, type PairOptions } from '../oracle/distance.ts';
import type { Grid } from '../oracle/grid.ts';
import { boundOf } from './distances.ts';
import { type Batch, tensorOf, type FloatDtype } from './tensors.ts';

/** How the library takes what the oracle takes. */
export function callOptions(metric: MetricName, { p, w, V, VI, zeroVector }: PairOptions): { metric: MetricName } {
  return {
    metric,
    ...(p === undefined ? {} : { p }),
    ...(w === undefined ? {} : { w: Array.from(w) }),
    ...(V === undefined ? {} : { V: Array.from(V) }),
    ...(VI === undefined ? {} : { VI: VI.map(row => [...row]) }),
    ...(zeroVector === undefined ? {} : { zeroVector }),
  };
}

/** Enqueues `cdist` of two tensors that hold the numbers of `x` and `y`. */
export function compareDistances(
  batch: Batch,
  a: Tensor,
  b: Tensor,
  x: Grid,
  y: Grid,
  metric: MetricName,
  options: PairOptions = {},
  note = '',
): void {
  batch.expect(
    `${note}cdist([${x.shape.join(', ')}], [${y.shape.join(', ')}], ${metric}${options.w ? ' with w' : ''}${options.p === undefined ? '' : `, p ${options.p}`})`,
    () => cdist(a, b, callOptions(metric, options)),
    oracle(x, y, metric, options),
    boundOf(metric, x, y, options),
  );
}

/** Enqueues `cdist` of the same numbers for each float dtype given. */
export function compareRows(
  batch: Batch,
  device: Device,
  dtypes: readonly FloatDtype[],
  [x, y]: readonly [Grid, Grid],
  metric: MetricName,
  options: PairOptions = {},
  note = '',
): void {
  for (const dtype of dtypes) {
    const [a, b] = [tensorOf(device, x, dtype), tensorOf(device, y, dtype)];
    compareDistances(batch, a, b, x, y, metric, options, note);
    a.dispose();
    b.dispose();
  }
}
