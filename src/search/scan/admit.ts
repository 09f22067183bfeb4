/**
 * The admit primitive: makes NaN, in place, of those distances of a tile that must not be found – points that a mask forbids,
 * and what lies outside a radius. Selecting puts NaN last, so that such points come up only where there are no others.
 */
import { bindRange, words, type GpuFacts, type Lowered, type Pass, type Primitive } from '../../device/index.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import admitWgsl from '../../../shaders/search/admit.wgsl';
import { launch, viewOf, type Tensor } from '../../tensor/index.ts';

/** Reads: the mask where there is one. Writes: the distances. */
export interface AdmitPlan {
  readonly dtype: 'float32' | 'float64';
  readonly rows: number;
  readonly columns: number;
  /** Which distances may stay, at most: a number of the dtype, or Infinity. */
  readonly radius: number;
  /** The bit of the first column, counted from the first word of the mask's storage. */
  readonly firstBit: number | undefined;
}

export const admitPrimitive: Primitive<AdmitPlan> = {
  name: 'admit',
  cpu({ dtype, rows, columns, radius, firstBit }, reads, writes) {
    const distances = viewOf(writes[0] as Uint8Array, dtype);
    const mask = firstBit === undefined ? undefined : viewOf(reads[0] as Uint8Array, 'uint32');
    for (let column = 0; column < columns; column++) {
      const bit = (firstBit ?? 0) + column;
      const allowed = !mask || (((mask[bit >>> 5] as number) >>> (bit & 31)) & 1) === 1;
      for (let row = 0, at = column; row < rows; row++, at += columns)
        if (!allowed || !((distances[at] as number) <= radius)) distances[at] = NaN;
    }
  },
  webgpu: lowerAdmit,
  wasm: () => import('./wasm.ts').then(room => room.lowerAdmitToWasm),
};

const GROUP = 64;
const ITEMS = 8;

/** Numbers that have the order of float32 ones, also of those that a GPU takes for 0; −0 counts 0. */
function keyOf(x: number): number {
  const bits = words.float(x + 0);
  return x < 0 ? ~bits >>> 0 : (bits | 0x80000000) >>> 0;
}

/** Blocks of rows, or of parts of one, whose distances and bits fit their bindings. */
function lowerAdmit({ rows, columns, radius, firstBit }: AdmitPlan, facts: GpuFacts): Lowered {
  const room = Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4) - 4;
  const columnsAtOnce = Math.min(columns, room);
  const rowsAtOnce = columnsAtOnce < columns ? 1 : Math.max(1, Math.floor(room / columns));
  const masked = firstBit !== undefined;
  const passes: Pass[] = [];
  for (let row = 0; row < rows; row += rowsAtOnce)
    for (let column = 0; column < columns; column += columnsAtOnce) {
      const length = Math.min(columnsAtOnce, columns - column);
      const count = Math.min(rowsAtOnce, rows - row) * length;
      const bit = (firstBit ?? 0) + column;
      const distances = bindRange(masked ? 1 : 0, row * columns + column, count, facts);
      const bits = masked ? [bindRange(0, bit >>> 5, ((bit & 31) + length + 31) >>> 5, facts)] : [];
      passes.push({
        kernel: {
          name: 'admit',
          wgsl: [
            gridWgsl,
            admitWgsl,
            {
              id: `admit bindings (${masked ? 'masked' : 'all'})`,
              text: masked
                ? '@group(0) @binding(1) var<storage, read> mask: array<u32>;\nfn word_of(at: u32) -> u32 { return mask[at]; }'
                : 'fn word_of(at: u32) -> u32 { return 0xffffffffu; }',
            },
          ],
          constants: { GROUP, ITEMS },
          bindings: masked ? ['write', 'read'] : ['write'],
        },
        groups: Math.ceil(count / (GROUP * ITEMS)),
        params: Uint32Array.from([
          count,
          length,
          distances.base,
          (bits[0]?.base ?? 0) * 32 + (bit & 31),
          keyOf(radius),
          words.nan,
        ]),
        buffers: [distances.binding, ...bits.map(range => range.binding)],
        work: count * 8,
      });
    }
  return { scratch: [], passes };
}

/** The largest float32 that is no larger than a number: what is compared with float32 numbers in its place. */
export function floorToFloat32(x: number): number {
  const near = Math.fround(x);
  if (near <= x || x !== x) return near;
  // Below 0 the next smaller number has the larger bits; the one before 0 is the least negative one.
  const bits = words.float(near);
  const before = near === 0 ? 0x80000001 : near < 0 ? bits + 1 : bits - 1;
  return new Float32Array(Uint32Array.of(before).buffer)[0] ?? NaN;
}

/** Makes NaN of distances [queries, points] that must not be found. `first` is the mask's element for the first point. */
export function admit(
  op: string,
  distances: Tensor,
  { radius, allowed, first }: { radius: number | undefined; allowed: Tensor | undefined; first: number },
): void {
  if ((radius === undefined && !allowed) || distances.size === 0) return;
  const [rows = 0, columns = 0] = distances.shape;
  const dtype = distances.dtype as AdmitPlan['dtype'];
  const limit = radius ?? Infinity;
  const plan: AdmitPlan = {
    dtype,
    rows,
    columns,
    radius: dtype === 'float64' ? limit : floorToFloat32(limit),
    firstBit: allowed && allowed.offset * 32 + first,
  };
  launch(op, admitPrimitive, plan, allowed ? [allowed] : [], [distances]);
}
