/**
 * `npm start`: installs what is missing, builds, runs the tour in the terminal, then serves the examples on 127.0.0.1 and
 * prints the address. `--once` ends after the tour. It needs no browser and no GPU, and fetches neither browser nor Deno;
 * Dawn, with which Node reaches a GPU, only where there is a GPU to reach.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { hasGpuNode } from './gpu-node.mjs';
import { installDawn, installPackages } from './install.mjs';
import { root } from './paths.mjs';
import { node } from './process.mjs';
import { vulkanEnvironment } from './vulkan.mjs';

const tour = join(root, 'examples/tour.mjs');

export async function start(args) {
  try {
    process.exitCode = (await prepare()) && (await show(args)) ? 0 : 1;
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

async function prepare() {
  await installPackages();
  if (hasGpuNode())
    await installDawn().catch(error => console.log(`Going on without the GPU in Node: ${error.message}`));
  return build({ ifNeeded: true });
}

async function show(args) {
  if (existsSync(tour)) {
    // Where Dawn is but no driver, it would complain on stderr before it says that it has no adapter.
    const { ok } = await node(tour, [], { env: vulkanEnvironment() });
    if (!ok) return false;
  }
  if (args.includes('--once')) return true;
  const { serveExamples } = await import('./serve-examples.mjs');
  const address = await serveExamples();
  console.log(`\nThe examples are at ${address} (Ctrl+C ends).`);
  return true;
}
