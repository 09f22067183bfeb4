/**
 * Calls whose operands do not all fit into the heap: each pass gets the ranges that it names, and what it wrote of them is
 * taken out again before the next one begins.
 */
import { OutOfMemoryError } from '../../errors.ts';
import type { LoweredToWasm, WasmPass } from '../contract.ts';
import type { Batches } from './batches.ts';
import type { Block, WasmMemory } from './memory.ts';
import type { Modules } from './modules.ts';
import type { Command } from './protocol.ts';

export interface Pieces {
  readonly memory: WasmMemory;
  readonly batches: Batches;
  readonly modules: Modules;
  /** Grows memory that is the worker's own, where more was taken than there is. */
  readonly grow: () => Promise<void>;
  readonly reads: readonly Block[];
  readonly writes: readonly Block[];
  /** Addresses of scratch memory. */
  readonly scratch: readonly number[];
}

/** A range of a block on the host, and where it is in the heap for a while. */
interface Visitor {
  readonly at: number;
  readonly block: Block;
  readonly byteOffset: number;
  readonly bytes: number;
  readonly isWritten: boolean;
}

export async function runInPieces(pieces: Pieces, { passes }: LoweredToWasm): Promise<void> {
  for (const pass of passes) await runPiece(pieces, pass);
}

async function runPiece(pieces: Pieces, pass: WasmPass): Promise<void> {
  const { memory, batches, modules, reads, writes, scratch } = pieces;
  const visitors: Visitor[] = [];
  const commands: Command[] = [];
  try {
    const addresses = pass.buffers.map(({ slot, byteOffset, bytes }) => {
      const block = slot < reads.length ? reads[slot] : writes[slot - reads.length];
      if (!block) return (scratch[slot - reads.length - writes.length] as number) + byteOffset;
      if (block.at !== undefined) return block.at + byteOffset;
      const at = memory.place(bytes);
      if (at === undefined) throw outOfMemory(bytes);
      visitors.push({ at, block, byteOffset, bytes, isWritten: slot >= reads.length });
      commands.push({ do: 'write', at, content: (block.host as Uint8Array).slice(byteOffset, byteOffset + bytes) });
      return at;
    });
    await pieces.grow();
    const here = pass.buffers.map((range, slot) => ({ ...range, slot, byteOffset: 0 }));
    commands.push(...modules.commandsOf({ ...pass, buffers: here }, addresses));
    const written = visitors.filter(({ isWritten }) => isWritten);
    commands.push(...written.map(({ at, bytes }): Command => ({ do: 'read', at, bytes })));
    const { answers } = await batches.post(commands);
    written.forEach(({ block, byteOffset }, k) =>
      (block.host as Uint8Array).set(new Uint8Array(answers[k] as ArrayBuffer), byteOffset),
    );
  } finally {
    for (const { at } of visitors) memory.heap.give(at);
  }
}

export const outOfMemory = (bytes: number): OutOfMemoryError =>
  new OutOfMemoryError(`wasm: no memory for ${bytes} bytes. Dispose tensors that are done with, or work in blocks.`);
