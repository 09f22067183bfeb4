/** The tour's first part: norms of a million rows, with a plain loop beside them, and what the answers are worth. */
import { norm } from 'unitball';
import { fillWithNoise, plainNorms, promisedError, worstError } from '../plain-loops.mjs';
import { affordableRows, grouped, heading, megabytes, ms, rate, scientific, timed, wrong } from './say.mjs';

const columns = 64;
const repeats = 3;

export async function showNorms(device) {
  // The numbers here, on the device, and as much again for results.
  const rows = affordableRows(1_000_000, 4 * columns, 4);
  const x = fillWithNoise(new Float32Array(rows * columns));
  const start = performance.now();
  const matrix = device.tensor(x, [rows, columns]);
  await settled(matrix);
  const upload = performance.now() - start;
  heading(
    `${grouped(rows)} rows of ${columns} numbers: ${megabytes(x.byteLength)} of float32, on the device in ${ms(upload)}`,
  );
  console.log('norm(x, { ord, axis: 1 })   unitball            plain JS loop       off by      promised');
  for (const ord of [2, 1, Infinity]) await compare(matrix, x, rows, ord);
  console.log(`Medians of ${repeats} after a first run, from the call to the numbers in an array.`);
  console.log('Off by: the largest relative error of all rows, against sums in doubles.');
  matrix.dispose();
}

/** Reading one row waits until all of them are on the device. */
async function settled(matrix) {
  const row = matrix.row(0);
  await row.data();
  row.dispose(); // a view holds the storage of its base
}

/** One line: the norms of all rows, timed from the call to the numbers in an array, and judged by the loop's doubles. */
async function compare(matrix, x, rows, ord) {
  const ours = await timed(async () => {
    const norms = norm(matrix, { ord, axis: 1 });
    const answer = await norms.data();
    norms.dispose();
    return answer;
  }, repeats);
  const loop = await timed(() => plainNorms(x, rows, columns, ord, 1), repeats);
  const error = worstError(ours.answer, loop.answer);
  const bound = promisedError(ord, columns);
  const speed = time => `${ms(time).padStart(8)} ${rate(x.byteLength, time).padStart(9)}`;
  const verdict = error <= bound ? '' : wrong();
  console.log(
    `  ord ${String(ord).padEnd(19)}${speed(ours.time)}  ${speed(loop.time)}   ${scientific(error).padEnd(10)}≤ ${scientific(bound)}${verdict}`,
  );
}
