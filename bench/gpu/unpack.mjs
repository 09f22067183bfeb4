/** Unpacks the bundles that lie beside this file, all in one. run.sh does it once, when it has unpacked Node. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

const packed = readFileSync(new URL('bundles.json.br', import.meta.url));
for (const [path, text] of Object.entries(JSON.parse(brotliDecompressSync(packed).toString()))) {
  const file = fileURLToPath(new URL(path, import.meta.url));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
