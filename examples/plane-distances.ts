/**
 * What the picture of points needs of the library: the matrix of distances between the points, and how far one of them is
 * from every pixel. No page in here.
 */
import { cdist, covariance, type Device, type MetricOptions, type Tensor } from 'unitball';
import { pixels, side } from './field.ts';
import { numbersOf, timed, type Timed } from './numbers.ts';
import type { Place } from './plane.ts';

export interface Distances {
  readonly matrix: Timed;
  /** From the chosen point to every pixel. */
  readonly field: Timed;
}

export async function distancesOf(
  device: Device,
  places: readonly Place[],
  chosen: number,
  options: MetricOptions,
): Promise<Distances> {
  const isMap = options.metric === 'haversine';
  // Rows of a map are latitude and longitude.
  const rows = places.map(([right, up]) => (isMap ? [up, right] : [right, up]));
  const points = device.tensor(rows);
  const from = points.slice(chosen, chosen + 1);
  try {
    const matrix = await timed(() => cdist(points, points, options));
    const spread = await spreadOf(points, options);
    const field = await timed(() => cdist(from, pixelsOn(device, isMap), { ...options, ...spread }));
    return { matrix, field };
  } finally {
    from.dispose();
    points.dispose();
  }
}

/** Variances and covariances are those of the points, also where one of them is measured against the pixels. */
async function spreadOf(points: Tensor, { metric }: MetricOptions): Promise<Pick<MetricOptions, 'V' | 'VI'>> {
  if (metric !== 'seuclidean' && metric !== 'mahalanobis') return {};
  const [xx = NaN, xy = NaN, , yy = NaN] = Array.from(await numbersOf(covariance(points)));
  if (metric === 'seuclidean') return { V: [xx, yy] };
  const determinant = xx * yy - xy * xy;
  return {
    VI: [
      [yy / determinant, -xy / determinant],
      [-xy / determinant, xx / determinant],
    ],
  };
}

const onDevice = new WeakMap<Device, Map<boolean, Tensor>>();

/** The coordinates of all pixels on a device, put there once. */
function pixelsOn(device: Device, isMap: boolean): Tensor {
  const known = onDevice.get(device) ?? new Map<boolean, Tensor>();
  onDevice.set(device, known);
  const grid = known.get(isMap) ?? device.tensor(pixels(isMap), [side * side, 2]);
  known.set(isMap, grid);
  return grid;
}
