/**
 * The WebGPU backend: ties pool, pipelines and launcher to the contract. Errors of the device come back as verdicts; in
 * debug mode every call runs under error scopes and fresh memory is poisoned.
 */
import { LimitError, ShaderError } from '../../errors.ts';
import type { Backend, DeviceInfo, GpuFacts, LostInfo, Primitive, ReadRange, StorageId, Verdict } from '../contract.ts';
import { factsOf, limitsOf, type FoundGpu } from './adapter.ts';
import { BufferPool, type PooledBuffer } from './buffers.ts';
import { Launcher } from './launcher.ts';
import { pipelinesOf } from './pipelines.ts';
import { nudge } from './nudge.ts';

/** Idle bytes that the pool keeps at most. */
const POOL_BOUND = 256 * 2 ** 20;
/** Bytes that one readback gathers at most; a single larger range still travels alone. */
const STAGING_BOUND = 256 * 2 ** 20;
/** How long an error that nobody asked for waits for the news that the device was lost. */
const PATIENCE_MS = 200;
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
  const facts = factsOf(device, found, options.assume);
  const pool = new BufferPool(device, POOL_BOUND);
  const pipelines = pipelinesOf(device);
  const launcher = new Launcher(device, facts, pool, pipelines);
  const info: DeviceInfo = {
    kind: 'webgpu',
    vendor: adapterInfo.vendor,
    architecture: adapterInfo.architecture,
    description: adapterInfo.description || adapterInfo.device,
    isFallback: found.software,
    features: [...device.features],
    limits: limitsOf(device),
    kernels: { others: 'webgpu' },
    noGpu: '',
  };

  const lost = device.lost.then(({ reason, message }): LostInfo => ({
    reason,
    message: message || 'the GPU device was lost',
  }));

  // Nobody awaits these: thrown outside every promise, so that a test run or a console cannot miss them. What Firefox says of the
  // buffers of a lost device is news to nobody, and comes before the loss.
  const onUncaptured = ({ error }: GPUUncapturedErrorEvent): void => {
    const timer = setTimeout(() => {
      throw new ShaderError(`a GPU error that no call owns up to: ${error.message}`);
    }, PATIENCE_MS);
    void lost.then(() => clearTimeout(timer));
  };
  if (options.debug) device.addEventListener('uncapturederror', onUncaptured);

  /** Runs `body` in submits of its own, under error scopes, and tells what they caught. */
  const watched = (what: string, body: () => void): Verdict => {
    launcher.flush();
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('internal');
    let scopes: Promise<GPUError | null>[] = [];
    try {
      body();
      launcher.flush();
    } finally {
      scopes = [device.popErrorScope(), device.popErrorScope()];
    }
    return Promise.all(scopes).then(
      errors => {
        const error = errors.find(one => one !== null);
        return error ? new ShaderError(`${what}: the GPU refused a command: ${error.message}`) : undefined;
      },
      () => undefined,
    );
  };

  /** Ranges into one staging buffer and from there to the host. */
  const readTogether = async (ranges: readonly ReadRange[]): Promise<ArrayBuffer[]> => {
    const total = ranges.reduce((sum, range) => sum + range.bytes, 0);
    const { pooled: staging, verdict } = pool.takeStaging(total);
    let sound = false;
    try {
      launcher.flush();
      const begun = launcher.serial;
      let at = 0;
      for (const range of ranges) {
        launcher.copy(pool.get(range.id), range.byteOffset, staging, at, range.bytes);
        at += range.bytes;
      }
      launcher.flush();
      const submitted = launcher.verdictSince(begun);
      await nudge(device, staging.buffer.mapAsync(0x1, 0, total), verdict);
      try {
        const mapped = staging.buffer.getMappedRange(0, total);
        at = 0;
        const results = ranges.map(range => mapped.slice(at, (at += range.bytes)));
        const refused = await submitted;
        if (refused) throw refused;
        sound = true;
        return results;
      } finally {
        staging.buffer.unmap();
      }
    } finally {
      pool.giveStaging(staging, sound);
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
    read(ranges: readonly ReadRange[]) {
      // A buffer that may have no memory would spoil the readback of the others: it is read alone.
      const certain = ({ id }: ReadRange): boolean => pool.get(id).verdict === undefined && !pool.get(id).broken;
      const trips = stagingTrips(ranges, Math.min(STAGING_BOUND, facts.maxBufferBytes), certain);
      return trips.flatMap(trip => {
        const results = readTogether(trip);
        return trip.map(async (_, i) => (await results)[i] as ArrayBuffer);
      });
    },
    run<Plan>(primitive: Primitive<Plan>, plan: Plan, reads: readonly StorageId[], writes: readonly StorageId[]) {
      const lowered = primitive.webgpu(plan, facts);
      if (lowered.passes.length === 0) return undefined;
      const tooLarge = lowered.scratch.find(bytes => bytes > facts.maxBufferBytes);
      if (tooLarge !== undefined)
        throw new LimitError(
          `${primitive.name}: this needs ${tooLarge} bytes of scratch memory, more than one buffer holds (${facts.maxBufferBytes} bytes). Work in blocks, cut with x.slice().`,
        );
      const compiling = [...new Set(lowered.passes.map(pass => pipelines.get(pass.kernel)))].map(
        pipeline => pipeline.verdict,
      );
      const scratch = lowered.scratch.map(bytes => pool.allocate(bytes));
      const begun = launcher.serial;
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
      verdicts.push(launcher.verdictSince(begun));
      return firstError(verdicts);
    },
    memory: () => pool.memory(),
    close() {
      device.removeEventListener('uncapturederror', onUncaptured);
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
  if (open.length < 2) return open[0];
  return Promise.all(open).then(errors => errors.find(error => error !== undefined));
}

/** Ranges in order, in runs that one staging buffer takes. */
export function stagingTrips(
  ranges: readonly ReadRange[],
  bound: number,
  together: (range: ReadRange) => boolean = () => true,
): ReadRange[][] {
  const trips: ReadRange[][] = [];
  let room = 0;
  for (const range of ranges) {
    const alone = !together(range);
    if (alone || range.bytes > room) {
      trips.push([]);
      room = bound;
    }
    trips.at(-1)?.push(range);
    room = alone ? 0 : room - range.bytes;
  }
  return trips;
}
