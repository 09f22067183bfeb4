/**
 * The Vite plugin behind `import script from './worker.ts?script'`: the module and what it imports, bundled to one classic
 * script, as text. A build also writes it to `worker.js`, for pages that may not start workers from text.
 */
import { relative } from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'vite';
import { root } from './paths.mjs';

const SUFFIX = '?script';

async function scriptOf(path: string): Promise<{ text: string; files: string[] }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [path],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return { text: outputFiles[0]?.text ?? '', files: Object.keys(metafile.inputs) };
}

export function workerScript(): Plugin {
  let building = false;
  return {
    name: 'unitball:worker-script',
    enforce: 'pre',
    configResolved(config) {
      building = config.command === 'build';
    },
    async load(id) {
      if (!id.endsWith(SUFFIX)) return undefined;
      const path = id.slice(0, -SUFFIX.length);
      const { text, files } = await scriptOf(path);
      for (const file of files) this.addWatchFile(`${root}/${file}`);
      if (building) {
        this.emitFile({ type: 'asset', fileName: 'worker.js', source: text });
        this.emitFile({ type: 'asset', fileName: 'worker.d.ts', source: 'export {};\n' });
      }
      return {
        code: `/* ${relative(root, path)} */\nexport default ${JSON.stringify(text)};\n`,
        map: null,
        moduleType: 'js',
      };
    },
  };
}
