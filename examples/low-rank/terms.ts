/** A picture's singular value decomposition on a device, and sums of its first terms. */
import { matmul, mul, svd, type Device, type LongOptions, type Tensor } from 'unitball';
import { numbersOf } from '../numbers.ts';
import type { Picture } from './picture.ts';

export interface Terms {
  readonly picture: Picture;
  readonly device: Device;
  /** Descending. */
  readonly strengths: readonly number[];
  /** Milliseconds. */
  readonly time: number;
  /** The numbers of the sum of the first `count` terms. */
  readonly sum: (count: number) => Promise<ArrayLike<number>>;
  readonly dispose: () => void;
}

/** Decomposes a picture. */
export async function termsOf(picture: Picture, device: Device, options: LongOptions): Promise<Terms> {
  const matrix = device.tensor(picture.values, [picture.height, 3 * picture.width]);
  try {
    const start = performance.now();
    const { u, s, vt } = await svd(matrix, options);
    const strengths = Array.from(await s.data(), Number);
    const time = performance.now() - start;
    const left = mul(u, s);
    u.dispose();
    s.dispose();
    return {
      picture,
      device,
      strengths,
      time,
      sum: count => numbersOf(firstTerms(left, vt, count)),
      dispose: () => [left, vt].forEach(tensor => tensor.dispose()),
    };
  } finally {
    matrix.dispose();
  }
}

function firstTerms(left: Tensor, right: Tensor, count: number): Tensor {
  const [columns, rows] = [left.slice(0, count, { axis: 1 }), right.slice(0, count)];
  try {
    return matmul(columns, rows);
  } finally {
    columns.dispose();
    rows.dispose();
  }
}

/** √(Σ of squares behind the first `count`), in shares of the whole: how far off their sum is. */
export function leftOut(strengths: readonly number[], count: number): number {
  const size = Math.hypot(...strengths);
  return size === 0 ? 0 : Math.hypot(...strengths.slice(count)) / size;
}
