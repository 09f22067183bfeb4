/**
 * `npm test`: installs what is missing (a browser and Deno included), checks, builds, runs the lanes one after another and
 * then the package tests, and closes with one line: `N passed, N failed`.
 *
 *   npm test                        everything
 *   npm test -- cpu chrome          only these steps
 *   npm test -- --file norm         in the lanes, only spec files whose path contains `norm`
 *   npm test -- firefox             a lane that is not among everything, as firefox-wasm
 *   npm run test:large              the giants of test/large alone, on a lane of each kind; lanes and --file as above
 *
 * The lanes run in sequence: a software GPU takes every core there is. A later step runs although an earlier one failed, so
 * that one run shows everything.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { check } from './check.mjs';
import { denoBinary, installPackages, installTestTools } from './install.mjs';
import { mismatches, totals } from './lane-counts.mjs';
import { cache, modules } from './paths.mjs';
import { run, tool } from './process.mjs';

const usualLanes = ['cpu', 'wasm', 'node', 'chrome', 'chrome-wasm', 'deno'];
/** Run where they are named: they need a Firefox, which is nowhere fetched from. */
const firefoxLanes = ['firefox', 'firefox-wasm'];
const lanes = [...usualLanes, ...firefoxLanes];
const usualSteps = ['check', 'build', ...usualLanes, 'package'];
const steps = [...usualSteps, ...firefoxLanes];
const chromiumLanes = ['node', 'chrome', 'chrome-wasm', 'deno', ...firefoxLanes];
/** Where the giants run when no lane is named: a lane of each kind of device. */
const largeLanes = ['cpu', 'wasm', 'node'];
/** A lane that hangs must not eat the time of the others. */
const LANE_LIMIT_MS = 15 * 60_000;
const LARGE_LANE_LIMIT_MS = 60 * 60_000;

const reports = join(cache, 'lanes');

export async function test(args) {
  if (!process.stdout.isTTY) process.env.NO_COLOR ??= '1';
  const wanted = parse(args);
  if (wanted === undefined) {
    process.exitCode = 2;
    return;
  }
  const results = await runSteps(wanted);
  process.exitCode = summarize(results, wanted) ? 0 : 1;
}

function parse(args) {
  const chosen = new Set();
  const filters = [];
  let large = false;
  for (let at = 0; at < args.length; at++) {
    if (args[at] === '--file' && args[at + 1] !== undefined) filters.push(args[++at]);
    else if (args[at] === '--large') large = true;
    else if (steps.includes(args[at])) chosen.add(args[at]);
    else return usage(args[at]);
  }
  // A filter names specs of the lanes, so it leaves out what has none, unless that is asked for.
  const usual = large ? largeLanes : filters.length > 0 ? usualLanes : usualSteps;
  if (chosen.size === 0) usual.forEach(step => chosen.add(step));
  // Processes that giants are loaded in take the library as it is built.
  if (chosen.has('package') || large) chosen.add('build');
  return { chosen, filters, large };
}

function usage(unknown) {
  console.error(`npm test: '${unknown}' is none of ${steps.join(', ')}, nor --file PATTERN or --large.`);
  return undefined;
}

async function runSteps(wanted) {
  const { chosen } = wanted;
  rmSync(reports, { recursive: true, force: true });
  const results = [];
  const step = async (name, action) => {
    if (!chosen.has(name)) return;
    results.push(await timed(name, action));
  };
  const installing = await timed('install', () => install(chosen));
  results.push(installing);
  if (!existsSync(join(modules, 'vitest'))) return results;

  await step('check', check);
  await step('build', () => build({ ifNeeded: true }));
  const environment = await nativeEnvironment(chosen);
  await step('cpu', () => vitest('cpu', wanted));
  await step('wasm', () => vitest('wasm', wanted));
  await step('node', () => vitest('node', wanted, environment));
  await step('chrome', () => vitest('chrome', wanted));
  await step('chrome-wasm', () => vitest('chrome-wasm', wanted));
  await step('deno', () => deno(wanted, environment));
  for (const lane of firefoxLanes) await step(lane, () => vitest(lane, wanted));
  await step('package', () => vitest('package', { filters: [], large: false }));
  return results;
}

async function timed(name, action) {
  console.log(`\n── ${name}`);
  const start = performance.now();
  try {
    return { name, ok: await action(), seconds: (performance.now() - start) / 1000 };
  } catch (error) {
    console.error(error.message);
    return { name, ok: false, seconds: (performance.now() - start) / 1000 };
  }
}

async function install(chosen) {
  await installPackages();
  if (chosen.has('node') || chosen.has('deno') || chosen.has('package')) await installTestTools();
  // On Linux the native lanes and Firefox, too, may need Chromium: its folder has the software Vulkan driver.
  if (chromiumLanes.some(lane => chosen.has(lane)) || chosen.has('package')) {
    const { getBrowser } = await import('./get-browser.mjs');
    const { executable, adapter } = await getBrowser();
    console.log(`Chromium: ${executable}, ${adapter}`);
  }
  return true;
}

async function nativeEnvironment(chosen) {
  if (!chosen.has('node') && !chosen.has('deno')) return {};
  const { vulkanEnvironment } = await import('./vulkan.mjs');
  return vulkanEnvironment();
}

async function vitest(project, { filters, large }, env = {}) {
  const args = ['run', ...modeOf(large), '--project', project, ...filters];
  const limitMs = limitOf(large);
  const { ok, timedOut } = await tool('vitest/vitest.mjs', args, { env: { ...env, LANE_REPORT: reports }, limitMs });
  return verdict(project, ok, timedOut, limitMs);
}

async function deno({ filters, large }, env) {
  const binary = denoBinary();
  if (binary === undefined) throw new Error(`There is no Deno for ${process.platform} on ${process.arch} in npm.`);
  const config = ['--config', 'vitest.deno.config.ts', ...modeOf(large)];
  const args = ['run', '-A', 'node_modules/vitest/vitest.mjs', 'run', ...config, ...filters];
  const limitMs = limitOf(large);
  const { ok, timedOut } = await run(binary, args, { env: { ...env, LANE_REPORT: reports }, limitMs });
  return verdict('deno', ok, timedOut, limitMs);
}

/** What tells the configurations which specs are meant. */
const modeOf = large => (large ? ['--mode', 'large'] : []);
const limitOf = large => (large ? LARGE_LANE_LIMIT_MS : LANE_LIMIT_MS);

function verdict(lane, ok, timedOut, limitMs) {
  if (timedOut) console.error(`${lane} was ended after ${limitMs / 60_000} minutes.`);
  return ok;
}

function reportOf(lane) {
  const path = join(reports, `${lane}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** Prints what ran, where, and what is wrong; the last line is for machines. Returns whether all is well. */
function summarize(results, { chosen, filters }) {
  const ranLanes = lanes.filter(lane => chosen.has(lane));
  const found = [...ranLanes, 'package'].map(reportOf).filter(report => report !== undefined);
  const laneReports = found.filter(({ lane }) => lanes.includes(lane));

  console.log('\n── summary');
  for (const { name, ok, seconds } of results)
    console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(11)} ${seconds.toFixed(1)} s`);
  for (const report of laneReports.filter(({ lane }) => lane !== 'cpu')) {
    console.log(`device of ${report.lane.padEnd(11)} ${report.adapters.join('; ') || 'none'}`);
  }
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const report of found) {
    const own = totals(report);
    for (const key of Object.keys(sum)) sum[key] += own[key];
    const files = Object.keys(report.files).length;
    const left = report.excepted.length;
    const notes = left > 0 ? `; test/lanes.ts leaves out ${left}` : '';
    console.log(`specs of ${report.lane.padEnd(11)} ${own.passed + own.failed} in ${files} files${notes}`);
  }

  const wrong = [
    ...problems(results, ranLanes, found),
    ...(filters.length === 0 ? blindness(laneReports) : []),
    ...mismatches(laneReports),
  ];
  for (const problem of wrong) console.log(`wrong: ${problem}`);
  const failed = sum.failed + wrong.length;
  console.log(`\n${sum.passed} passed, ${failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`);
  return failed === 0;
}

/** What is wrong beside failed tests. A step that failed only because its tests did is not told twice. */
function problems(results, ranLanes, found) {
  const explained = new Set(found.filter(report => totals(report).failed > 0).map(({ lane }) => lane));
  const failedSteps = results.filter(({ name, ok }) => !ok && !explained.has(name)).map(({ name }) => `${name} failed`);
  const silent = ranLanes.filter(lane => reportOf(lane) === undefined).map(lane => `lane ${lane} left no report`);
  return [...failedSteps, ...silent];
}

/** Lanes that never met their device. Only for whole runs: a filter may choose specs that open none. */
function blindness(laneReports) {
  return laneReports
    .filter(({ lane, adapters }) => lane !== 'cpu' && adapters.length === 0)
    .map(({ lane }) => `lane ${lane} opened no device`);
}
