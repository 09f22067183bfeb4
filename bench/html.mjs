/** One page with charts of a run, complete in itself: what `npm run bench` writes beside its JSON, and the pack for GPU machines, too. */
import { barChart, escape, logChart } from './charts.mjs';
import { describeMachine, median, mostOf, nameOf, number, rateOf, wordsOf } from './report.mjs';
import { exponentOf } from './slopes.mjs';

const style = `
:root { color-scheme: light dark; --page: light-dark(#fbfaf8, #16181c); --card: light-dark(#fff, #1e2126); --ink: light-dark(#1d2026, #e8e6e1);
  --soft: light-dark(#5b616b, #a2a7b0); --line: light-dark(#d9d6cf, #383d45); --gpu: light-dark(#0b62a8, #6fb6f2); --wasm: light-dark(#a3480c, #f0a35e);
  --cpu: light-dark(#1c6b3a, #7cc796); --other: light-dark(#b9b4aa, #565c66); font: 16px/1.55 system-ui, sans-serif; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1rem 1.25rem 3rem; background: var(--page); color: var(--ink); }
h1 { font-size: 1.7rem; margin: 1rem 0 0.25rem; } h2 { font-size: 1.35rem; margin: 2.5rem 0 0.5rem; } h3 { font-size: 1.05rem; margin: 0; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; padding: 1rem; margin: 1rem 0; }
.soft, svg .soft { color: var(--soft); fill: var(--soft); } p { margin: 0 0 0.5rem; } pre { white-space: pre-wrap; font-size: 0.85rem; margin: 0; }
.plots { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); } .plots > div { max-width: 26rem; }
.bars > div { display: grid; grid-template-columns: 1fr auto; gap: 0 0.75rem; align-items: center; font-size: 0.9rem; font-variant-numeric: tabular-nums; padding: 0.15rem 0; }
.bars svg { height: 16px; overflow: visible; grid-row: 2; grid-column: 1 / 3; }
@media (min-width: 46rem) { .bars > div { grid-template-columns: 16rem 1fr 10rem; } .bars > div > :first-child { text-align: right; } .bars svg { grid-row: auto; grid-column: auto; } }
h1 span { white-space: nowrap; } sup { line-height: 0; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--ink); font: 12.5px system-ui, sans-serif; font-variant-numeric: tabular-nums; } svg .small { font-size: 9px; }
rect.gpu, circle.gpu { fill: var(--gpu); } rect.wasm, circle.wasm { fill: var(--wasm); } rect.cpu, circle.cpu { fill: var(--cpu); } rect.other { fill: var(--other); } circle.other { fill: var(--soft); }
.line { fill: none; stroke-width: 2; } .line.gpu { stroke: var(--gpu); } .line.wasm { stroke: var(--wasm); } .line.cpu { stroke: var(--cpu); } .line.other { stroke: var(--soft); } .line.limit { stroke-width: 1; stroke-dasharray: 5 4; }
.range { stroke: var(--ink); opacity: 0.55; } .tear { stroke: var(--card); stroke-width: 3; fill: none; } .grid { stroke: var(--line); }
.key b { font-weight: 600; } .key .gpu { color: var(--gpu); } .key .wasm { color: var(--wasm); } .key .cpu { color: var(--cpu); }
ul { margin: 0.25rem 0 0; padding-left: 1.2rem; }
`;

const key = `<p class="soft key">Ours: <b class="gpu">webgpu</b>, <b class="wasm">wasm</b>, <b class="cpu">cpu</b>.`;
/** Bars of times that are longer than so many times the shortest are cut. */
const CUT = 12;

const isOurs = name => name.startsWith('unitball');
const percent = share => (share < 0.0095 ? `${(100 * share).toPrecision(1)} %` : `${Math.round(100 * share)} %`);

/** @param {object} report what run.mjs writes as JSON */
export function pageOf(report) {
  const adapter = report.hosts.map(({ machine }) => machine.gpu?.adapter).find(one => one !== undefined);
  const where = adapter
    ? [adapter.vendor, adapter.architecture, adapter.description].filter(Boolean).join(' ')
    : 'no GPU';
  const { platform, architecture, cores, load } = report.machine;
  const day = report.date.slice(0, 10);
  const title = `unitball bench, ${day}, ${where}`;
  const versions = Object.entries(report.versions).map(([name, version]) => `${name} ${version}`);
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escape(title)}</title><style>${style}</style>`,
    `<h1>unitball bench, <span>${day}</span>, ${escape(where)}</h1>`,
    `<p class="soft">${escape(`${platform} ${architecture}, ${cores} cores, load ${number(load)} a core${report.quick ? '; a quick run, on smaller data' : ''}. ${versions.join(', ')}.`)}</p>`,
    ...report.hosts.flatMap(hostSection),
    ...verdicts(report.ratios ?? []),
    '</html>\n',
  ].join('\n');
}

function hostSection({ host, version, machine, coldStart, outcomes, sweeps = [] }) {
  const facts = `<section><pre>${escape(describeMachine(version, machine, coldStart).trim())}</pre></section>`;
  return [
    `<h2>${escape(host)}</h2>`,
    facts,
    ...shares(outcomes, machine),
    ...(outcomes.length > 0
      ? [
          `${key} Bars are medians, whiskers the range of the rounds; what takes more than ${CUT} times the fastest is cut.</p>`,
        ]
      : []),
    ...outcomes.map(outcomeSection),
    ...sweepsKey(sweeps),
    ...grouped(sweeps).map(group => sweepSection(group, machine)),
  ];
}

function outcomeSection({ bench, title, shape, entries, problem }) {
  if (problem !== undefined)
    return `<section><h3>${escape(bench)}</h3><p>Could not run: ${escape(problem)}</p></section>`;
  const timed = entries.filter(({ rounds }) => rounds?.length > 0);
  const ours = timed[0] && median(timed[0].rounds);
  const bars = timed.map(({ name, device, rounds }) => {
    const value = median(rounds);
    const shown = `${number(value)} ms${value === ours ? '' : ` · ${number(value / ours)} ×`}`;
    return { name, device, isOurs: isOurs(name), value, low: Math.min(...rounds), high: Math.max(...rounds), shown };
  });
  const said = entries.flatMap(entry => {
    const words = wordsOf(entry);
    return words.length > 0 ? [`<li>${escape(`${entry.name}: ${words.join(', ')}`)}</li>`] : [];
  });
  return [
    `<section><h3>${escape(title)}</h3><p class="soft">${escape(`${bench} · ${shape.map(length => length.toLocaleString('en')).join(' × ')}`)}</p>`,
    bars.length > 0 ? barChart(title, bars, CUT) : '<p>No times.</p>',
    said.length > 0 ? `<ul class="soft">${said.join('')}</ul>` : '',
    '</section>',
  ].join('');
}

/** What our kernels reach of what the machine can, by bench: calls in a queue where those were timed, without the trips to the host. */
function shares(outcomes, machine) {
  const bars = outcomes.flatMap(({ bench, bytes, flops, entries }) =>
    entries.flatMap(entry => {
      const { name, device, rounds, queued } = entry;
      const most = mostOf(entry, flops, machine);
      if (!isOurs(name) || name.includes(',') || !rounds?.length || !most) return [];
      const share = (flops ?? bytes) / 1e6 / (queued ?? median(rounds)) / most;
      const of = flops === undefined ? 'copy' : 'arithmetic';
      return [
        {
          name: `${bench} ${name.replace('unitball ', '')}`,
          device,
          isOurs: true,
          value: share,
          shown: `${percent(share)} of ${of}`,
        },
      ];
    }),
  );
  if (bars.length === 0) return [];
  const about =
    'Of what the machine copies, or of what a kernel multiplies and adds in registers, as measured above. Several calls at once where those were timed.';
  return [
    `<section><h3>Share of the machine</h3><p class="soft">${about}</p>${barChart(
      'Share of the machine',
      bars.toSorted((a, b) => b.value - a.value),
    )}</section>`,
  ];
}

/** The series of one sweep, a device each. */
function grouped(sweeps) {
  const groups = new Map();
  for (const series of sweeps) {
    const name = `${series.op} ${series.varies}`;
    groups.set(name, [...(groups.get(name) ?? []), series]);
  }
  return [...groups.values()];
}

/** What the lines of all sweeps mean. */
function sweepsKey(sweeps) {
  if (sweeps.length === 0) return [];
  const others = [...new Set(sweeps.flatMap(({ name }) => (name === undefined ? [] : [name])))];
  const beside = others.length > 0 ? ` Grey: ${escape(others.join(', '))}.` : '';
  const about =
    'Exponents are fitted where a call takes more than four times the least. Dashed is the most that the machine does: what it copies, or what a kernel multiplies and adds in registers.';
  return [`${key}${beside} ${about}</p>`];
}

/** A chart of what a point says, and a line below; nothing where no point says it. */
function plot(group, title, label, valueOf, below, limits) {
  const lines = group.flatMap(series => {
    const points = series.points.flatMap(point => {
      const value = valueOf(point, series);
      return value === undefined ? [] : [[point.at, value]];
    });
    return points.length === 0 ? [] : [{ device: series.device, isOurs: series.name === undefined, points }];
  });
  if (lines.length === 0) return '';
  const { op, varies } = group[0];
  const chart = logChart(`${op}: ${title} against ${varies}`, varies, label, lines, limits);
  return `<div>${chart}<p class="soft">${title}: ${below}</p></div>`;
}

function sweepSection(group, machine) {
  const { op, varies, shape } = group[0];
  if (group.every(({ points }) => points.length === 0)) return '';
  const slopes = cost =>
    group.flatMap(series => {
      if (series.points.some(point => point[cost] === undefined)) return [];
      const exponent = exponentOf(series.points, cost);
      return [
        `${escape(nameOf(series))} ${exponent === undefined ? '–' : `${escape(varies)}<sup>${exponent.toFixed(2)}</sup>`}`,
      ];
    });
  const notes = group.flatMap(series =>
    series.note === undefined ? [] : [`<li>${escape(`${nameOf(series)} ended: ${series.note}`)}</li>`],
  );
  const rates = group.map(series => ({
    series,
    best: series.points
      .flatMap(point => rateOf(point, series, machine) ?? [])
      .reduce((most, one) => (most === undefined || one.rate > most.rate ? one : most), undefined),
  }));
  // Devices that have one memory have one limit.
  const limits = new Map(
    rates
      .flatMap(({ series: { device }, best }) => (best?.most === undefined ? [] : [[best.most, device]]))
      .toReversed(),
  );
  const most = Array.from(limits, ([value, device]) => ({ device: device === 'cuda' ? 'webgpu' : device, value }));
  const reached = rates.flatMap(({ series, best }) => {
    if (best === undefined) return [];
    const share = best.share === undefined ? '' : ` (${percent(best.share)} of ${best.of})`;
    return [escape(`${nameOf(series)} ${number(best.rate)} ${best.unit}${share}`)];
  });
  const unit = rates.find(({ best }) => best !== undefined)?.best.unit ?? '';
  return [
    `<section><h3>${escape(`${op}, by ${varies}`)}</h3><p class="soft">${escape(shape)}</p><div class="plots">`,
    plot(group, 'time', 'ms', ({ ms }) => ms, slopes('ms').join(', ')),
    plot(
      group,
      'memory',
      'MB at most',
      ({ peak }) => (peak === undefined ? undefined : peak / 1e6),
      slopes('peak').join(', '),
    ),
    plot(
      group,
      'rate',
      unit,
      (point, series) => rateOf(point, series, machine)?.rate,
      `${reached.join(', ')} at most`,
      most,
    ),
    `</div>${notes.length > 0 ? `<ul class="soft">${notes.join('')}</ul>` : ''}</section>`,
  ].join('');
}

function verdicts(ratios) {
  if (ratios.length === 0) return [];
  const items = ratios.map(({ kept, text }) => `<li>${kept ? 'kept' : '<b>broken</b>'}: ${escape(text)}</li>`);
  return [
    `<h2>Promises</h2><section><p class="soft">Of bench/ratios.json, round by round.</p><ul>${items.join('')}</ul></section>`,
  ];
}
