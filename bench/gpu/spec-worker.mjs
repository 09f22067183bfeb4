/**
 * Runs the spec files that its parent names, one after another in one process, as Vitest's `node` lane does: by Vitest's own
 * runner, with its own `expect`, and with modules shared among the files. The parent gets an answer for each.
 */
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startTests } from '@vitest/runner';
import { getTests } from '@vitest/runner/utils';
import { expect } from 'vitest';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Where Vitest keeps what `inject` and `expect.poll` ask for. */
globalThis.__vitest_worker__ = { providedContext: { lane: 'node' }, config: {} };

let files = 0;

const runner = {
  pool: 'forks',
  config: {
    root: folder,
    setupFiles: [join(folder, 'test/support/setup.js')],
    name: 'node',
    passWithNoTests: false,
    testNamePattern: undefined,
    allowOnly: false,
    sequence: { seed: 0, hooks: 'stack', setupFiles: 'list' },
    chaiConfig: undefined,
    maxConcurrency: 5,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: true,
  },
  // The setup declares its hooks anew for each file.
  importFile: (path, source) => import(`${pathToFileURL(path).href}${source === 'setup' ? `?for=${files++}` : ''}`),
  extendTaskContext: context => Object.assign(context, { expect }),
};

/** Errors that belong to no test. */
const stray = [];
process.on('unhandledRejection', error => stray.push(messageOf(error)));
process.on('uncaughtException', error => stray.push(messageOf(error)));

const messageOf = error => (error instanceof Error ? (error.stack ?? error.message) : String(error));
const messagesOf = ({ result }) => (result?.errors ?? []).map(error => error.stack ?? error.message);
const stateOf = ({ result, mode }) =>
  result?.state === 'pass' ? 'passed' : result?.state === 'fail' || mode === 'run' ? 'failed' : 'skipped';

process.on('message', ({ file }) => void run(file));

async function run(file) {
  const begun = performance.now();
  const [ran] = await startTests([join(folder, file.replace(/\.ts$/, '.js'))], runner);
  const count = { passed: 0, failed: 0, skipped: 0, broken: 0 };
  const failures = [];
  for (const test of getTests(ran)) {
    const state = stateOf(test);
    count[state]++;
    if (state === 'failed') failures.push({ test: namesOf(test), messages: messagesOf(test) });
  }
  // A hook that threw, a suite or the file itself: told once, by the first that has words for it.
  const suites = [ran, ...suitesIn(ran)].filter(suite => suite.result?.errors?.length > 0);
  for (const suite of suites) failures.push({ test: suite.name, messages: messagesOf(suite) });
  if (suites.length > 0 || (ran.result?.state === 'fail' && count.failed === 0)) count.broken = 1;
  for (const message of stray.splice(0)) {
    failures.push({ test: 'outside of all tests', messages: [message] });
    count.broken = 1;
  }
  process.send({ file, count, failures, adapter: ran.meta.adapter, ms: performance.now() - begun });
}

const namesOf = test => (test.suite && test.suite !== test.file ? `${namesOf(test.suite)} > ${test.name}` : test.name);
const suitesIn = ({ tasks }) =>
  tasks.filter(({ type }) => type === 'suite').flatMap(suite => [suite, ...suitesIn(suite)]);

process.send({ ready: relative(process.cwd(), folder) });
