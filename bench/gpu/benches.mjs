/** Runs the benches of the pack, each in a process of its own, and PyTorch's answer to the same beside it where it is there. */
import { fork } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describeOutcome, describeSeries } from '../report.mjs';
import { openTorch } from './torch.mjs';

const worker = fileURLToPath(new URL('bench-worker.js', import.meta.url));

/** Of one bench, all libraries together. */
const LIMIT_MS = 300_000;

/** A series ends with the first size that takes longer, in milliseconds. */
const SWEEP = { limit: 250, rounds: 5 };
const QUICK_SWEEP = { limit: 50, rounds: 3 };

/** What a fresh process answers, or throws with the reason why it does not. */
function ask(question) {
  return new Promise((resolve, reject) => {
    const child = fork(worker, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    child.on('message', ({ ready, answer, problem }) => {
      if (ready) return child.send(question);
      if (problem === undefined) resolve(answer);
      else reject(new Error(problem));
      return child.kill('SIGKILL');
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      reject(
        new Error(
          `the process ended (${signal ?? `exit code ${code}`}) without an answer, or took ${LIMIT_MS / 1000} s`,
        ),
      );
    });
  });
}

/** The report of a run, in the form of bench/results. */
export async function runBenches({ wish, manifest, version, measures }) {
  const wanted = name => wish.filter.length === 0 || wish.filter.some(part => name.includes(part));
  const isSizes = wish.what === 'sizes';
  const names = isSizes ? [] : (await ask({ what: 'list' })).filter(wanted);
  const series = wish.quick && !isSizes ? [] : (await ask({ what: 'sweeps' })).filter(wanted);
  const busy = loadavg()[0] / availableParallelism();
  const torch = await openTorch(wish.python);
  console.log(`\n── benches: ${names.length}, series of sizes: ${series.length}\nPyTorch: ${torch.about}`);
  const request = { quick: wish.quick, peers: wish.cpu ? [] : ['webgpu'] };
  const outcomes = [];
  for (const name of names) {
    const outcome = await ask({ what: 'run', name, request })
      .then(async one => ({ ...one, entries: [...one.entries, ...(await torch.time(one, wish.quick))] }))
      .catch(error => ({ bench: name, entries: [], problem: error.message }));
    console.log(describeOutcome(outcome, measures));
    outcomes.push(outcome);
  }
  const sweeps = [];
  const effort = wish.quick ? QUICK_SWEEP : SWEEP;
  for (const name of series) {
    const [op, varies] = name.split(', ');
    const ours = await ask({ what: 'sweep', name, effort }).catch(({ message }) => ({
      op,
      varies,
      shape: '',
      device: 'webgpu',
      points: [],
      note: message,
    }));
    const beside = await torch.series(ours, effort);
    for (const one of beside ? [ours, beside] : [ours]) {
      console.log(describeSeries(one, measures));
      sweeps.push(one);
    }
  }
  await torch.close();
  return {
    date: new Date().toISOString(),
    quick: wish.quick,
    machine: { platform: process.platform, architecture: process.arch, cores: availableParallelism(), load: busy },
    versions: { ...manifest.versions, node: process.versions.node, ...(torch.version && { torch: torch.version }) },
    hosts: [{ host: 'dawn', version, machine: measures, outcomes, sweeps }],
    ratios: [],
  };
}
