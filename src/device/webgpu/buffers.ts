/**
 * The buffer pool: GPUBuffers by storage id, sizes rounded to classes, and what is freed kept for the next of its class
 * up to a bound. The only place that creates or destroys a GPUBuffer.
 */
import { OutOfMemoryError } from '../../errors.ts';
import type { MemoryUse, StorageId, Verdict } from '../contract.ts';

/** The flags of the standard, which not every runtime has as globals. */
export const USAGE = { mapRead: 0x1, copySrc: 0x4, copyDst: 0x8, uniform: 0x40, storage: 0x80 } as const;
const STORAGE = USAGE.storage | USAGE.copySrc | USAGE.copyDst;
const STAGING = USAGE.mapRead | USAGE.copyDst;

export interface PooledBuffer {
  readonly buffer: GPUBuffer;
  readonly bytes: number;
  /** False for a foreign one, which is never pooled or destroyed. */
  readonly own: boolean;
  /** The submit that used it last: writing to it from the host must wait until that one is sent. */
  usedIn: number;
  /** While the GPU has not told whether it had the memory. */
  verdict?: Verdict | undefined;
  /** True where it had not: what names this buffer fails. */
  broken?: boolean;
}

/** Sizes come in eighths of a power of two: little waste, and a few classes that are found again. */
export function sizeClass(bytes: number): number {
  const least = Math.max(256, bytes);
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(least)) - 3));
  return Math.ceil(least / step) * step;
}

export class BufferPool {
  readonly #device: GPUDevice;
  readonly #bound: number;
  readonly #used: Map<StorageId, PooledBuffer> = new Map();
  readonly #staging: Set<PooledBuffer> = new Set();
  /** Idle buffers, the longest idle first. */
  #idle: { pooled: PooledBuffer; usage: number }[] = [];
  /** Destroyed only after the next submit where commands not yet sent may still name them. */
  #doomed: GPUBuffer[] = [];
  #encoding = false;
  #next: StorageId = 1;
  #live = 0;
  #pooled = 0;
  #peak = 0;

  constructor(device: GPUDevice, bound: number) {
    this.#device = device;
    this.#bound = bound;
  }

  /** Memory for a storage. The verdict tells whether the GPU really had it. */
  allocate(bytes: number): { id: StorageId; verdict?: Verdict } {
    const { pooled, verdict } = this.#take(bytes, STORAGE);
    const id = this.#next++;
    this.#used.set(id, pooled);
    return verdict ? { id, verdict } : { id };
  }

  borrow(buffer: GPUBuffer): { id: StorageId; bytes: number } {
    const id = this.#next++;
    this.#used.set(id, { buffer, bytes: buffer.size, own: false, usedIn: -1 });
    return { id, bytes: buffer.size };
  }

  get(id: StorageId): PooledBuffer {
    const pooled = this.#used.get(id);
    if (!pooled) throw new Error(`broken invariant: storage ${id} is not on this device`);
    return pooled;
  }

  free(id: StorageId): void {
    const pooled = this.get(id);
    this.#used.delete(id);
    if (pooled.own) this.#give(pooled, STORAGE);
  }

  takeStaging(bytes: number): { pooled: PooledBuffer; verdict?: Verdict } {
    const taken = this.#take(bytes, STAGING);
    this.#staging.add(taken.pooled);
    return taken;
  }

  /** Back to the pool; destroyed where something went wrong with it. */
  giveStaging(pooled: PooledBuffer, sound: boolean): void {
    if (!sound) pooled.broken = true;
    if (this.#staging.delete(pooled)) this.#give(pooled, STAGING);
  }

  /** Call when commands are encoded that a later submit will send. */
  encoding(): void {
    this.#encoding = true;
  }

  /** Call after each submit. */
  submitted(): void {
    this.#encoding = false;
    for (const buffer of this.#doomed) buffer.destroy();
    this.#doomed = [];
  }

  /** Call when the GPU has to give memory up: the pool is emptied. */
  trim(bound = 0): void {
    while (this.#pooled > bound) {
      const oldest = this.#idle.shift();
      if (!oldest) return;
      this.#pooled -= oldest.pooled.bytes;
      this.#destroy(oldest.pooled);
    }
  }

  memory(): MemoryUse {
    return { live: this.#live, pooled: this.#pooled, peak: this.#peak };
  }

  close(): void {
    this.trim();
    this.submitted();
    for (const pooled of [...this.#used.values(), ...this.#staging]) if (pooled.own) pooled.buffer.destroy();
    this.#used.clear();
    this.#staging.clear();
    this.#live = 0;
  }

  #take(bytes: number, usage: number): { pooled: PooledBuffer; verdict?: Verdict } {
    const rounded = sizeClass(bytes);
    const size = rounded <= this.#device.limits.maxBufferSize ? rounded : Math.ceil(bytes / 16) * 16;
    const found = this.#idle.findLastIndex(idle => idle.usage === usage && idle.pooled.bytes === size);
    this.#live += size;
    const reused = found >= 0 ? this.#idle.splice(found, 1)[0] : undefined;
    if (reused) {
      this.#pooled -= size;
      return reused.pooled.verdict
        ? { pooled: reused.pooled, verdict: reused.pooled.verdict }
        : { pooled: reused.pooled };
    }
    this.#peak = Math.max(this.#peak, this.#live + this.#pooled);
    this.#device.pushErrorScope('out-of-memory');
    const pooled: PooledBuffer = {
      buffer: this.#device.createBuffer({ size, usage }),
      bytes: size,
      own: true,
      usedIn: -1,
    };
    const verdict = this.#device.popErrorScope().then(
      error => {
        pooled.verdict = undefined;
        if (!error) return undefined;
        this.#breakUp(pooled);
        return new OutOfMemoryError(
          `allocate: the GPU has no memory for ${size} bytes (${error.message}). Dispose tensors that are done with, or work in blocks.`,
        );
      },
      // A lost device answers nothing more: the loss itself is what readers are told.
      () => undefined,
    );
    pooled.verdict = verdict;
    return { pooled, verdict };
  }

  /** A buffer without memory never comes out of the pool again. */
  #breakUp(pooled: PooledBuffer): void {
    pooled.broken = true;
    const at = this.#idle.findIndex(idle => idle.pooled === pooled);
    if (at < 0) return;
    this.#idle.splice(at, 1);
    this.#pooled -= pooled.bytes;
    this.#destroy(pooled);
  }

  #destroy(pooled: PooledBuffer): void {
    if (this.#encoding) this.#doomed.push(pooled.buffer);
    else pooled.buffer.destroy();
  }

  #give(pooled: PooledBuffer, usage: number): void {
    this.#live -= pooled.bytes;
    if (pooled.broken) return this.#destroy(pooled);
    this.#pooled += pooled.bytes;
    this.#idle.push({ pooled, usage });
    this.trim(this.#bound);
  }
}
