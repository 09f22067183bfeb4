/** Dawn in this process, where libraries look for it: `navigator.gpu` and the constants, as in a page. */
import { availableParallelism } from 'node:os';
import { create, globals } from 'webgpu';

Object.assign(globalThis, globals);
// Node 20 has no navigator, and later ones have one without a GPU.
globalThis.navigator ??= {
  userAgent: `Node.js/${process.versions.node}`,
  hardwareConcurrency: availableParallelism(),
};
Object.defineProperty(globalThis.navigator, 'gpu', { value: create([]), configurable: true });

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software/i;

/** What the adapter says of itself, or undefined where there is none. */
export async function adapterFacts() {
  const adapter = await globalThis.navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) return undefined;
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const limits = {};
  for (const name in adapter.limits) limits[name] = adapter.limits[name];
  return {
    name: [vendor, architecture, description].filter(Boolean).join(' '),
    vendor,
    architecture,
    device,
    description,
    software: isFallbackAdapter === true || SOFTWARE.test(`${architecture} ${device} ${description}`),
    features: [...adapter.features].toSorted(),
    limits,
  };
}
