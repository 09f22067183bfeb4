/**
 * Opening a wasm device: which build of the kernels this engine takes, how many threads there are, and what to do where there
 * is no SIMD. The door of this folder: the rest of the room loads it when it is wanted, and nothing else of it.
 */
import { OptionError, UnsupportedError } from '../../errors.ts';
import type { Backend } from '../contract.ts';
import { createWasmBackend } from './backend.ts';
import { bestBuild } from './binary.ts';
import { defaultThreads, whyNotShared } from './crew.ts';

/** Pretend another engine or page. For tests. */
export interface WasmAssumptions {
  /** False: as where a page is not cross-origin isolated. */
  readonly sharedMemory: boolean;
  /** False: as where the engine has no fused multiply-adds. */
  readonly relaxedSimd: boolean;
  /** False: as where the engine has no SIMD at all. */
  readonly simd: boolean;
  /** Bytes that the heap has for tensors. */
  readonly heapBytes: number;
  /** Bytes of a piece in which larger data go through the heap. */
  readonly rangeBytes: number;
}

export interface OpenWasm {
  readonly threads?: number | undefined;
  readonly workerUrl?: string | URL | undefined;
  readonly debug: boolean;
  readonly assume: Partial<WasmAssumptions>;
  /** Set where `auto` came here: why there is no GPU. Then what goes wrong here ends in `cpu` kernels, not in an error. */
  readonly noGpu?: string | undefined;
}

const MOST_THREADS = 64;

/** The backend, or why the `cpu` kernels have to do. */
export async function openWasm({ threads, workerUrl, debug, assume, noGpu }: OpenWasm): Promise<Backend | string> {
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS))
    throw new OptionError(`openDevice: threads is ${String(threads)}. Give a whole number from 1 to ${MOST_THREADS}.`);
  const best = assume.simd === false ? undefined : bestBuild();
  if (best === undefined) return 'this engine has no WebAssembly SIMD';
  const shares = whyNotShared() === '' && assume.sharedMemory !== false;
  try {
    return await createWasmBackend({
      build: assume.relaxedSimd === false ? 'plain' : best,
      threads: shares ? (threads ?? defaultThreads()) : 1,
      shares,
      debug,
      workerUrl,
      noGpu: noGpu ?? '',
      heapBytes: assume.heapBytes,
      rangeBytes: assume.rangeBytes,
    });
  } catch (error) {
    if (noGpu === undefined || !(error instanceof UnsupportedError)) throw error;
    return error.message;
  }
}
