/** The scripts that other checks stand on: a check that cannot fail proves nothing. */
import { describe, expect, it } from 'vitest';
import { checkImports, findingsIn } from '../../scripts/check-imports.mjs';
import { published } from '../../scripts/declarations.mjs';
import { mismatches, totals } from '../../scripts/lane-counts.mjs';
import { stripComments } from '../../scripts/wgsl-plugin.ts';

describe('check-imports', () => {
  const wrong = (file: string, source: string): string => findingsIn(file, source).join('\n');

  it('finds nothing wrong in src/', () => {
    expect(checkImports()).toEqual([]);
  });

  it('lets arrows point down, to an index', () => {
    const source = `import { Tensor } from '../tensor/index.ts'; import { ShapeError } from '../errors.ts'; import './plan.ts';`;
    expect(wrong('src/norm/norm.ts', source)).toBe('');
    expect(wrong('src/index.ts', `export * from './norm/index.ts'; export * from './training/index.ts';`)).toBe('');
    expect(wrong('src/norm/kernels/l2.ts', `import l2 from '../../../shaders/norm/l2.wgsl';`)).toBe('');
  });

  it.each([
    ['src/tensor/tensor.ts', `import { norm } from '../norm/index.ts';`, "'tensor' must not import from 'norm'"],
    ['src/norm/norm.ts', `import { euclid } from '../distance/index.ts';`, "'norm' must not import from 'distance'"],
    ['src/norm/norm.ts', `import type { Pool } from '../device/webgpu/pool.ts';`, 'use its index.ts'],
    ['src/norm/norm.ts', `export { x } from '../arith/reduce.ts';`, 'use its index.ts'],
    ['src/norm/norm.ts', `const late = await import('../training/index.ts');`, "from 'training'"],
    ['src/norm/norm.ts', `type T = import('../search/index.ts').Index;`, "from 'search'"],
    ['src/device/open.ts', `import { ShapeError } from '../index.ts';`, 'is for users'],
    ['src/index.ts', `export { plan } from './norm/plan.ts';`, 'use its index.ts'],
    ['src/norm/norm.ts', `import fs from 'node:fs';`, 'is a package'],
    ['src/device/open.ts', `import { chunk } from 'lodash';`, 'is a package'],
    ['src/norm/norm.ts', `import x from '../../test/oracle/norm.ts';`, 'leaves src/'],
    ['src/norm/norm.ts', `import { x } from './plan';`, 'lacks its extension'],
    ['src/norm/norm.ts', `import topk from '../../shaders/search/topk.wgsl';`, 'neither its own nor below'],
    ['src/norm/norm.ts', `const buffer = gpu.createBuffer({ size: 4 });`, 'only src/device may touch a GPU'],
    ['src/norm/norm.ts', `const module = await WebAssembly.compile(bytes);`, 'only src/device may touch WebAssembly'],
    ['src/norm/norm.ts', `\n\nnew Worker(url);`, 'src/norm/norm.ts:3: only src/device may touch a Worker'],
    ['src/attic/old.ts', `export {};`, 'has no floor'],
  ])('refuses, in %s, %s', (file, source, reason) => {
    expect(wrong(file, source)).toContain(reason);
  });

  it('does not read comments', () => {
    const source = `/** Like import { x } from '../training/index.ts' or new Worker(). */ // from '../training/index.ts'\n`;
    expect(wrong('src/norm/norm.ts', source)).toBe('');
  });
});

describe('stripComments', () => {
  it('keeps every token at its line and column', () => {
    const shader = 'let a = 1; // one\n/* two /* nested */\n  still */ let b = a / 2; /**/ let c = 3;\n';
    const stripped = stripComments(shader);
    expect(stripped).toBe('let a = 1;\n\n           let b = a / 2;      let c = 3;\n');
    expect(stripped.split('\n')[2]?.indexOf('let c')).toBe(shader.split('\n')[2]?.indexOf('let c'));
  });

  it('takes an unclosed comment to the end of the file', () => {
    expect(stripComments('fn f() {} /* open')).toBe('fn f() {}\n');
  });
});

describe('declarations', () => {
  const files: Record<string, string> = {
    'index.d.ts': `export { a, type B } from './room/index.ts';\n`,
    'room/index.d.ts': `/** A room. */\nexport { a, inner } from './a.ts';\nexport type { B } from "./b.ts";\nexport { default as shader } from '../../shaders/x.wgsl';\n`,
    'room/a.d.ts': `import type { D as E } from '../other/index.ts';\nexport declare function a(c: import('./c.ts').C): E;\n`,
    'room/b.d.ts': `export type B = 1;\n`,
    'room/c.d.ts': `export type C = 1;\n`,
    'other/index.d.ts': `export { type D, hidden } from './d.ts';\n`,
    'other/d.d.ts': `export type D = 1;\n`,
    'room/unused.d.ts': `export type U = 1;\n`,
  };
  const result = published('index.d.ts', file => files[file] ?? '');

  it('are what users can reach', () => {
    const reached = ['index.d.ts', 'other/d.d.ts', 'other/index.d.ts', 'room/a.d.ts', 'room/b.d.ts', 'room/c.d.ts'];
    expect([...result.keys()].toSorted((one, two) => (one < two ? -1 : 1))).toEqual([...reached, 'room/index.d.ts']);
  });

  it('hand on only what somebody asks for, by .js names', () => {
    expect(result.get('room/index.d.ts')).toBe(
      `/** A room. */\nexport { a } from './a.js';\nexport type { B } from "./b.js";\n\n`,
    );
    expect(result.get('other/index.d.ts')).toBe(`export { type D } from './d.js';\n`);
    expect(result.get('room/a.d.ts')).toContain(`import type { D as E } from '../other/index.js';`);
    expect(result.get('room/a.d.ts')).toContain(`import('./c.js').C`);
  });
});

describe('lane counts', () => {
  const count = (passed: number, failed = 0, skipped = 0, broken = 0) => ({ passed, failed, skipped, broken });
  const report = (lane: string, files: Record<string, ReturnType<typeof count>>, excepted: string[] = []) => ({
    lane,
    files,
    excepted,
    adapters: [],
    strayErrors: 0,
  });

  it('accept lanes that ran the same, and files that are taken off a lane', () => {
    const cpu = report('cpu', { a: count(3), b: count(1, 1) });
    const node = report('node', { a: count(2, 1), b: count(2), gpu: count(4) });
    const deno = report('deno', { a: count(3), gpu: count(4) }, ['b']);
    expect(mismatches([{ ...cpu, excepted: ['gpu'] }, node, deno])).toEqual([]);
  });

  it('find a lane that ran fewer, a lane that ran none, and an exception that ran all the same', () => {
    const cpu = report('cpu', { a: count(3), b: count(2) });
    const node = report('node', { a: count(2, 0, 1), b: count(2) }, ['b']);
    const deno = report('deno', {});
    expect(mismatches([cpu, node, deno])).toEqual([
      'lane deno ran no test',
      'a: 2 tests on lane node, 3 on lane cpu',
      'a: 0 tests on lane deno, 3 on lane cpu',
      'b ran on lane node, which test/lanes.ts takes it off',
      'b: 0 tests on lane deno, 2 on lane cpu',
    ]);
  });

  it('count a file that broke and an error of no test as failures', () => {
    expect(totals({ ...report('cpu', { a: count(1, 0, 0, 1) }), strayErrors: 2 })).toEqual({
      passed: 1,
      failed: 3,
      skipped: 0,
    });
  });
});
