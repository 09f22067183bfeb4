/**
 * Passes that change rows before a metric's kernel reads them (shaders/pairwise/prepare.wgsl): to unit length, to shares,
 * or away from a common centre – or that only measure what would change them. Prepared rows lie in scratch memory, padded to
 * whole fours and with one four more.
 */
import { bindRange, words, type BufferRange, type GpuFacts, type Kernel, type Pass } from '../device/index.ts';
import gridWgsl from '../../shaders/lib/grid.wgsl';
import numericWgsl from '../../shaders/lib/numeric.wgsl';
import centreWgsl from '../../shaders/pairwise/centre.wgsl';
import lanesManyWgsl from '../../shaders/pairwise/lanes-many.wgsl';
import lanesOneWgsl from '../../shaders/pairwise/lanes-one.wgsl';
import prepareWgsl from '../../shaders/pairwise/prepare.wgsl';
import type { Preparation } from './metric.ts';
import { MEASURED_WORDS } from './pairwise.ts';

/** What a GPU can do to rows: what metrics ask for, and the centring of expanded squares. */
export type GpuPreparation = Preparation | 'centre';

export interface RowsToPrepare {
  readonly slot: number;
  readonly offset: number;
  readonly stride: number;
  readonly count: number;
  readonly length: number;
  /** The slots of the weights and of the centre, with where the former begin. */
  readonly weights: { readonly slot: number; readonly offset: number } | undefined;
  readonly centre: number | undefined;
  /** The slot to write to, and where in it. */
  readonly into: number;
  readonly intoOffset?: number;
  /** True where rows are left as they are and only what they would be changed by is written, four words a row. */
  readonly measures?: boolean;
}

/** Stored elements from one prepared row to the next. */
export const preparedStride = (length: number): number => (Math.ceil(length / 4) + 1) * 4;

/** What changes a row when it is read, in place of a pass that prepares it: the constants of values-measured.wgsl. */
export const changesOf = (how: GpuPreparation): { MEAN: boolean; ROOTS: boolean } => {
  const { MEAN, ROOTS } = SWITCHES[how];
  return { MEAN, ROOTS };
};

const SWITCHES: Record<GpuPreparation, Record<'CENTRE' | 'UNIT' | 'MEAN' | 'SHARES' | 'ROOTS', boolean>> = {
  centre: { CENTRE: true, UNIT: false, MEAN: false, SHARES: false, ROOTS: false },
  unit: { CENTRE: false, UNIT: true, MEAN: false, SHARES: false, ROOTS: false },
  'centred-unit': { CENTRE: false, UNIT: true, MEAN: true, SHARES: false, ROOTS: false },
  shares: { CENTRE: false, UNIT: false, MEAN: false, SHARES: true, ROOTS: false },
  'root-shares': { CENTRE: false, UNIT: false, MEAN: false, SHARES: true, ROOTS: true },
};

/** Invocations of a workgroup, and how many share a row on a GPU. */
const GROUP = 64;
const LANES = 32;

export function preparePasses(how: GpuPreparation, rows: RowsToPrepare, facts: GpuFacts): Pass[] {
  const fours = Math.ceil(rows.length / 4);
  const { intoOffset = 0, measures = false } = rows;
  const step = measures ? MEASURED_WORDS : preparedStride(rows.length);
  const room = Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4) - 8;
  const atOnce = Math.max(
    1,
    Math.min(Math.floor(room / step), Math.floor((room - rows.length) / Math.max(1, rows.stride)) + 1),
  );
  const lanes = facts.software || fours < LANES ? 1 : LANES;
  const group = Math.min(GROUP, facts.maxInvocations);
  const passes: Pass[] = [];
  for (let first = 0; first < rows.count; first += atOnce) {
    const count = Math.min(atOnce, rows.count - first);
    const input = bindRange(
      rows.slot,
      rows.offset + first * rows.stride,
      (count - 1) * rows.stride + rows.length,
      facts,
    );
    const output = bindRange(rows.into, intoOffset + first * step, count * step, facts);
    const weights = rows.weights && bindRange(rows.weights.slot, rows.weights.offset, rows.length, facts);
    const centre = rows.centre === undefined ? undefined : bindRange(rows.centre, 0, rows.length, facts);
    passes.push({
      kernel: prepareKernel(how, { weighted: weights !== undefined, measures, lanes, group }),
      groups: Math.ceil((count * lanes) / group),
      params: Uint32Array.from([
        count,
        rows.length,
        fours,
        input.base,
        rows.stride,
        weights?.base ?? 0,
        centre?.base ?? 0,
        output.base / 4,
        words.nan,
      ]),
      buffers: [input, output, weights, centre].filter(range => range !== undefined).map(range => range.binding),
      work: count * rows.length * 16,
    });
  }
  return passes;
}

function prepareKernel(
  how: GpuPreparation,
  { weighted, measures, lanes, group }: { weighted: boolean; measures: boolean; lanes: number; group: number },
): Kernel {
  const names = [
    'rows: array<f32>',
    'prepared: array<vec4f>',
    ...(weighted ? ['weights: array<f32>'] : []),
    ...(how === 'centre' ? ['centre: array<f32>'] : []),
  ];
  const bindings = names.map(
    (name, binding) => `@group(0) @binding(${binding}) var<storage, ${binding === 1 ? 'read_write' : 'read'}> ${name};`,
  );
  // What is not bound has a constant in its place.
  bindings.push(`fn weight_at(i: u32) -> f32 { return ${weighted ? 'weights[i]' : '1.0'}; }`);
  bindings.push(`fn centre_at(i: u32) -> f32 { return ${how === 'centre' ? 'centre[i]' : '0.0'}; }`);
  return {
    name: `pairs/${measures ? 'measure' : 'prepare'}/${how}`,
    wgsl: [
      gridWgsl,
      numericWgsl,
      { id: `pairs/prepare bindings (${names.join(', ')})`, text: bindings.join('\n') },
      lanes > 1 ? lanesManyWgsl : lanesOneWgsl,
      prepareWgsl,
    ],
    constants: { GROUP: group, LANES: lanes, WEIGHTED: weighted, MEASURE: measures, ...SWITCHES[how] },
    bindings: names.map((_, k) => (k === 1 ? 'write' : 'read')),
  };
}

/** Rows that the centre is the mean of, at most. */
const PICKS = 64;

/** Writes the mean of some rows to `into`. */
export function centrePass(
  rows: {
    readonly slot: number;
    readonly offset: number;
    readonly stride: number;
    readonly count: number;
    readonly length: number;
  },
  into: number,
  facts: GpuFacts,
): Pass {
  const group = Math.min(GROUP, facts.maxInvocations);
  // No further than a binding reaches.
  const room = Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4) - 8;
  const reach = Math.max(1, Math.min(rows.count, Math.floor((room - rows.length) / Math.max(1, rows.stride)) + 1));
  const picks = Math.min(PICKS, reach);
  const stride = Math.floor(reach / picks) * rows.stride;
  const input = bindRange(rows.slot, rows.offset, (picks - 1) * stride + rows.length, facts);
  const output = bindRange(into, 0, rows.length, facts);
  const buffers: BufferRange[] = [input.binding, output.binding];
  return {
    kernel: {
      name: 'pairs/centre',
      wgsl: [gridWgsl, numericWgsl, centreWgsl],
      constants: { GROUP: group },
      bindings: ['read', 'write'],
    },
    groups: Math.ceil(rows.length / group),
    params: Uint32Array.from([rows.length, input.base, stride, picks]),
    buffers,
    work: picks * rows.length * 4,
  };
}
