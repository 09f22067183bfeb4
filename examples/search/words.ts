/** Pictures in words, both ways: "big striped red star on navy". Order does not matter, and what is not said is taken as usual. */
import {
  colourNames,
  groundNames,
  patterns,
  shapes,
  type ColourName,
  type Design,
  type GroundName,
  type Pattern,
  type Shape,
} from './pictures.ts';

const sizes = { small: 0.5, big: 0.8 } as const;
const usual: Design = { shape: 'disc', pattern: 'plain', colour: 'red', ground: 'white', size: 0.65, turn: 0 };

/** What else people say. */
const synonyms: Readonly<Record<string, string>> = {
  circle: 'disc',
  dot: 'disc',
  box: 'square',
  plus: 'cross',
  crescent: 'moon',
  violet: 'purple',
  gray: 'grey',
  large: 'big',
  little: 'small',
  stripes: 'striped',
  dots: 'dotted',
  tilted: 'turned',
};
/** Words that say nothing of a picture. */
const fillers: ReadonlySet<string> = new Set(['a', 'an', 'the', 'on', 'with', 'and', 'in']);

export const vocabulary: string = [
  `shapes: ${shapes.join(', ')}`,
  `colours: ${colourNames.join(', ')}`,
  `grounds: ${groundNames.join(', ')}`,
  `and: ${patterns.join(', ')}, ${Object.keys(sizes).join(', ')}, turned`,
].join('; ');

export function wordsOf({ shape, pattern, colour, ground, size, turn }: Design): string {
  const turned = Math.abs(turn - Math.round(turn)) > 0.06 && shape !== 'disc' && shape !== 'ring';
  const parts = [
    size < 0.55 ? 'small' : size > 0.75 ? 'big' : '',
    turned ? 'turned' : '',
    pattern === 'plain' ? '' : pattern,
    colour,
    shape,
  ];
  return `${parts.filter(part => part !== '').join(' ')} on ${ground}`;
}

/** The design that words tell of, or the first word that tells nothing. */
export function designOf(text: string): Design | { readonly unknown: string } {
  let design = usual;
  for (const said of text.toLowerCase().match(/[\p{L}\d]+/gu) ?? []) {
    if (fillers.has(said)) continue;
    const trait = traitOf(said) ?? traitOf(said.replace(/s$/, ''));
    if (!trait) return { unknown: said };
    design = { ...design, ...trait };
  }
  return design;
}

function traitOf(said: string): Partial<Design> | undefined {
  const word = synonyms[said] ?? said;
  const among = (names: readonly string[]): boolean => names.includes(word);
  if (among(shapes)) return { shape: word as Shape };
  if (among(patterns)) return { pattern: word as Pattern };
  if (among(colourNames)) return { colour: word as ColourName };
  if (among(groundNames)) return { ground: word as GroundName };
  if (word === 'small' || word === 'big') return { size: sizes[word] };
  if (word === 'turned') return { turn: 0.11 };
  return undefined;
}
