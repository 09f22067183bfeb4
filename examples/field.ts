/**
 * The picture of distances from one point to everywhere: a grid of pixels, each shaded by its distance, and lines of equal
 * distance over it, that of distance 1 in bold. It is given its numbers, and computes none.
 */
import { contours } from './contours.ts';
import { half } from './plane.ts';

/** Pixels on a side. Lines are drawn between them and as sharp as the screen. */
export const side = 192;

/** The middles of all pixels, row by row from the upper left: right and up, or on a map up and right. */
export function pixels(isMap: boolean): Float32Array {
  const coordinates = new Float32Array(2 * side * side);
  const middle = (k: number): number => half * ((2 * k + 1) / side - 1);
  for (let at = 0; at < side * side; at++) {
    const right = middle(at % side);
    const up = -middle(Math.floor(at / side));
    coordinates.set(isMap ? [up, right] : [right, up], 2 * at);
  }
  return coordinates;
}

/** This many lines show how the distance grows; what is farther away is left blank. */
const mostLines = 14;
const strongest = 0.62;

export interface Field {
  readonly values: ArrayLike<number>;
  readonly spacing: number;
}

/** A function that shows a field on the canvas, or clears it; it shows it again when size or colours change. */
export function fieldPainter(canvas: HTMLCanvasElement): (field: Field | undefined) => void {
  const pen = penOf(canvas);
  const shades = document.createElement('canvas');
  shades.width = side;
  shades.height = side;
  const shadesPen = penOf(shades);
  let shown: Field | undefined;

  function paint(): void {
    const size = Math.round(canvas.clientWidth * devicePixelRatio);
    canvas.width = size;
    canvas.height = size;
    if (!shown) return;
    const { values, spacing } = shown;
    const [near, far] = rangeOf(values, spacing * mostLines);
    shadesPen.putImageData(shaded(values, near, far), 0, 0);
    pen.drawImage(shades, 0, 0, size, size);
    // The shades are only transparency; the colour is the page's.
    const { color } = getComputedStyle(canvas);
    pen.globalCompositeOperation = 'source-in';
    pen.fillStyle = color;
    pen.fillRect(0, 0, size, size);
    pen.globalCompositeOperation = 'source-over';
    pen.strokeStyle = color;
    pen.lineCap = 'round';
    const [thin, bold] = linesOf(shown, near, far, size / side);
    stroke(thin, 1, 0.55);
    stroke(bold, 3, 1);
  }

  function stroke(path: Path2D, width: number, opacity: number): void {
    pen.lineWidth = width * devicePixelRatio;
    pen.globalAlpha = opacity;
    pen.stroke(path);
    pen.globalAlpha = 1;
  }

  new ResizeObserver(paint).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paint);
  return field => {
    shown = field;
    paint();
  };
}

function penOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('This browser draws on no canvas.');
  return pen;
}

function rangeOf(values: ArrayLike<number>, widest: number): readonly [near: number, far: number] {
  let near = Infinity;
  let far = -Infinity;
  for (let k = 0; k < values.length; k++) {
    const value = values[k] ?? NaN;
    if (!Number.isFinite(value)) continue;
    if (value < near) near = value;
    if (value > far) far = value;
  }
  return [near, Math.min(far, near + widest)];
}

/** Opaque where near, clear where far, and where there is no distance. */
function shaded(values: ArrayLike<number>, near: number, far: number): ImageData {
  const image = new ImageData(side, side);
  for (let k = 0; k < values.length; k++) {
    const share = (far - (values[k] ?? NaN)) / (far - near || 1);
    image.data[4 * k + 3] = share > 0 ? 255 * strongest * share : 0;
  }
  return image;
}

function linesOf({ values, spacing }: Field, near: number, far: number, scale: number): readonly [Path2D, Path2D] {
  const thin = new Path2D();
  const bold = new Path2D();
  contours(values, side, spacing, near, far, (level, x1, y1, x2, y2) => {
    const path = level === 1 ? bold : thin;
    path.moveTo((x1 + 0.5) * scale, (y1 + 0.5) * scale);
    path.lineTo((x2 + 0.5) * scale, (y2 + 0.5) * scale);
  });
  return [thin, bold];
}
