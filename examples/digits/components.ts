/** Principal components of the digits: a map by the first two, the first of them as pictures, and a digit from some of them. */
import type { Device } from 'unitball';
import { byId, html, svg, tell } from '../dom.ts';
import { percent, relativeError } from '../numbers.ts';
import { drawDigit, most, pixels, type Collection } from './collection.ts';
import type { OnDevice } from './on-device.ts';

const slider = byId('terms', HTMLInputElement);
const map = byId('map', HTMLDivElement);

/** As many are shown as pictures. */
const pictures = 10;
const height = 420;
const edge = 12;

/** A colour for each of the ten, told apart on light and on dark. */
const colourOf = (label: number): string =>
  `light-dark(hsl(${36 * label} 75% ${label === 2 ? 32 : 40}%), hsl(${36 * label} 75% 68%))`;

/** Dots in the plane of the first two components, and in the middle of each kind its name. */
export function showMap({ coordinates, shares, components }: OnDevice, { labels }: Collection): void {
  const count = components.length / pixels;
  const width = map.clientWidth;
  const axis = (k: number): number[] => labels.map((_, i) => coordinates[i * count + k] ?? NaN);
  const across = scaled(axis(0), edge, width - edge);
  const down = scaled(axis(1), height - edge, edge);
  const dots = labels.map((label, i) =>
    svg('circle', {
      cx: across[i]?.toFixed(1) ?? 0,
      cy: down[i]?.toFixed(1) ?? 0,
      r: 2.5,
      fill: colourOf(label),
      'fill-opacity': 0.7,
    }),
  );
  const names = Array.from({ length: 10 }, (_, label) => {
    const mean = (places: readonly number[]): number => {
      const own = places.filter((_place, i) => labels[i] === label);
      return own.reduce((sum, place) => sum + place, 0) / own.length;
    };
    const style = `fill: ${colourOf(label)}; font-size: 26px; font-weight: 700; stroke: var(--card); stroke-width: 4px; paint-order: stroke`;
    return svg('text', { x: mean(across), y: mean(down) + 9, 'text-anchor': 'middle', style }, String(label));
  });
  const label = `A map of ${labels.length} digits: those of a kind lie together, more or less`;
  map.replaceChildren(svg('svg', { width, height, role: 'img', 'aria-label': label }, ...dots, ...names));
  tell(
    byId('map-told', HTMLParagraphElement),
    `Two numbers in place of 64 have ${percent((shares[0] ?? 0) + (shares[1] ?? 0))} of all variance.`,
  );
}

function scaled(values: readonly number[], from: number, to: number): number[] {
  const [least, largest] = [Math.min(...values), Math.max(...values)];
  return values.map(value => from + ((to - from) * (value - least)) / (largest - least));
}

/** The strongest components as pictures, each with its share of the variance. */
export function showComponents({ components, shares }: OnDevice): void {
  byId('components', HTMLOListElement).replaceChildren(
    ...Array.from({ length: pictures }, (_, k) => {
      const values = Array.from({ length: pixels }, (_none, i) => components[k * pixels + i] ?? 0);
      const canvas = html('canvas', { 'aria-hidden': 'true' });
      drawDigit(canvas, values, Math.max(...values.map(Math.abs)));
      return html('li', { class: 'hit' }, canvas, html('span', {}, percent(shares[k] ?? 0)));
    }),
  );
}

/** The digit from as many components as the slider says, by inverseTransform of the rest as 0. */
export async function showFromComponents(
  { model, components }: OnDevice,
  image: Float32Array,
  device: Device,
): Promise<void> {
  const count = components.length / pixels;
  slider.max = String(count);
  const terms = Number(slider.value);
  const rows = device.tensor(image, [1, pixels]);
  const transformed = model.transform(rows);
  rows.dispose();
  const coordinates = await transformed.data();
  transformed.dispose();
  const kept = device.tensor(
    Array.from(coordinates, (value, k) => (k < terms ? value : 0)),
    [1, count],
  );
  const back = model.inverseTransform(kept);
  kept.dispose();
  const values = await back.data();
  back.dispose();
  byId('terms-shown', HTMLElement).textContent = `${terms} of ${count}`;
  drawDigit(byId('from-components', HTMLCanvasElement), values, most);
  drawDigit(byId('as-asked', HTMLCanvasElement), image, most);
  tell(byId('terms-told', HTMLParagraphElement), `Off by ${percent(relativeError(image, values))}.`);
}
