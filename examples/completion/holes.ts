/** Which pixels of a picture are lost: strokes of a brush, and pixels by chance. A canvas to paint on with a pointer or with keys. */
import { contextOf, showImage } from '../canvas.ts';
import { randomFrom } from '../chance.ts';
import type { Picture } from '../low-rank/picture.ts';

/** 1 where a pixel is known. */
export type Known = Uint8Array;

/** Loses a share of all pixels, whichever chance picks. */
export function scatter(known: Known, share: number, seed: number): void {
  const next = randomFrom(seed);
  for (let at = 0; at < known.length; at++) if (next() < share) known[at] = 0;
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface Painter {
  /** Shows another picture, with what is known of it. */
  readonly show: (picture: Picture, known: Known) => void;
  readonly draw: () => void;
}

/** Steps of the arrow keys, as shares of the brush's radius. */
const STEPS: Readonly<Record<string, Spot>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/**
 * Lets the reader paint: `radius` says how wide, in pixels of the picture, and `painted` hears of it when a stroke ends. With the keyboard,
 * arrows move the brush, and leave a stroke while the space bar is held or with it each time.
 */
export function makePainter(canvas: HTMLCanvasElement, radius: () => number, painted: () => void): Painter {
  let picture: Picture | undefined;
  let known: Known = new Uint8Array(0);
  let brush: Spot = { x: 0, y: 0 };
  let isDown = false;

  const draw = (): void => {
    if (!picture) return;
    showTorn(canvas, picture, known);
    if (document.activeElement === canvas) ring(canvas, brush, radius());
  };
  const lose = (to: Spot, from: Spot = to): void => {
    if (!picture) return;
    const { width, height } = picture;
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y)));
    const r = radius();
    for (let step = 0; step <= steps; step++) {
      const [x, y] = [from.x + ((to.x - from.x) * step) / steps, from.y + ((to.y - from.y) * step) / steps];
      for (let row = Math.max(0, Math.floor(y - r)); row <= Math.min(height - 1, y + r); row++)
        for (let column = Math.max(0, Math.floor(x - r)); column <= Math.min(width - 1, x + r); column++)
          if (Math.hypot(column - x, row - y) <= r) known[row * width + column] = 0;
    }
  };
  const spotOf = ({ clientX, clientY }: PointerEvent): Spot => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return { x: ((clientX - left) / width) * canvas.width, y: ((clientY - top) / height) * canvas.height };
  };

  canvas.addEventListener('pointerdown', event => {
    isDown = true;
    canvas.setPointerCapture(event.pointerId);
    brush = spotOf(event);
    lose(brush);
    draw();
  });
  canvas.addEventListener('pointermove', event => {
    if (!isDown) return;
    const before = brush;
    brush = spotOf(event);
    lose(brush, before);
    draw();
  });
  const lift = (): void => {
    if (!isDown) return;
    isDown = false;
    painted();
  };
  for (const name of ['pointerup', 'pointercancel', 'blur'] as const) canvas.addEventListener(name, lift);
  canvas.addEventListener('keydown', event => {
    const step = STEPS[event.key];
    if (!picture || (!step && event.key !== ' ')) return;
    event.preventDefault();
    const before = brush;
    if (step) {
      const by = Math.max(1, radius());
      brush = {
        x: Math.min(picture.width - 1, Math.max(0, brush.x + by * step.x)),
        y: Math.min(picture.height - 1, Math.max(0, brush.y + by * step.y)),
      };
    } else isDown = true;
    if (isDown) lose(brush, before);
    draw();
  });
  canvas.addEventListener('keyup', ({ key }) => {
    if (key === ' ') lift();
  });
  for (const name of ['focus', 'blur'] as const) canvas.addEventListener(name, draw);
  return {
    show(next, places) {
      [picture, known] = [next, places];
      brush = { x: Math.floor(next.width / 2), y: Math.floor(next.height / 2) };
      draw();
    },
    draw,
  };
}

/** The picture, hatched where it is lost. */
function showTorn(canvas: HTMLCanvasElement, { width, height, values }: Picture, known: Known): void {
  const image = new ImageData(width, height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      const hatch = (row + column) % 4 < 2 ? 0.97 : 0.9;
      for (let channel = 0; channel < 3; channel++)
        image.data[4 * at + channel] = 255 * (known[at] ? (values[(row * 3 + channel) * width + column] ?? 0) : hatch);
      image.data[4 * at + 3] = 255;
    }
  showImage(canvas, image);
}

/** Where the brush is, for who paints with keys. */
function ring(canvas: HTMLCanvasElement, { x, y }: Spot, radius: number): void {
  const context = contextOf(canvas);
  for (const [style, wide] of [
    ['white', 2],
    ['black', 1],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = wide;
    context.beginPath();
    context.arc(x + 0.5, y + 0.5, Math.max(1.5, radius), 0, 2 * Math.PI);
    context.stroke();
  }
}
