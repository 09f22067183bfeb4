/**
 * Runs the spec files of the pack in processes of their own, several at a time: one that crashes is told as such, and the others
 * go on. How many tests each file must have stands in the manifest, counted by Vitest when the pack was made.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const worker = fileURLToPath(new URL('specs/spec-worker.js', import.meta.url));

/** No file takes so long, unless something hangs. */
const FILE_LIMIT_MS = 300_000;

/** @param {Record<string, number>} expected tests by file */
export async function runSpecs(expected, jobs, report) {
  const queue = Object.keys(expected).toSorted();
  const results = [];
  const next = () => queue.shift();
  const done = result => {
    const checked = held(result, expected[result.file]);
    results.push(checked);
    report(checked);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, queue.length) }, () => runSome(next, done)));
  return results.toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

/** Adds what is wrong with the number of tests that ran. */
function held(result, expected) {
  const { passed, failed, skipped, broken } = result.count;
  const ran = passed + failed + skipped;
  if (broken > 0 || ran === expected) return result;
  const failure = { test: 'the count', messages: [`${ran} tests ran, and Vitest counts ${expected}`] };
  return { ...result, count: { ...result.count, broken: 1 }, failures: [...result.failures, failure] };
}

/** One process after another, until the files are through; most often one is enough. */
async function runSome(next, done) {
  for (let file = next(); file !== undefined;) file = await inProcess(file, next, done);
}

/** Resolves with a file that is still to be run, by a fresh process, or undefined where there is none. */
function inProcess(first, next, done) {
  return new Promise(resolve => {
    const child = fork(worker, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    let file = first;
    let timer;
    const begin = () => {
      timer = setTimeout(() => child.kill('SIGKILL'), FILE_LIMIT_MS);
      child.send({ file });
    };
    child.on('message', message => {
      if (message.ready !== undefined) return begin();
      clearTimeout(timer);
      done(message);
      file = next();
      if (file === undefined) child.kill('SIGKILL');
      else begin();
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (file === undefined) return resolve(undefined);
      const why = `the process ended (${signal ?? `exit code ${code}`}) while this file ran, or it took ${FILE_LIMIT_MS / 1000} s`;
      done({
        file,
        count: { passed: 0, failed: 0, skipped: 0, broken: 1 },
        failures: [{ test: file, messages: [why] }],
        ms: 0,
      });
      return resolve(next());
    });
  });
}
