/** `haversine`: the angle between two places on a globe, given as rows of [latitude, longitude] in radians. */
import type { PairMetric } from '../../pairwise/index.ts';
import haversineWgsl from '../../../shaders/metric/haversine.wgsl';

/** 2·asin √(sin²(Δlat/2) + cos lat₁ · cos lat₂ · sin²(Δlon/2)): times the radius, it is the way along the ground. */
export const haversine: PairMetric = {
  name: 'haversine',
  element: 'float',
  cpu: {
    pair(x, xAt, y, yAt) {
      const from = x[xAt] as number;
      const to = y[yAt] as number;
      const up = Math.sin((from - to) / 2);
      const along = Math.sin(((x[xAt + 1] as number) - (y[yAt + 1] as number)) / 2);
      return 2 * Math.asin(Math.min(1, Math.sqrt(up * up + Math.cos(from) * Math.cos(to) * along * along)));
    },
  },
  gpu: { wgsl: [haversineWgsl], cost: 'heavy' },
};
