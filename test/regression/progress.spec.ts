/** Long work of linear models: whoever hears how far it is can end it there. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  crossValidate,
  elasticNetPath,
  lasso,
  lassoCV,
  lassoIC,
  ridge,
  ridgeCV,
  stabilitySelection,
  type Device,
  type Progress,
} from '../../src/index.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const random = new Random(1);
const x = { data: random.normal(24 * 3), shape: [24, 3] };
const y = random.normal(24);

interface Long {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

const ways: Readonly<Record<string, (long: Long) => Promise<unknown>>> = {
  lasso: long => lasso(x, y, { device, ...long }),
  ridge: long => ridge(x, y, { device, ...long }),
  elasticNetPath: long => elasticNetPath(x, y, { device, count: 4, ...long }),
  lassoIC: long => lassoIC(x, y, { device, ...long }),
  lassoCV: long => lassoCV(x, y, { device, folds: 3, count: 4, ...long }),
  ridgeCV: long => ridgeCV(x, y, { device, folds: 3, ...long }),
  stabilitySelection: long => stabilitySelection(x, y, { device, subsamples: 4, count: 4, ...long }),
  crossValidate: long => crossValidate((a, b) => ridge(a, b), x, y, { device, folds: 3, ...long }),
};

it.each(Object.keys(ways))('%s ends where it told of itself', async name => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const run = ways[name]?.({ signal: controller.signal, onProgress: () => controller.abort(reason) });
  await expect(run).rejects.toBe(reason);
});
