/**
 * The contract between the rooms and the devices, in types alone: what a backend can do, what a primitive is, and what
 * a GPU kernel looks like as data. A plan, its parameters and the storage ids are plain structured-cloneable values, so a
 * call can be posted to a worker as it is. Nothing here runs; what stands here beside types are constants that both sides of
 * a contract must know.
 */

export type DeviceKind = 'webgpu' | 'wasm' | 'cpu';

/** The name under which a backend keeps one piece of memory. */
export type StorageId = number;

/** What plans may know of a GPU. Plain numbers, so that tests can make them up. */
export interface GpuFacts {
  /** The most bytes that one storage binding can span. */
  readonly maxBindingBytes: number;
  /** The most bytes of one buffer. */
  readonly maxBufferBytes: number;
  /** Workgroups in one dimension of a dispatch. */
  readonly maxGroups: number;
  /** Invocations in one workgroup. */
  readonly maxInvocations: number;
  /** Bytes to which a binding's offset must be aligned. */
  readonly bindingAlignment: number;
  /** True for SwiftShader, llvmpipe and the like: barriers are dear there, and lanes are few. */
  readonly software: boolean;
  /** True where tiles shared in workgroup memory pay: NVIDIA and AMD. Elsewhere registers and caches do better. */
  readonly sharedTiles: boolean;
  /** Rows and columns that an invocation of a pairwise kernel takes; 0 for what the table of tiles says. For tuning. */
  readonly tileSide: number;
  /** The strategy by which rows are selected, in place of what the table of strategies says. For tuning. */
  readonly selection?: Selection | undefined;
}

/** By heaps or workgroups that keep short lists, by merging sorted runs, or by merging what a filter leaves. */
export type Selection = 'heap' | 'group' | 'merge' | 'filter';

export interface Kernels {
  readonly [name: string]: DeviceKind;
  readonly others: DeviceKind;
}

/** What a device is, for people and for reports. */
export interface DeviceInfo {
  readonly kind: DeviceKind;
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** True where a CPU plays the GPU (SwiftShader, llvmpipe), or where `wasm` runs the `cpu` kernels. */
  readonly isFallback: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  /**
   * Where each kernel runs, by its name (`pairs/euclidean`): the kind itself, or `cpu` for what has none of its own. `others`
   * stands for every kernel that is not named.
   */
  readonly kernels: Kernels;
  /** Why `auto` passed WebGPU by; empty where it did not, or was not asked. */
  readonly noGpu: string;
}

/** Bytes in use: by tensors, waiting in the pool for the next tensor, and the most that both ever were together. */
export interface MemoryUse {
  readonly live: number;
  readonly pooled: number;
  readonly peak: number;
}

export interface LostInfo {
  readonly reason: 'closed' | 'destroyed' | 'unknown';
  readonly message: string;
}

/** Resolves with an error when the device reports one for what was just asked, else with undefined. */
export type Verdict = Promise<Error | undefined>;

export interface ReadRange {
  readonly id: StorageId;
  readonly byteOffset: number;
  readonly bytes: number;
}

/** One device as the engine sees it. Calls take effect in the order in which they are made. */
export interface Backend {
  readonly info: DeviceInfo;
  /** Resolves when the device is gone by itself; never rejects. */
  readonly lost: Promise<LostInfo>;
  /** The largest single storage, in bytes. */
  readonly maxStorageBytes: number;
  allocate(bytes: number): { id: StorageId; verdict?: Verdict };
  free(id: StorageId): void;
  write(id: StorageId, byteOffset: number, bytes: Uint8Array): void;
  /** Reads the ranges, in one trip where it can. One promise a range: what one cannot be told does not fail the others. */
  read(ranges: readonly ReadRange[]): Promise<ArrayBuffer>[];
  run<Plan>(
    primitive: Primitive<Plan>,
    plan: Plan,
    reads: readonly StorageId[],
    writes: readonly StorageId[],
  ): Verdict | undefined;
  memory(): MemoryUse;
  /** Milliseconds that the device's kernels took so far, where it can tell. */
  kernelMs?(): number;
  close(): void;
  /** Sharing GPUBuffers with the page; on GPU backends alone. */
  readonly buffers?: {
    /** The GPUDevice itself. */
    readonly device: object;
    /** Makes a foreign buffer known without copying or owning it. */
    borrow(buffer: object): { id: StorageId; bytes: number };
    /** The buffer behind a storage, its pending work submitted. */
    lend(id: StorageId): object;
  };
}

/**
 * A primitive: one thing that every device can do, as a table of kernels. `reads` and `writes` come in the order that
 * the plan speaks of them; the bytes that `cpu` is given begin at a whole double and may be shared with workers.
 */
export interface Primitive<Plan> {
  readonly name: string;
  readonly cpu: (plan: Plan, reads: readonly Uint8Array[], writes: readonly Uint8Array[]) => void;
  readonly webgpu: (plan: Plan, facts: GpuFacts) => Lowered;
  /** Its kernels for a wasm device, where it has any: loaded when they are first wanted, so that nobody else fetches them. */
  readonly wasm?: () => Promise<LowerToWasm<Plan>>;
}

/** What a plan becomes on a wasm device, or undefined where it has no kernel for such a plan: then `cpu` takes it. */
export type LowerToWasm<Plan> = (plan: Plan, facts: WasmFacts) => LoweredToWasm | undefined;

/** A `.wgsl` file: its path from the top of the repository, and its text. */
export interface WgslFile {
  readonly id: string;
  readonly text: string;
}

/** A kernel is data: text, constants and the kinds of its storage bindings. Its parameters are always `@group(1) @binding(0)`. */
export interface Kernel {
  readonly name: string;
  readonly wgsl: readonly WgslFile[];
  /** Becomes `const NAME = value;` lines in front of the text: sizes of tiles and workgroups, switches. */
  readonly constants: Readonly<Record<string, number | boolean>>;
  /** Type aliases in front of the text: `alias NAME = type;`. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly bindings: readonly ('read' | 'write')[];
}

/** A stretch of one buffer: `slot` counts the call's reads, then its writes, then its scratch buffers. */
export interface BufferRange {
  readonly slot: number;
  readonly byteOffset: number;
  readonly bytes: number;
}

/**
 * One dispatch over `groups` workgroups. The launcher may cut it into several and folds it in two dimensions, so the
 * first words of every parameter block are `firstGroup` and `groupCount`, which it fills in (`shaders/lib/grid.wgsl`).
 */
export interface Pass {
  readonly kernel: Kernel;
  readonly groups: number;
  /** The parameters behind `firstGroup` and `groupCount`, as 32-bit words. */
  readonly params: Uint32Array;
  readonly buffers: readonly BufferRange[];
  /** About how many bytes the pass moves (or what takes as long): keeps submits short. */
  readonly work: number;
}

/** What a primitive becomes on a GPU: scratch memory, and passes in order. */
export interface Lowered {
  readonly scratch: readonly number[];
  readonly passes: readonly Pass[];
}

/** What plans may know of a wasm device. */
export interface WasmFacts {
  /** The most bytes of one range of a pass: what does not fit into the heap is brought in range by range. */
  readonly maxRangeBytes: number;
}

/** Bytes of memory of its own that every thread hands to the kernels that it runs: room to pack and to gather in. */
export const BENCH_BYTES: number = 2 ** 19;

/** A `.as` file, compiled: base64 of two binaries, one with relaxed SIMD (fused multiply-adds), one for every engine with SIMD. */
export interface WasmModule {
  /** The file's path from the top of the repository. */
  readonly id: string;
  readonly relaxed: string;
  readonly plain: string;
}

/**
 * One run of a wasm kernel, `kernel(params, chunk, bench)` for each chunk from 0 to `chunks` − 1. `params` is where the
 * addresses of the buffers lie, a word each, and behind them the parameters; `bench` is where the thread's own BENCH_BYTES
 * do. Threads take chunks in any order, so chunks write to different places, and what they write depends on the chunk alone:
 * results have the same bits for any number of threads. The next pass begins when all chunks are done.
 */
export interface WasmPass {
  readonly module: WasmModule;
  /** The name of the exported function. */
  readonly kernel: string;
  readonly chunks: number;
  /** The parameters behind the addresses, as 32-bit words. */
  readonly params: Uint32Array;
  readonly buffers: readonly BufferRange[];
}

/** What a primitive becomes on a wasm device. What scratch memory holds at first is anything. */
export interface LoweredToWasm {
  readonly scratch: readonly number[];
  readonly passes: readonly WasmPass[];
}
