/** Tables for people. */
import { exponentOf } from './slopes.mjs';

export const median = numbers => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
};

/** Three digits that matter. */
export const number = value => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

export function describeMachine(version, { host, gpu }, coldStart) {
  const lines = [
    `\n── ${version}`,
    `one thread: copy ${number(host.copy)} GB/s (read + written), plain JS sum ${number(host.sum)} GB/s`,
  ];
  if (gpu) {
    const { vendor, architecture, description } = gpu.adapter;
    lines.push(
      `adapter: ${[vendor, architecture, description].filter(Boolean).join(' ')}${gpu.software ? ' (software)' : ''}`,
      [
        `copy ${number(gpu.bufferCopy)} GB/s by buffers, ${number(gpu.kernelCopy)} GB/s by a kernel`,
        // Not measured by runs of the first days.
        ...(gpu.arithmetic === undefined ? [] : [`arithmetic ${number(gpu.arithmetic)} GFLOP/s`]),
        `dispatch ${number(gpu.dispatch)} µs, submit ${number(gpu.submit)} ms, readback ${number(gpu.readback)} ms`,
      ].join('; '),
    );
  }
  if (coldStart)
    lines.push(
      `wasm device in a fresh page, from opening to the first answer: ${number(median(coldStart))} ms (${number(Math.min(...coldStart))} – ${number(Math.max(...coldStart))})`,
    );
  return lines.join('\n');
}

const columns = [
  '',
  'first',
  'median',
  'min – max',
  'rounds',
  'GB/s',
  'of copy',
  'queued',
  'GB/s',
  'of copy',
  'kernels',
  'to ours',
  'error',
];

/**
 * Times in ms. `queued` is a call's time among many, without the trip to the host; `kernels` the share of the time that kernels
 * took; `to ours` compares medians.
 */
export function describeOutcome(outcome, machine) {
  const { bench, title, shape, bytes, flops, entries, problem } = outcome;
  if (problem !== undefined) return `\n${bench} could not run: ${problem}`;
  const ours = entries.find(({ rounds }) => rounds?.length > 0)?.rounds;
  const rows = entries.map(entry => rowOf(entry, { bytes, flops, most: mostOf(entry, flops, machine) }, ours));
  const how = outcome.readback ? 'result read back' : 'result stays';
  const heading = `\n${bench}: ${title} · ${shape.map(length => length.toLocaleString('en')).join(' × ')} · ${number(bytes / 1e6)} MB · ${how}`;
  const head =
    flops === undefined ? columns : columns.map(name => ({ 'GB/s': 'GFLOP/s', 'of copy': 'of most' })[name] ?? name);
  return [heading, ...table([head, ...rows])].join('\n');
}

/** What this device moves when it only copies or, where arithmetic counts, computes in registers (a GPU alone is asked). */
export function mostOf({ device }, flops, { host, gpu }) {
  const onGpu = (device === 'webgpu' || device === 'cuda') && gpu;
  if (flops !== undefined) return onGpu ? gpu.arithmetic : undefined;
  return onGpu ? Math.max(gpu.bufferCopy, gpu.kernelCopy) : host.copy;
}

/** What is to be said of an entry beside its figures. */
export function wordsOf({ built, recall, effort, note, remark }) {
  const ef = effort === undefined ? '' : ` at ef ${effort}`;
  return [
    ...(recall === undefined ? [] : [`recall ${number(recall)}${ef}`]),
    ...(built === undefined ? [] : [`built in ${number(built)} ms`]),
    ...[note, remark].filter(words => words !== undefined),
  ];
}

function rowOf(entry, { bytes, flops, most }, ours) {
  const { name, first, rounds = [], queued, kernels, error, note } = entry;
  if (rounds.length === 0) return [name, first === undefined ? '' : number(first), note ?? 'no time'];
  const middle = median(rounds);
  const speed = ms => {
    if (ms === undefined) return ['', '', ''];
    const rate = (flops ?? bytes) / 1e6 / ms;
    return [number(ms), number(rate), most === undefined ? '' : `${Math.round((100 * rate) / most)} %`];
  };
  const [, rate, share] = speed(middle);
  const range = `${number(Math.min(...rounds))} – ${number(Math.max(...rounds))}`;
  const times = `${number(middle / median(ours))} ×`;
  const cells = [name, number(first), number(middle), range, String(rounds.length), rate, share, ...speed(queued)];
  const inKernels = kernels === undefined ? '' : `${Math.round(100 * kernels)} %`;
  return [...cells, inKernels, times, error.toExponential(0), wordsOf(entry).join(', ')];
}

/** Billions a second of a point of a series, and which share that is of what the machine can; undefined where nothing was to be counted. */
export function rateOf({ ms, bytes, flops }, { device }, machine) {
  const amount = flops ?? bytes;
  if (amount === undefined) return undefined;
  const [unit, of] = flops === undefined ? ['GB/s', 'copy'] : ['GFLOP/s', 'arithmetic'];
  const rate = amount / 1e6 / ms;
  const most = mostOf({ device }, flops, machine);
  return { unit, of, rate, most, share: most === undefined ? undefined : rate / most };
}

/** Who computed a series: ours are known by their device. */
export const nameOf = ({ name, device }) => name ?? device;

/** Cost against one size, how it grows, and which share of the machine that is. */
export function describeSeries(series, machine) {
  const { op, varies, shape, points, note } = series;
  const rows = points.map(point => {
    const { at, ms, peak } = point;
    const { unit, of, rate, share } = rateOf(point, series, machine) ?? {};
    const speed = rate === undefined ? '' : `  ${number(rate).padStart(7)} ${unit}`;
    const part = share === undefined ? '' : `  ${`${Math.round(100 * share)} % of ${of}`.padStart(18)}`;
    // Nobody tells what a library on a CPU has taken.
    const memory = peak === undefined ? '' : `  ${number(peak / 1e6).padStart(7)} MB`;
    return `  ${varies} ${at.toLocaleString('en').padStart(9)}  ${number(ms).padStart(7)} ms${memory}${speed}${part}`;
  });
  const [time, memory] = [exponentOf(points, 'ms'), exponentOf(points, 'peak')];
  const slopes = [
    ['time', time],
    ['memory', memory],
  ].flatMap(([what, exponent]) => (exponent === undefined ? [] : [`${what} ~ ${varies}^${exponent.toFixed(2)}`]));
  const end = note === undefined ? [] : [`  ended: ${note}`];
  return [`\n${op} · ${shape} · ${nameOf(series)}: ${slopes.join(', ') || 'too short to fit'}`, ...rows, ...end].join(
    '\n',
  );
}

/** The first column to the left, the others to the right; what stands alone in a row takes no part in the widths. */
function table(rows) {
  const full = rows.filter(row => row.length >= columns.length);
  const widths = columns.map((_, at) => Math.max(...full.map(row => row[at].length)));
  widths[0] = Math.max(...rows.map(row => row[0].length));
  return rows.map(row =>
    row
      .map((cell, at) =>
        at === 0 ? cell.padEnd(widths[0]) : cell.padStart(row.length < columns.length ? 0 : (widths[at] ?? 0)),
      )
      .join('  ')
      .trimEnd(),
  );
}
