/** Child processes for the scripts: output goes straight through, nothing is read from stdin, and time can be limited. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { modules, root } from './paths.mjs';

const graceMs = 10_000;

/**
 * Runs a program and resolves with `{ ok, code, timedOut, output }`; it rejects never. `output` is filled when `capture`
 * is set, and is then not shown.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, limitMs?: number, capture?: boolean, shell?: boolean }} [options]
 * @returns {Promise<{ ok: boolean, code: number | null, timedOut: boolean, output: string }>}
 */
export function run(command, args, options = {}) {
  const { cwd = root, env = {}, limitMs, capture = false, shell = false } = options;
  return new Promise(done => {
    const child = spawn(command, args, {
      cwd,
      shell,
      env: { ...process.env, ...env },
      stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
    });
    let output = '';
    let timedOut = false;
    child.stdout?.on('data', chunk => (output += chunk));
    child.stderr?.on('data', chunk => (output += chunk));
    const timers = [];
    if (limitMs !== undefined) {
      // First politely: Puppeteer and Vitest then take their own children with them.
      timers.push(setTimeout(() => ((timedOut = true), child.kill('SIGTERM')), limitMs));
      timers.push(setTimeout(() => child.kill('SIGKILL'), limitMs + graceMs));
    }
    const finish = code => {
      timers.forEach(clearTimeout);
      done({ ok: code === 0 && !timedOut, code, timedOut, output });
    };
    child.on('error', error => {
      output += error.message;
      if (!capture) console.error(`${command}: ${error.message}`);
      finish(1);
    });
    child.on('close', finish);
  });
}

/** Runs a JavaScript file with this Node. */
export const node = (file, args = [], options = {}) => run(process.execPath, [file, ...args], options);

/** Runs the program of an installed package, named by its file inside node_modules. */
export const tool = (file, args = [], options = {}) => node(join(modules, file), args, options);

/** Runs the npm that started this script, or else the one on the path. */
export function npm(args, options = {}) {
  const self = process.env.npm_execpath;
  if (self?.endsWith('.js')) return node(self, args, options);
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}
