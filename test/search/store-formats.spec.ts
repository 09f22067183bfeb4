/** Vectors in files of others: what numpy writes is read, what we write is the same byte for byte, and bad files are told. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cast,
  CorruptFileError,
  FlatIndex,
  OptionError,
  readFvecs,
  readIvecs,
  readNpy,
  ShapeError,
  UnsupportedError,
  writeFvecs,
  writeIvecs,
  writeNpy,
  type Device,
  type PlainArray,
  type Source,
} from '../../src/index.ts';
import golden from '../golden/files.json';
import { expectRejects, Findings } from '../support/expect.ts';
import { goldenGrid, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { makeFolder, memorySink } from '../support/places.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

interface GoldenFile {
  readonly name: string;
  readonly kind: string;
  readonly bytes: string;
  readonly expected: GoldenArray;
}

const files: readonly GoldenFile[] = golden.cases;
const bytesOf = ({ bytes }: GoldenFile): Uint8Array => Uint8Array.from(atob(bytes), char => char.charCodeAt(0));
const file = (name: string): Uint8Array => {
  const found = files.find(one => one.name === name);
  if (!found) throw new Error(`there is no golden file '${name}'`);
  return bytesOf(found);
};

const readers: Readonly<Record<string, (source: Source) => Promise<PlainArray>>> = {
  npy: readNpy,
  fvecs: readFvecs,
  ivecs: readIvecs,
};

async function written(write: (sink: ReturnType<typeof memorySink>) => Promise<void>): Promise<Uint8Array> {
  const sink = memorySink();
  await write(sink);
  expect(sink.committed).toBe(true);
  return new Uint8Array(await new Blob(sink.pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

describe('numpy', () => {
  it('is read', async () => {
    const findings = new Findings();
    for (const one of files) {
      const { data, shape } = (await readers[one.kind]?.(bytesOf(one))) ?? { data: [], shape: [] };
      const expected = goldenGrid(one.expected);
      findings.shape(shape, expected.shape, one.name);
      findings.exact(data, expected.data, one.name);
    }
    findings.end();
  });

  it('gets the same bytes back', async () => {
    for (const name of [
      'grid <f4',
      'grid <f8',
      'grid <i4',
      'grid <i2',
      'grid i1',
      'grid u1',
      'grid <u2',
      'grid <u4',
      'a vector',
      'nothing',
    ]) {
      const { data, shape } = await readNpy(file(name));
      expect([name, await written(sink => writeNpy(sink, { data, shape }))]).toEqual([name, file(name)]);
    }
    const { data, shape } = await readNpy(file('bools'));
    const bools = cast(device.tensor({ data, shape }), 'bool');
    expect(await written(sink => writeNpy(sink, bools))).toEqual(file('bools'));
    const floats = device.tensor(await readNpy(file('grid <f4')));
    expect(await written(sink => writeNpy(sink, floats))).toEqual(file('grid <f4'));
  });

  it('is kept to what can be read', async () => {
    const header = (text: string): Uint8Array<ArrayBuffer> => {
      const body = new TextEncoder().encode(text);
      return new Uint8Array([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, body.length, 0, ...body]);
    };
    const told = (source: Source, type: typeof OptionError, ...mentions: string[]): Promise<Error> =>
      expectRejects(readNpy(source), type, 'readNpy', ...mentions);
    await told(new TextEncoder().encode('something else'), CorruptFileError, 'no .npy');
    await told(file('grid <f4').subarray(0, 90), CorruptFileError, '90 bytes');
    await told(new Uint8Array([...file('grid <f4'), 0]), CorruptFileError, 'goes on');
    await told(header("{'descr': '<c8', 'fortran_order': False, 'shape': (0,), }"), UnsupportedError, '<c8');
    await told(
      header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (0,), }"),
      UnsupportedError,
      'records',
    );
    await told(header('{}'), CorruptFileError, 'header');
    const large = new Uint8Array([
      ...header("{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }"),
      ...Array.from({ length: 8 }, () => 127),
    ]);
    await told(large, UnsupportedError, '2⁵³');
    const other = file('a vector');
    other[6] = 9;
    await told(other, UnsupportedError, 'version 9');
  });
});

describe('TexMex files', () => {
  it('get the same bytes back', async () => {
    const fvecs = await readFvecs(file('fvecs'));
    expect(fvecs.data).toBeInstanceOf(Float32Array);
    expect(await written(sink => writeFvecs(sink, fvecs))).toEqual(file('fvecs'));
    const ivecs = await readIvecs(file('ivecs'));
    expect(ivecs.data).toBeInstanceOf(Int32Array);
    expect(await written(sink => writeIvecs(sink, ivecs))).toEqual(file('ivecs'));
    expect(await readFvecs(new Uint8Array(0))).toEqual({ data: new Float32Array(0), shape: [0, 0] });
  });

  it('are told when they are none', async () => {
    await expectRejects(readFvecs(file('fvecs').subarray(0, 20)), CorruptFileError, 'readFvecs', '20 bytes');
    await expectRejects(readIvecs(new Uint8Array(8)), CorruptFileError, 'readIvecs', '8 bytes');
    const uneven = file('fvecs');
    uneven[16] = 2;
    await expectRejects(readFvecs(uneven), CorruptFileError, 'readFvecs', 'vector 1', '2', '3');
    const sink = memorySink();
    await expectRejects(writeFvecs(sink, [1, 2]), ShapeError, 'writeFvecs', '[2]');
    await expectRejects(writeIvecs(sink, [[0.5]]), OptionError, 'writeIvecs', '0.5');
    await expectRejects(writeNpy(sink, [1], { mode: 1 } as never), OptionError, 'writeNpy', 'mode');
    expect(sink.committed).toBe(false);
  });
});

it('files go into an index and out of it', async () => {
  const folder = await makeFolder();
  await writeNpy(folder.path('x.npy'), [
    [1, 2],
    [3, 4],
  ]);
  await writeFvecs(folder.path('x.fvecs'), [[5, 6]]);
  const index = FlatIndex.create(device, { dim: 2, metric: 'cityblock' });
  await index.add(await readNpy(folder.path('x.npy')));
  await index.add(await readFvecs(folder.path('x.fvecs')));
  const found = await index.search([5, 5], { k: 3 });
  expect([...found.ids]).toEqual([2, 1, 0]);
  expect((await folder.list()).sort()).toEqual(['x.fvecs', 'x.npy']);
  index.dispose();
});
