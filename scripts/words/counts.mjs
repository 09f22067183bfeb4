/**
 * From entries of a dictionary to a matrix: which words are chosen, how often each is met near which, and how much more often than chance
 * has it (positive pointwise mutual information). No file is read here.
 */
import { formsOf, lemmaOf } from '../../examples/words/lemmas.mjs';

/** What says too little of its neighbours. */
const fillers = new Set(
  `a an the of or and in to be for with by that as on from at it its which not who this into use have your you he his she her they their them
  i my we our us me something someone somebody especially usually often etc also no but so if than then when where while such other some any
  all more most very can may will would should could do because how what whose there these those him himself itself oneself about up out over
  after before between through during without within against under above below only just too being having`.split(/\s+/),
);

/** How far apart two words of a text may be, fillers counted. */
const reach = 3;
/** How much a pair counts: of a word and its definition, of words of one entry, with the kinds above it, their definitions, and wholes and parts. */
const weights = { defines: 2, same: 1, kind: 2, kindDefines: 0.5, whole: 2 };
/** A word that makes up more of all text than this counts less. */
const frequent = 1e-3;
/** Contexts count by this power of their frequency, lest rare ones look like news. */
const smoothing = 0.75;

/** Whether any part of speech lists a word. */
const isListed = lists => word => Object.values(lists).some(list => list.has(word));

/** Entries with their texts as words: `{ own, last, defined, shown, … }`. */
export function understood(entries, lists) {
  const known = new Map();
  const isWord = isListed(lists);
  const isNoun = word => lists.noun.has(word);
  const isVerb = word => lists.verb.has(word);
  const lemma = form => {
    if (!known.has(form)) known.set(form, lemmaOf(form, isWord, isNoun, isVerb) ?? form);
    return known.get(form);
  };
  const wordsIn = text => formsOf(text).map(lemma);
  for (const entry of entries) {
    const names = entry.words.map(word => word.toLowerCase());
    entry.own = [...new Set(names.filter(word => !word.includes('_')))];
    // "bowed stringed instrument" is a kind of instrument.
    entry.last = [...new Set(names.map(word => word.slice(word.lastIndexOf('_') + 1)))];
    entry.defined = wordsIn(entry.definition);
    entry.shown = entry.examples.map(wordsIn);
  }
  return entries;
}

/** What it is worth, in mentions, that a word is met outside dictionaries. */
const ordinary = 6;

/** What a page that shows any word at random leaves out. */
const coarse = new Set(['bitch', 'shit', 'whore']);

/** Latin names of families and orders. */
const taxon = /(?:idae|aceae|ales)$/;

/**
 * The words that are met most, most first: in definitions and examples, as what is defined, and in tagged texts. `counts` are those
 * in definitions and examples.
 */
export function chooseWords(entries, lists, tags, most) {
  const [counts, scores] = [new Map(), new Map()];
  const add = (map, word, amount) => map.set(word, (map.get(word) ?? 0) + amount);
  for (const { own, defined, shown, definition } of entries) {
    for (const word of [...defined, ...shown.flat()]) add(counts, word, 1);
    // Capitals are seldom spoken of, and asked for all the same.
    const bonus = /^(?:the )?capital\b/.test(definition) ? 3 * ordinary : 0;
    for (const word of own) add(scores, word, 1 + bonus);
  }
  for (const [word, count] of counts) add(scores, word, count);
  const isListedWord = isListed(lists);
  const isTagged = word => (tags.get(word) ?? 0) > 0;
  const isWord = word =>
    isListedWord(word) &&
    (/^[a-z]{3,}$/.test(word) || (/^[a-z]{2}$/.test(word) && isTagged(word))) &&
    !/^[ivx]+$/.test(word) &&
    !taxon.test(word) &&
    !coarse.has(word) &&
    !fillers.has(word);
  const ranked = [...scores].filter(([word]) => isWord(word));
  for (const one of ranked) if (isTagged(one[0])) one[1] += ordinary;
  ranked.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return { words: ranked.slice(0, most).map(([word]) => word), counts };
}

/** How often each word is met near each of the first `contexts`, weighted: [words, contexts], row by row. */
export function countPairs(entries, words, counts, contexts) {
  const places = new Map(words.map((word, place) => [word, place]));
  const total = words.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0);
  const share = Float64Array.from(words, word => Math.min(1, Math.sqrt((frequent * total) / (counts.get(word) ?? 1))));
  const table = new Float32Array(words.length * contexts);
  const meet = (i, j, weight) => {
    if (i === j) return;
    if (j < contexts) table[i * contexts + j] += weight;
    if (i < contexts) table[j * contexts + i] += weight;
  };
  const placesOf = list => list.map(word => places.get(word)).filter(place => place !== undefined);
  /** Words of a text count less the farther apart they are. */
  const readText = list => {
    const found = list.map(word => places.get(word));
    found.forEach((i, at) => {
      if (i === undefined) return;
      for (let gap = 1; gap <= reach; gap++) {
        const j = found[at + gap];
        if (j !== undefined) meet(i, j, ((reach + 1 - gap) / reach) * share[i] * share[j]);
      }
    });
  };
  /** What a definition begins with says most. */
  const define = (own, list, weight) =>
    placesOf(list).forEach((j, at) => {
      for (const i of own) meet(i, j, (weight * share[j]) / Math.sqrt(1 + at));
    });
  for (const { own: names, defined, shown, kinds, wholes } of entries) {
    readText(defined.filter(word => !fillers.has(word)));
    for (const text of shown) readText(text.filter(word => !fillers.has(word)));
    const own = placesOf(names);
    define(own, defined, weights.defines);
    own.forEach((i, at) => own.slice(at + 1).forEach(j => meet(i, j, weights.same)));
    for (const kind of kinds) {
      for (const j of placesOf(kind.last)) for (const i of own) meet(i, j, weights.kind);
      define(own, kind.defined, weights.kindDefines);
    }
    for (const whole of wholes) for (const j of placesOf(whole.last)) for (const i of own) meet(i, j, weights.whole);
  }
  return table;
}

/** Counts become max(0, log(p(i, j) / (p(i)·p(j)))), in place. */
export function informationOf(table, rows, columns) {
  const sums = { row: new Float64Array(rows), column: new Float64Array(columns) };
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      sums.row[i] += table[i * columns + j];
      sums.column[j] += table[i * columns + j];
    }
  const smoothed = sums.column.map(sum => sum ** smoothing);
  const total = smoothed.reduce((sum, one) => sum + one, 0);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const count = table[i * columns + j];
      table[i * columns + j] = count > 0 ? Math.max(0, Math.log((count * total) / (sums.row[i] * smoothed[j]))) : 0;
    }
  return table;
}
