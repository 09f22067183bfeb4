/**
 * The tour that `npm start` shows in the terminal: the best device of this machine, norms of a million rows on it with a
 * plain JavaScript loop beside them, and what the answers are worth. It imports the built library by its name, as a user
 * would; `npm run build` comes first.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { norm, normalize, normSummary, openDevice } from 'unitball';
import { fillWithNoise, plainNorms, promisedError, worstError } from './plain-loops.mjs';

const columns = 64;
const repeats = 3;

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const device = await openDevice();
try {
  await show();
} finally {
  device.close();
}

async function show() {
  heading(`unitball ${version}, Node ${process.versions.node}, ${availableParallelism()} cores`);
  console.log(`Best device here: ${nameOf(device.info)}.`);
  if (device.kind !== 'webgpu') console.log(await whyNoGpu());

  const rows = affordableRows();
  const x = fillWithNoise(new Float32Array(rows * columns));
  const start = performance.now();
  const matrix = device.tensor(x, [rows, columns]);
  await settled(matrix);
  const upload = performance.now() - start;
  heading(
    `${grouped(rows)} rows of ${columns} numbers: ${megabytes(x.byteLength)} of float32, on the device in ${ms(upload)}`,
  );

  console.log('norm(x, { ord, axis: 1 })   unitball            plain JS loop       off by      promised');
  for (const ord of [2, 1, Infinity, 0]) await compare(matrix, x, rows, ord);
  console.log(`Medians of ${repeats} after a first run, from the call to the numbers in an array.`);
  console.log('Off by: the largest relative error of all rows, against sums in doubles.');

  heading('More in one go');
  await showNormalize(matrix);
  await showSummary(matrix);
  showMemory(matrix);
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
  });
  const loop = await timed(() => plainNorms(x, rows, columns, ord, 1));
  const error = worstError(ours.answer, loop.answer);
  const bound = promisedError(ord, columns);
  const speed = time => `${ms(time).padStart(8)} ${rate(x.byteLength, time).padStart(9)}`;
  const verdict = error <= bound ? '' : '  WRONG';
  if (verdict) process.exitCode = 1;
  console.log(
    `  ord ${String(ord).padEnd(19)}${speed(ours.time)}  ${speed(loop.time)}   ${scientific(error).padEnd(10)}≤ ${scientific(bound)}${verdict}`,
  );
}

/** The median of a few runs after a first one, which compiles shaders on a GPU and warms the engine elsewhere. */
async function timed(run) {
  let answer = await run();
  const times = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    answer = await run();
    times.push(performance.now() - start);
  }
  return { answer, time: times.sort((a, b) => a - b)[repeats >> 1] };
}

async function showNormalize(matrix) {
  const start = performance.now();
  const unit = normalize(matrix);
  const norms = norm(unit, { axis: 1 });
  const lengths = await norms.data();
  const time = performance.now() - start;
  for (const one of [unit, norms]) one.dispose();
  let off = 0;
  for (const length of lengths) off = Math.max(off, Math.abs(length - 1));
  console.log(
    `normalize(x) and the norms again: ${ms(time)}; every row is now 1 long, give or take ${scientific(off)}.`,
  );
}

async function showSummary(matrix) {
  const start = performance.now();
  const norms = Object.values(normSummary(matrix)); // l0, l1, l2, linf, min
  const [count, sum, length, most, least] = await Promise.all(norms.map(one => one.item()));
  const time = performance.now() - start;
  for (const one of norms) one.dispose();
  console.log(`normSummary(x), one read of all ${grouped(matrix.size)} numbers: ${ms(time)}`);
  console.log(
    `  L0 ${grouped(count)}, L1 ${sum.toPrecision(6)}, L2 ${length.toPrecision(6)}, L∞ ${most.toPrecision(6)}, min ${least.toPrecision(2)}`,
  );
}

function showMemory(matrix) {
  const { live, pooled, peak } = device.memory();
  console.log(
    `device.memory(): ${megabytes(live)} live, ${megabytes(pooled)} kept for reuse, ${megabytes(peak)} at the peak.`,
  );
  matrix.dispose();
  console.log(`After x.dispose(): ${megabytes(device.memory().live)} live.`);
}

/** A device as a person would name it, and what it is not. */
function nameOf({ kind, isFallback, vendor, architecture, description }) {
  if (kind === 'wasm' && !isFallback) return `${architecture}, ${description}`;
  if (kind !== 'webgpu') return `${kind} (${description})`;
  const name = description || [vendor, architecture].filter(Boolean).join(' ');
  return `webgpu on ${name}${isFallback ? ', a software adapter: a CPU plays the GPU' : ''}`;
}

/** `auto` went past WebGPU: asks for it by name, to hear the reason. */
async function whyNoGpu() {
  try {
    const gpu = await openDevice({ device: 'webgpu' });
    const { description, vendor } = gpu.info;
    gpu.close();
    return `WebGPU has only a software adapter (${description || vendor}), which is slower: used when asked for by name.`;
  } catch (error) {
    const [, reason = error.message] = /^openDevice: no webgpu device: (.*?)(?: \(|\. )/.exec(error.message) ?? [];
    return `No WebGPU: ${reason}.`;
  }
}

/** A million rows; fewer where memory is short: the numbers here, on the device, and as much again for results. */
function affordableRows() {
  const available = process.availableMemory?.() ?? freemem();
  const affordable = Math.floor(available / 2 / (4 * 4 * columns));
  return Math.min(1_000_000, Math.max(10_000, 10 ** Math.floor(Math.log10(affordable))));
}

function heading(text) {
  const bold = process.stdout.isTTY && !process.env.NO_COLOR;
  console.log(bold ? `\n\x1b[1m${text}\x1b[0m` : `\n${text}`);
}

function ms(time) {
  return `${time < 10 ? time.toFixed(1) : Math.round(time)} ms`;
}

function rate(bytes, time) {
  return `${(bytes / time / 1e6).toFixed(1)} GB/s`;
}

function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}

function scientific(value) {
  return value === 0 ? '0' : value.toExponential(1);
}

function grouped(value) {
  return value.toLocaleString('en');
}
