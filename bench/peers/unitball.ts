/** This library, as built into dist/, on each of its devices. */
import { cdist, inner, nearest, norm, normalize, normSummary, openDevice, type Device, type Tensor } from 'unitball';
import type { Peer, Session } from './peer.ts';

const peer = (kind: 'webgpu' | 'wasm' | 'cpu', threads?: number): Peer => ({
  name: 'unitball',
  device: kind,
  ...(threads === 1 && { variant: 'on one thread' }),
  hosts: kind === 'webgpu' || threads !== undefined ? ['chrome'] : ['chrome', 'node'],
  async open() {
    const device = await openDevice({ device: kind, threads });
    if (device.info.isFallback && kind === 'wasm') throw new Error(device.info.description);
    return session(device);
  },
});

/** The wasm device also on one thread, to see what the others add. */
export const unitball: readonly Peer[] = [peer('webgpu'), peer('wasm'), peer('wasm', 1), peer('cpu')];

/** What the library's declarations keep to themselves. */
type Inside = Device & { readonly engine: { readonly backend: { kernelMs?(): number } } };

/** The last element of a tensor: there when all of it is. */
async function touch(x: Tensor): Promise<void> {
  const flat = x.reshape([-1]);
  const last = flat.slice(-1);
  await last.data();
  last.dispose();
  flat.dispose();
}

const session = (device: Device): Session<Tensor> => ({
  enter: async () => {},
  async upload(values, shape) {
    const x = device.tensor(values, shape);
    await touch(x);
    return x;
  },
  read: async x => (await x.data()) as Float32Array,
  settle: async list => void (await Promise.all(list.map(touch))),
  free: x => x.dispose(),
  kernelMs: () => (device as Inside).engine.backend.kernelMs?.() ?? 0,
  norm: (x, ord, axis) => norm(x, axis === undefined ? { ord } : { ord, axis }),
  pairs: (a, b, metric) => (metric === 'inner' ? inner(a, b) : cdist(a, b, metric)),
  async search(queries, points, k) {
    const { distances, indices } = await nearest(queries, points, { k, metric: 'dot' });
    return [distances, indices];
  },
  normalize: (x, axis) => normalize(x, { axis }),
  normSummary(x, axis) {
    const { l0, l1, l2, linf, min } = normSummary(x, { axis });
    min.dispose();
    return [l0, l1, l2, linf];
  },
});
