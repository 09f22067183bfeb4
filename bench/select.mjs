/**
 * `npm run bench:select`: finds how lists are best selected on this machine's adapter, prints what it measured, and writes the
 * thresholds of its kind – software or hardware – to src/order/select/strategy-table.ts. Run it on an idle machine, look at the
 * difference, commit it. What it does not measure – how long runs are, how many elements an invocation takes – stays.
 */
import { rewritten, thresholdsOf } from './select-fit.mjs';
import { tune } from './tune.mjs';

await tune(
  'src/order/select/strategy-table.ts',
  place => place.selections(),
  (text, { software, times }, stamp) => {
    for (const { about, rows, length, k, times: own } of times) {
      const sorted = Object.entries(own).toSorted(([, a], [, b]) => a - b);
      const shown = sorted.map(([strategy, ms]) => `${strategy} ${ms.toFixed(1)} ms`).join(', ');
      console.log(`${about.padEnd(6)} ${rows} × ${length}, k ${k}: ${shown}`);
    }
    const kind = software ? 'software' : 'hardware';
    const thresholds = thresholdsOf(times, software);
    for (const [name, value] of Object.entries(thresholds)) console.log(`${kind} ${name}: ${value}`);
    return rewritten(text, kind, thresholds, stamp);
  },
);
