/**
 * The tour's main part: an index of a hundred thousand vectors, searched exactly, with a plain loop beside it that also judges
 * the answers; then saved to a file and loaded again.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlatIndex } from 'unitball';
import { fillWithNoise } from '../plain-loops.mjs';
import { plainDistances, plainNearest, slack } from '../plain-search.mjs';
import { affordableRows, grouped, heading, megabytes, ms, rate, timed, wrong } from './say.mjs';

const columns = 384;
const clusters = 1000;
const batch = 64;
const k = 10;

export async function showSearch(device) {
  // The vectors here, in the index on the host and on the device, and in the index that is loaded.
  const rows = affordableRows(100_000, 4 * columns, 6);
  const vectors = clusteredRows(rows + batch);
  const points = vectors.subarray(0, rows * columns);
  const queries = Array.from({ length: batch }, (_, i) =>
    vectors.subarray((rows + i) * columns, (rows + i + 1) * columns),
  );

  const start = performance.now();
  const index = FlatIndex.create(device, { dim: columns, metric: 'euclidean' });
  await index.add({ data: points, shape: [rows, columns] });
  await index.get(0); // a vector can be read once all have come
  heading(
    `${grouped(rows)} vectors of ${columns} numbers in ${grouped(clusters)} clusters: ${megabytes(points.byteLength)}, indexed in ${ms(performance.now() - start)}`,
  );
  const loop = searchPlainly(points, queries);
  await compare(index, points, queries, loop);
  await showFile(index, queries[0], device);
  index.dispose();
  const { live, pooled, peak } = device.memory();
  console.log(
    `After index.dispose(): ${megabytes(live)} live on the device, ${megabytes(pooled)} kept for reuse, ${megabytes(peak)} at the peak.`,
  );
}

/** Around each of some centres as many vectors as around any other, in turns. */
function clusteredRows(rows) {
  const centres = fillWithNoise(new Float32Array(clusters * columns), 2);
  const all = fillWithNoise(new Float32Array(rows * columns), 3);
  for (let row = 0; row < rows; row++)
    for (
      let column = 0, at = row * columns, centre = (row % clusters) * columns;
      column < columns;
      column++, at++, centre++
    )
      all[at] = centres[centre] + all[at] / 4;
  return all;
}

/** What is true of each query, and the milliseconds that a loop takes to find it. */
function searchPlainly(points, queries) {
  const start = performance.now();
  const found = queries.map(query => plainNearest(plainDistances.euclidean(query), points, columns, k));
  return { found, time: (performance.now() - start) / queries.length };
}

async function compare(index, points, queries, loop) {
  const [one] = queries;
  const all = new Float32Array(batch * columns);
  queries.forEach((query, i) => all.set(query, i * columns));
  const hitsOf = result => Array.from(result.counts, (_, i) => [...result.hits(i)]);
  const asks = {
    'one query': { asked: [one], repeats: 9, run: async () => hitsOf(await index.search(one, { k })) },
    [`${batch} queries in a call, each`]: {
      asked: queries,
      repeats: 3,
      run: async () => hitsOf(await index.search({ data: all, shape: [batch, columns] }, { k })),
    },
    [`${batch} calls in a tick, each`]: {
      asked: queries,
      repeats: 3,
      run: async () => (await Promise.all(queries.map(query => index.search(query, { k })))).flatMap(hitsOf),
    },
  };
  console.log(`index.search(query, { k: ${k} })    unitball            plain JS loop       recall   distances`);
  for (const [name, { asked, repeats, run }] of Object.entries(asks)) {
    const { answer, time } = await timed(run, repeats);
    const { recall, right } = judge(answer, asked, points, loop.found);
    // Many queries share one reading of the vectors: bytes by time would say nothing.
    const speed = of => `${ms(of).padStart(8)} ${(asked.length === 1 ? rate(points.byteLength, of) : '').padStart(9)}`;
    const verdict = recall === 1 && right ? '' : wrong();
    console.log(
      `  ${name.padEnd(29)}${speed(time / asked.length)}  ${speed(loop.time)}   ${recall.toFixed(3)}    ${right ? 'right' : 'off'}${verdict}`,
    );
  }
  console.log('Medians after a first run, from the call to ids and distances in arrays.');
  console.log(`Recall: the share of the true ${k} nearest that were found. The loop knows them, by sums in doubles.`);
}

/** Every hit is looked up: its distance in doubles, whether that is what was reported, and whether it is one of the nearest. */
function judge(answers, queries, points, truth) {
  let [nearest, right] = [0, true];
  queries.forEach((query, i) => {
    const distanceTo = plainDistances.euclidean(query);
    const farthest = truth[i].at(-1).distance;
    const found = new Set(answers[i].map(({ id }) => id));
    if (found.size !== k) right = false;
    for (const { id, distance } of answers[i]) {
      const exact = distanceTo(points, id * columns);
      if (exact <= farthest * (1 + slack)) nearest++;
      if (!(Math.abs(distance - exact) <= exact * slack)) right = false;
    }
  });
  return { recall: nearest / (queries.length * k), right };
}

async function showFile(index, query, device) {
  const folder = mkdtempSync(join(tmpdir(), 'unitball-tour-'));
  try {
    const path = join(folder, 'tour.index');
    const [before, saving] = [await index.search(query, { k }), performance.now()];
    await index.save(path);
    const loading = performance.now();
    const again = await FlatIndex.load(path, { device });
    const loaded = performance.now();
    const after = await again.search(query, { k });
    const same = before.ids.every((id, i) => id === after.ids[i] && before.distances[i] === after.distances[i]);
    console.log(
      `index.save(path): ${megabytes(statSync(path).size)}, with checksums, in ${ms(loading - saving)}. FlatIndex.load(path): ${ms(loaded - loading)}, ${same ? 'and the same answers' : `other answers${wrong()}`}.`,
    );
    again.dispose();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
