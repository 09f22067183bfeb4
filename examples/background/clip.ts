/** A surveillance clip that is generated: a square under changing light, and people who cross it. What is background is known. */
import { normal, randomFrom } from '../chance.ts';

export interface Clip {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** [frames, height · width], from 0 to 1: a row is a frame. */
  readonly values: Float32Array;
  /** The same without people and without noise. */
  readonly background: Float32Array;
  /** 1 where somebody stands. */
  readonly movers: Uint8Array;
}

export interface ClipOptions {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** The standard deviation of the camera's noise. */
  readonly noise: number;
  readonly seed: number;
}

export function makeClip({ width, height, frames, noise, seed }: ClipOptions): Clip {
  const next = randomFrom(seed);
  const pixels = width * height;
  const [square, lamp] = [scene(width, height, next), glow(width, height)];
  const values = new Float32Array(frames * pixels);
  const background = new Float32Array(frames * pixels);
  const movers = new Uint8Array(frames * pixels);
  const people = Array.from({ length: 5 }, () => walker(width, height, frames, next));
  for (let frame = 0; frame < frames; frame++) {
    const time = frame / Math.max(1, frames - 1);
    // Clouds pass, and a lamp flickers: two pictures, each with a strength of its own. That is a background of rank 2.
    const day = 0.8 + 0.15 * Math.cos(2 * Math.PI * time) + 0.05 * Math.cos(11 * time);
    const light = 0.5 + 0.5 * Math.sin(23 * time) ** 2;
    for (let at = 0; at < pixels; at++) {
      const still = day * (square[at] ?? 0) + light * (lamp[at] ?? 0);
      background[frame * pixels + at] = still;
      values[frame * pixels + at] = still;
    }
    for (const person of people)
      for (const { at, shade } of person(frame)) {
        values[frame * pixels + at] = shade;
        movers[frame * pixels + at] = 1;
      }
  }
  if (noise > 0) for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) + noise * normal(next);
  return { width, height, frames, values, background, movers };
}

/** A square with houses behind it, from 0.1 to 0.75. */
function scene(width: number, height: number, next: () => number): Float32Array {
  const out = new Float32Array(width * height);
  const houses = Array.from({ length: 6 }, () => ({ top: 0.08 + 0.22 * next(), shade: 0.25 + 0.3 * next() }));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [across, down] = [x / width, y / height];
      const place = Math.min(5, Math.floor(across * 6));
      const house = houses[place] ?? { top: 0, shade: 0 };
      const isWindow = (across * 18) % 1 > 0.35 && (across * 18) % 1 < 0.75 && (down * 14) % 1 > 0.4;
      const tiles = (Math.floor(across * 16 + 4 * down) + Math.floor(down * 12)) % 2;
      out[y * width + x] =
        down > 0.48
          ? 0.42 + 0.2 * (down - 0.48) + 0.07 * tiles
          : down < house.top
            ? 0.72
            : isWindow
              ? 0.15
              : house.shade;
    }
  return out;
}

/** The light of a lamp on the left, up to 0.25. */
function glow(width: number, height: number): Float32Array {
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const distance = Math.hypot(x / width - 0.22, (y / height - 0.35) * 0.75);
      out[y * width + x] = 0.25 * Math.exp(-((distance / 0.16) ** 2));
    }
  return out;
}

interface Stain {
  readonly at: number;
  readonly shade: number;
}

/** Somebody who crosses the square, once, at a pace of their own: the pixels that they cover in a frame. */
function walker(width: number, height: number, frames: number, next: () => number): (frame: number) => Stain[] {
  const depth = 0.5 + 0.32 * next();
  const size = height * (0.12 + 0.22 * (depth - 0.4));
  const [start, pace] = [-0.8 + 1.2 * next(), 1 + 0.8 * next()];
  const heading = next() < 0.5 ? -1 : 1;
  const shade = next() < 0.6 ? 0.02 + 0.1 * next() : 0.9 + 0.1 * next();
  return frame => {
    const way = (start + pace * (frame / frames)) * heading + (heading < 0 ? 1 : 0);
    const [middle, foot] = [way * width, depth * height + 0.15 * height];
    const covered: Stain[] = [];
    for (let y = Math.floor(foot - size); y < foot; y++)
      for (let x = Math.floor(middle - size); x <= middle + size; x++) {
        if (x < 0 || x >= width || y < 0 || y >= height) continue;
        const up = (foot - y) / size;
        const isHead = Math.hypot(x - middle, (up - 0.86) * size) < 0.13 * size;
        const isBody = up > 0.42 && up < 0.76 && Math.abs(x - middle) < 0.16 * size;
        const stride = 0.14 * size * Math.sin(1.3 * frame) * (0.42 - up) * 2.4;
        const isLeg = up <= 0.42 && Math.abs(Math.abs(x - middle) - Math.abs(stride)) < 0.07 * size;
        if (isHead || isBody || isLeg) covered.push({ at: y * width + x, shade: isHead ? 0.6 * shade + 0.2 : shade });
      }
    return covered;
  };
}
