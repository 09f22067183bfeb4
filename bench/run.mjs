/**
 * `npm run bench`: measures the machine, then every bench in a fresh page of headless Chromium and in Node, ours beside its
 * peers, and prints tables.
 *
 *   npm run bench                      everything
 *   npm run bench -- norm/rows         only benches whose name contains this
 *   npm run bench -- --quick           short, on smaller data; fails where ratios.json is not kept
 *   npm run bench -- --sizes           cost against size instead: ours alone, one size at a time, slopes fitted
 *   npm run bench -- --save            writes bench/results/<date>-<adapter>.json too, to be committed
 *   npm run bench -- --save --as wasm  ends that name with -wasm: a part must not replace the whole of the day
 *   npm run bench -- --page FILE.json  only writes the page with charts of an earlier run, beside it
 *   npm run bench -- --host node       only in Node (or: chrome)
 *   npm run bench -- --peer 'TF.js wasm'  only libraries whose name and device contain this; may be repeated
 *
 * The last run is always in bench/results/latest.json, and with charts in latest.html. Figures are worth something on an idle machine alone.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.mjs';
import { installPackages } from '../scripts/install.mjs';
import { root } from '../scripts/paths.mjs';
import { installPeers, peerVersions } from './install.mjs';
import { judge } from './ratios.mjs';
import { pageOf } from './html.mjs';
import { describeMachine, describeOutcome, describeSeries } from './report.mjs';

const results = join(root, 'bench/results');

/** Fresh pages in which a wasm device is opened. */
const COLD_STARTS = 7;

/** A series ends with the first size that takes longer, in milliseconds. */
const SWEEP = { limit: 500, rounds: 3 };

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      sizes: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
      as: { type: 'string', default: '' },
      page: { type: 'string' },
      host: { type: 'string', multiple: true, default: ['chrome', 'node'] },
      peer: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.page !== undefined)
    return writeFileSync(
      values.page.replace(/\.json$/, '.html'),
      pageOf(JSON.parse(readFileSync(values.page, 'utf8'))),
    );
  await installPackages();
  await installPeers();
  if (!(await build({ ifNeeded: true }))) throw new Error('The library could not be built; its messages stand above.');

  const request = { quick: values.quick, sizes: values.sizes, peers: values.peer };
  const wanted = name => positionals.length === 0 || positionals.some(part => name.includes(part));
  const busy = loadavg()[0] / availableParallelism();
  if (busy > 0.25)
    console.log(`This machine is busy (load ${busy.toFixed(1)} a core): trust the ratios little, the times less.`);
  const hosts = [];
  for (const host of values.host) hosts.push(await measure(host, wanted, request));
  const verdicts = judge(hosts);
  for (const { kept, text } of verdicts) console.log(`${kept ? 'kept  ' : 'BROKEN'}  ${text}`);
  write(reportOf(hosts, verdicts, { quick: values.quick, busy }), values);
  if (hosts.some(({ outcomes }) => outcomes.some(({ problem }) => problem !== undefined))) process.exitCode = 1;
  if (values.quick && verdicts.some(({ kept }) => !kept)) {
    console.error('\nA case is slower than bench/ratios.json allows. If the machine was busy, run it again.');
    process.exitCode = 1;
  }
}

async function measure(host, wanted, request) {
  // What these import was installed only just now.
  const [{ bundle }, { openHost }] = await Promise.all([import('./bundle.mjs'), import(`./host-${host}.mjs`)]);
  const place = await openHost(await bundle(host));
  try {
    const names = (await (request.sizes ? place.sweeps() : place.list())).filter(wanted);
    if (names.length === 0) throw new Error(`No ${request.sizes ? 'sweep' : 'bench'} has such a name.`);
    const machine = await place.machine();
    const coldStart = await place.coldStart?.(COLD_STARTS);
    console.log(describeMachine(place.version, machine, coldStart));
    const found = request.sizes ? await sweep(place, names) : await time(place, names, request, machine);
    return { host, version: place.version, machine, ...(coldStart && { coldStart }), ...found };
  } finally {
    await place.close();
  }
}

/** Benches, one after another; one that cannot run is told as such. */
async function time(place, names, request, machine) {
  const outcomes = [];
  for (const name of names) {
    const outcome = await place
      .run(name, request)
      .catch(error => ({ bench: name, entries: [], problem: error.message }));
    console.log(describeOutcome(outcome, machine));
    outcomes.push(outcome);
  }
  return { outcomes };
}

/** Cost against size, on each device that a host has. */
async function sweep(place, names) {
  const sweeps = [];
  for (const name of names)
    for (const device of place.sweepOn) {
      const series = await place.sweep(name, device, SWEEP);
      console.log(describeSeries(series));
      sweeps.push(series);
    }
  return { outcomes: [], sweeps };
}

function reportOf(hosts, ratios, { quick, busy }) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return {
    date: new Date().toISOString(),
    quick,
    machine: { platform: process.platform, architecture: process.arch, cores: availableParallelism(), load: busy },
    versions: { unitball: version, node: process.versions.node, ...peerVersions() },
    hosts,
    ratios,
  };
}

function write(report, { save, as, sizes }) {
  mkdirSync(results, { recursive: true });
  const text = `${JSON.stringify(report, undefined, 1)}\n`;
  const adapter = report.hosts.find(({ machine }) => machine.gpu)?.machine.gpu.adapter ?? {
    vendor: 'no',
    architecture: 'gpu',
  };
  const name = `${adapter.vendor}-${adapter.architecture || adapter.description}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  const part = as || (sizes ? 'sizes' : '');
  const files = ['latest', ...(save ? [`${report.date.slice(0, 10)}-${name}${part && `-${part}`}`] : [])];
  const page = pageOf(report);
  for (const file of files) {
    writeFileSync(join(results, `${file}.json`), text);
    writeFileSync(join(results, `${file}.html`), page);
  }
  console.log(`\nWritten: ${files.map(file => `bench/results/${file}.json and .html`).join(', ')}`);
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
