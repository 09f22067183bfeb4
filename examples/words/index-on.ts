/** The index of all words on a device, filled when it is first asked for. No page in here. */
import { FlatIndex, type Device } from 'unitball';
import type { Vocabulary } from './vocabulary.ts';

const made = new WeakMap<Device, Promise<FlatIndex<string>>>();

/** Of a lost device nothing is kept: the page opens another, and asks for its index. What failed is tried again. */
export function indexOn(device: Device, vocabulary: Vocabulary): Promise<FlatIndex<string>> {
  const known = made.get(device) ?? fill(device, vocabulary);
  made.set(device, known);
  known.catch(() => made.delete(device));
  return known;
}

async function fill(device: Device, { words, vectors, dim }: Vocabulary): Promise<FlatIndex<string>> {
  const index = FlatIndex.create<string>(device, { dim, metric: 'cosine', keepHostCopy: false });
  await index.add({ data: vectors, shape: [words.length, dim] }, words);
  return index;
}
