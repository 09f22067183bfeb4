/** A map of words: the plane in which they vary most, found by the library's pca on the chosen device, as a picture with their names. */
import { pca, type Device } from 'unitball';
import { byId, svg, tell } from '../dom.ts';
import { numbersOf, percent } from '../numbers.ts';
import type { Vocabulary } from './vocabulary.ts';

const place = byId('map', HTMLDivElement);
const told = byId('map-told', HTMLParagraphElement);

/** More names than this lie over each other. */
const most = 24;
const height = 380;
/** Of a line of names, and about how wide a letter is. */
const [line, letter] = [16, 7.5];

interface Dot {
  readonly word: string;
  readonly isAsked: boolean;
  readonly across: number;
  readonly down: number;
}

/** Draws the words that were asked with and the first of those that were found. */
export async function drawMap(
  device: Device,
  asked: readonly string[],
  found: readonly string[],
  vocabulary: Vocabulary,
): Promise<void> {
  const words = [...asked, ...found.slice(0, most)];
  const rows = device.tensor(words.map(word => [...vocabulary.vectorOf(word)]));
  try {
    const model = await pca(rows, { components: 2 });
    try {
      const coordinates = await numbersOf(model.transform(rows));
      const [first = 0, second = 0] = await model.explainedVarianceRatio.data();
      show(words, asked.length, coordinates);
      tell(
        told,
        `The two directions in which these ${words.length} vary most have ${percent(first + second)} of all that they vary.`,
      );
    } finally {
      model.dispose();
    }
  } finally {
    rows.dispose();
  }
}

function show(words: readonly string[], asked: number, coordinates: ArrayLike<number>): void {
  const width = place.clientWidth;
  const [x, y] = [0, 1].map(axis => words.map((_, i) => coordinates[2 * i + axis] ?? 0)) as [number[], number[]];
  // Names stand to the right of their dots.
  const right = letter * Math.max(...words.map(word => word.length)) + 16;
  const across = scale(x, 10, width - right);
  const down = scale(y, height - 18, 18);
  const dots = words.map((word, i): Dot => ({
    word,
    isAsked: i < asked,
    across: across(x[i] ?? 0),
    down: down(y[i] ?? 0),
  }));
  place.replaceChildren(
    svg(
      'svg',
      { width, height, role: 'img', 'aria-label': `A map of ${words.join(', ')}: what is close together is alike` },
      ...apart(dots).flatMap(({ word, isAsked, across: left, down: top, name }) => {
        const colour = isAsked ? 'var(--second)' : 'var(--accent)';
        return [
          svg('line', { x1: left, y1: top, x2: left + 7, y2: name - 4, style: 'stroke: var(--line)' }),
          svg('circle', { cx: left, cy: top, r: isAsked ? 5 : 3.5, style: `fill: ${colour}` }),
          svg('text', { x: left + 9, y: name, style: isAsked ? `fill: ${colour}; font-weight: 700` : '' }, word),
        ];
      }),
    ),
  );
}

function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const [least, largest] = [Math.min(...values), Math.max(...values)];
  return value => from + ((to - from) * (value - least)) / (largest - least || 1);
}

/** Moves each name up or down until it stands on none that was placed before. `name` is its base line. */
function apart(dots: readonly Dot[]): (Dot & { readonly name: number })[] {
  const placed: (Dot & { readonly name: number })[] = [];
  const covers = (dot: Dot, name: number): boolean =>
    placed.some(
      other =>
        Math.abs(other.name - name) < line &&
        dot.across < other.across + letter * other.word.length + 12 &&
        other.across < dot.across + letter * dot.word.length + 12,
    );
  for (const dot of dots) {
    const ways = Array.from({ length: 12 }, (_, k) => (k % 2 === 0 ? 1 : -1) * Math.ceil(k / 2) * (line / 2));
    const within = ways.map(by => dot.down + 4 + by).filter(name => name > 12 && name < height - 2);
    placed.push({ ...dot, name: within.find(name => !covers(dot, name)) ?? dot.down + 4 });
  }
  return placed;
}
