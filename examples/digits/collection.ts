/** The digits, fetched from data/ (its README says where they are from), and how one is drawn. No page in here. */
import { readNpy } from 'unitball';
import { showImage } from '../canvas.ts';

/** A digit is so wide and so high. */
export const side = 8;
export const pixels: number = side ** 2;
/** The strongest ink. */
export const most = 16;

export interface Collection {
  /** [digits, 64], from 0 to 16. */
  readonly images: Float32Array;
  readonly labels: readonly number[];
  readonly imageOf: (id: number) => Float32Array;
}

export async function loadDigits(): Promise<Collection> {
  const address = new URL('../data/digits.npy', import.meta.url);
  const response = await fetch(address);
  if (!response.ok)
    throw new Error(`The digits did not come: ${response.status} for ${address.pathname}. Load the page again.`);
  const { data, shape } = await readNpy(new Uint8Array(await response.arrayBuffer()));
  const [count = 0, columns = 0] = shape;
  const images = new Float32Array(count * pixels);
  const labels = Array.from({ length: count }, (_, i) => data[i * columns + pixels] ?? NaN);
  for (let i = 0; i < count; i++)
    for (let k = 0; k < pixels; k++) images[i * pixels + k] = data[i * columns + k] ?? NaN;
  return { images, labels, imageOf: id => images.slice(id * pixels, (id + 1) * pixels) };
}

const ink = [40, 120, 210] as const;
const lack = [220, 110, 30] as const;

/** A pixel a number, `full` in full colour; what is below 0 in the other colour. */
export function drawDigit(canvas: HTMLCanvasElement, values: ArrayLike<number>, full: number = most): void {
  const image = new ImageData(side, side);
  for (let k = 0; k < pixels; k++) {
    const value = values[k] ?? 0;
    image.data.set([...(value < 0 ? lack : ink), Math.min(255, (255 * Math.abs(value)) / full)], 4 * k);
  }
  showImage(canvas, image);
}
