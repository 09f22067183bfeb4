/**
 * The declarations as a user's compiler meets them: nothing skipped, with and without @webgpu/types, by the compiler of this
 * repository and by one whose DOM library does not know WebGPU yet.
 */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modules, testTools } from '../../scripts/paths.mjs';
import { run } from '../../scripts/process.mjs';
import { project, write } from './support/user.ts';

const program = `
  import { norm, normalize, openDevice, ShapeError, type Device, type Tensor } from 'unitball';
  const device: Device = await openDevice({ device: 'auto' });
  const x: Tensor = device.tensor([[3, 4], [6, 8]]);
  const lengths: Tensor = norm(x, { ord: 2, axis: 1, keepdims: true });
  const value: number = await norm(normalize(x)).item();
  const kind: 'webgpu' | 'wasm' | 'cpu' = device.kind;
  const failed: Error = new ShapeError('no');
  export { failed, kind, lengths, value };
`;

const compilers = [
  { name: 'TypeScript 7', tsc: join(modules, 'typescript/bin/tsc') },
  { name: 'TypeScript 5.9', tsc: join(testTools, 'node_modules/typescript-5/bin/tsc') },
];

/** What the compiler has against the user's program and our declarations; the rest is not ours to mend. */
async function complaints(tsc: string, resolution: string, types: string[], text = program): Promise<string[]> {
  write('program.ts', text);
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'dom'],
    module: resolution === 'bundler' ? 'esnext' : resolution,
    moduleResolution: resolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    types,
  };
  const config = write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  const { output, ok } = await run(process.execPath, [tsc, '-p', config], { cwd: project, capture: true });
  // TypeScript 7's DOM library and @webgpu/types declare the same things differently, and quarrel.
  const quarrel = /^\S*(?:@webgpu\/types\/dist\/index|lib\/lib\.dom)\.d\.ts\(/;
  const own = output.split('\n').filter(line => line !== '' && !quarrel.test(line));
  return ok || own.length > 0 || output !== '' ? own : ['the compiler failed and did not say why'];
}

describe.each(compilers)('the declarations under $name', ({ tsc }) => {
  it.each(['bundler', 'nodenext'])('check without @webgpu/types (%s)', async resolution => {
    expect(await complaints(tsc, resolution, [])).toEqual([]);
  });

  it('check with @webgpu/types', async () => {
    const link = join(project, 'node_modules/@webgpu/types');
    mkdirSync(join(link, '..'), { recursive: true });
    symlinkSync(join(modules, '@webgpu/types'), link, 'junction');
    try {
      expect(await complaints(tsc, 'bundler', ['@webgpu/types'])).toEqual([]);
    } finally {
      rmSync(join(link, '..'), { recursive: true });
    }
  });

  it('refuse what is wrong', async () => {
    expect(
      await complaints(tsc, 'bundler', [], `import { norm } from 'unitball'; norm([1], { ord: 'l2' });`),
    ).not.toEqual([]);
  });
});
