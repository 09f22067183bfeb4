/**
 * What is bundled, once for the page and once for Node: every bench there is, and the measures of the machine. Files are
 * found by their names, so a new `<room>/<op>.bench.ts` is all that a new bench takes.
 */
import { norm, openDevice } from 'unitball';
import type { Bench } from './harness/bench.ts';
import { freshSeed } from './harness/data.ts';
import { measureGpu, measureHost, type GpuMeasures, type HostMeasures } from './harness/machine.ts';
import { runBench, type Outcome } from './harness/rounds.ts';
import { peersOn } from './peers/index.ts';
import type { Host } from './peers/peer.ts';

const files = import.meta.glob<{ bench: Bench }>('./*/*.bench.ts', { eager: true });
const benches = new Map(Object.values(files).map(({ bench }) => [bench.name, bench]));

export { selections } from './select.ts';
export { runSweep, sweepNames } from './harness/sizes.ts';
export { tiles } from './tiles.ts';

export interface Request {
  readonly quick: boolean;
  /** Only peers whose name contains one of these; none means all. */
  readonly peers: readonly string[];
  /** Only entries of these names; left out, all. */
  readonly only?: readonly string[];
}

export const list = (): string[] => [...benches.keys()].toSorted();

export async function run(
  name: string,
  host: Host,
  { quick, peers, only }: Request,
): Promise<Outcome & { seed: number }> {
  const bench = benches.get(name);
  if (!bench) throw new Error(`there is no bench '${name}'`);
  const seed = freshSeed();
  const chosen = peersOn(host).filter(
    peer => peers.length === 0 || peers.some(part => `${peer.name} ${peer.device}`.includes(part)),
  );
  return { ...(await runBench(bench, chosen, { quick, seed, only })), seed };
}

/** Opening a wasm device and the first answer from it, in a page that has done neither: workers and compiling included. */
export async function coldStart(): Promise<number> {
  const begun = performance.now();
  const device = await openDevice({ device: 'wasm' });
  await norm([3, 4], { device }).item();
  const taken = performance.now() - begun;
  device.close();
  return taken;
}

export async function machine(host: Host): Promise<{ host: HostMeasures; gpu?: GpuMeasures }> {
  const measures = measureHost();
  return host === 'node' ? { host: measures } : { host: measures, gpu: await measureGpu() };
}
