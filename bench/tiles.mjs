/**
 * `npm run bench:tiles`: finds the best tiles of the pairwise kernels on this machine's adapter, prints what it measured, and
 * writes the adapter's row of src/pairwise/tile-table.ts. Run it on an idle machine, look at the difference, commit it.
 */
import { tune } from './tune.mjs';

/** A smaller tile is taken where it is no slower than this many times the best. */
const WORTH = 1.25;

await tune(
  'src/pairwise/tile-table.ts',
  place => place.tiles(),
  (text, { times }, stamp) => {
    let next = text;
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
      const row = `  // ${stamp}\n  ${kind}: { light: ${best.light}, middle: ${best.middle}, heavy: ${best.heavy} },`;
      next = next.replace(new RegExp(`  // [^\n]*\n  ${kind}: [^\n]*`), row);
    }
    return next;
  },
);
