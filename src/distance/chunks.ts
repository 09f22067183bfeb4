/**
 * `cdistChunks`: the rows of a distance matrix block by block, for results larger than memory. The metric is prepared once
 * for all blocks; each is a plain `cdist` of some rows of a, and the next one is not begun before the device is done.
 */
import { OptionError } from '../errors.ts';
import { show } from '../options.ts';
import { bytesOf, Scope, type Tensor, type TensorLike } from '../tensor/index.ts';
import { chooseMetric, prepare, runPrepared, type MetricOptions, type Prepared } from './resolve.ts';

export interface CdistChunksOptions extends MetricOptions {
  /** Bytes that the distances of one block may take; a block has at least one row. Default 64 MiB. */
  readonly memory?: number | undefined;
  /** Rows of a block, in place of `memory`. */
  readonly rows?: number | undefined;
  /** Ends the iteration: the next step rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told after each block how many rows of all are done. */
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
}

/** Rows `start` up to but not including `end` of the matrix of distances. */
export interface CdistChunk {
  readonly start: number;
  readonly end: number;
  /** Of shape [end − start, rows of b]. Disposed when the next block is asked for: keep a view (`distances.slice()`) of what must stay. */
  readonly distances: Tensor;
}

const DEFAULT_MEMORY = 64 * 2 ** 20;

/**
 * The matrix of `cdist(a, b, …)` in blocks of rows, one after the other, for `for await`.
 *
 * ```ts
 * for await (const { start, end, distances } of cdistChunks(a, b, { metric: 'cosine', memory: 2 ** 20 })) {
 *   console.log(start, end, await min(distances, { axis: 1 }).toArray());
 * }
 * ```
 *
 * A block's tensor is disposed when the next one is asked for, or when the loop is left. Between blocks the event loop
 * has its turn, so a page stays alive and an AbortSignal is heard. It can be iterated once; options are checked at the call.
 */
export function cdistChunks(
  a: TensorLike,
  b: TensorLike,
  options: CdistChunksOptions = {},
): AsyncIterableIterator<CdistChunk> {
  const op = 'cdistChunks';
  const chosen = chooseMetric(op, options, ['memory', 'rows', 'signal', 'onProgress']);
  const { memory = DEFAULT_MEMORY, rows, signal, onProgress } = options;
  if (typeof memory !== 'number' || !(memory > 0))
    throw new OptionError(`${op}: memory is ${show(memory)}. Give the bytes of a block, above 0.`);
  if (rows !== undefined && !(Number.isInteger(rows) && rows > 0))
    throw new OptionError(`${op}: rows is ${show(rows)}. Give the rows of a block, a whole number above 0.`);
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new OptionError(`${op}: onProgress is ${show(onProgress)}. Give a function of { done, total }.`);
  if (signal !== undefined && typeof signal.throwIfAborted !== 'function')
    throw new OptionError(`${op}: signal is ${show(signal)}. Give the signal of an AbortController.`);
  signal?.throwIfAborted();
  const scope = new Scope();
  try {
    const prepared = held(prepare(op, [a, b], chosen, scope), op, scope);
    const rowBytes = (prepared.b.shape[0] ?? 0) * bytesOf(prepared.dtype);
    const step = rows ?? Math.max(1, Math.floor(memory / Math.max(1, rowBytes)));
    return closing(blocks(op, prepared, step, scope, signal, onProgress), scope);
  } catch (error) {
    scope.close();
    throw error;
  }
}

/** The same steps, but what is held is given back also when the iteration ends before its first one. */
function closing(steps: AsyncGenerator<CdistChunk, void, undefined>, scope: Scope): AsyncIterableIterator<CdistChunk> {
  return {
    next: () => steps.next(),
    async return() {
      const done = await steps.return();
      scope.close();
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** The operands under handles of their own, so that the caller may dispose his. */
function held(prepared: Prepared, op: string, scope: Scope): Prepared {
  const own = (x: Tensor): Tensor => scope.keep(x.alias(op));
  const a = own(prepared.a);
  return {
    ...prepared,
    a,
    b: prepared.b === prepared.a ? a : own(prepared.b),
    weights: prepared.weights && own(prepared.weights),
  };
}

async function* blocks(
  op: string,
  prepared: Prepared,
  step: number,
  scope: Scope,
  signal: AbortSignal | undefined,
  onProgress: CdistChunksOptions['onProgress'],
): AsyncGenerator<CdistChunk, void, undefined> {
  const total = prepared.a.shape[0] ?? 0;
  try {
    for (let start = 0; start < total; start += step) {
      signal?.throwIfAborted();
      const end = Math.min(total, start + step);
      const block = new Scope();
      try {
        const rows = block.keep(prepared.a.slice(start, end));
        const result = runPrepared(op, { ...prepared, a: rows }, { kind: 'matrix' }, block);
        const distances = block.keep(result);
        await prepared.a.device.engine.settle(distances.storageFor(op), op);
        await turnOfTheEventLoop();
        signal?.throwIfAborted();
        onProgress?.({ done: end, total });
        yield { start, end, distances };
      } finally {
        block.close();
      }
    }
  } finally {
    scope.close();
  }
}

const turnOfTheEventLoop = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 0));
