/** How the tour speaks: headings, and numbers in words. */
import { freemem } from 'node:os';

export function heading(text) {
  const bold = process.stdout.isTTY && !process.env.NO_COLOR;
  console.log(bold ? `\n\x1b[1m${text}\x1b[0m` : `\n${text}`);
}

export const ms = time => `${time < 10 ? time.toFixed(1) : Math.round(time)} ms`;
export const rate = (bytes, time) => `${(bytes / time / 1e6).toFixed(1)} GB/s`;
export const megabytes = bytes => `${Math.round(bytes / 1e6)} MB`;
export const scientific = value => (value === 0 ? '0' : value.toExponential(1));
export const grouped = value => value.toLocaleString('en');

/** Says that something is not as promised; the tour then ends with an error. */
export function wrong() {
  process.exitCode = 1;
  return '  WRONG';
}

/** So many rows of so many bytes; fewer, by tens, where memory is short. All of them are there `copies` times. */
export function affordableRows(wanted, rowBytes, copies) {
  const available = process.availableMemory?.() ?? freemem();
  const affordable = Math.floor(available / 2 / (copies * rowBytes));
  return Math.min(wanted, Math.max(10_000, 10 ** Math.floor(Math.log10(affordable))));
}

/** The median of some runs after a first one, which compiles shaders on a GPU and warms the engine elsewhere. */
export async function timed(run, repeats) {
  let answer = await run();
  const times = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    answer = await run();
    times.push(performance.now() - start);
  }
  return { answer, time: times.sort((a, b) => a - b)[repeats >> 1] };
}
