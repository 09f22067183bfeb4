/** Node as a place to run benches: this process. What is measured here is the cpu device and what else needs no page. */
import { pathToFileURL } from 'node:url';
import { runNative } from './native/run.mjs';

export async function openHost(file) {
  const bench = await import(pathToFileURL(file).href);
  return {
    version: `Node/${process.versions.node}`,
    list: async () => bench.list(),
    machine: () => bench.machine('node'),
    async run(name, request) {
      const outcome = await bench.run(name, 'node', request);
      return { ...outcome, entries: [...outcome.entries, ...runNative(outcome, request)] };
    },
    sweeps: async () => bench.sweepNames(),
    sweepOn: ['wasm', 'cpu'],
    sweep: (...asked) => bench.runSweep(...asked),
    close: async () => {},
  };
}
