/**
 * The lanes, and the committed list of what does not run on each of them. Every spec under test/<room>/ runs on every
 * lane unless it stands here with its reason; the count check of `npm test` trusts this table and nothing else.
 * What is not for Chrome's pages is not for Firefox's either.
 */
export const lanes = ['cpu', 'wasm', 'node', 'chrome', 'chrome-wasm', 'deno', 'firefox', 'firefox-wasm'] as const;
export type Lane = (typeof lanes)[number];

/** The kind of device that a lane tests. */
export const kindOf = (lane: Lane): 'cpu' | 'wasm' | 'webgpu' =>
  lane === 'cpu' ? 'cpu' : lane.endsWith('wasm') ? 'wasm' : 'webgpu';

export function isLane(name: string): name is Lane {
  return (lanes as readonly string[]).includes(name);
}

/** A spec file that some lanes leave out, and why. Paths are relative to test/. */
export interface Exception {
  readonly file: string;
  readonly notOn: readonly Lane[];
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [
  {
    file: 'device/gpu.spec.ts',
    notOn: ['cpu', 'wasm', 'chrome-wasm'],
    reason: 'it is about GPUDevices, which these devices have none of',
  },
  ...['device/crash.spec.ts', 'search/crash.spec.ts'].map((file): Exception => ({
    file,
    notOn: ['cpu', 'wasm', 'node', 'chrome-wasm', 'deno', 'firefox'],
    reason:
      'it crashes the GPU process of a browser: Chrome offers that; the native runtimes have none apart from themselves, and wasm devices do not care',
  })),
  {
    file: 'device/worker.spec.ts',
    notOn: ['cpu', 'wasm', 'node', 'deno'],
    reason: 'it is about Web Workers that load modules through the bundler, which the native lanes do not have',
  },
  ...['device/wasm.spec.ts', 'device/determinism.spec.ts', 'device/kernels.spec.ts'].map((file): Exception => ({
    file,
    notOn: ['cpu', 'node', 'chrome'],
    reason:
      'it opens wasm devices by itself, whatever the lane: once in Node, once in a page and once in Deno is enough',
  })),
  {
    file: 'device/soak.spec.ts',
    notOn: ['cpu', 'node', 'chrome', 'deno'],
    reason: 'it opens wasm devices by itself, and is long: once in Node and once in a page is enough',
  },
  {
    file: 'large/loading.spec.ts',
    notOn: ['chrome', 'chrome-wasm', 'deno'],
    reason: 'it measures the memory of Node processes that it starts, which pages cannot; once is enough',
  },
  {
    file: 'large/completion-wide.spec.ts',
    notOn: ['cpu', 'node', 'chrome', 'chrome-wasm', 'deno'],
    reason:
      'it takes minutes where floats are fastest without a GPU, and most of an hour elsewhere; sizes prove nothing new there',
  },
  {
    file: 'large/pack.spec.ts',
    notOn: ['cpu', 'wasm', 'chrome', 'chrome-wasm', 'deno'],
    reason: 'it starts the pack of the lane node, which needs a Node and nothing else',
  },
  ...[
    'distance/hardware.spec.ts',
    'distance/limits.spec.ts',
    'linalg/limits.spec.ts',
    'order/hardware-long.spec.ts',
    'order/hardware.spec.ts',
    'order/limits.spec.ts',
    'prox/limits.spec.ts',
    'regression/descend-hardware.spec.ts',
    'search/hardware.spec.ts',
  ].map((file): Exception => ({
    file,
    notOn: ['wasm', 'chrome', 'chrome-wasm'],
    reason:
      'it makes up limits and adapters of GPUs, which pick other kernels in any runtime: node and deno compile those by both shader compilers',
  })),
  ...[
    'arith/wasm-reduce.spec.ts',
    'arith/wasm-take.spec.ts',
    'lowrank/complete-wasm.spec.ts',
    'norm/wasm.spec.ts',
    'order/wasm.spec.ts',
    'pairwise/wasm-sinks.spec.ts',
    'pairwise/wasm-specials.spec.ts',
    'pairwise/wasm.spec.ts',
    'prox/wasm.spec.ts',
    'regression/descend-wasm.spec.ts',
    'tensor/wasm-map.spec.ts',
  ].map((file): Exception => ({
    file,
    notOn: ['cpu', 'node', 'chrome', 'deno'],
    reason: 'it runs wasm kernels without a device: Node has their plain build, pages the one with relaxed SIMD',
  })),
];

const twins: Partial<Record<Lane, Lane>> = { firefox: 'chrome', 'firefox-wasm': 'chrome-wasm' };

/** The files, from the repository's root, that a lane's runner leaves out. */
export function excludedFrom(lane: Lane): string[] {
  const names = [lane, twins[lane]];
  return exceptions.filter(({ notOn }) => notOn.some(one => names.includes(one))).map(({ file }) => `test/${file}`);
}
