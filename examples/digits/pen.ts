/**
 * Where a digit is written, by finger, pen or mouse, and how it becomes one of the collection's kind: brought to the size of all, drawn on
 * 32 × 32 pixels, and the dark ones counted in blocks of 4 × 4, as those of the collection were.
 */
import { contextOf } from '../canvas.ts';
import { side } from './collection.ts';

type Place = readonly [x: number, y: number];

const fine = 32;
const block = fine / side;
/** Of a pen, on the fine grid. */
const width = 4;
/** What is thinner than this part of its height is as wide as it is. */
const thinnest = 0.05;

/** `written` hears of what is there after each piece of a stroke, and of nothing where it was wiped off. */
export function makePaper(
  paper: HTMLCanvasElement,
  written: (image: Float32Array | undefined) => void,
): { readonly wipe: () => void } {
  const strokes: Place[][] = [];
  const context = contextOf(paper);
  const placeOf = ({ clientX, clientY }: PointerEvent): Place => {
    const { left, top, width: wide, height: high } = paper.getBoundingClientRect();
    return [((clientX - left) / wide) * paper.width, ((clientY - top) / high) * paper.height];
  };
  const show = (): void => {
    context.clearRect(0, 0, paper.width, paper.height);
    drawStrokes(context, strokes, (paper.width * width) / fine, getComputedStyle(paper).color);
  };
  paper.addEventListener('pointerdown', event => {
    paper.setPointerCapture(event.pointerId);
    strokes.push([placeOf(event)]);
    show();
    written(digitOf(strokes));
  });
  paper.addEventListener('pointermove', event => {
    if (!paper.hasPointerCapture(event.pointerId)) return;
    strokes.at(-1)?.push(placeOf(event));
    show();
    written(digitOf(strokes));
  });
  return {
    wipe() {
      strokes.length = 0;
      show();
      written(undefined);
    },
  };
}

function drawStrokes(
  context: CanvasRenderingContext2D,
  strokes: readonly (readonly Place[])[],
  pen: number,
  colour: string,
): void {
  context.lineWidth = pen;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = colour;
  for (const stroke of strokes) {
    context.beginPath();
    // A stroke of one place is a dot.
    for (const [x, y] of [...stroke.slice(0, 1), ...stroke]) context.lineTo(x, y);
    context.stroke();
  }
}

/** Strokes as 64 numbers from 0 to 16. */
function digitOf(strokes: readonly (readonly Place[])[]): Float32Array {
  const places = strokes.flat();
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const room = fine - width;
  const scale = room / Math.max(bottom - top, right - left, thinnest);
  const move = ([x, y]: Place): Place => [
    fine / 2 + (x - (left + right) / 2) * scale,
    fine / 2 + (y - (top + bottom) / 2) * scale,
  ];
  const sheet = new OffscreenCanvas(fine, fine).getContext('2d', { willReadFrequently: true });
  if (!sheet) throw new Error('This browser gives no canvas to draw on.');
  drawStrokes(
    sheet as unknown as CanvasRenderingContext2D,
    strokes.map(stroke => stroke.map(move)),
    width,
    'black',
  );
  const { data } = sheet.getImageData(0, 0, fine, fine);
  const digit = new Float32Array(side ** 2);
  for (let y = 0; y < fine; y++)
    for (let x = 0; x < fine; x++) {
      const at = Math.floor(y / block) * side + Math.floor(x / block);
      if ((data[4 * (y * fine + x) + 3] ?? 0) > 127) digit[at] = (digit[at] ?? 0) + 1;
    }
  return digit;
}
