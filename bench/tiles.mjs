/**
 * `npm run bench:tiles`: finds the best tiles of the pairwise kernels on this machine's adapter, prints what it measured, and
 * writes the adapter's row of src/pairwise/tile-table.ts. Run it on an idle machine, look at the difference, commit it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../scripts/build.mjs';
import { installPackages } from '../scripts/install.mjs';
import { root } from '../scripts/paths.mjs';
import { installPeers } from './install.mjs';

/** A smaller tile is taken where it is no slower than this many times the best. */
const WORTH = 1.25;

const file = join(root, 'src/pairwise/tile-table.ts');

await installPackages();
await installPeers();
if (!(await build({ ifNeeded: true }))) throw new Error('The library could not be built; its messages stand above.');
// What these import was installed only just now.
const [{ bundle }, { openHost }] = await Promise.all([import('./bundle.mjs'), import('./host-chrome.mjs')]);
const place = await openHost(await bundle('chrome'));
try {
  const { adapter, times } = await place.tiles();
  let text = readFileSync(file, 'utf8');
  for (const kind of new Set(times.map(one => one.kind))) {
    const own = times.filter(one => one.kind === kind);
    const best = {};
    for (const cost of new Set(own.map(one => one.cost))) {
      // Larger tiles take longer to compile: they must be worth it.
      const sorted = own.filter(one => one.cost === cost).toSorted((a, b) => a.time - b.time);
      best[cost] = Math.min(...sorted.filter(({ time }) => time <= WORTH * sorted[0].time).map(({ side }) => side));
      console.log(
        `${kind} ${cost}: ${sorted.map(({ side, time }) => `${side}×${side} ${time.toFixed(1)} ms`).join(', ')}`,
      );
    }
    const row = `  // ${new Date().toISOString().slice(0, 10)}, ${adapter}\n  ${kind}: { light: ${best.light}, middle: ${best.middle}, heavy: ${best.heavy} },`;
    text = text.replace(new RegExp(`  // [^\n]*\n  ${kind}: [^\n]*`), row);
  }
  writeFileSync(file, text);
  console.log(`Written: src/pairwise/tile-table.ts`);
} finally {
  await place.close();
}
