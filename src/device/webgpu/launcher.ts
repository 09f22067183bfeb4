/**
 * The launcher: turns passes into dispatches, gathers them in one command encoder and submits it when somebody reads,
 * when the tick ends, or when enough work for one submit is together. A pass that is too much for one submit is cut by
 * its groups; what is above the group limit of one dimension is folded in two. Nobody else encodes commands.
 */
import { ShaderError } from '../../errors.ts';
import type { GpuFacts, Pass, Verdict } from '../contract.ts';
import { USAGE, type BufferPool, type PooledBuffer } from './buffers.ts';
import type { PipelineCache } from './pipelines.ts';

/** Parameter blocks lie this far apart, the alignment that every WebGPU grants for dynamic offsets. */
const PARAM_STRIDE = 256;
const PARAM_BLOCKS = 256;
/** Milliseconds of GPU time that one submit should take: far below the watchdogs, far above the cost of a submit. */
const SUBMIT_MS = 50;

/** A dispatch of a part of a pass: groups from `first` on, folded to x·y. */
export interface GroupSlice {
  readonly first: number;
  readonly x: number;
  readonly y: number;
}

/** Cuts `groups` into dispatches of at most `most` groups and folds each under the limit of one dimension. */
export function sliceGroups(groups: number, most: number, maxGroups: number): GroupSlice[] {
  const slices: GroupSlice[] = [];
  const atOnce = Math.max(1, Math.min(Math.floor(most), maxGroups * maxGroups));
  for (let first = 0; first < groups; first += atOnce) {
    const count = Math.min(atOnce, groups - first);
    const y = Math.ceil(count / maxGroups);
    slices.push({ first, x: Math.ceil(count / y), y });
  }
  return slices;
}

/** Buffers of this size may turn out to have no memory; smaller ones are not worth a submit of their own. */
const DOUBTFUL_BYTES = 2 ** 24;

const isUncertain = (pooled: PooledBuffer | undefined): boolean =>
  pooled !== undefined && (pooled.broken === true || (pooled.verdict !== undefined && pooled.bytes >= DOUBTFUL_BYTES));

export class Launcher {
  readonly #device: GPUDevice;
  readonly #facts: GpuFacts;
  readonly #pool: BufferPool;
  readonly #pipelines: PipelineCache;
  readonly #paramBuffer: GPUBuffer;
  readonly #paramGroup: GPUBindGroup;
  readonly #params: Uint32Array<ArrayBuffer> = new Uint32Array((PARAM_STRIDE / 4) * PARAM_BLOCKS);
  #blocks = 0;
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #work = 0;
  /** Bytes of work that take SUBMIT_MS; a guess at first, then what was measured. */
  #budget: number;
  #measuring = false;
  #serial = 0;
  /** What submits came to, until it is known. */
  #verdicts: { serial: number; verdict: Verdict }[] = [];
  #tell: (error: Error | undefined) => void = () => {};
  #flushPlanned = false;

  constructor(device: GPUDevice, facts: GpuFacts, pool: BufferPool, pipelines: PipelineCache) {
    this.#device = device;
    this.#facts = facts;
    this.#pool = pool;
    this.#pipelines = pipelines;
    this.#paramBuffer = device.createBuffer({
      label: 'parameters',
      size: PARAM_STRIDE * PARAM_BLOCKS,
      usage: USAGE.uniform | USAGE.copyDst,
    });
    this.#paramGroup = device.createBindGroup({
      layout: pipelines.params,
      entries: [{ binding: 0, resource: { buffer: this.#paramBuffer, size: PARAM_STRIDE } }],
    });
    this.#budget = facts.software ? 50e6 : 5e9;
  }

  /** Encodes one pass over the given buffers. */
  dispatch(pass: Pass, buffers: readonly PooledBuffer[]): void {
    if (pass.groups === 0) return;
    const { pipeline, storages, verdict } = this.#pipelines.get(pass.kernel);
    // A pipeline that does not compile or a buffer without memory spoils its whole submit: until it is known that all is
    // well, the pass travels alone.
    const alone = verdict !== undefined || pass.buffers.some(range => isUncertain(buffers[range.slot]));
    if (alone) this.flush();
    this.#commands();
    const bindGroup = this.#device.createBindGroup({
      label: pass.kernel.name,
      layout: storages,
      entries: pass.buffers.map((range, binding) => {
        const pooled = buffers[range.slot];
        if (!pooled) throw new Error(`broken invariant: ${pass.kernel.name} has no buffer in slot ${range.slot}`);
        return {
          binding,
          resource: {
            buffer: pooled.buffer,
            offset: range.byteOffset,
            size: Math.min(range.bytes, pooled.bytes - range.byteOffset),
          },
        };
      }),
    });
    const groupWork = Math.max(1, pass.work / pass.groups);
    for (const slice of sliceGroups(pass.groups, this.#budget / groupWork, this.#facts.maxGroups)) {
      const work = Math.min(slice.x * slice.y, pass.groups - slice.first) * groupWork;
      if (this.#work > 0 && this.#work + work > this.#budget) this.flush();
      const block = this.#pushParams(pass, slice.first);
      for (const range of pass.buffers) (buffers[range.slot] as PooledBuffer).usedIn = this.#serial;
      const encoder = this.#computePass();
      encoder.setPipeline(pipeline);
      encoder.setBindGroup(0, bindGroup);
      encoder.setBindGroup(1, this.#paramGroup, [block * PARAM_STRIDE]);
      encoder.dispatchWorkgroups(slice.x, slice.y);
      this.#work += work;
      this.#planFlush();
    }
    if (alone) this.flush();
  }

  /** Host bytes into a buffer, after everything enqueued so far that uses it. */
  write(target: PooledBuffer, byteOffset: number, bytes: Uint8Array): void {
    if (target.usedIn === this.#serial) this.flush();
    this.#device.queue.writeBuffer(target.buffer, byteOffset, bytes as Uint8Array<ArrayBuffer>);
  }

  /** Copies between buffers, in order with the dispatches. */
  copy(source: PooledBuffer, sourceOffset: number, target: PooledBuffer, targetOffset: number, bytes: number): void {
    this.#endPass();
    source.usedIn = this.#serial;
    target.usedIn = this.#serial;
    this.#commands().copyBufferToBuffer(source.buffer, sourceOffset, target.buffer, targetOffset, bytes);
    this.#work += bytes * 2;
    this.#planFlush();
  }

  /** Sends what is encoded. */
  flush(): void {
    const encoder = this.#encoder;
    if (!encoder) return;
    this.#endPass();
    const { queue } = this.#device;
    if (this.#blocks > 0) queue.writeBuffer(this.#paramBuffer, 0, this.#params, 0, (this.#blocks * PARAM_STRIDE) / 4);
    queue.submit([encoder.finish()]);
    const tell = this.#tell;
    this.#device.popErrorScope().then(
      error => tell(error ? new ShaderError(`submit: the GPU refused a command: ${error.message}`) : undefined),
      // A lost device answers nothing more: the loss itself is what readers are told.
      () => tell(undefined),
    );
    this.#measure(this.#work);
    this.#encoder = undefined;
    this.#blocks = 0;
    this.#work = 0;
    this.#serial++;
    this.#pool.submitted();
  }

  /** Tells whether the GPU took what is being encoded, or was sent since `begun`. */
  verdictSince(begun: number): Verdict | undefined {
    const verdicts = this.#verdicts.filter(({ serial }) => serial >= begun).map(({ verdict }) => verdict);
    // One and the same promise for all calls of a submit, so that they share a doubt.
    if (verdicts.length < 2) return verdicts[0];
    return Promise.all(verdicts).then(errors => errors.find(error => error !== undefined));
  }

  /** The number of the submit that is being encoded. */
  get serial(): number {
    return this.#serial;
  }

  close(): void {
    this.flush();
    this.#paramBuffer.destroy();
  }

  #commands(): GPUCommandEncoder {
    if (this.#encoder) return this.#encoder;
    this.#pool.encoding();
    // Popped by the flush: whatever is wrong with a submit is told to those who have a part in it.
    this.#device.pushErrorScope('validation');
    const serial = this.#serial;
    const verdict: Verdict = new Promise(resolve => (this.#tell = resolve));
    this.#verdicts.push({ serial, verdict });
    void verdict.then(() => (this.#verdicts = this.#verdicts.filter(one => one.serial !== serial)));
    return (this.#encoder = this.#device.createCommandEncoder());
  }

  #computePass(): GPUComputePassEncoder {
    return (this.#pass ??= this.#commands().beginComputePass());
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }

  #pushParams(pass: Pass, firstGroup: number): number {
    if (this.#blocks === PARAM_BLOCKS) this.flush();
    if (pass.params.length + 2 > PARAM_STRIDE / 4)
      throw new Error(`broken invariant: ${pass.kernel.name} has ${pass.params.length + 2} parameter words`);
    const block = this.#blocks++;
    this.#params.set([firstGroup, pass.groups], (block * PARAM_STRIDE) / 4);
    this.#params.set(pass.params, (block * PARAM_STRIDE) / 4 + 2);
    return block;
  }

  /** What nobody reads is sent at the end of the tick, so that the GPU starts while JavaScript goes on. */
  #planFlush(): void {
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    queueMicrotask(() => {
      this.#flushPlanned = false;
      this.flush();
    });
  }

  /** Adapts the budget to what a submit of some size really took. */
  #measure(work: number): void {
    if (this.#measuring || work < this.#budget / 8) return;
    this.#measuring = true;
    const begun = performance.now();
    this.#device.queue.onSubmittedWorkDone().then(
      () => {
        this.#measuring = false;
        const wanted = (work * SUBMIT_MS) / Math.max(0.1, performance.now() - begun);
        // Earlier submits in the queue make a measurement look slow, so it moves the budget by half at most.
        this.#budget = Math.min(64e9, Math.max(4e6, this.#budget / 2, Math.min(wanted, this.#budget * 2)));
      },
      () => (this.#measuring = false),
    );
  }
}
