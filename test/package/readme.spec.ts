/**
 * Runs the README: every \`\`\`ts block after a line \`<!-- run -->\` is executed in Node as a user's file, against the packed
 * package. What a block prints must be what its comments `// → …` say, in their order; a line without one is free to say anything.
 * A README without a single such block fails, since its quick start would be unproven.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/paths.mjs';
import { runScript } from './support/user.ts';

const path = join(root, 'README.md');
const runnable = /<!-- run -->\s*```ts\n([^]*?)```/g;

describe.runIf(existsSync(path))('README.md', () => {
  const readme = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const blocks = [...readme.matchAll(runnable)].map(({ index, 1: code = '' }) => ({
    line: readme.slice(0, index).split('\n').length,
    code,
  }));

  it('has blocks to run', () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  it.for(blocks)('the block at line $line runs', async ({ line, code }) => {
    const { code: script } = await transform(code, { loader: 'ts', format: 'esm', target: 'es2023' });
    const printed = await runScript(`readme-${line}.mjs`, script);
    const promised = [...code.matchAll(/\/\/ → (.*)/g)].map(([, text]) => text);
    expect(printed.split('\n').filter(text => promised.includes(text))).toEqual(promised);
  });
});
