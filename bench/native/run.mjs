/**
 * What numpy, SciPy, scikit-learn and FAISS take for the same op, in a Python process of its own beside the Node run: the yardstick of native
 * code on this machine. Where there is no Python with SciPy, or it does not know the op, there is no entry.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('native.py', import.meta.url));

/** The distribution's Python is the one that its numpy packages are for. */
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

/** The libraries that may have entries, as `--peer` may name them. */
const names = ['numpy native', 'SciPy native', 'scikit-learn native', 'FAISS native', 'FAISS HNSW native'];

/** Versions of Python and what it has of these; nothing where there is no Python with numpy and SciPy. */
export function nativeVersions() {
  const { status, stdout } = spawnSync(python, [script, 'versions'], { encoding: 'utf8' });
  return status === 0 ? JSON.parse(stdout) : {};
}

export function runNative({ bench, shape }, { quick, peers, only }) {
  const asked = name => peers.length === 0 || peers.some(part => name.includes(part));
  if (!names.some(asked)) return [];
  if (only && !only.some(name => name.includes(' native'))) return [];
  const rounds = quick ? 5 : 9;
  const { status, stdout } = spawnSync(python, [script, bench, JSON.stringify(shape), String(rounds)], {
    encoding: 'utf8',
    timeout: 600_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (status !== 0 || !stdout.trim()) return [];
  return JSON.parse(stdout)
    .filter(({ name }) => asked(name))
    .map(({ name, times, ...said }) => ({ name, device: 'cpu', ...(times && timed(times)), ...said }));
}

/** What took very long was run once. */
const timed = ([first, ...again]) => ({ first, rounds: again.length > 0 ? again : [first], error: 0 });
