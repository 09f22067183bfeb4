/** The package in other people's bundles, in a project where `webgpu` is not installed. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { describe, expect, it } from 'vitest';
import { output, project, write } from './support/user.ts';

const entry = write(
  'bundled.mjs',
  `import { norm, openDevice } from 'unitball';
   const device = await openDevice({ device: 'cpu' });
   // The nuclear norm comes with a chunk of its own.
   const nuclear = await norm([[3, 0], [0, 4]], { ord: 'nuc' }).item();
   console.log(await norm([3, 4]).item(), nuclear.toFixed(6));
   device.close();`,
);

const runBundle = (folder: string): Promise<string> => {
  const name = readdirSync(join(project, folder)).find(file => file.startsWith('bundled')) ?? '';
  return output(process.execPath, [join(project, folder, name)]);
};

describe('the package in a bundle', () => {
  it('builds with Vite, and the bundle runs', async () => {
    await vite({
      root: project,
      configFile: false,
      logLevel: 'error',
      build: {
        outDir: 'vite-out',
        target: 'es2023',
        modulePreload: false, // for pages: it asks a document for links to chunks
        rolldownOptions: { input: entry, output: { entryFileNames: '[name].mjs' } },
      },
    });
    expect(await runBundle('vite-out')).toBe('5 7.000000');
  });

  it('builds with esbuild for the browser without a warning, and the bundle runs', async () => {
    const { warnings } = await esbuild({
      absWorkingDir: project,
      entryPoints: [entry],
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      target: 'es2023',
      platform: 'browser',
      outdir: 'esbuild-out',
      outExtension: { '.js': '.mjs' },
      logLevel: 'silent',
    });
    expect(warnings).toEqual([]);
    expect(await runBundle('esbuild-out')).toBe('5 7.000000');
  });

  it('brings the wasm device along as chunks that load when it is opened', async () => {
    const path = write(
      'lazy.mjs',
      `import { norm, openDevice } from 'unitball';
       const device = await openDevice({ device: 'wasm' });
       console.log(device.info.isFallback, await norm([3, 4]).item());
       device.close();`,
    );
    const { metafile } = await esbuild({
      absWorkingDir: project,
      entryPoints: [path],
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      outdir: 'lazy-out',
      outExtension: { '.js': '.mjs' },
      external: ['webgpu'],
      metafile: true,
      logLevel: 'silent',
    });
    const eager =
      metafile.outputs['lazy-out/lazy.mjs']?.imports.filter(({ kind }) => kind === 'import-statement') ?? [];
    const chunksOf = (name: string): string[] =>
      Object.entries(metafile.outputs)
        .filter(([, { inputs }]) => Object.keys(inputs).some(input => input.endsWith(`/${name}.js`)))
        .map(([file]) => file);
    for (const chunk of chunksOf('device-wasm')) {
      expect(chunk).not.toBe('lazy-out/lazy.mjs');
      expect(eager.map(found => found.path)).not.toContain(chunk);
    }
    expect(chunksOf('device-wasm')).not.toEqual([]);
    expect(await output(process.execPath, [join(project, 'lazy-out/lazy.mjs')])).toBe('false 5');
  });

  it('leaves out of a bundle the rooms that it does not use', async () => {
    const path = write('little.mjs', `import { ShapeError } from 'unitball'; console.log(ShapeError.name);`);
    const { outputFiles } = await esbuild({
      absWorkingDir: project,
      entryPoints: [path],
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
      external: ['webgpu'],
      logLevel: 'silent',
    });
    expect(outputFiles[0]?.contents.length).toBeLessThan(2_000);
  });
});
