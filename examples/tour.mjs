/**
 * The tour that `npm start` shows in the terminal: the best device of this machine, norms on it, and an index of vectors, with plain
 * JavaScript loops beside them that judge the answers. It ends with an error where one is wrong. It imports the built library by its
 * name, as a user would; `npm run build` comes first. The parts are in tour/.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { openDevice } from 'unitball';
import { showNorms } from './tour/norms.mjs';
import { heading } from './tour/say.mjs';
import { showSearch } from './tour/search.mjs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const device = await openDevice();
try {
  heading(`unitball ${version}, Node ${process.versions.node}, ${availableParallelism()} cores`);
  console.log(`Best device here: ${nameOf(device.info)}.`);
  if (device.kind !== 'webgpu') console.log(await whyNoGpu());
  await showNorms(device);
  await showSearch(device);
} finally {
  device.close();
}

/** A device as a person would name it, and what it is not. */
function nameOf({ kind, isFallback, vendor, architecture, description }) {
  if (kind === 'wasm' && !isFallback) return `${architecture}, ${description}`;
  if (kind !== 'webgpu') return `${kind} (${description})`;
  const name = description || [vendor, architecture].filter(Boolean).join(' ');
  return `webgpu on ${name}${isFallback ? ', a software adapter: a CPU plays the GPU' : ''}`;
}

/** `auto` went past WebGPU: asks for it by name, to hear the reason. */
async function whyNoGpu() {
  try {
    const gpu = await openDevice({ device: 'webgpu' });
    const { description, vendor } = gpu.info;
    gpu.close();
    return `WebGPU has only a software adapter (${description || vendor}), which is slower: used when asked for by name.`;
  } catch (error) {
    const [, reason = error.message] = /^openDevice: no webgpu device: (.*?)(?: \(|\. )/.exec(error.message) ?? [];
    return `No WebGPU: ${reason}.`;
  }
}
