/**
 * The bytes of an index's file, as FORMAT.md has them: header, frames, and the ids in them. Nothing here reads or writes
 * files, or knows an index.
 */
import { CorruptFileError, UnsupportedError } from '../../errors.ts';
import type { WordArray } from '../../tensor/index.ts';
import type { RowFormat } from '../flat-index-rows.ts';
import type { MetricNumbers } from '../flat-index-settings.ts';
import type { Id, IdArray, IdKind } from '../ids.ts';
import { crc32 } from './crc32.ts';

export const VERSION = 1;
export const HEAD_BYTES = 24;
/** About how much stands in one frame. */
export const FRAME_BYTES: number = 2 ** 20;

const MAGIC = [0x89, 0x55, 0x42, 0x49, 0x0d, 0x0a, 0x1a, 0x0a];

/** What stands in front of the vectors. */
export interface Description {
  readonly dim: number;
  readonly dtype: RowFormat['dtype'];
  readonly size: number;
  readonly ids: IdKind | null;
  readonly next: number;
  readonly stamp: string;
  readonly metric: string;
  readonly custom: boolean;
  readonly numbers: MetricNumbers;
}

export type FrameKind = 'VECT' | 'IDS ' | 'END ';

export interface FrameHead {
  readonly kind: FrameKind;
  readonly count: number;
  readonly bytes: number;
  readonly checksum: number;
}

const KINDS: readonly FrameKind[] = ['VECT', 'IDS ', 'END '];

const corrupt = (op: string, what: string): CorruptFileError =>
  new CorruptFileError(`${op}: ${what}. Save the index again, or use another copy of the file.`);

const viewOn = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export function encodeHeader({ numbers, ...description }: Description): Uint8Array {
  const { p, zeroVector, ...lists } = numbers;
  const text = JSON.stringify({
    ...description,
    ...(p !== undefined && { p: encodeNumber(p) }),
    ...(zeroVector !== undefined && { zeroVector: encodeNumber(zeroVector) }),
    ...lists,
  });
  const body = new TextEncoder().encode(text);
  const out = new Uint8Array(HEAD_BYTES + body.length);
  const view = viewOn(out);
  out.set(MAGIC);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, body.length, true);
  view.setUint32(16, crc32(body), true);
  view.setUint32(20, crc32(out.subarray(0, 20)), true);
  out.set(body, HEAD_BYTES);
  return out;
}

/** The first bytes of a file, checked: how long its description is, and that one's checksum. */
export function decodeStart(op: string, head: Uint8Array): { bytes: number; checksum: number } {
  if (MAGIC.some((byte, i) => head[i] !== byte))
    throw new CorruptFileError(
      `${op}: this is no index of unitball: it does not begin with its mark. Give what index.save wrote.`,
    );
  const view = viewOn(head);
  if (view.getUint32(20, true) !== crc32(head.subarray(0, 20)))
    throw corrupt(op, 'the header of the file was altered: its checksum is another');
  const version = view.getUint32(8, true);
  if (version !== VERSION)
    throw new UnsupportedError(
      `${op}: the file has version ${version}, and this unitball reads version ${VERSION}. Use a newer unitball.`,
    );
  return { bytes: view.getUint32(12, true), checksum: view.getUint32(16, true) };
}

export function decodeDescription(op: string, body: Uint8Array, checksum: number): Description {
  if (crc32(body) !== checksum) throw corrupt(op, 'the description in the file was altered: its checksum is another');
  let read: unknown;
  try {
    read = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new CorruptFileError(`${op}: the description in the file is no JSON. Give what index.save wrote.`, { cause });
  }
  if (!isDescription(read)) throw corrupt(op, 'the description in the file lacks something');
  const { p, zeroVector, w, V, VI } = read as Partial<Record<'p' | 'zeroVector', number | string>> & MetricNumbers;
  const numbers: MetricNumbers = {
    ...(p !== undefined && { p: Number(p) }),
    ...(zeroVector !== undefined && { zeroVector: Number(zeroVector) }),
    ...(w && { w }),
    ...(V && { V }),
    ...(VI && { VI }),
  };
  const { dim, dtype, size, ids, next, stamp, metric, custom } = read;
  return { dim, dtype, size, ids, next, stamp, metric, custom, numbers };
}

function isDescription(read: unknown): read is Omit<Description, 'numbers'> {
  if (typeof read !== 'object' || read === null) return false;
  const { dim, dtype, size, ids, next, stamp, metric, custom } = read as Partial<Description>;
  const count = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  return (
    count(dim) &&
    (dim as number) > 0 &&
    (dtype === 'float32' || dtype === 'float64' || dtype === 'bool') &&
    count(size) &&
    (ids === null || ids === 'integer' || ids === 'string') &&
    count(next) &&
    typeof stamp === 'string' &&
    typeof metric === 'string' &&
    typeof custom === 'boolean'
  );
}

const encodeNumber = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

export function encodeFrameHead(kind: FrameKind, index: number, count: number, content: Uint8Array): Uint8Array {
  const out = new Uint8Array(HEAD_BYTES);
  const view = viewOn(out);
  for (let i = 0; i < 4; i++) out[i] = kind.charCodeAt(i);
  view.setUint32(4, index, true);
  view.setUint32(8, count, true);
  view.setUint32(12, content.length, true);
  view.setUint32(16, crc32(content), true);
  view.setUint32(20, crc32(out.subarray(0, 20)), true);
  return out;
}

export function decodeFrameHead(op: string, head: Uint8Array, index: number): FrameHead {
  const view = viewOn(head);
  if (view.getUint32(20, true) !== crc32(head.subarray(0, 20)))
    throw corrupt(op, `the head of frame ${index} was altered: its checksum is another`);
  const name = String.fromCharCode(...head.subarray(0, 4));
  const kind = KINDS.find(one => one === name);
  if (!kind || view.getUint32(4, true) !== index) throw corrupt(op, `frame ${index} of the file is out of place`);
  return {
    kind,
    count: view.getUint32(8, true),
    bytes: view.getUint32(12, true),
    checksum: view.getUint32(16, true),
  };
}

export function checkFrame(op: string, head: FrameHead, content: Uint8Array, index: number): void {
  if (crc32(content) !== head.checksum)
    throw corrupt(op, `the content of frame ${index} was altered: its checksum is another`);
}

export const misfit = (op: string, what: string): CorruptFileError => corrupt(op, what);

const LITTLE = /* @__PURE__ */ (() => new Uint8Array(new Uint16Array([1]).buffer)[0] === 1)();

/** Numbers as little-endian bytes, or back: a copy only where the machine is not little-endian. */
function littleEndian(bytes: Uint8Array, size: number): Uint8Array {
  if (LITTLE) return bytes;
  const out = bytes.slice();
  for (let at = 0; at < out.length; at += size) out.subarray(at, at + size).reverse();
  return out;
}

export const numbersToBytes = (values: WordArray): Uint8Array =>
  littleEndian(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), values.BYTES_PER_ELEMENT);

/** Bytes that begin at a whole double, as stored elements. */
export function bytesToNumbers(bytes: Uint8Array, dtype: 'float32' | 'float64' | 'bool'): WordArray {
  const size = dtype === 'float64' ? 8 : 4;
  const { buffer, byteOffset, byteLength } = littleEndian(bytes, size);
  if (dtype === 'float64') return new Float64Array(buffer, byteOffset, byteLength / 8);
  if (dtype === 'bool') return new Uint32Array(buffer, byteOffset, byteLength / 4);
  return new Float32Array(buffer, byteOffset, byteLength / 4);
}

export function encodeIds(ids: IdArray): Uint8Array {
  if (ids instanceof Float64Array) return numbersToBytes(ids);
  const parts = ids.map(id => new TextEncoder().encode(id));
  const lengths = numbersToBytes(Uint32Array.from(parts, part => part.length));
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, lengths.length));
  out.set(lengths);
  let at = lengths.length;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The ids of one frame, as many as its head says. */
export function decodeIds(op: string, content: Uint8Array, count: number, kind: IdKind): readonly Id[] | Float64Array {
  if (kind === 'integer') {
    if (content.length !== count * 8) throw corrupt(op, `${content.length} bytes are not ${count} ids`);
    return bytesToNumbers(content, 'float64') as Float64Array;
  }
  if (content.length < count * 4) throw corrupt(op, `${content.length} bytes are not ${count} ids`);
  const lengths = bytesToNumbers(content.subarray(0, count * 4), 'bool');
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let at = count * 4;
  const ids: string[] = [];
  for (const length of lengths) {
    if (at + length > content.length) throw corrupt(op, 'an id is longer than its frame');
    try {
      ids.push(decoder.decode(content.subarray(at, (at += length))));
    } catch (cause) {
      throw new CorruptFileError(`${op}: an id in the file is no UTF-8. Give what index.save wrote.`, { cause });
    }
  }
  if (at !== content.length) throw corrupt(op, 'a frame of ids has more bytes than ids');
  return ids;
}
