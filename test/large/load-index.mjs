/**
 * A process of its own that writes an index to a file, or loads one, and says what memory that took. Started by
 * loading.spec.ts: `node load-index.mjs write|load <library> <file> <device> <vectors> <dim>`; prints JSON.
 *
 * Vector i is (i, i + 1, …) modulo a prime, so that every one is known and none comes twice.
 */
const [task, library, file, kind, vectors, width] = process.argv.slice(2);
const { FlatIndex, openDevice } = await import(library);
const size = Number(vectors);
const dim = Number(width);
const PART = 4096;
const PRIME = 1_048_573;

const vectorsFrom = (first, count) =>
  Float32Array.from({ length: count * dim }, (_, at) => (((first + Math.floor(at / dim)) * 7919) % PRIME) + (at % dim));

/** Bytes of the process that are in memory, at most so far. */
const peak = () => process.resourceUsage().maxRSS * 1024;

const device = await openDevice({ device: kind });
if (task === 'write') {
  const index = FlatIndex.create(device, { dim, metric: 'cityblock', keepHostCopy: false });
  for (let first = 0; first < size; first += PART) {
    const count = Math.min(PART, size - first);
    await index.add({ data: vectorsFrom(first, count), shape: [count, dim] });
  }
  await index.save(file);
  console.log(JSON.stringify({ size: index.size }));
} else {
  // Kernels and what else is loaded late is loaded before anything is measured.
  const small = FlatIndex.create(device, { dim, metric: 'cityblock' });
  await small.add(vectorsFrom(0, 1));
  await small.search(vectorsFrom(0, 1), { k: 1 });
  small.dispose();
  const before = peak();
  const index = await FlatIndex.load(file, { device, keepHostCopy: false });
  const loaded = peak();
  const wanted = [0, size >> 1, size - 1];
  const found = await Promise.all(wanted.map(id => index.search(vectorsFrom(id, 1), { k: 1 })));
  const answers = found.map(({ ids, distances }) => [ids[0], distances[0]]);
  console.log(JSON.stringify({ size: index.size, before, loaded, wanted, answers }));
}
device.close();
