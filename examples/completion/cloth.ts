/** A woven cloth to tear holes into: the threads along it and those across it each have a colour, with squares printed on them. */
import { randomFrom } from '../chance.ts';
import type { Picture } from '../low-rank/picture.ts';

type Colour = readonly [number, number, number];

const DYES: readonly Colour[] = [
  [0.62, 0.12, 0.15],
  [0.09, 0.25, 0.38],
  [0.93, 0.86, 0.7],
  [0.11, 0.36, 0.28],
  [0.85, 0.6, 0.2],
];

/** What printing adds to a colour. */
const PRINT: Colour = [0.16, 0.13, 0.02];

const isPrinted = (share: number, times: number): boolean => (share * times) % 1 > 0.3 && (share * times) % 1 < 0.7;

/** Stripes of some widths, the same backwards as forwards. */
function threads(count: number, next: () => number): Colour[] {
  const half: Colour[] = [];
  while (half.length < count / 2) {
    const dye = DYES[Math.floor(DYES.length * next())] ?? [0, 0, 0];
    const width = Math.max(1, Math.round(count * (0.01 + 0.07 * next() ** 2)));
    for (let k = 0; k < width; k++) half.push(dye);
  }
  const first = half.slice(0, Math.ceil(count / 2));
  return [...first, ...first.toReversed().slice(count % 2)];
}

/**
 * Of rank 6: in each colour, warp plus weft plus squares, all of them a little darker where the light falls off on both sides. As
 * functions of the row that are the light alone, three colours of weft, and squares; and there is the mean.
 */
export function makeCloth(width: number, height: number, seed: number): Picture {
  const next = randomFrom(seed);
  const [warp, weft] = [threads(width, next), threads(height, next)];
  const values = new Float32Array(height * 3 * width);
  const light = (share: number): number => 1 - 0.5 * (share - 0.35) ** 2;
  for (let row = 0; row < height; row++)
    for (let channel = 0; channel < 3; channel++)
      for (let column = 0; column < width; column++) {
        const woven = 0.45 * ((warp[column]?.[channel] ?? 0) + (weft[row]?.[channel] ?? 0));
        const colour = woven + (isPrinted(column / width, 8) && isPrinted(row / height, 6) ? (PRINT[channel] ?? 0) : 0);
        values[(row * 3 + channel) * width + column] = colour * light(row / height) * light(column / width);
      }
  return { width, height, values };
}
