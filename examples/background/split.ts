/** A clip split on a device into what stays and what moves, and how well that agrees with what is known. */
import { robustPca, stablePca, type Device, type SeparationProgress, type SeparationRecord } from 'unitball';
import { numbersOf, relativeError } from '../numbers.ts';
import type { Clip } from './clip.ts';

export interface Split {
  readonly clip: Clip;
  readonly device: Device;
  readonly background: ArrayLike<number>;
  readonly movers: ArrayLike<number>;
  readonly history: readonly SeparationRecord[];
  readonly rank: number;
  readonly converged: boolean;
  /** Milliseconds. */
  readonly time: number;
}

export interface SplitOptions {
  /** The standard deviation that noise is said to have; 0 for none. */
  readonly deviation: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SeparationProgress) => void;
}

/** The residual that an iteration ends at. Noise is far above what float32 could tell apart, so with it an end may come sooner. */
export const toleranceOf = (deviation: number): number => (deviation > 0 ? 1e-4 : 1e-6);

export async function splitOf(clip: Clip, device: Device, { deviation, ...company }: SplitOptions): Promise<Split> {
  const d = device.tensor(clip.values, [clip.frames, clip.width * clip.height]);
  try {
    const start = performance.now();
    const options = { tol: toleranceOf(deviation), ...company };
    const found = await (deviation > 0 ? stablePca(d, { deviation, ...options }) : robustPca(d, options));
    const { lowRank, sparse, history, rank, converged } = found;
    const [background, movers] = await Promise.all([numbersOf(lowRank), numbersOf(sparse)]);
    const time = performance.now() - start;
    return { clip, device, background, movers, history, rank, converged, time };
  } finally {
    d.dispose();
  }
}

export const backgroundError = ({ clip, background }: Split): number => relativeError(clip.background, background);

/** Magnitudes above which a pixel counts as moving: a step of light that an eye sees. */
const SEEN = 0.05;

/** Of all pixels that move or are said to, the share that does both. */
export function agreement({ clip, movers }: Split): number {
  let [both, either] = [0, 0];
  clip.movers.forEach((moves, at) => {
    const isSaid = Math.abs(movers[at] ?? 0) > SEEN;
    if (moves && isSaid) both++;
    if (moves || isSaid) either++;
  });
  return either === 0 ? 1 : both / either;
}
