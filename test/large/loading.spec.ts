/**
 * An index that takes more than half of a process' memory is loaded: what loading needs beside the index is some chunks, measured
 * in a process of its own, whose JavaScript heap is kept small.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { laneKind } from '../support/lane.ts';

const DIM = 1024;
const VECTORS = 2 ** 17;
const INDEX_BYTES = DIM * VECTORS * 4;
/** What loading may take beside the index: a frame, what is read ahead, and what waits to be collected. */
const BESIDE = 64 * 2 ** 20;
/** Megabytes of JavaScript objects: vectors are none. */
const HEAP = 64;

interface Report {
  readonly size: number;
  readonly before: number;
  readonly loaded: number;
  readonly wanted: readonly number[];
  readonly answers: readonly (readonly [number, number])[];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitball-large-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs load-index.mjs with the library as it was built, and gives what it printed. */
function inAnotherProcess(task: 'write' | 'load', device: string): Promise<Report> {
  const script = join(import.meta.dirname, 'load-index.mjs');
  const library = pathToFileURL(join(process.cwd(), 'dist/index.js')).href;
  const args = [task, library, join(folder, 'large.index'), device, String(VECTORS), String(DIM)];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${HEAP}`, script, ...args]);
    let [output, complaints] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    child.on('error', reject);
    child.on('close', code =>
      code === 0 ? resolve(JSON.parse(output) as Report) : reject(new Error(`it ended with ${code}: ${complaints}`)),
    );
  });
}

describe('an index of half a gigabyte', () => {
  it('is loaded in little more than its own bytes', async () => {
    expect((await inAnotherProcess('write', 'cpu')).size).toBe(VECTORS);
    const { size, before, loaded, wanted, answers } = await inAnotherProcess('load', laneKind);
    expect(size).toBe(VECTORS);
    expect(answers).toEqual(wanted.map(id => [id, 0]));
    // The index is there, it is more than half of all that the process ever had, and the rest is little.
    expect(loaded).toBeGreaterThan(INDEX_BYTES);
    expect(loaded).toBeLessThan(2 * INDEX_BYTES);
    expect(loaded - before).toBeLessThanOrEqual(INDEX_BYTES + BESIDE);
  });
});
