/** What factorisations with few columns leave behind when their results are disposed: nothing, also where they fail. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lowRank, pca, qr, randomizedSvd, spectralNorm, type Device, type Tensor } from '../../src/index.ts';
import { Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { withSpectrum } from '../support/spectra.ts';
import { tensorOf } from '../support/tensors.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const disposeAll = (...all: readonly Tensor[]): void => all.forEach(one => one.dispose());

describe('memory', () => {
  it('is what it was before', async () => {
    const a = tensorOf(device, withSpectrum(40, 12, [4, 3, 2, 1]));
    const tall = tensorOf(device, withSpectrum(900, 2, [2, 1]));
    await Promise.all([a.data(), tall.data()]);
    const runs: Readonly<Record<string, () => Promise<void>>> = {
      async qr() {
        for (const x of [a, tall]) {
          const { q, r } = qr(x);
          const alone = qr(x, { mode: 'r' });
          await Promise.all([q.data(), r.data(), alone.data()]);
          disposeAll(q, r, alone);
        }
      },
      async randomizedSvd() {
        const { u, s, vt } = await randomizedSvd(a, { rank: 2 });
        disposeAll(u, s, vt);
      },
      async lowRank() {
        for (const method of ['exact', 'randomized'] as const)
          for (const wanted of [{ rank: 2 }, { tolerance: 0.3 }]) {
            const { u, s, vt, approximation } = await lowRank(a, { ...wanted, method });
            const near = approximation();
            await near.data();
            disposeAll(u, s, vt, near);
          }
      },
      async pca() {
        for (const method of ['exact', 'randomized'] as const) {
          const found = await pca(a, { components: 2, whiten: true, method });
          const there = found.transform(a);
          const back = found.inverseTransform(there);
          await back.data();
          disposeAll(there, back);
          found.dispose();
        }
      },
      async spectralNorm() {
        const { norm, u, v } = spectralNorm(a, { vectors: true });
        await norm.data();
        disposeAll(norm, u, v);
      },
      async failures() {
        const hole = device.tensor([
          [1, NaN],
          [2, 3],
        ]);
        const failed = [randomizedSvd(hole, { rank: 1 }), lowRank(hole, { rank: 1 }), pca(hole)];
        expect((await Promise.allSettled(failed)).map(({ status }) => status)).toEqual(failed.map(() => 'rejected'));
        hole.dispose();
      },
    };
    const findings = new Findings();
    for (const [name, run] of Object.entries(runs)) {
      // The first run leaves what the device keeps for all others.
      await run();
      await a.data();
      const before = device.memory().live;
      await run();
      await a.data();
      findings.exact([device.memory().live], [before], name);
    }
    findings.end();
    disposeAll(a, tall);
  });
});
