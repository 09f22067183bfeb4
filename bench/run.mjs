/**
 * `npm run bench`: measures the machine, then every bench in a fresh page of headless Chromium and in Node, ours beside its
 * peers, and prints tables.
 *
 *   npm run bench                      everything
 *   npm run bench -- norm/rows         only benches whose name contains this
 *   npm run bench -- --quick           three minutes at most: what ratios.json compares, on smaller data; fails where it is not kept.
 *                                      With names of benches or peers, all of those
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
import { nativeVersions } from './native/run.mjs';
import { comparedOn, judge } from './ratios.mjs';
import { pageOf } from './html.mjs';
import { describeMachine, describeOutcome, describeSeries } from './report.mjs';

const results = join(root, 'bench/results');

/** Fresh pages in which a wasm device is opened. */
const COLD_STARTS = 7;

/** A quick run ends in time, whatever the machine: what it has not compared by then is told, and it fails. */
const QUICK_MS = 165_000;

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

  const request = {
    quick: values.quick,
    sizes: values.sizes,
    peers: values.peer,
    // What is asked for by name is run as a whole, and takes what it takes.
    promisesOnly: values.quick && !values.sizes && positionals.length === 0 && values.peer.length === 0,
  };
  const deadline = request.promisesOnly ? performance.now() + QUICK_MS : Infinity;
  const wanted = name => positionals.length === 0 || positionals.some(part => name.includes(part));
  const busy = loadavg()[0] / availableParallelism();
  if (busy > 0.25)
    console.log(`This machine is busy (load ${busy.toFixed(1)} a core): trust the ratios little, the times less.`);
  const hosts = [];
  for (const host of values.host) hosts.push(await measure(host, wanted, request, deadline));
  const verdicts = judge(hosts);
  for (const { kept, text } of verdicts) console.log(`${kept ? 'kept  ' : 'BROKEN'}  ${text}`);
  write(reportOf(hosts, verdicts, { quick: values.quick, busy }), values);
  if (hosts.some(({ outcomes }) => outcomes.some(({ problem }) => problem !== undefined))) process.exitCode = 1;
  if (values.quick && verdicts.some(({ kept }) => !kept)) {
    console.error('\nA case is slower than bench/ratios.json allows. If the machine was busy, run it again.');
    process.exitCode = 1;
  }
}

async function measure(host, wanted, request, deadline) {
  // What these import was installed only just now.
  const [{ bundle }, { openHost }] = await Promise.all([import('./bundle.mjs'), import(`./host-${host}.mjs`)]);
  const place = await openHost(await bundle(host));
  try {
    const machine = await place.machine();
    const compared = request.promisesOnly ? comparedOn(host, machine) : undefined;
    const names = (await (request.sizes ? place.sweeps() : place.list())).filter(
      name => wanted(name) && (compared?.has(name) ?? true),
    );
    if (names.length === 0) throw new Error(`No ${request.sizes ? 'sweep' : 'bench'} has such a name.`);
    const coldStart = await place.coldStart?.(COLD_STARTS);
    console.log(describeMachine(place.version, machine, coldStart));
    const found = request.sizes
      ? await sweep(place, names, machine)
      : await time(place, names, request, { machine, compared, deadline });
    return { host, version: place.version, machine, ...(coldStart && { coldStart }), ...found };
  } finally {
    await place.close();
  }
}

/** Benches, one after another; one that cannot run, or for which there is no time left, is told as such. */
async function time(place, names, request, { machine, compared, deadline }) {
  const outcomes = [];
  for (const name of names) {
    const only = compared && [...compared.get(name)];
    const outcome = await before(deadline, () => place.run(name, { ...request, only })).catch(error => ({
      bench: name,
      entries: [],
      problem: error.message,
    }));
    console.log(describeOutcome(outcome, machine));
    outcomes.push(outcome);
  }
  return { outcomes };
}

/** What work resolves with, or an error once the time is up; closing the host ends what still runs then. */
async function before(deadline, work) {
  if (deadline === Infinity) return work();
  const over = new Error('the three minutes of a quick run are over');
  const left = deadline - performance.now();
  if (left <= 0) throw over;
  let timer;
  const end = new Promise((_, reject) => {
    timer = setTimeout(() => reject(over), left);
  });
  try {
    return await Promise.race([work(), end]);
  } finally {
    clearTimeout(timer);
  }
}

/** Cost against size, on each device that a host has. */
async function sweep(place, names, machine) {
  const sweeps = [];
  for (const name of names)
    for (const device of place.sweepOn) {
      const series = await place.sweep(name, device, SWEEP);
      console.log(describeSeries(series, machine));
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
    versions: { unitball: version, node: process.versions.node, ...peerVersions(), ...nativeVersions() },
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
