/**
 * Pictures as pixels, and pixels as 384 numbers. Both come from the same paint: what is searched by is what is seen, and a
 * reader can judge every answer. No page in here, so that a worker and a test can use it.
 */
import { colours, grounds, type Picture, type Shape } from './pictures.ts';

/** Cells on a side of the grid that a picture is described by, and what is noted of each. */
const cells = 8;
const notes = 6;
export const dim = cells * cells * notes;

/** Pixels on a side from which a description is taken: two by two in a cell. */
const side = 2 * cells;

/** `Math.hypot` cares for numbers that have no place in a picture, and takes ten times as long. */
const far = (x: number, y: number): number => Math.sqrt(x * x + y * y);

/**
 * A shape by the distance of a point from its outline, negative inside, where the shape is about 1 from its middle to its ends.
 * Distances are exact near the outline, where edges are made soft by them.
 */
const outlines: Readonly<Record<Shape, (x: number, y: number) => number>> = {
  disc: (x, y) => far(x, y) - 0.9,
  ring: (x, y) => Math.abs(far(x, y) - 0.7) - 0.22,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) - 0.8,
  triangle: (x, y) => Math.max(y, 0.866 * Math.abs(x) - 0.5 * y) - 0.5,
  star(x, y) {
    // One of ten equal slices, from a tip to the notch beside it; the outline is one line in it.
    const fifth = (2 * Math.PI) / 5;
    const angle = Math.atan2(x, -y);
    const within = Math.abs(angle - fifth * Math.round(angle / fifth));
    const away = far(x, y);
    return (away * Math.cos(within) - 1) * 0.4 + away * Math.sin(within) * 0.917;
  },
  cross: (x, y) => Math.max(Math.min(Math.abs(x), Math.abs(y)) - 0.3, Math.max(Math.abs(x), Math.abs(y)) - 0.9),
  moon: (x, y) => Math.max(far(x, y) - 0.95, 0.8 - far(x - 0.45, y)),
  leaf: (x, y) => far(Math.abs(x) + 0.6, y) - 1.15,
};

/** The picture in square pixels, row by row: red, green and blue of each, from 0 to 1. */
export function paint(
  picture: Picture,
  pixels: number,
  out: Float32Array = new Float32Array(3 * pixels ** 2),
): Float32Array {
  const { shape, pattern, size, turn, right, down, tint, groundTint } = picture;
  const outline = outlines[shape];
  const [red, green, blue] = colours[picture.colour];
  const [groundRed, groundGreen, groundBlue] = grounds[picture.ground];
  const cosine = Math.cos(2 * Math.PI * turn) / size;
  const sine = Math.sin(2 * Math.PI * turn) / size;
  // From distances in the shape's own size to shares of a pixel.
  const sharpness = (size * pixels) / 2;
  for (let row = 0, at = 0; row < pixels; row++)
    for (let column = 0; column < pixels; column++, at += 3) {
      const x = (2 * column + 1) / pixels - 1 - right;
      const y = (2 * row + 1) / pixels - 1 - down;
      const u = x * cosine + y * sine;
      const v = y * cosine - x * sine;
      const cover = share(-outline(u, v) * sharpness);
      // Stripes and dots are darker parts of the shape.
      const dark =
        pattern === 'striped'
          ? share((Math.abs(fraction(1.7 * u) - 0.5) - 0.25) * 0.6 * sharpness)
          : pattern === 'dotted'
            ? share((0.32 - far(fraction(1.5 * u) - 0.5, fraction(1.5 * v) - 0.5)) * 0.67 * sharpness)
            : 0;
      const light = cover * (1 - 0.55 * dark);
      const ground = (1 - cover) * (1 - 0.12 * (row / pixels));
      out[at] = light * (red + tint[0]) + ground * (groundRed + groundTint[0]);
      out[at + 1] = light * (green + tint[1]) + ground * (groundGreen + groundTint[1]);
      out[at + 2] = light * (blue + tint[2]) + ground * (groundBlue + groundTint[2]);
    }
  return out;
}

/** How much of a pixel is covered whose middle is so many pixels within an edge. */
const share = (within: number): number => (within <= -0.5 ? 0 : within >= 0.5 ? 1 : within + 0.5);
const fraction = (value: number): number => value - Math.floor(value);

const pixelsHere = new Float32Array(3 * side ** 2);
/** With a border that repeats the pixels at the edge. */
const brightness = new Float32Array((side + 2) ** 2);

/**
 * What is to be seen in each cell of an 8 × 8 grid: its mean red, green and blue, and its edges. How strong they are is one number, the
 * other two are where they point, with the angle doubled, since an edge from light to dark is as good as one from dark to light.
 */
export function describe(picture: Picture, out: Float32Array = new Float32Array(dim)): Float32Array {
  paint(picture, side, pixelsHere);
  readBrightness();
  out.fill(0);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const pixel = 3 * (row * side + column);
      const here = (row + 1) * (side + 2) + column + 1;
      const across = ((brightness[here + 1] ?? 0) - (brightness[here - 1] ?? 0)) / 4;
      const along = ((brightness[here + side + 2] ?? 0) - (brightness[here - side - 2] ?? 0)) / 4;
      const strength = Math.sqrt(across * across + along * along);
      const cell = notes * ((row >> 1) * cells + (column >> 1));
      out[cell] = (out[cell] ?? 0) + (pixelsHere[pixel] ?? 0) / 4;
      out[cell + 1] = (out[cell + 1] ?? 0) + (pixelsHere[pixel + 1] ?? 0) / 4;
      out[cell + 2] = (out[cell + 2] ?? 0) + (pixelsHere[pixel + 2] ?? 0) / 4;
      if (strength === 0) continue;
      out[cell + 3] = (out[cell + 3] ?? 0) + strength;
      out[cell + 4] = (out[cell + 4] ?? 0) + (across * across - along * along) / strength;
      out[cell + 5] = (out[cell + 5] ?? 0) + (2 * across * along) / strength;
    }
  return out;
}

function readBrightness(): void {
  for (let row = 0; row < side + 2; row++)
    for (let column = 0; column < side + 2; column++) {
      const pixel = 3 * (held(row - 1) * side + held(column - 1));
      brightness[row * (side + 2) + column] =
        0.3 * (pixelsHere[pixel] ?? 0) + 0.59 * (pixelsHere[pixel + 1] ?? 0) + 0.11 * (pixelsHere[pixel + 2] ?? 0);
    }
}

const held = (place: number): number => (place < 0 ? 0 : place < side ? place : side - 1);
