/**
 * What the page searches: an index, and whether what it holds are the page's own pictures. Collections are made of pictures, or
 * come from a file: an index's own, or vectors in .npy or .fvecs.
 */
import { FlatIndex, readFvecs, readNpy, type Device, type Id, type PlainArray } from 'unitball';
import { grouped } from '../numbers.ts';
import { makeBlocks } from './maker.ts';
import { describe, dim } from './paint.ts';
import { pictureOf } from './pictures.ts';

export interface Collection {
  readonly index: FlatIndex<Id>;
  readonly pictures: boolean;
  /** Whether ids are whole numbers. */
  readonly numbered: boolean;
}

export interface Work {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
}

export type OwnMetric = 'euclidean' | 'cosine';

/** Adds pictures to an empty index, which can be searched as it grows. */
export async function addPictures({ index }: Collection, total: number, { signal, onProgress }: Work): Promise<void> {
  for await (const { count, vectors } of makeBlocks(total, signal)) {
    await index.add({ data: vectors, shape: [count, dim] });
    onProgress({ done: index.size, total });
  }
}

export const emptyPictures = (device: Device, metric: OwnMetric): Collection => ({
  index: FlatIndex.create<Id>(device, { dim, metric }),
  pictures: true,
  numbered: true,
});

export async function fromFile(file: File, device: Device, metric: OwnMetric, work: Work): Promise<Collection> {
  if (file.name.endsWith('.npy')) return fromVectors(await readNpy(file), device, metric, work);
  if (file.name.endsWith('.fvecs')) return fromVectors(await readFvecs(file), device, metric, work);
  return collectionOf(await FlatIndex.load<Id>(file, { device, ...work }));
}

const rowsAtOnce = 8192;

async function fromVectors(
  { data, shape }: PlainArray,
  device: Device,
  metric: OwnMetric,
  { signal, onProgress }: Work,
): Promise<Collection> {
  const [total = 0, columns = 0] = shape;
  if (shape.length !== 2 || total * columns === 0)
    throw new Error(
      `The file has an array of shape [${shape.join(', ')}]. Choose one of vectors: [how many, numbers].`,
    );
  const index = FlatIndex.create<Id>(device, { dim: columns, metric });
  try {
    for (let row = 0; row < total; row += rowsAtOnce) {
      signal.throwIfAborted();
      const end = Math.min(total, row + rowsAtOnce);
      await index.add({ data: data.subarray(row * columns, end * columns), shape: [end - row, columns] });
      onProgress({ done: end, total });
    }
    return await collectionOf(index);
  } catch (error) {
    index.dispose();
    throw error;
  }
}

/** Looks at some vectors: pictures are described by their numbers, which no other data are. */
export async function collectionOf(index: FlatIndex<Id>): Promise<Collection> {
  const some = firstIds(index, 3);
  const numbered = some.every(id => typeof id === 'number');
  if (index.dim !== dim || some.length === 0) return { index, pictures: false, numbered };
  const matches = some.map(async id => {
    const vector = await index.get(id);
    return vector !== undefined && isDescription(vector, Number(id));
  });
  return { index, pictures: numbered && (await Promise.all(matches)).every(Boolean), numbered };
}

function firstIds(index: FlatIndex<Id>, count: number): Id[] {
  const ids = index.ids();
  return Array.from({ length: Math.min(count, index.size) }, () => ids.next().value ?? 0);
}

/** Another browser may round sines and roots otherwise. */
function isDescription(vector: ArrayLike<number>, id: number): boolean {
  return describe(pictureOf(id)).every((value, k) => Math.abs(value - (vector[k] ?? NaN)) < 1e-4);
}

export function sentenceAbout({ index, pictures }: Collection): string {
  const { size, dim: columns, metric } = index;
  const measured = `${typeof metric === 'string' ? metric : metric.name} distance`;
  if (pictures)
    return `${grouped(size)} small pictures, each described by ${columns} numbers: the colours and edges of an 8 × 8 grid. A search compares all of them, by ${measured}, and misses none.`;
  return `${grouped(size)} vectors of ${grouped(columns)} numbers, drawn as they are: blue above 0, orange below. A search compares all of them, by ${measured}, and misses none.`;
}
