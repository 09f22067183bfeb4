/** Reading an index: every byte is checked before it counts, and what is wrong anywhere leaves nothing behind. */
import type { CustomMetric, Metric } from '../../distance/index.ts';
import { DeviceLostError, OptionError, UnitballError } from '../../errors.ts';
import { show } from '../../options.ts';
import { checkDevice, defaultDevice, type Device } from '../../tensor/index.ts';
import { emptyContent, IndexCore, type Content } from '../flat-index-core.ts';
import { checkSettings, type FlatIndexOptions, type IndexSettings } from '../flat-index-settings.ts';
import type { Id } from '../ids.ts';
import { ByteReader } from './bytes.ts';
import {
  bytesToNumbers,
  checkFrame,
  decodeDescription,
  decodeFrameHead,
  decodeIds,
  decodeStart,
  HEAD_BYTES,
  misfit,
  type Description,
} from './format.ts';
import { checkFileOptions, type FileOptions } from './options.ts';
import { isLasting, readSource, type Source } from './places.ts';

export interface LoadOptions extends FileOptions {
  /** Where the index lands. Default: the default device. */
  readonly device?: Device | undefined;
  /** The metric, where the index was saved with one made by `defineMetric`: files have its name alone. */
  readonly metric?: CustomMetric | undefined;
  /** As in `FlatIndex.create`. */
  readonly keepHostCopy?: boolean | undefined;
}

export async function loadIndex(op: string, source: Source, options: LoadOptions): Promise<IndexCore> {
  checkFileOptions(op, options, ['device', 'metric', 'keepHostCopy']);
  const { device = defaultDevice(), metric, keepHostCopy } = options;
  checkDevice(device, op);
  device.engine.assertOpen(op);
  const reader = new ByteReader(op, readSource(op, source));
  try {
    const description = await readDescription(op, reader);
    const settings = settingsOf(op, description, metric, keepHostCopy, device);
    const core = new IndexCore(settings, await readContent(op, reader, description, settings, device, options));
    if (isLasting(source)) core.savedAs({ changes: core.changes, load: reloader(source, description.stamp, settings) });
    return core;
  } finally {
    await reader.close();
  }
}

/** How an index comes back from where it was saved, on another device. */
export function reloader(source: Source, stamp: string, settings: IndexSettings): (device: Device) => Promise<Content> {
  return async device => {
    const op = 'FlatIndex.load';
    const reader = new ByteReader(op, readSource(op, source));
    try {
      const description = await readDescription(op, reader);
      if (description.stamp !== stamp)
        throw new DeviceLostError(
          `${op}: the device was lost, and the file from which the index could come back has been replaced. Load it with FlatIndex.load.`,
        );
      return await readContent(op, reader, description, settings, device, {});
    } finally {
      await reader.close();
    }
  };
}

async function readDescription(op: string, reader: ByteReader): Promise<Description> {
  const { bytes, checksum } = decodeStart(op, await reader.take(HEAD_BYTES));
  return decodeDescription(op, await reader.take(bytes), checksum);
}

function settingsOf(
  op: string,
  { dim, dtype, metric: name, custom, numbers }: Description,
  given: CustomMetric | undefined,
  keepHostCopy: boolean | undefined,
  device: Device,
): IndexSettings {
  if (custom ? given?.name !== name : given !== undefined)
    throw new OptionError(
      custom
        ? `${op}: the index was saved with a metric of your own, '${name}', and the option metric is ${given ? `'${given.name}'` : show(given)}. Give that metric again.`
        : `${op}: the index has the metric '${name}'. Leave the option metric out: it is for metrics of your own.`,
    );
  const metric: Metric = given ?? (name as Metric);
  const { w, V, VI, ...rest } = numbers;
  const options: FlatIndexOptions = {
    dim,
    dtype,
    metric,
    keepHostCopy,
    ...rest,
    ...(w && { w: Float64Array.from(w) }),
    ...(V && { V: Float64Array.from(V) }),
    ...(VI && { VI: { data: VI, shape: [dim, dim] } }),
  };
  return checkSettings(op, options, device);
}

async function readContent(
  op: string,
  reader: ByteReader,
  description: Description,
  settings: IndexSettings,
  device: Device,
  { signal, onProgress }: FileOptions,
): Promise<Content> {
  const { size, ids: kind } = description;
  const { dtype, rowBytes } = settings.format;
  const content = emptyContent(settings, device, size);
  const { store, book } = content;
  const ids: Id[] = [];
  let rows = 0;
  try {
    await store.reserve(op, size);
    for (let index = 0; ; index++) {
      signal?.throwIfAborted();
      const head = decodeFrameHead(op, await reader.take(HEAD_BYTES), index);
      const { count } = head;
      const bytes = await reader.take(head.bytes);
      checkFrame(op, head, bytes, index);
      if (head.kind === 'END ') {
        if (count !== size || rows !== size || ids.length !== size || !(await reader.ended()))
          throw misfit(op, `the file has ${rows} vectors and ${ids.length} ids, and should end with ${size} of each`);
        break;
      }
      if (head.kind === 'VECT') {
        if (rows + count > size || head.bytes !== count * rowBytes || ids.length > 0)
          throw misfit(op, `frame ${index} has vectors that do not fit the header`);
        store.append(bytesToNumbers(bytes, dtype));
        rows += count;
        onProgress?.({ done: rows, total: size });
        continue;
      }
      if (kind === null || ids.length + count > size)
        throw misfit(op, `frame ${index} has ids that do not fit the header`);
      for (const id of decodeIds(op, bytes, count, kind)) ids.push(id);
    }
    await store.settle(op);
    appendIds(op, content, ids);
    book.skipTo(description.next);
    return content;
  } catch (error) {
    store.dispose();
    throw error;
  }
}

function appendIds(op: string, { book }: Content, ids: readonly Id[]): void {
  let checked;
  try {
    checked = book.check(op, ids, ids.length);
  } catch (error) {
    throw error instanceof UnitballError ? misfit(op, `the ids in the file are none: ${error.message}`) : error;
  }
  book.append(checked);
}
