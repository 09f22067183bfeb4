/** The worker of maker.ts: is asked for pictures by their numbers, answers with their descriptions. */
import type { Wanted } from './maker.ts';
import { describe, dim } from './paint.ts';
import { pictureOf } from './pictures.ts';

addEventListener('message', ({ data: { first, count } }: MessageEvent<Wanted>) => {
  const vectors = new Float32Array(count * dim);
  for (let i = 0; i < count; i++) describe(pictureOf(first + i), vectors.subarray(i * dim, (i + 1) * dim));
  postMessage(vectors, { transfer: [vectors.buffer] });
});
