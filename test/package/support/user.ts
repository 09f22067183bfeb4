/** What a user does with the installed package: write a file into their project, run it, build it, check its types. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { run } from '../../../scripts/process.mjs';

export const { project, tarball } = inject('packed');

/** Writes a file of the user's project and returns its path. */
export function write(name: string, text: string): string {
  const path = join(project, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Runs a program in the user's project and returns what it printed. Throws that when the program fails. */
export async function output(command: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  const result = await run(command, args, { cwd: project, env, capture: true, limitMs: 120_000 });
  if (!result.ok) throw new Error(`${command} ${args.join(' ')} ended with ${result.code}:\n${result.output}`);
  return result.output.trim();
}

/** Runs a script of the user's with Node. */
export function runScript(name: string, text: string, env: Record<string, string> = {}): Promise<string> {
  return output(process.execPath, [write(name, text)], env);
}
