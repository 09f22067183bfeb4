/**
 * The pack's program, which run.sh starts: looks at the adapter, measures the machine, and runs tests, benches or both. What the
 * options are stands in run.sh. Exit codes: 0 all is well, 1 something failed, 2 it was not asked rightly, 3 there is no GPU.
 */
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runBenches } from './benches.mjs';
import { adapterFacts } from './dawn.mjs';
import { machine } from '../entry.ts';
import { pageOf } from '../html.mjs';
import { describeMachine } from '../report.mjs';
import { runSpecs } from './specs.mjs';

const USAGE =
  'run.sh [test|bench|sizes|all] OUT [--filter NAME] [--jobs N] [--quick] [--cpu] [--python PATH] [--software]';

const manifest = JSON.parse(readFileSync(new URL('manifest.json', import.meta.url), 'utf8'));

function asked() {
  const options = {
    filter: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: String(Math.max(1, Math.min(4, availableParallelism() >> 2))) },
    quick: { type: 'boolean', default: false },
    cpu: { type: 'boolean', default: false },
    python: { type: 'string', default: 'python3' },
    software: { type: 'boolean', default: false },
  };
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    const [what, out, ...more] = positionals.length === 1 ? ['all', ...positionals] : positionals;
    const jobs = Number(values.jobs);
    if (!['test', 'bench', 'sizes', 'all'].includes(what) || out === undefined || more.length > 0) return undefined;
    if (!Number.isInteger(jobs) || jobs < 1) return undefined;
    return { ...values, what, out, jobs };
  } catch {
    return undefined;
  }
}

async function main() {
  const wish = asked();
  if (wish === undefined) {
    console.error(USAGE);
    return 2;
  }
  // Before minutes are spent on what could not be written down.
  try {
    mkdirSync(wish.out, { recursive: true });
    accessSync(wish.out, constants.W_OK);
  } catch (error) {
    console.error(`${wish.out} cannot be written to: ${error.message}. Name another folder.`);
    return 2;
  }
  console.log(
    `unitball ${manifest.unitball}${manifest.commit ? ` (${manifest.commit})` : ''}, packed ${manifest.date}`,
  );
  const adapter = await adapterFacts();
  if (adapter === undefined) return withoutAdapter();
  console.log(`adapter: ${adapter.name}${adapter.software ? ' (software)' : ''}`);
  if (adapter.software && !wish.software) {
    console.error('This adapter is a CPU that plays a GPU: its times say nothing. --software runs nevertheless.');
    return 3;
  }
  const write = (name, what) => writeFileSync(join(wish.out, name), `${JSON.stringify(what, undefined, 1)}\n`);
  console.log(`features: ${adapter.features.join(', ')}`);
  const limits = Object.entries(adapter.limits).map(([name, limit]) => `${name} ${limit}`);
  console.log(`limits: ${limits.join(', ')}`);
  const measures = await machine('dawn');
  const version = `Node/${process.versions.node} with Dawn`;
  console.log(describeMachine(version, measures));
  write('machine.json', { date: new Date().toISOString(), loader: process.env.VULKAN_LOADER, adapter, measures });

  const failures = [];
  let ran = 0;
  if (wish.what === 'test' || wish.what === 'all') {
    const tested = await test(wish, write);
    ran += tested.files;
    failures.push(...tested.failures);
  }
  if (wish.what !== 'test') {
    const report = await runBenches({ wish, manifest, version, measures });
    write('bench.json', report);
    writeFileSync(join(wish.out, 'bench.html'), pageOf(report));
    const { outcomes, sweeps } = report.hosts[0];
    ran += outcomes.length + sweeps.length;
    for (const { bench, problem } of outcomes) if (problem !== undefined) failures.push(`${bench}: ${problem}`);
    for (const { op, varies, points, note } of sweeps)
      if (points.length === 0) failures.push(`${op}, ${varies}: ${note}`);
  }
  if (ran === 0) {
    console.error(
      `\nNothing has a name with ${wish.filter.map(part => `'${part}'`).join(' or ')} in it, so nothing ran.`,
    );
    return 2;
  }
  console.log(`\nWritten to ${wish.out}. ${failures.length === 0 ? 'All is well.' : 'What failed, in short:'}`);
  for (const failure of failures) console.log(`  ${failure}`);
  return failures.length === 0 ? 0 : 1;
}

/** A GPU that is there and not found is mostly one of these. */
function withoutAdapter() {
  const { VULKAN_LOADER, VK_DRIVER_FILES, VK_ICD_FILENAMES } = process.env;
  console.error(
    [
      'No Vulkan driver gave an adapter.',
      `The loader is ${VULKAN_LOADER}; its drivers: ${VK_DRIVER_FILES ?? VK_ICD_FILENAMES ?? 'those of /etc/vulkan/icd.d and /usr/share/vulkan/icd.d'}.`,
      'In a container, NVIDIA_DRIVER_CAPABILITIES must contain `graphics`, and the driver wants libX11 and libXext;',
      'a driver elsewhere is named by VK_DRIVER_FILES=/…/nvidia_icd.json, the folder of its libraries by LD_LIBRARY_PATH.',
    ].join('\n'),
  );
  return 3;
}

async function test({ filter, jobs }, write) {
  const wanted = Object.entries(manifest.tests).filter(
    ([file]) => filter.length === 0 || filter.some(part => file.includes(part)),
  );
  if (wanted.length === 0) {
    console.log('\nNo spec file has such a path.');
    return { files: 0, failures: [] };
  }
  console.log(`\n── tests: ${wanted.length} files, ${jobs} at a time`);
  const begun = performance.now();
  const results = await runSpecs(Object.fromEntries(wanted), jobs, ({ file, count, failures, ms }) => {
    const isGood = count.failed + count.broken === 0;
    console.log(`${isGood ? 'ok  ' : 'FAIL'}  ${file} ${count.passed} in ${(ms / 1000).toFixed(1)} s`);
    for (const { test: name, messages } of failures) console.log(`      ${name}\n${messages.join('\n')}`);
  });
  const sum = key => results.reduce((total, { count }) => total + count[key], 0);
  const totals = { passed: sum('passed'), failed: sum('failed') + sum('broken'), skipped: sum('skipped') };
  const expected = wanted.reduce((total, [, tests]) => total + tests, 0);
  const adapters = [...new Set(results.map(({ adapter }) => adapter).filter(adapter => adapter !== undefined))];
  const seconds = (performance.now() - begun) / 1000;
  write('tests.json', { date: new Date().toISOString(), adapters, expected, ...totals, seconds, files: results });
  console.log(`devices: ${adapters.join('; ') || 'none'}`);
  console.log(
    `${totals.passed} passed of ${expected}, ${totals.failed} failed, ${totals.skipped} skipped, in ${seconds.toFixed(0)} s`,
  );
  const failures = results.flatMap(({ file, failures: own }) => own.map(({ test: name }) => `${file}: ${name}`));
  return { files: results.length, failures };
}

let code = 1;
try {
  code = await main();
} catch (error) {
  console.error(error);
}
// Dawn's threads would keep the process.
process.exit(code);
