/**
 * `npm run bench:select`: finds how lists are best selected on this machine's adapter, prints what it measured, and writes the
 * thresholds of its kind – software or hardware – to src/order/select/strategy-table.ts. Run it on an idle machine, look at the
 * difference, commit it. What it does not measure – how long runs are, how many elements an invocation takes – stays.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../scripts/build.mjs';
import { installPackages } from '../scripts/install.mjs';
import { root } from '../scripts/paths.mjs';
import { installPeers } from './install.mjs';
import { rewritten, thresholdsOf } from './select-fit.mjs';

const file = join(root, 'src/order/select/strategy-table.ts');

await installPackages();
await installPeers();
if (!(await build({ ifNeeded: true }))) throw new Error('The library could not be built; its messages stand above.');
// What these import was installed only just now.
const [{ bundle }, { openHost }] = await Promise.all([import('./bundle.mjs'), import('./host-chrome.mjs')]);
const place = await openHost(await bundle('chrome'));
try {
  const { adapter, software, times } = await place.selections();
  for (const { about, rows, length, k, times: own } of times) {
    const sorted = Object.entries(own).toSorted(([, a], [, b]) => a - b);
    const text = sorted.map(([strategy, ms]) => `${strategy} ${ms.toFixed(1)} ms`).join(', ');
    console.log(`${about.padEnd(6)} ${rows} × ${length}, k ${k}: ${text}`);
  }
  const kind = software ? 'software' : 'hardware';
  const thresholds = thresholdsOf(times, software);
  for (const [name, value] of Object.entries(thresholds)) console.log(`${kind} ${name}: ${value}`);
  const stamp = `${new Date().toISOString().slice(0, 10)}, ${adapter}`;
  writeFileSync(file, rewritten(readFileSync(file, 'utf8'), kind, thresholds, stamp));
  console.log('Written: src/order/select/strategy-table.ts');
} finally {
  await place.close();
}
