/**
 * What numpy and SciPy take for the same op, in a Python process of its own beside the Node run: the yardstick of native
 * code on this machine. Where there is no Python with SciPy, or it does not know the op, there is no entry.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('native.py', import.meta.url));

/** The distribution's Python is the one that its numpy packages are for. */
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

export function runNative({ bench, shape }, { quick, peers, only }) {
  if (peers.length > 0 && !peers.some(part => 'SciPy native'.includes(part))) return [];
  if (only && !only.some(name => name.endsWith(' native'))) return [];
  const rounds = quick ? 5 : 9;
  const { status, stdout } = spawnSync(python, [script, bench, JSON.stringify(shape), String(rounds)], {
    encoding: 'utf8',
    timeout: 600_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (status !== 0 || !stdout.trim()) return [];
  return JSON.parse(stdout).map(({ name, times: [first, ...again], remark }) => ({
    name,
    device: 'cpu',
    first,
    // What took very long was run once.
    rounds: again.length > 0 ? again : [first],
    error: 0,
    ...(remark !== null && { remark }),
  }));
}
