/** What a device makes of the digits: their tensor, who is next to whom, and their principal components, each computed once. No page in here. */
import { knnGraph, pca, type Device, type KnnGraph, type Pca, type Tensor } from 'unitball';
import { numbersOf } from '../numbers.ts';
import { pixels, type Collection } from './collection.ts';

export interface OnDevice {
  readonly points: Tensor;
  /** The nearest others of every digit, `neighbours` each. */
  readonly graph: KnnGraph;
  readonly graphTime: number;
  readonly model: Pca;
  readonly modelTime: number;
  /** Shares of the variance, one for each component. */
  readonly shares: ArrayLike<number>;
  /** [components, 64] */
  readonly components: ArrayLike<number>;
  /** [digits, components] */
  readonly coordinates: ArrayLike<number>;
}

export const neighbours = 9;

const made = new WeakMap<Device, Promise<OnDevice>>();

/** Of a lost device nothing is kept; what failed is tried again. */
export function computedOn(device: Device, collection: Collection): Promise<OnDevice> {
  const known = made.get(device) ?? compute(device, collection);
  made.set(device, known);
  known.catch(() => made.delete(device));
  return known;
}

async function compute(device: Device, { images, labels }: Collection): Promise<OnDevice> {
  const points = device.tensor(images, [labels.length, pixels]);
  const graph = await timed(() => knnGraph(points, { k: neighbours }));
  const model = await timed(async () => {
    const found = await pca(points);
    await found.explainedVariance.data();
    return found;
  });
  const [shares, components, coordinates] = await Promise.all([
    model.found.explainedVarianceRatio.data(),
    model.found.components.data(),
    numbersOf(model.found.transform(points)),
  ]);
  return {
    points,
    graph: graph.found,
    graphTime: graph.time,
    model: model.found,
    modelTime: model.time,
    shares,
    components,
    coordinates,
  };
}

async function timed<Found>(work: () => Promise<Found>): Promise<{ readonly found: Found; readonly time: number }> {
  const start = performance.now();
  const found = await work();
  return { found, time: performance.now() - start };
}
