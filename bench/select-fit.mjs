/**
 * From measured times to thresholds of the table of strategies, and from thresholds to its text. Pure: select.mjs measures and
 * writes.
 */

/** @typedef {{ about: string, rows: number, length: number, k: number, times: Record<string, number> }} SelectTimes What select.ts finds. */

/** Thresholds to try. */
const SHARES = [4, 8, 16, 32, 64];

/**
 * The thresholds that lose least: of all that there could be those with the least sum of log(time of what they choose / best time),
 * of equally good ones the first. Single timings wobble, and no threshold suits them all.
 * @param {SelectTimes[]} measured
 * @param {boolean} software
 * @returns {Record<string, number>} Only thresholds that the measurements tell something about.
 */
export function thresholdsOf(measured, software) {
  const list = software ? 'heap' : 'group';
  const long = measured.filter(({ about }) => about !== 'heaps');
  const kept = valuesOf(long.filter(({ times }) => list in times).map(({ k }) => k));
  const lengths = valuesOf(long.filter(({ about }) => about === 'filter').map(({ length }) => length));
  // What selectionFor in src/order/select/plan.ts does with them.
  const { listMost, ...filter } = leastRegret(
    product({ listMost: kept, filterAbove: [kept[0] / 2, ...kept], filterLength: lengths, filterShare: SHARES }),
    long,
    ({ listMost: most, filterAbove, filterLength, filterShare }, { length, k, times }) => {
      const filtered = 'filter' in times && length >= filterLength && length >= filterShare * k;
      if (k <= most && !(filtered && k > filterAbove)) return list;
      return filtered ? 'filter' : 'merge';
    },
  );
  const short = measured.filter(({ about }) => about === 'heaps');
  const heaps =
    short.length === 0
      ? {}
      : leastRegret(
          product({
            heapLength: valuesOf(short.map(({ length }) => length)),
            heapMost: valuesOf(short.map(({ k }) => k)),
          }),
          short,
          ({ heapLength, heapMost }, { length, k }) => (length <= heapLength && k <= heapMost ? 'heap' : 'group'),
        );
  return { [software ? 'heapMost' : 'groupMost']: listMost, ...heaps, ...filter };
}

/** Different values, ascending. */
const valuesOf = numbers => [...new Set(numbers)].toSorted((a, b) => a - b);

/** Every choice of one value for each name. */
function product(table) {
  return Object.entries(table).reduce(
    (all, [name, values]) => all.flatMap(one => values.map(value => ({ ...one, [name]: value }))),
    [{}],
  );
}

function leastRegret(candidates, measured, choose) {
  let best = { regret: Infinity, candidate: candidates[0] };
  for (const candidate of candidates) {
    const regret = measured.reduce((sum, one) => {
      const taken = one.times[choose(candidate, one)];
      // What it would choose was not possible there.
      return taken === undefined ? Infinity : sum + Math.log(taken / Math.min(...Object.values(one.times)));
    }, 0);
    // Rounding must not decide between equally good ones.
    if (regret < best.regret - 1e-9) best = { regret, candidate };
  }
  return best.candidate;
}

/**
 * The table's text with some thresholds of one kind replaced, and a comment above them that says where they come from.
 * @param {string} text
 * @param {string} kind
 * @param {Record<string, number>} thresholds
 * @param {string} stamp
 * @returns {string}
 */
export function rewritten(text, kind, thresholds, stamp) {
  const block = new RegExp(`  // [^\n]*\n  ${kind}: \\{\n[^]*?\n  \\},`);
  const found = block.exec(text);
  if (!found) throw new Error(`The table has no '${kind}' behind a comment.`);
  let own = found[0].replace(/ {2}\/\/ [^\n]*/, `  // ${stamp}`);
  for (const [name, value] of Object.entries(thresholds)) {
    const line = new RegExp(`(\n    ${name}: )[^\n]*,`);
    if (!line.test(own)) throw new Error(`The table's '${kind}' has no ${name}.`);
    own = own.replace(line, `$1${asPower(value)},`);
  }
  return text.replace(found[0], () => own);
}

/** Large powers of two as such. */
const asPower = value =>
  value >= 1024 && Number.isInteger(Math.log2(value)) ? `2 ** ${Math.log2(value)}` : String(value);
