/** The small squares that sketches come down to, decomposed on the host. No device is opened here. */
import { it } from 'vitest';
import { smallSvd } from '../../src/linalg/square-svd.ts';
import { singularValues } from '../oracle/eigen.ts';
import { Findings } from '../support/expect.ts';
import { Random } from '../support/random.ts';
import { orthogonalFactors, spectrum, type Tolerance } from '../tolerance.ts';

it('decomposes small squares on the host', () => {
  const findings = new Findings();
  const low = (order: number, rank: number): Float64Array => {
    const [left, right] = [new Random(order).normal(order * rank), new Random(rank).normal(rank * order)];
    return Float64Array.from({ length: order * order }, (_, at) => {
      let total = 0;
      for (let k = 0; k < rank; k++)
        total += (left[Math.floor(at / order) * rank + k] ?? NaN) * (right[k * order + (at % order)] ?? NaN);
      return total;
    });
  };
  for (const [order, data] of [
    [1, Float64Array.of(-3)],
    [2, Float64Array.of(0, 2, 1, 0)],
    [3, new Float64Array(9)],
    [12, low(12, 12)],
    [20, low(20, 3)],
    [6, low(6, 6).map((x, at) => x * 10 ** -(at % 6))],
  ] as const) {
    const { u, s, v } = smallSvd(data, order);
    const size = Math.hypot(...data);
    const label = `order ${order}`;
    const back = Array.from(data, (_, at) =>
      s.reduce(
        (sum, value, k) => sum + (u[k]?.[Math.floor(at / order)] ?? NaN) * value * (v[k]?.[at % order] ?? NaN),
        0,
      ),
    );
    const off = orthogonalFactors(order, 'double');
    const within = (most: number): Tolerance => ({ relative: 0, absolute: off * most });
    findings.close(back, data, within(size), `${label}: the product`);
    findings.close(
      s,
      singularValues({ shape: [order, order], data }),
      spectrum(order, 'double', size),
      `${label}: values`,
    );
    const inner = v.flatMap(x => v.map(y => x.reduce((sum, one, k) => sum + one * (y[k] ?? NaN), 0)));
    const identity = inner.map((_, at) => Number(at % (order + 1) === 0));
    findings.close(inner, identity, within(1), `${label}: V`);
  }
  findings.end();
});
