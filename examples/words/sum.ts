/** What a reader types: a word, or several with + and − between them, and the vector that this stands for. No page in here. */
import type { Vocabulary } from './vocabulary.ts';

interface Term {
  readonly sign: 1 | -1;
  readonly word: string;
}

export interface Sum {
  readonly terms: readonly Term[];
  /** Forms that were taken as a word: "dogs" as dog. */
  readonly taken: readonly (readonly [typed: string, word: string])[];
  readonly vector: Float32Array;
}

/** What is wrong with what was typed, and what could stand in its place. */
export interface Misunderstood {
  readonly message: string;
  readonly typed?: string;
  readonly instead?: readonly string[];
}

/** Below this a sum has no direction to speak of: its words cancel out but for rounding. */
const nothing = 1e-5;

export function sumOf(text: string, vocabulary: Vocabulary): Sum | Misunderstood {
  const parts = [...text.matchAll(/([+\-−–,]?)\s*([^\s+\-−–,]+)/gu)];
  if (parts.length === 0) return { message: 'Type a word, or several with + and − between them.' };
  const terms: Term[] = [];
  const taken: (readonly [string, string])[] = [];
  for (const [, sign = '', typed = ''] of parts) {
    const word = vocabulary.find(typed);
    if (typeof word !== 'string') return unknown(typed, word, vocabulary);
    terms.push({ sign: /[-−–]/.test(sign) ? -1 : 1, word });
    if (word.toLowerCase() !== typed.toLowerCase()) taken.push([typed, word]);
  }
  const vector = new Float32Array(vocabulary.dim);
  for (const { sign, word } of terms)
    vocabulary.vectorOf(word).forEach((x, k) => (vector[k] = (vector[k] ?? 0) + sign * x));
  if (Math.hypot(...vector) < nothing)
    return { message: 'These words cancel out: nothing is left to be near to. Take one of them away.' };
  return { terms, taken, vector };
}

/** Words with commas or blanks between them, each once, or the first that nobody knows. */
export function listOf(text: string, vocabulary: Vocabulary): readonly string[] | Misunderstood {
  const words = new Set<string>();
  for (const typed of text.match(/[^\s,;]+/gu) ?? []) {
    const word = vocabulary.find(typed);
    if (typeof word !== 'string') return unknown(typed, word, vocabulary);
    words.add(word);
  }
  return words.size < 3
    ? { message: 'Type three words or more: of two, neither belongs more than the other.' }
    : [...words];
}

function unknown(typed: string, instead: readonly string[], { words }: Vocabulary): Misunderstood {
  const message = `“${typed}” is none of the ${words.length.toLocaleString('en')} words.`;
  return { message: instead.length > 0 ? `${message} Did you mean` : message, typed, instead };
}
