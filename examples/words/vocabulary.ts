/** The words and their vectors, fetched from data/ (its README says how they came about), and finding a word that somebody typed. No page in here. */
import { normalize, readNpy } from 'unitball';
import { deviceOf } from '../devices.ts';
import { lemmaOf } from './lemmas.mjs';
import { closestSpellings } from './spelling.ts';

export interface Vocabulary {
  /** In the order of the vectors, the most frequent first. */
  readonly words: readonly string[];
  /** [words, dim], each of length 1. */
  readonly vectors: Float32Array;
  readonly dim: number;
  readonly vectorOf: (word: string) => Float32Array;
  /** The word as it is spelt here, whichever form of it was typed, or words that are spelt like it. */
  readonly find: (typed: string) => string | readonly string[];
}

export async function loadVocabulary(): Promise<Vocabulary> {
  const [text, numbers] = await Promise.all([
    fetched(new URL('../data/words.txt', import.meta.url)),
    fetched(new URL('../data/words.npy', import.meta.url)),
  ]);
  const words = (await text.text()).trim().split('\n');
  const { data, shape } = await readNpy(new Uint8Array(await numbers.arrayBuffer()));
  const [count = 0, dim = 0] = shape;
  if (count !== words.length)
    throw new Error(`There are ${words.length} words and ${count} vectors: the files differ.`);
  // Of length 1, so that words count the same in a sum. On the device that needs no opening: it is little.
  const rows = normalize({ data: Float32Array.from(data), shape }, { axis: 1, device: await deviceOf('cpu') });
  const vectors = await rows.data<Float32Array>();
  rows.dispose();
  return vocabularyOf(words, vectors, dim);
}

async function fetched(address: URL): Promise<Response> {
  const response = await fetch(address);
  if (!response.ok)
    throw new Error(`The words did not come: ${response.status} for ${address.pathname}. Load the page again.`);
  return response;
}

function vocabularyOf(words: readonly string[], vectors: Float32Array, dim: number): Vocabulary {
  const places = new Map(words.map((word, place) => [word.toLowerCase(), place]));
  const isWord = (word: string): boolean => places.has(word);
  return {
    words,
    vectors,
    dim,
    vectorOf(word) {
      const place = places.get(word.toLowerCase()) ?? NaN;
      return vectors.subarray(place * dim, (place + 1) * dim);
    },
    find(typed) {
      const small = typed.toLowerCase();
      const place = places.get(small) ?? places.get(lemmaOf(small, isWord) ?? '');
      return words[place ?? -1] ?? closestSpellings(small, words);
    },
  };
}
