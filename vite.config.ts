/**
 * How the library is bundled: one ESM entry with its shaders inlined, lazy chunks beside it, nothing minified (the user's
 * bundler does that) and `webgpu` left as an import that only Node ever reaches. Declarations come from `tsc` afterwards.
 */
import { defineConfig } from 'vite';
import { wgsl } from './scripts/wgsl-plugin.ts';

export default defineConfig({
  plugins: [wgsl()],
  worker: { format: 'es', plugins: () => [wgsl()] },
  build: {
    lib: { entry: { index: 'src/index.ts' }, formats: ['es'] },
    target: 'es2023',
    sourcemap: true,
    minify: false,
    emptyOutDir: true,
    reportCompressedSize: false,
    rolldownOptions: {
      external: ['webgpu', /^node:/],
      output: { chunkFileNames: 'chunks/[name].js' },
    },
  },
});
