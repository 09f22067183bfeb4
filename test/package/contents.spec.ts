/** What is in the tarball, and that publint and attw have nothing against how it is declared. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modules } from '../../scripts/paths.mjs';
import { output, project, tarball } from './support/user.ts';

const installed = join(project, 'node_modules/unitball');
const read = (name: string): string => readFileSync(join(installed, name), 'utf8');
const files = readdirSync(installed, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile())
  .map(entry =>
    join(entry.parentPath, entry.name)
      .slice(installed.length + 1)
      .replaceAll('\\', '/'),
  );

describe('the tarball', () => {
  it('holds dist, the manifest, the licence and the readme, and nothing else', () => {
    const beside = files.filter(file => !file.startsWith('dist/'));
    expect(['LICENSE', 'README.md', 'package.json']).toEqual(expect.arrayContaining(beside));
    expect(files.filter(file => file.startsWith('dist/') && !/\.(js|js\.map|d\.ts)$/.test(file))).toEqual([]);
  });

  it('has a source map for every script but those that have no source of ours', () => {
    // The entry only hands on, the worker stands alone, and the last is the bundler's own.
    const without = ['index', 'worker', 'rolldown-runtime'].map(name => `dist/${name}.js`);
    const mapped = (file: string): boolean => !without.includes(file);
    const scripts = files.filter(file => file.endsWith('.js') && mapped(file));
    expect(files).toEqual(expect.arrayContaining(scripts.map(file => `${file}.map`)));
    for (const file of scripts) expect(JSON.parse(read(`${file}.map`)).sourcesContent).not.toHaveLength(0);
  });

  it('brings no dependency along, and asks for none but the optional webgpu', () => {
    const manifest = JSON.parse(read('package.json'));
    expect(manifest.dependencies).toBeUndefined();
    expect(manifest.peerDependenciesMeta).toEqual({ webgpu: { optional: true } });
    expect(readdirSync(join(project, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual(['unitball']);
  });

  it('names its shaders and has no comments in them', () => {
    const scripts = files.filter(file => file.endsWith('.js')).map(read);
    const shaders = scripts
      .flatMap(text => [...text.matchAll(/"?text"?: ("(?:[^"\\]|\\.)*")/g)])
      .map(match => match[1] ?? '');
    expect(shaders.length).toBeGreaterThan(0);
    for (const shader of shaders) expect(JSON.parse(shader)).not.toMatch(/\/\/|\/\*/);
  });

  it('has declarations that import declarations by their .js names', () => {
    for (const file of files.filter(name => name.endsWith('.d.ts'))) {
      const specifiers = [...read(file).matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)].map(match => match[1]);
      expect(specifiers.filter(specifier => !/^\.{1,2}\/.*\.js$/.test(specifier ?? ''))).toEqual([]);
    }
  });

  it('passes publint', async () => {
    const { publint } = await import('publint');
    const { messages } = await publint({ pkgDir: installed, strict: true });
    expect(messages).toEqual([]);
  });

  it('passes attw', async () => {
    const cli = join(modules, '@arethetypeswrong/cli/dist/index.js');
    await output(process.execPath, [cli, tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji']);
  });
});
