/**
 * The WebGPU backend: ties pool, pipelines and launcher to the contract. Errors of the device come back as verdicts; in
 * debug mode every call runs under error scopes and fresh memory is poisoned.
 */
import { ShaderError } from '../../errors.ts';
import type { Backend, DeviceInfo, GpuFacts, LostInfo, Primitive, ReadRange, StorageId, Verdict } from '../contract.ts';
import { factsOf, limitsOf, type FoundGpu } from './adapter.ts';
import { BufferPool, type PooledBuffer } from './buffers.ts';
import { Launcher } from './launcher.ts';
import { PipelineCache } from './pipelines.ts';
import { nudge } from './nudge.ts';

/** Idle bytes that the pool keeps at most. */
const POOL_BOUND = 256 * 2 ** 20;
/** Bytes that one readback gathers at most; a single larger range still travels alone. */
const STAGING_BOUND = 256 * 2 ** 20;
/** A quiet NaN with a tell-tale payload. */
const POISON = 0x7fc0dead;

export interface WebgpuOptions {
  readonly debug: boolean;
  readonly assume: Partial<GpuFacts>;
  /** True where the GPUDevice is the page's: it is not destroyed then. */
  readonly shared: boolean;
}

export function createWebgpuBackend(found: FoundGpu, options: WebgpuOptions): Backend {
  const { device, adapterInfo } = found;
  const facts = factsOf(device, found.software, options.assume);
  const paramLayout = Launcher.paramLayout(device);
  const pool = new BufferPool(device, POOL_BOUND);
  const pipelines = new PipelineCache(device, paramLayout);
  const launcher = new Launcher(device, facts, pool, pipelines, paramLayout);
  const info: DeviceInfo = {
    kind: 'webgpu',
    vendor: adapterInfo.vendor,
    architecture: adapterInfo.architecture,
    description: adapterInfo.description || adapterInfo.device,
    isFallback: found.software,
    features: [...device.features],
    limits: limitsOf(device),
    kernels: 'webgpu',
    noGpu: '',
  };

  if (options.debug)
    device.addEventListener('uncapturederror', event => {
      // Nobody awaits this: thrown outside every promise, so that a test run or a console cannot miss it.
      setTimeout(() => {
        throw new ShaderError(`a GPU error that no call owns up to: ${event.error.message}`);
      });
    });

  const lost = device.lost.then((loss): LostInfo => ({
    reason: loss.reason === 'destroyed' ? 'destroyed' : 'unknown',
    message: loss.message || 'the GPU device was lost',
  }));

  /** Runs `body` under error scopes and tells what they caught. */
  const watched = (what: string, body: () => void): Verdict => {
    device.pushErrorScope('validation');
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('internal');
    let scopes: Promise<GPUError | null>[] = [];
    try {
      body();
      launcher.flush();
    } finally {
      scopes = [device.popErrorScope(), device.popErrorScope(), device.popErrorScope()];
    }
    return Promise.all(scopes).then(
      errors => {
        const error = errors.find(one => one !== null);
        return error ? new ShaderError(`${what}: the GPU refused a command: ${error.message}`) : undefined;
      },
      // A lost device answers nothing more: the loss itself is what readers are told.
      () => undefined,
    );
  };

  /** Ranges into one staging buffer and from there to the host. */
  const readTogether = async (ranges: readonly ReadRange[]): Promise<ArrayBuffer[]> => {
    const total = ranges.reduce((sum, range) => sum + range.bytes, 0);
    const { pooled: staging, verdict } = pool.takeStaging(total);
    try {
      let at = 0;
      for (const range of ranges) {
        launcher.copy(pool.get(range.id), range.byteOffset, staging, at, range.bytes);
        at += range.bytes;
      }
      launcher.flush();
      await nudge(device, staging.buffer.mapAsync(0x1, 0, total), verdict);
      const mapped = staging.buffer.getMappedRange(0, total);
      at = 0;
      const results = ranges.map(range => mapped.slice(at, (at += range.bytes)));
      staging.buffer.unmap();
      return results;
    } finally {
      pool.giveStaging(staging);
    }
  };

  return {
    info,
    lost,
    maxStorageBytes: facts.maxBufferBytes,
    allocate(bytes) {
      const made = pool.allocate(bytes);
      if (options.debug) {
        const pooled = pool.get(made.id);
        launcher.write(pooled, 0, new Uint8Array(new Uint32Array(pooled.bytes / 4).fill(POISON).buffer));
      }
      return made;
    },
    free: id => pool.free(id),
    write(id, byteOffset, bytes) {
      const pooled = pool.get(id);
      // A queue write takes whole words; all dtypes here have them.
      launcher.write(pooled, byteOffset, bytes);
    },
    async read(ranges: readonly ReadRange[]) {
      const trips = stagingTrips(ranges, Math.min(STAGING_BOUND, facts.maxBufferBytes)).map(readTogether);
      return (await Promise.all(trips)).flat();
    },
    run<Plan>(primitive: Primitive<Plan>, plan: Plan, reads: readonly StorageId[], writes: readonly StorageId[]) {
      const lowered = primitive.webgpu(plan, facts);
      if (lowered.passes.length === 0) return undefined;
      const compiling = [...new Set(lowered.passes.map(pass => pipelines.get(pass.kernel)))].map(
        pipeline => pipeline.verdict,
      );
      const scratch = lowered.scratch.map(bytes => pool.allocate(bytes));
      const body = (): void => {
        const buffers: PooledBuffer[] = [...reads, ...writes, ...scratch.map(made => made.id)].map(id => pool.get(id));
        for (const pass of lowered.passes) launcher.dispatch(pass, buffers);
      };
      const verdicts = [...compiling, ...scratch.map(made => made.verdict)];
      try {
        if (options.debug) verdicts.push(watched(primitive.name, body));
        else body();
      } finally {
        for (const made of scratch) pool.free(made.id);
      }
      return firstError(verdicts);
    },
    memory: () => pool.memory(),
    close() {
      launcher.close();
      pool.close();
      if (!options.shared) device.destroy();
    },
    buffers: {
      device,
      borrow(given) {
        const buffer = given as GPUBuffer;
        if (buffer.size % 16 === 0) return pool.borrow(buffer);
        // Kernels read in fours, and would not reach a last, broken four: such a buffer is copied after all.
        const { id } = pool.allocate(buffer.size);
        launcher.copy(
          { buffer, bytes: buffer.size, own: false, usedIn: -1 },
          0,
          pool.get(id),
          0,
          buffer.size - (buffer.size % 4),
        );
        return { id, bytes: buffer.size };
      },
      lend(id) {
        launcher.flush();
        return pool.get(id).buffer;
      },
    },
  };
}

function firstError(verdicts: readonly (Verdict | undefined)[]): Verdict | undefined {
  const open = verdicts.filter(verdict => verdict !== undefined);
  if (open.length === 0) return undefined;
  return Promise.all(open).then(errors => errors.find(error => error !== undefined));
}

/** Ranges in order, in runs that one staging buffer takes. */
export function stagingTrips(ranges: readonly ReadRange[], bound: number): ReadRange[][] {
  const trips: ReadRange[][] = [];
  let room = 0;
  for (const range of ranges) {
    if (range.bytes > room) {
      trips.push([]);
      room = bound;
    }
    trips.at(-1)?.push(range);
    room -= range.bytes;
  }
  return trips;
}
