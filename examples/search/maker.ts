/** Describing many pictures without holding up the page: a worker makes blocks of them, one ahead of what the page takes. */

/** What the worker is asked for. Its answer is the numbers. */
export interface Wanted {
  readonly first: number;
  readonly count: number;
}

export interface Block extends Wanted {
  /** [count, dim], row by row. */
  readonly vectors: Float32Array<ArrayBuffer>;
}

/** Small enough to show progress, large enough to be worth a message. */
const blockRows = 2048;

export async function* makeBlocks(total: number, signal: AbortSignal): AsyncGenerator<Block, void, undefined> {
  const worker = new Worker(new URL('./maker-worker.ts', import.meta.url), { type: 'module' });
  const make = (first: number): Promise<Block> => {
    const count = Math.min(blockRows, total - first);
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Float32Array<ArrayBuffer>>) =>
        resolve({ first, count, vectors: data });
      worker.onerror = ({ message }) => reject(new Error(`The pictures cannot be made: ${message || 'no worker'}.`));
      worker.postMessage({ first, count } satisfies Wanted);
    });
  };
  try {
    let next = make(0);
    for (let first = 0; first < total; first += blockRows) {
      const block = await next;
      signal.throwIfAborted();
      if (first + blockRows < total) next = make(first + blockRows);
      yield block;
    }
  } finally {
    worker.terminate();
  }
}
