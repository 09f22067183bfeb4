/** How far off models are on points that they have not seen, and which penalty that speaks for. No page in here. */
import { elasticNetCV, type Device } from 'unitball';
import type { Place } from '../plane.ts';
import type { Basis } from './bases.ts';
import { alphas } from './paths.ts';

export interface LeftOut {
  /** Mean squared errors on the points left out, one for each alpha. */
  readonly errors: readonly number[];
  /** The place of the alpha with the least, and of the largest that is within one standard error of it. */
  readonly best: number;
  readonly simplest: number;
  readonly time: number;
}

/** Every fourth point is left out together: neighbours tell what lies between them. */
export const folds = 4;

export async function leaveOut(
  device: Device,
  places: readonly Place[],
  basis: Basis,
  l1Ratio: number,
): Promise<LeftOut> {
  const x = device.tensor(places.map(([right]) => basis.features(right)));
  const y = device.tensor(places.map(([, up]) => up));
  const start = performance.now();
  try {
    const model = await elasticNetCV(x, y, {
      alphas,
      l1Ratio,
      maxIterations: 10_000,
      folds: Array.from({ length: folds }, (_, fold) => places.flatMap((_place, k) => (k % folds === fold ? [k] : []))),
    });
    model.dispose();
    return {
      errors: Array.from(model.meanErrors),
      best: alphas.indexOf(model.alpha),
      simplest: alphas.indexOf(model.alpha1se),
      time: performance.now() - start,
    };
  } finally {
    x.dispose();
    y.dispose();
  }
}
