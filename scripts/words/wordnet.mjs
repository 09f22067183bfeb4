/**
 * WordNet's database files (data.noun and its like; `man wndb` describes them) as entries: the words of each, what it says of them, and the
 * entries that it points to. Counts nothing.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const parts = ['noun', 'verb', 'adj', 'adv'];

/** The pointers that are read: to the kind above it, and to wholes and parts of it. */
const pointers = {
  kinds: new Set(['@', '@i']),
  wholes: new Set(['#p', '#m', '#s', '%p', '%m', '%s']),
};

/**
 * All entries in the order of the files: `{ words, kinds, wholes, definition, examples }`, where kinds and wholes are lists of entries.
 * Words have _ for a blank, and capital letters where they are names.
 */
export function readEntries(folder) {
  const entries = new Map();
  for (const part of parts)
    for (const line of linesOf(join(folder, `data.${part}`))) {
      const [key, entry] = parse(line);
      entries.set(key, entry);
    }
  for (const entry of entries.values())
    for (const name of Object.keys(pointers)) entry[name] = entry[name].map(key => entries.get(key));
  return [...entries.values()];
}

function parse(line) {
  const bar = line.indexOf(' | ');
  const fields = line.slice(0, bar).split(' ');
  const gloss = line.slice(bar + 3).trim();
  const count = Number.parseInt(fields[3], 16);
  // An adjective may end with where it stands: (p).
  const words = Array.from({ length: count }, (_, k) => fields[4 + 2 * k].replace(/\(.*\)$/, ''));
  const first = 5 + 2 * count;
  const targets = Array.from({ length: Number(fields[first - 1]) }, (_, k) => {
    const [symbol, offset, part] = fields.slice(first + 4 * k);
    return { symbol, key: part + offset };
  });
  const along = symbols => targets.filter(({ symbol }) => symbols.has(symbol)).map(({ key }) => key);
  return [
    // Satellites of adjectives lie among them.
    (fields[2] === 's' ? 'a' : fields[2]) + fields[0],
    {
      words,
      kinds: along(pointers.kinds),
      wholes: along(pointers.wholes),
      definition: gloss.split(/;\s*"/)[0],
      examples: [...gloss.matchAll(/"([^"]*)"/g)].map(([, text]) => text),
    },
  ];
}

/** The words that are listed as a part of speech, in small letters: `{ noun, verb, adj, adv }`. */
export function readLists(folder) {
  const wordsOf = part => new Set(linesOf(join(folder, `index.${part}`)).map(line => line.slice(0, line.indexOf(' '))));
  return Object.fromEntries(parts.map(part => [part, wordsOf(part)]));
}

/**
 * How words are spelt in the sense that tagged texts have most, else in the first that is listed: Paris and white, but China and turkey.
 * Keys are in small letters.
 */
export function readSpellings(folder) {
  const spelt = new Map();
  for (const [k, part] of parts.entries())
    for (const line of linesOf(join(folder, `data.${part}`)))
      for (const word of parse(line)[1].words) spelt.set(`${k + 1} ${line.slice(0, 8)} ${word.toLowerCase()}`, word);
  const best = new Map();
  for (const line of linesOf(join(folder, 'index.sense'))) {
    const [sense, offset, number, count] = line.split(' ');
    const [word, type] = sense.split(/[%:]/);
    // Satellites of adjectives, 5, lie among them.
    const part = type === '5' ? 3 : Number(type);
    const candidate = { worth: [Number(count), -part, -Number(number)], key: `${part} ${offset} ${word}` };
    if (isMore(candidate.worth, best.get(word)?.worth)) best.set(word, candidate);
  }
  return new Map([...best].map(([word, { key }]) => [word, spelt.get(key) ?? word]));
}

/** Whether the first number that differs is larger. */
function isMore(a, b) {
  if (!b) return true;
  const at = a.findIndex((x, k) => x !== b[k]);
  return at >= 0 && a[at] > b[at];
}

/** How often each word was met in the texts that WordNet's authors have tagged. */
export function readTags(folder) {
  const tags = new Map();
  for (const line of linesOf(join(folder, 'index.sense'))) {
    const [sense, , , count] = line.split(' ');
    const word = sense.slice(0, sense.indexOf('%'));
    tags.set(word, (tags.get(word) ?? 0) + Number(count));
  }
  return tags;
}

/** Without the licence, which stands before the first line in lines that begin with a blank. */
function linesOf(path) {
  return readFileSync(path, 'latin1')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith(' '));
}

/** The licence as the files have it, without numbers of lines. */
export function readLicence(folder) {
  return readFileSync(join(folder, 'data.noun'), 'latin1')
    .split('\n')
    .filter(line => line.startsWith(' '))
    .map(line => line.replace(/^\s*\d+ ?/, '').trimEnd())
    .join('\n')
    .trim();
}
