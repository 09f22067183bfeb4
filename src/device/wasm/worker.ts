/**
 * What runs in a worker. Thread 0 leads: it takes batches of commands from the page and answers each with one reply. For a
 * pass of several chunks it opens a ticket in the control block; it and the other threads draw chunks from it until there
 * are none. The others sleep in between (`Atomics.wait`), and never see a message after the first.
 *
 * This file is built into a script of its own (scripts/worker-plugin.ts) and imports nothing but constants.
 */
import {
  BENCHES_AT,
  CLOSED,
  control,
  heapStart,
  MOST_PAGES,
  PAGE,
  PARAMS_AT,
  READY,
  type Batch,
  type Command,
  type Reply,
  type Start,
} from './protocol.ts';
import { BENCH_BYTES } from '../contract.ts';

interface Port {
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
  on?(event: 'message', listener: (message: Start | Batch) => void): void;
  onmessage?: ((event: { data: Start | Batch }) => void) | null;
}

type Kernel = (params: number, chunk: number, bench: number) => void;
interface Loaded {
  readonly kernels: Readonly<Record<string, Kernel>>;
  readonly names: readonly string[];
}

/** Turns of a loop that a thread waits before it goes to sleep: about as long as waking up takes. */
const PATIENCE = 4000;

const native = (
  globalThis as { process?: { getBuiltinModule?(name: string): { parentPort?: Port | null } | undefined } }
).process?.getBuiltinModule?.('node:worker_threads');
const port: Port = native?.parentPort ?? (globalThis as unknown as Port);

const loaded: (Loaded | undefined)[] = [];
let memory: WebAssembly.Memory;
let words: Int32Array;
let tickets: BigInt64Array;
let bench: number;
let threads: number;
let kernelMs = 0;

function begin(message: Start): void {
  threads = message.threads;
  bench = BENCHES_AT + message.thread * BENCH_BYTES;
  memory =
    message.memory ?? new WebAssembly.Memory({ initial: Math.ceil(heapStart(threads) / PAGE), maximum: MOST_PAGES });
  look();
  if (message.thread > 0) return help();
  Atomics.store(tickets, 0, CLOSED);
  port.postMessage(READY);
}

/** Views of the control block: memory that is not shared moves when it grows. */
function look(): void {
  words = new Int32Array(memory.buffer, 0, PAGE / 4);
  tickets = new BigInt64Array(memory.buffer, 0, 1);
}

/** A stretch of memory. What another thread grew may be news to this one until it asks. */
function bytesAt(at: number, bytes: number): Uint8Array {
  if (at + bytes > memory.buffer.byteLength) memory.grow(0);
  return new Uint8Array(memory.buffer, at, bytes);
}

function copyOf(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy.buffer;
}

/** Takes a chunk of the pass under way; −1 where there is none. Pass and chunk are told by one word, so never mixed up. */
function draw(): number {
  const ticket = Atomics.add(tickets, 0, 1n);
  const chunk = Number(ticket & 0xffffffffn);
  if (ticket & CLOSED || chunk >= Atomics.load(words, control.CHUNKS)) return -1;
  // The count may have been the next pass's, which is written once this one is closed. With a chunk in hand it cannot close.
  const now = Atomics.load(tickets, 0);
  return now & CLOSED || now >> 32n !== ticket >> 32n ? -1 : chunk;
}

function work(): void {
  for (let chunk = draw(); chunk >= 0; chunk = draw()) {
    try {
      const { kernels, names } = moduleAt(Atomics.load(words, control.MODULE));
      kernels[names[Atomics.load(words, control.KERNEL)] as string]?.(PARAMS_AT, chunk, bench);
    } catch {
      Atomics.store(words, control.FAILED, 1);
    }
    Atomics.add(words, control.DONE, 1);
    Atomics.notify(words, control.DONE);
  }
}

function help(): never {
  for (;;) {
    const generation = Atomics.load(words, control.GENERATION);
    work();
    for (let turn = 0; turn < PATIENCE && Atomics.load(words, control.GENERATION) === generation; turn++);
    Atomics.wait(words, control.GENERATION, generation);
  }
}

/** A module that was made known, compiled by each thread when it first needs it. */
function moduleAt(slot: number): Loaded {
  const known = loaded[slot];
  if (known) return known;
  const [at, bytes] = [
    Atomics.load(words, control.MODULES + 2 * slot),
    Atomics.load(words, control.MODULES + 2 * slot + 1),
  ];
  return install(slot, bytesAt(at >>> 0, bytes).slice());
}

function install(slot: number, binary: Uint8Array): Loaded {
  const module = new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return (loaded[slot] = { kernels: exports as Record<string, Kernel>, names: Object.keys(exports) });
}

const trapped = (kernel: string): string => `the kernel ${kernel} trapped`;

function runPass({ module, kernel, chunks, words: params }: Extract<Command, { do: 'run' }>): void {
  new Uint32Array(memory.buffer, PARAMS_AT, params.length).set(params);
  const { kernels, names } = moduleAt(module);
  if (threads === 1 || chunks === 1) {
    const run = kernels[kernel] as Kernel;
    try {
      for (let chunk = 0; chunk < chunks; chunk++) run(PARAMS_AT, chunk, bench);
    } catch {
      throw new Error(trapped(kernel));
    }
    return;
  }
  Atomics.store(words, control.CHUNKS, chunks);
  Atomics.store(words, control.MODULE, module);
  Atomics.store(words, control.KERNEL, names.indexOf(kernel));
  Atomics.store(words, control.DONE, 0);
  Atomics.store(words, control.FAILED, 0);
  const generation = BigInt(Atomics.load(words, control.GENERATION) >>> 0);
  Atomics.store(tickets, 0, ((generation + 1n) & 0xffffffffn) << 32n);
  Atomics.notify(words, control.GENERATION);
  work();
  for (let turn = 0, done = 0; (done = Atomics.load(words, control.DONE)) < chunks; turn++)
    if (turn > PATIENCE) Atomics.wait(words, control.DONE, done);
  Atomics.or(tickets, 0, CLOSED);
  if (Atomics.load(words, control.FAILED)) throw new Error(trapped(kernel));
}

function follow(command: Command, answers: ArrayBuffer[]): boolean {
  switch (command.do) {
    case 'load':
      install(command.module, command.binary);
      return true;
    case 'share':
      Atomics.store(words, control.MODULES + 2 * command.module, command.at | 0);
      Atomics.store(words, control.MODULES + 2 * command.module + 1, command.bytes);
      return true;
    case 'run': {
      const begun = performance.now();
      runPass(command);
      kernelMs += performance.now() - begun;
      return true;
    }
    case 'write':
      bytesAt(command.at, command.content.byteLength).set(command.content);
      return true;
    case 'fill':
      bytesAt(command.at, command.bytes);
      new Uint32Array(memory.buffer, command.at, command.bytes / 4).fill(command.word);
      return true;
    case 'read':
      answers.push(copyOf(bytesAt(command.at, command.bytes)));
      return true;
    case 'grow':
      try {
        memory.grow(Math.max(0, Math.ceil((command.bytes - memory.buffer.byteLength) / PAGE)));
        look();
        return true;
      } catch {
        return false;
      }
    default:
      throw command satisfies never;
  }
}

function take({ batch, commands }: Batch): void {
  const answers: ArrayBuffer[] = [];
  kernelMs = 0;
  let grown = true;
  let error: string | undefined;
  for (const command of commands) {
    try {
      grown = follow(command, answers) && grown;
    } catch (cause) {
      error ??= cause instanceof Error ? cause.message : String(cause);
    }
  }
  port.postMessage({ batch, answers, grown, kernelMs, error } satisfies Reply, answers);
}

const receive = (message: Start | Batch): void => ('start' in message ? begin(message) : take(message));
if (port.on) port.on('message', receive);
else port.onmessage = ({ data }) => receive(data);
