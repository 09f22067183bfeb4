/** Exits 0 when Dawn for Node sees a hardware adapter, 1 when it sees none or only a software one. Run by vulkan.mjs. */
import { create } from 'webgpu';

const adapter = await create([]).requestAdapter({ powerPreference: 'high-performance' });
const { architecture, description } = adapter?.info ?? {};
const software = /swiftshader|llvmpipe|lavapipe/i.test(`${architecture} ${description}`);
process.exit(adapter !== null && !adapter.info.isFallbackAdapter && !software ? 0 : 1);
