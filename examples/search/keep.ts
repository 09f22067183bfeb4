/** The index in the origin's private file system, where it outlives a reload. Nobody sees these files but pages of this origin. */
import { FlatIndex, type Device, type Id } from 'unitball';
import { collectionOf, type Collection, type Work } from './collection.ts';

const folder = 'unitball';
const file = 'search.index';
const path = `${folder}/${file}`;

async function openFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(folder);
  } catch {
    return undefined; // no such folder yet, or no such file system: saving says which
  }
}

/** How large the kept file is, or undefined where there is none. */
export async function keptBytes(): Promise<number | undefined> {
  try {
    const handle = await (await openFolder())?.getFileHandle(file);
    return (await handle?.getFile())?.size;
  } catch {
    return undefined;
  }
}

export const keep = ({ index }: Collection, work: Work): Promise<void> => index.save(path, work);

export async function loadKept(device: Device, work: Work): Promise<Collection> {
  return collectionOf(await FlatIndex.load<Id>(path, { device, ...work }));
}

export async function forget(): Promise<void> {
  await (await openFolder())?.removeEntry(file);
}
