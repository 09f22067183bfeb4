/**
 * The two primitives of sparse patterns: `sampled`, products of the rows of two thin matrices at given entries alone,
 * and `sparse`, a sparse matrix times a thin one. Sums run over a row's entries in their order, one worker each, so
 * that nothing depends on who is first. Which entries there are is pattern.ts's.
 */
import { bindRange, words, type GpuFacts, type Lowered, type Pass, type Primitive } from '../../device/index.ts';
import { LimitError } from '../../errors.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import sampledWgsl from '../../../shaders/lowrank/sampled.wgsl';
import productWgsl from '../../../shaders/lowrank/sparse.wgsl';
import { viewOf } from '../../tensor/index.ts';

/**
 * out[e] = base[e] + sign·Σ left[rows[e], k]·right[columns[e], k]. Reads rows, columns, left [m, width], right [n, width] and base;
 * all of them dense from the first word of their storage.
 */
export interface SampledPlan {
  readonly dtype: 'float32' | 'float64';
  readonly count: number;
  readonly width: number;
  readonly sign: 1 | -1;
  /** Rows of left and of right. */
  readonly m: number;
  readonly n: number;
}

/**
 * out[i, k] = Σ values[e]·x[columns[e], k] for the entries e from starts[i] up to starts[i + 1]. Reads starts [m + 1], columns,
 * values and x [n, width]; all of them dense from the first word of their storage.
 */
export interface SparseProductPlan {
  readonly dtype: 'float32' | 'float64';
  readonly count: number;
  readonly width: number;
  readonly m: number;
  readonly n: number;
}

export const sampledPrimitive: Primitive<SampledPlan> = {
  name: 'sampled',
  cpu({ dtype, count, width, sign }, reads, [written]) {
    const [rows, columns] = reads.slice(0, 2).map(bytes => viewOf(bytes, 'uint32')) as [Uint32Array, Uint32Array];
    const [left, right, base] = reads.slice(2).map(bytes => viewOf(bytes, dtype)) as [Floats, Floats, Floats];
    const out = viewOf(written as Uint8Array, dtype);
    for (let e = 0; e < count; e++) {
      const x = (rows[e] as number) * width;
      const y = (columns[e] as number) * width;
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (left[x + k] as number) * (right[y + k] as number);
      out[e] = (base[e] as number) + sign * sum;
    }
  },
  webgpu: lowerSampled,
  wasm: () => import('./wasm.ts').then(room => room.lowerSampledToWasm),
};

export const sparseProductPrimitive: Primitive<SparseProductPlan> = {
  name: 'sparse',
  cpu({ dtype, width, m }, reads, [written]) {
    const [starts, columns] = reads.slice(0, 2).map(bytes => viewOf(bytes, 'uint32')) as [Uint32Array, Uint32Array];
    const [values, x] = reads.slice(2).map(bytes => viewOf(bytes, dtype)) as [Floats, Floats];
    const out = viewOf(written as Uint8Array, dtype);
    const sums = new Float64Array(width);
    for (let i = 0; i < m; i++) {
      sums.fill(0);
      const end = starts[i + 1] as number;
      for (let e = starts[i] as number; e < end; e++) {
        const value = values[e] as number;
        const from = (columns[e] as number) * width;
        for (let k = 0; k < width; k++) sums[k] = (sums[k] as number) + value * (x[from + k] as number);
      }
      out.set(sums, i * width);
    }
  },
  webgpu: lowerProduct,
  wasm: () => import('./wasm.ts').then(room => room.lowerProductToWasm),
};

type Floats = Float32Array | Float64Array;

const GROUP = 64;

const roomOf = (facts: GpuFacts): number => Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4) - 4;

/** What cannot be cut, since any entry may point anywhere into it. */
function checkRoom(what: string, words32: number, facts: GpuFacts): void {
  if (words32 > roomOf(facts))
    throw new LimitError(
      `completeMatrix: ${what} take ${words32 * 4} bytes, and a binding of this device spans ${facts.maxBindingBytes}. Use a wasm or cpu device.`,
    );
}

function lowerSampled(plan: SampledPlan, facts: GpuFacts): Lowered {
  const { count, width, sign, m, n } = plan;
  checkRoom(`factors of ${Math.max(m, n)} rows and ${width} columns`, Math.max(m, n) * width, facts);
  const atOnce = roomOf(facts);
  const passes: Pass[] = [];
  for (let first = 0; first < count; first += atOnce) {
    const entries = Math.min(atOnce, count - first);
    const [rows, columns, base, out] = [0, 1, 4, 5].map(slot => bindRange(slot, first, entries, facts));
    const [left, right] = [bindRange(2, 0, m * width, facts), bindRange(3, 0, n * width, facts)];
    if (!rows || !columns || !base || !out) throw new Error('broken invariant: four bindings were made');
    passes.push({
      kernel: {
        name: 'sampled',
        wgsl: [gridWgsl, sampledWgsl],
        constants: { GROUP },
        bindings: ['read', 'read', 'read', 'read', 'read', 'write'],
      },
      groups: Math.ceil(entries / GROUP),
      params: Uint32Array.from([entries, width, words.float(sign), rows.base, columns.base, base.base, out.base]),
      buffers: [rows, columns, left, right, base, out].map(({ binding }) => binding),
      work: entries * (16 + 8 * width),
    });
  }
  return { scratch: [], passes };
}

function lowerProduct({ count, width, m, n }: SparseProductPlan, facts: GpuFacts): Lowered {
  checkRoom(`${count} entries`, count, facts);
  checkRoom(`a factor of ${n} rows and ${width} columns`, n * width, facts);
  const atOnce = Math.floor((roomOf(facts) - 1) / width);
  if (atOnce < 1) checkRoom(`${width} columns`, width + 1, facts);
  const passes: Pass[] = [];
  for (let first = 0; first < m; first += atOnce) {
    const rows = Math.min(atOnce, m - first);
    const starts = bindRange(0, first, rows + 1, facts);
    const out = bindRange(4, first * width, rows * width, facts);
    const whole = [bindRange(1, 0, count, facts), bindRange(2, 0, count, facts), bindRange(3, 0, n * width, facts)];
    passes.push({
      kernel: {
        name: 'sparse',
        wgsl: [gridWgsl, productWgsl],
        constants: { GROUP },
        bindings: ['read', 'read', 'read', 'read', 'write'],
      },
      groups: Math.ceil((rows * width) / GROUP),
      params: Uint32Array.from([rows * width, width, starts.base, out.base]),
      buffers: [starts, ...whole, out].map(({ binding }) => binding),
      work: Math.ceil((count * rows) / m) * width * 8,
    });
  }
  return { scratch: [], passes };
}
