/**
 * What the machine itself can do, measured before any library runs: what a copy moves a second, what a dispatch and a
 * trip to the GPU and back cost. Kernels are reported as shares of these. Raw WebGPU, on the adapter that libraries get.
 */
import { uniform } from './data.ts';
import { median } from './rounds.ts';

export interface HostMeasures {
  /** GB/s, bytes read plus bytes written. */
  readonly copy: number;
  /** GB/s, bytes read by a plain loop that adds doubles. */
  readonly sum: number;
}

export interface GpuMeasures {
  readonly adapter: { readonly vendor: string; readonly architecture: string; readonly description: string };
  readonly software: boolean;
  /** GB/s, read plus written: by copyBufferToBuffer and by a kernel. */
  readonly bufferCopy: number;
  readonly kernelCopy: number;
  /** GFLOP/s of multiplications and additions that depend on nothing but registers. */
  readonly arithmetic: number;
  /** Microseconds a dispatch of one workgroup that does next to nothing, among many in a submit. */
  readonly dispatch: number;
  /** Milliseconds: an empty submit waited for, and four bytes brought to the host. */
  readonly submit: number;
  readonly readback: number;
}

const COPY_BYTES = 2 ** 27;
const GIGA = 1e9;

export function measureHost(): HostMeasures {
  const from = uniform(COPY_BYTES / 4, 1);
  const to = new Float32Array(from.length);
  const copy = medianOf(7, () => to.set(from));
  let kept = 0;
  const sum = medianOf(7, () => (kept += total(from)));
  if (Number.isNaN(kept)) throw new Error('the sum came out as NaN');
  return { copy: (2 * COPY_BYTES) / GIGA / (copy / 1000), sum: COPY_BYTES / GIGA / (sum / 1000) };
}

function total(x: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] as number;
  return sum;
}

function medianOf(times: number, action: () => void): number {
  action();
  const taken = Array.from({ length: times }, () => {
    const begun = performance.now();
    action();
    return performance.now() - begun;
  });
  return median(taken);
}

/** Sixteen vec4 an invocation, neighbours in memory going to neighbours in the workgroup. */
const copyWgsl = `
@group(0) @binding(0) var<storage, read> from_here: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> to_there: array<vec4f>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let first = group.x * 1024u + index;
  for (var k = 0u; k < 1024u; k += 64u) { to_there[first + k] = from_here[first + k]; }
}`;

/** Invocations, few first and many where those were no work, and how often each of eight chains of vec4 goes round. */
const INVOCATIONS = [2 ** 14, 2 ** 17, 2 ** 20];
const TURNS = 512;

/** What takes fewer milliseconds than this tells of the trip to the GPU: then there is more of it in a submit. */
const ENOUGH_MS = 10;
const MOST_IN_A_SUBMIT = 256;

const arithmeticWgsl = `
@group(0) @binding(0) var<storage, read_write> sums: array<vec4f>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let at = group.x * 64u + index;
  let x = sums[at];
  var a = x; var b = x + 1.0; var c = x + 2.0; var d = x + 3.0;
  var e = x + 4.0; var f = x + 5.0; var g = x + 6.0; var h = x + 7.0;
  for (var k = 0u; k < ${TURNS}u; k++) {
    a = a * x + x; b = b * x + x; c = c * x + x; d = d * x + x;
    e = e * x + x; f = f * x + x; g = g * x + x; h = h * x + x;
  }
  sums[at] = ((a + b) + (c + d)) + ((e + f) + (g + h));
}`;

const idleWgsl = `
@group(0) @binding(0) var<storage, read_write> word: array<u32>;
@compute @workgroup_size(1)
fn main() { word[0] += 1u; }`;

export async function measureGpu(): Promise<GpuMeasures> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('this page has no WebGPU adapter');
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
  try {
    const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
    const software = isFallbackAdapter || /swiftshader|llvmpipe/i.test(`${architecture} ${description}`);
    return {
      adapter: { vendor, architecture, description },
      software,
      ...(await measureCopies(device)),
      arithmetic: await measureArithmetic(device),
      ...(await measureTrips(device)),
    };
  } finally {
    device.destroy();
  }
}

async function measureCopies(device: GPUDevice): Promise<Pick<GpuMeasures, 'bufferCopy' | 'kernelCopy'>> {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const [from, to] = [0, 1].map(() => device.createBuffer({ size: COPY_BYTES, usage })) as [GPUBuffer, GPUBuffer];
  const values = uniform(COPY_BYTES / 4, 1);
  device.queue.writeBuffer(from, 0, values);
  const speed = (ms: number): number => (2 * COPY_BYTES) / GIGA / (ms / 1000);
  const buffer = await filled(device, encoder => encoder.copyBufferToBuffer(from, 0, to, 0, COPY_BYTES));
  const run = dispatcher(device, copyWgsl, [from, to]);
  const kernel = await filled(device, encoder => run(encoder, COPY_BYTES / 16 / 1024));
  from.destroy();
  to.destroy();
  return { bufferCopy: speed(buffer), kernelCopy: speed(kernel) };
}

async function measureArithmetic(device: GPUDevice): Promise<number> {
  let speed = 0;
  for (const invocations of INVOCATIONS) {
    const sums = device.createBuffer({
      size: invocations * 16,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    const values = uniform(invocations * 4, 1).map(x => x / 2);
    device.queue.writeBuffer(sums, 0, values);
    const run = dispatcher(device, arithmeticWgsl, [sums]);
    const ms = await filled(device, encoder => run(encoder, invocations / 64));
    sums.destroy();
    // Eight chains of four elements, two operations each.
    speed = Math.max(speed, (invocations * TURNS * 8 * 4 * 2) / GIGA / (ms / 1000));
    if (ms > ENOUGH_MS) break;
  }
  return speed;
}

async function measureTrips(device: GPUDevice): Promise<Pick<GpuMeasures, 'dispatch' | 'submit' | 'readback'>> {
  const word = device.createBuffer({ size: 4, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const staging = device.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const run = dispatcher(device, idleWgsl, [word]);
  const submit = await timed(device, 21, 1, encoder => run(encoder, 1));
  const many = await timed(device, 7, 500, encoder => run(encoder, 1));
  const trips: number[] = [];
  for (let trip = 0; trip < 21; trip++) {
    const begun = performance.now();
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(word, 0, staging, 0, 4);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    trips.push(performance.now() - begun);
    staging.unmap();
  }
  return { dispatch: many * 1000, submit, readback: median(trips) };
}

/** Milliseconds for one of as many encoded actions as keep the device busy for a while. */
async function filled(device: GPUDevice, encode: (encoder: GPUCommandEncoder) => void): Promise<number> {
  const alone = await timed(device, 3, 1, encode);
  const many = Math.min(MOST_IN_A_SUBMIT, Math.ceil(ENOUGH_MS / alone));
  return timed(device, 7, many, encode);
}

/** Milliseconds for one of `many` encoded actions: the median of some submits, after two that warm. */
async function timed(
  device: GPUDevice,
  times: number,
  many: number,
  encode: (encoder: GPUCommandEncoder) => void,
): Promise<number> {
  const taken: number[] = [];
  for (let k = -2; k < times; k++) {
    const encoder = device.createCommandEncoder();
    for (let copy = 0; copy < many; copy++) encode(encoder);
    const begun = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    if (k >= 0) taken.push((performance.now() - begun) / many);
  }
  return median(taken);
}

function dispatcher(
  device: GPUDevice,
  code: string,
  buffers: readonly GPUBuffer[],
): (encoder: GPUCommandEncoder, groups: number) => void {
  const module = device.createShaderModule({ code });
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  const bindings = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  return (encoder, groups) => {
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings);
    pass.dispatchWorkgroups(groups);
    pass.end();
  };
}
