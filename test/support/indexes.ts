/** Indexes for the specs of files. */
import { FlatIndex, type Device, type FlatIndexOptions, type Id } from '../../src/index.ts';
import { Random } from './random.ts';

/** An index of seeded random vectors. */
export async function filled<Own extends Id = number>(
  device: Device,
  count: number,
  dim: number,
  options: Partial<FlatIndexOptions> = {},
  ids?: Own[],
): Promise<FlatIndex<Own>> {
  const index = FlatIndex.create<Own>(device, { dim, metric: 'cityblock', ...options });
  await index.add({ data: new Random(count).normal(count * dim), shape: [count, dim] }, ids);
  return index;
}

/** What it would be in a file. */
export async function bytesOf<Own extends Id>(index: FlatIndex<Own>): Promise<Uint8Array> {
  return new Uint8Array(await (await index.toBlob()).arrayBuffer());
}
