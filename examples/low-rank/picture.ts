/** Pictures and matrices: a row of the matrix is a row of pixels, with red, green and blue side by side. */
import { contextOf, showImage } from '../canvas.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height, 3 · width], from 0 to 1: the reds of a row, then its greens, then its blues. */
  readonly values: Float32Array;
}

/** Sides of a picture brought to a longer side of `most` pixels; small ones stay as they are. */
export function fitted(width: number, height: number, most: number): { width: number; height: number } {
  const share = Math.min(1, most / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

/** What a canvas shows. */
export function pictureOf(canvas: HTMLCanvasElement): Picture {
  const { width, height } = canvas;
  const { data } = contextOf(canvas).getImageData(0, 0, width, height);
  const values = new Float32Array(height * 3 * width);
  for (let row = 0; row < height; row++)
    for (let channel = 0; channel < 3; channel++)
      for (let column = 0; column < width; column++)
        values[(row * 3 + channel) * width + column] = (data[4 * (row * width + column) + channel] ?? 0) / 255;
  return { width, height, values };
}

/** Shows numbers, which may be a little below 0 or above 1. */
export function show(canvas: HTMLCanvasElement, { width, height }: Picture, values: ArrayLike<number>): void {
  const image = new ImageData(width, height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const pixel = 4 * (row * width + column);
      for (let channel = 0; channel < 3; channel++)
        image.data[pixel + channel] = 255 * (values[(row * 3 + channel) * width + column] ?? 0);
      image.data[pixel + 3] = 255;
    }
  showImage(canvas, image);
}

/** Draws a file's picture, on white where it is transparent. */
export async function drawFile(canvas: HTMLCanvasElement, file: File, most: number): Promise<void> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(`${file.name} is no picture that this browser can read.`);
  });
  const { width, height } = fitted(bitmap.width, bitmap.height, most);
  canvas.width = width;
  canvas.height = height;
  const context = contextOf(canvas);
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
}
