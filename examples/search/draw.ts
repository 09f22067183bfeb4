/** Items on a canvas: pictures as they are, other vectors as a square of their numbers. */
import { showImage } from '../canvas.ts';
import { paint } from './paint.ts';
import type { Picture } from './pictures.ts';

/** Pixels on a side, enough for a screen of twice the density. */
const pixels = 144;
const painted = new Float32Array(3 * pixels ** 2);

export function drawPicture(canvas: HTMLCanvasElement, picture: Picture): void {
  paint(picture, pixels, painted);
  const image = new ImageData(pixels, pixels);
  for (let at = 0; at < pixels ** 2; at++) {
    for (let part = 0; part < 3; part++) image.data[4 * at + part] = 255 * (painted[3 * at + part] ?? 0);
    image.data[4 * at + 3] = 255;
  }
  showImage(canvas, image);
}

const above = [40, 120, 210] as const;
const below = [220, 110, 30] as const;

/** A pixel a number, the largest in full colour. */
export function drawNumbers(canvas: HTMLCanvasElement, vector: ArrayLike<number>): void {
  const side = Math.ceil(Math.sqrt(vector.length));
  const image = new ImageData(side, side);
  let most = 0;
  for (let k = 0; k < vector.length; k++) most = Math.max(most, Math.abs(vector[k] ?? 0));
  for (let k = 0; k < vector.length; k++) {
    const value = vector[k] ?? 0;
    image.data.set([...(value < 0 ? below : above), most > 0 ? (255 * Math.abs(value)) / most : 0], 4 * k);
  }
  showImage(canvas, image);
}
