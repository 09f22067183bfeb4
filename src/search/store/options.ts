/** The options that saving and loading share. */
import { OptionError } from '../../errors.ts';
import { checkOptions, show } from '../../options.ts';

export interface FileOptions {
  /** Ends it: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many vectors of all are done. */
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
}

export function checkFileOptions(op: string, options: FileOptions, more: readonly string[] = []): void {
  checkOptions(op, options, ['signal', 'onProgress', ...more]);
  const { signal, onProgress } = options;
  if (signal !== undefined && typeof signal.throwIfAborted !== 'function')
    throw new OptionError(`${op}: signal is ${show(signal)}. Give the signal of an AbortController.`);
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new OptionError(`${op}: onProgress is ${show(onProgress)}. Give a function of { done, total }.`);
  signal?.throwIfAborted();
}
