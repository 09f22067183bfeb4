/** Files: indexes saved and loaded, and vectors in the formats of others. */
export { loadIndex, type LoadOptions } from './load.ts';
export type { FileOptions } from './options.ts';
export { blobOf, saveIndex, type SaveOptions } from './save.ts';
export type { DatabasePlace, FileSink, Source, Target } from './places.ts';
export type { FileHandle } from './browser-files.ts';
export { readNpy, writeNpy, type PlainArray } from './npy.ts';
export { readFvecs, readIvecs, writeFvecs, writeIvecs } from './vecs.ts';
