import { it } from 'vitest';
import { FlatIndex, openDevice } from '../../src/index.ts';
import { laneKind } from '../support/lane.ts';
it('figures', async () => {
  const device = await openDevice({ device: laneKind });
  const [n, d] = [50_000, 384];
  const x = new Float32Array(n * d);
  let s = 1;
  for (let i = 0; i < x.length; i++) { s = (Math.imul(s, 1664525) + 1013904223) | 0; x[i] = s / 2 ** 31; }
  const time = async <T>(label: string, f: () => Promise<T>): Promise<T> => {
    const t = performance.now(); const r = await f(); console.log(laneKind, label, (performance.now() - t).toFixed(1)); return r;
  };
  const index = FlatIndex.create(device, { dim: d });
  await time('add', () => index.add({ data: x, shape: [n, d] }));
  const q = (i: number) => x.subarray(i * d, (i + 1) * d);
  await time('first', () => index.search(q(3), { k: 10 }));
  for (let r = 0; r < 3; r++) {
    await time('one', () => index.search(q(3), { k: 10 }));
    await time('32 in a tick', () => Promise.all(Array.from({ length: 32 }, (_, i) => index.search(q(i), { k: 10 }))));
    await time('32 one by one', async () => { for (let i = 0; i < 32; i++) await index.search(q(i), { k: 10 }); });
    await time('32 rows', () => index.search({ data: x.subarray(0, 32 * d), shape: [32, d] }, { k: 10 }));
    await time('predicate', () => index.search(q(3), { k: 10, filter: id => id % 2 === 0 }));
    await time('few ids', () => index.search(q(3), { k: 10, filter: [1, 2, 3] }));
  }
  await time('save', () => index.save('/tmp/s2-figures.index'));
  const l = await time('load', () => FlatIndex.load('/tmp/s2-figures.index', { device }));
  await time('loaded', () => l.search(q(3), { k: 10 }));
  index.remove(Array.from({ length: 20000 }, (_, i) => i * 2));
  await time('masked', () => index.search(q(3), { k: 10 }));
  await time('compact', () => index.compact());
  if (laneKind === 'cpu') {
    const big = FlatIndex.create(device, { dim: 1024 });
    const part = new Float32Array(1024 * 20000);
    for (let i = 0; i < 4; i++) { await big.add({ data: part, shape: [20000, 1024] }); console.log(big.size * 4096 / 2 ** 20, 'MiB', big.keepsHostCopy); }
  }
  device.close();
}, 120000);
