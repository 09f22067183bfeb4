/** The library inside a worker: norms on a GPU and on the CPU, posted back. */
import { norm, openDevice } from '../../../src/index.ts';

const answer: Record<string, unknown> = {};
for (const kind of ['webgpu', 'cpu'] as const) {
  const device = await openDevice({ device: kind });
  answer[kind] = await norm(
    device.tensor([
      [3, 4],
      [5, 12],
    ]),
    { axis: 1 },
  ).toArray();
  device.close();
}
postMessage(answer);
