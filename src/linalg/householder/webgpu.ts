/**
 * The Householder primitive on a GPU: panels of 32 columns, each two passes – its reflections by one workgroup a matrix, and what
 * they do to the columns behind –, then the same backwards over the columns of Q. All of it lies in scratch memory that is laid out by
 * shaders/linalg/householder/params.wgsl; a stack that has more than fits is taken in parts.
 */
import {
  bindRange,
  type BufferRange,
  type GpuFacts,
  type Lowered,
  type Pass,
  type WgslFile,
} from '../../device/index.ts';
import { LimitError } from '../../errors.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import numericWgsl from '../../../shaders/lib/numeric.wgsl';
import finishQWgsl from '../../../shaders/linalg/householder/finish-q.wgsl';
import finishRWgsl from '../../../shaders/linalg/householder/finish-r.wgsl';
import panelWgsl from '../../../shaders/linalg/householder/panel.wgsl';
import paramsWgsl from '../../../shaders/linalg/householder/params.wgsl';
import scalesWgsl from '../../../shaders/linalg/householder/scales.wgsl';
import startWgsl from '../../../shaders/linalg/householder/start.wgsl';
import updateWgsl from '../../../shaders/linalg/householder/update.wgsl';
import type { HouseholderPlan } from './householder.ts';

/** Columns of a panel. */
const BLOCK = 32;
const GROUP = 64;
/** Bytes of scratch memory that a stack may take, where one matrix takes less. */
const SCRATCH_MOST = 2 ** 28;

/** Sizes of a matrix's work. */
interface Sizes {
  readonly reflections: number;
  readonly foursA: number;
  readonly foursQ: number;
  /** Fours of all of it. */
  readonly stride: number;
}

function sizesOf({ rows, columns, widthQ }: HouseholderPlan): Sizes {
  const reflections = Math.min(rows, columns);
  const foursA = Math.ceil(columns / 4);
  const foursQ = Math.ceil(widthQ / 4);
  const panels = Math.ceil(reflections / BLOCK);
  const stride = rows * (foursA + foursQ) + 2 * foursA + (panels * 3 * BLOCK * BLOCK) / 4;
  return { reflections, foursA, foursQ, stride };
}

export function lowerHouseholder(plan: HouseholderPlan, facts: GpuFacts): Lowered {
  const { rows, columns, heightR, widthQ, from, to } = plan;
  const sizes = sizesOf(plan);
  const room = facts.maxBindingBytes - facts.bindingAlignment;
  const span = (rows - 1) * plan.rowStride + (columns - 1) * plan.columnStride + 1;
  const workBytes = sizes.stride * 16;
  const resultBytes = Math.max(heightR * columns, rows * widthQ) * 4;
  const atOnce = Math.min(
    to - from,
    Math.floor(Math.min(facts.maxBindingBytes, Math.max(SCRATCH_MOST, workBytes)) / workBytes),
    Math.floor(room / resultBytes),
    1 + Math.floor((room / 4 - span) / Math.max(1, plan.batchStride)),
  );
  if (atOnce < 1)
    throw new LimitError(
      `qr: a matrix of ${rows} × ${columns} takes ${Math.max(workBytes, span * 4)} bytes to factor, and a binding of this device spans ${facts.maxBindingBytes}. Use a cpu device.`,
    );
  const passes: Pass[] = [];
  for (let batch = from; batch < to; batch += atOnce)
    passes.push(...stackPasses(plan, sizes, batch, Math.min(atOnce, to - batch), span, facts));
  return { scratch: [workBytes * atOnce], passes };
}

/** The passes of `count` matrices. */
function stackPasses(
  plan: HouseholderPlan,
  sizes: Sizes,
  batch: number,
  count: number,
  span: number,
  facts: GpuFacts,
): Pass[] {
  const { rows, columns, heightR, widthQ } = plan;
  const { reflections, foursA, foursQ, stride } = sizes;
  const source = bindRange(0, plan.offset + batch * plan.batchStride, (count - 1) * plan.batchStride + span, facts);
  const resultR = bindRange(1, batch * heightR * columns, count * heightR * columns, facts);
  const resultQ = bindRange(2, batch * rows * widthQ, count * rows * widthQ, facts);
  const work: BufferRange = { slot: widthQ > 0 ? 3 : 2, byteOffset: 0, bytes: count * stride * 16 };
  const pass = (name: string, wgsl: WgslFile, run: PassRun): Pass => ({
    kernel: {
      name: `householder/${name}`,
      wgsl: [gridWgsl, numericWgsl, paramsWgsl, wgsl],
      constants: { BLOCK, LANES: GROUP, ...run.constants },
      bindings: run.bindings,
    },
    groups: run.groups * count,
    params: Uint32Array.from([
      run.groups,
      rows,
      columns,
      reflections,
      stride,
      foursA,
      foursQ,
      run.first ?? 0,
      run.target?.at ?? 0,
      run.target?.fours ?? 0,
      run.target?.first ?? 0,
      Number(run.target?.turned ?? false),
      run.base ?? 0,
      plan.batchStride,
      plan.rowStride,
      plan.columnStride,
      run.width ?? 0,
      run.height ?? 0,
    ]),
    buffers: run.buffers,
    work: run.work * count,
  });
  // A software adapter runs four invocations as one: among so many a barrier costs little, among more of them a lot.
  const { software } = facts;
  const across = software ? { LANES: 32, ACROSS: 32 } : { LANES: 256, ACROSS: 16 };
  const lanes = software ? { LANES: 4, ACROSS: 4 } : { LANES: 256, ACROSS: BLOCK };
  const sides = software ? { LANES: 8, SIDE: 1 } : { LANES: 128, SIDE: 2 };
  const given = { bindings: ['read', 'write'], buffers: [source.binding, work], base: source.base } as const;
  const inPlace = { bindings: ['write'], buffers: [work] } as const;
  const all = rows * (foursA + foursQ);
  const update = (first: number, target: Target): Pass | undefined =>
    target.first >= target.fours
      ? undefined
      : pass('update', updateWgsl, {
          ...inPlace,
          constants: sides,
          groups: Math.ceil((target.fours - target.first) / sides.SIDE),
          first,
          target,
          work: (rows - first) * (target.fours - target.first) * 4 * BLOCK * 4,
        });
  const firsts = Array.from({ length: Math.ceil(reflections / BLOCK) }, (_, panel) => panel * BLOCK);
  const passes = [
    pass('scales', scalesWgsl, {
      ...given,
      constants: across,
      groups: Math.ceil((foursA * 4) / across.ACROSS),
      work: all * 16,
    }),
    pass('start', startWgsl, { ...given, groups: Math.ceil(all / GROUP), work: all * 32 }),
    ...firsts.flatMap(first => [
      pass('panel', panelWgsl, {
        ...inPlace,
        constants: lanes,
        groups: 1,
        first,
        work: (rows - first) * BLOCK * BLOCK * 8,
      }),
      update(first, { at: 0, fours: foursA, first: (first + BLOCK) / 4, turned: true }),
    ]),
    pass('finish-r', finishRWgsl, {
      bindings: ['read', 'write'],
      buffers: [work, resultR.binding],
      groups: Math.ceil((heightR * columns) / GROUP),
      base: resultR.base,
      width: columns,
      height: heightR,
      work: heightR * columns * 8,
    }),
    ...(widthQ === 0
      ? []
      : [
          ...firsts
            .toReversed()
            .map(first => update(first, { at: rows * foursA, fours: foursQ, first: first / 4, turned: false })),
          pass('finish-q', finishQWgsl, {
            bindings: ['read', 'write'],
            buffers: [work, resultQ.binding],
            groups: Math.ceil((rows * widthQ) / GROUP),
            base: resultQ.base,
            width: widthQ,
            height: rows,
            work: rows * widthQ * 8,
          }),
        ]),
  ];
  return passes.filter(one => one !== undefined);
}

/** The columns that a block reflection is applied to. Mirrors params.wgsl. */
interface Target {
  readonly at: number;
  readonly fours: number;
  readonly first: number;
  readonly turned: boolean;
}

/** What differs from pass to pass. */
interface PassRun {
  readonly bindings: Pass['kernel']['bindings'];
  readonly buffers: readonly BufferRange[];
  readonly constants?: Readonly<Record<string, number>>;
  /** Workgroups of one matrix. */
  readonly groups: number;
  readonly first?: number;
  readonly target?: Target;
  readonly base?: number;
  readonly width?: number;
  readonly height?: number;
  /** About how many bytes one matrix moves. */
  readonly work: number;
}
