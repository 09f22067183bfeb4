/**
 * Words of a text as a dictionary lists them: "strings" as "string", "played" as "play". By WordNet's own rules of endings, and a list
 * of what no rule tells. Used by the script that counts words, and by the page for what its reader types.
 */

/** Endings and what stands in their place: of plurals and third persons, of verbs, and of what is compared. */
const plurals = [
  ['ses', 's'],
  ['xes', 'x'],
  ['zes', 'z'],
  ['ches', 'ch'],
  ['shes', 'sh'],
  ['ies', 'y'],
  ['s', ''],
];
const verbal = [
  ['es', 'e'],
  ['es', ''],
  ['ied', 'y'],
  ['ed', 'e'],
  ['ed', ''],
  ['ing', 'e'],
  ['ing', ''],
];
const compared = [
  ['er', ''],
  ['er', 'e'],
  ['ier', 'y'],
  ['est', ''],
  ['est', 'e'],
  ['iest', 'y'],
];

const irregular = new Map(
  `child children, man men, woman women, foot feet, tooth teeth, mouse mice, goose geese, ox oxen, life lives, wife wives, knife knives,
  leaf leaves, wolf wolves, half halves, be is am are was were been, have has had, do does did done, go went gone, make made, come came, give gave
  given, take took taken, see seen, say said, get got, know knew known, think thought, keep kept, hold held, write wrote written,
  run ran, grow grew grown, begin began begun, bring brought, buy bought, build built, send sent, tell told, become became, fall fell fallen,
  draw drew drawn, drive drove driven, speak spoke spoken, stand stood, win won, wear wore worn, sell sold, sit sat, pay paid, meet met,
  lead led, lose lost, leave left, find found, feel felt, eat ate eaten, break broke broken, choose chose chosen, sing sang sung, throw threw thrown, catch caught, teach taught,
  fight fought, fly flew flown, spend spent, understand understood`
    .split(',')
    .flatMap(line => {
      const [word, ...forms] = line.trim().split(/\s+/);
      return forms.map(form => [form, word]);
    }),
);

/** Words that end so are no plurals: physics, glass, virus, axis, clothes. */
const singular = /(?:ics|ss|us|is|clothes|etts|indies)$/;

/**
 * The word that a form belongs to, or undefined.
 * @param {string} form in small letters
 * @param {(word: string) => boolean} isWord whether a dictionary lists it
 * @param {(word: string) => boolean} isNoun whether it does as a noun
 * @param {(word: string) => boolean} isVerb whether it does as a verb
 * @returns {string | undefined}
 */
export function lemmaOf(form, isWord, isNoun = isWord, isVerb = isWord) {
  const known = irregular.get(form);
  if (known !== undefined && isWord(known)) return known;
  if (form.length > 3 && form.endsWith('s') && !singular.test(form)) {
    const word = replaced(form, plurals, one => isNoun(one) || isVerb(one));
    if (word !== undefined) return word;
  }
  // "Played" is listed as an adjective, too; "building" and "embed" are words of their own.
  if (isNoun(form) || isVerb(form) || (isWord(form) && !/(?:ed|ing)$/.test(form))) return form;
  return replaced(form, verbal, isVerb) ?? replaced(form, compared, isWord) ?? (isWord(form) ? form : undefined);
}

function replaced(form, rules, isWord) {
  for (const [ending, instead] of rules) {
    if (!form.endsWith(ending)) continue;
    const stem = form.slice(0, form.length - ending.length);
    if (stem.length < 2) continue;
    if (isWord(stem + instead)) return stem + instead;
    // running, bigger
    if (instead === '' && stem.length > 3 && stem.at(-1) === stem.at(-2) && isWord(stem.slice(0, -1)))
      return stem.slice(0, -1);
  }
  return undefined;
}

/** @param {string} text @returns {string[]} its words in small letters, without a possessive 's */
export function formsOf(text) {
  return (text.toLowerCase().match(/\p{L}+(?:['’-]\p{L}+)*/gu) ?? []).map(form => form.replace(/['’]s$/, ''));
}
