/** Runs one bench, or one series of sizes, in a process of its own, so that first calls are first calls and a crash takes nothing else along. */
import './dawn.mjs';
import { list, run, runSweep, sweepNames } from '../entry.ts';

const answers = {
  list: () => list(),
  sweeps: () => sweepNames(),
  run: ({ name, request }) => run(name, 'dawn', request),
  sweep: ({ name, effort }) => runSweep(name, 'webgpu', effort),
};

process.on('message', question => void reply(question));

async function reply(question) {
  try {
    process.send({ answer: await answers[question.what](question) });
  } catch (error) {
    process.send({ problem: error instanceof Error ? error.message : String(error) });
  }
}

process.send({ ready: true });
