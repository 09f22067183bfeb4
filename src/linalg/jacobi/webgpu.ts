/**
 * The jacobi primitive on a GPU: each meeting of two blocks is a small problem of its own – their products, rotations that make
 * those diagonal, and a product of matrices that carries the rotations out. Three passes a round, and one more a sweep.
 * shaders/linalg/jacobi/params.wgsl says what each does.
 */
import { bindRange, words, type GpuFacts, type Lowered, type Pass, type WgslFile } from '../../device/index.ts';
import { LimitError } from '../../errors.ts';
import applyWgsl from '../../../shaders/linalg/jacobi/apply.wgsl';
import diagonalizeWgsl from '../../../shaders/linalg/jacobi/diagonalize.wgsl';
import gramWgsl from '../../../shaders/linalg/jacobi/gram.wgsl';
import judgeWgsl from '../../../shaders/linalg/jacobi/judge.wgsl';
import paramsWgsl from '../../../shaders/linalg/jacobi/params.wgsl';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import { BLOCK, blocksOf, endsSweep, meetingsOf, roundsOf, runsOf, stateLength, toleranceOf } from './plan.ts';
import type { JacobiPlan } from './plan.ts';

const GROUP = 64;
const ROWS = 2 * BLOCK;
/** Columns of a part of the products at least. */
const SPAN = 256;
/** Parts of the products at most, and meetings that should keep a GPU busy without more of them. */
const PARTS = 8;
const BUSY = 256;
/** Sweeps within a meeting: more where it is the only one of its matrix. */
const [ALONE, AMONG] = [4, 2];
/** Words of J and of the word behind it. */
const TURN = ROWS * ROWS + 16;
/** Meetings of a pass, which bounds scratch memory. */
const AT_ONCE = 2048;

export function lowerJacobi(plan: JacobiPlan, facts: GpuFacts): Lowered {
  const room = Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4);
  const matrices = Math.floor(room / Math.max(plan.rows * plan.stride, stateLength(plan.rows)));
  if (matrices < 1)
    throw new LimitError(
      `jacobi: ${plan.rows} rows of ${plan.stride} elements take ${plan.rows * plan.stride * 4} bytes, and a binding of this device spans ${facts.maxBindingBytes}. Use a cpu device.`,
    );
  const parts = Math.max(1, Math.min(PARTS, Math.ceil(plan.length / SPAN), Math.ceil(BUSY / (plan.to - plan.from))));
  const most = Math.max(1, Math.min(AT_ONCE, Math.floor(room / (TURN * parts))));
  const runs = runsOf(plan, matrices, most);
  const passes: Pass[] = [];
  for (let round = plan.first; round < plan.first + plan.rounds; round++) {
    for (const run of runs) passes.push(...meetingPasses(plan, round % roundsOf(plan.rows), run, parts, facts));
    if (endsSweep(plan, round)) passes.push(...judgePasses(plan, facts));
  }
  const longest = Math.max(...runs.map(({ from, to }) => to - from));
  return { scratch: [longest * parts * ROWS * ROWS * 4, longest * TURN * 4], passes };
}

/** Slots of a call: what it writes, then scratch memory. */
const [WORK, STATE_SLOT, PRODUCTS, TURNS] = [0, 1, 2, 3];

function meetingPasses(
  plan: JacobiPlan,
  round: number,
  run: { from: number; to: number },
  parts: number,
  facts: GpuFacts,
): Pass[] {
  const { rows, stride } = plan;
  const meetings = meetingsOf(rows);
  const firstMatrix = Math.floor(run.from / meetings);
  const matrices = Math.ceil(run.to / meetings) - firstMatrix;
  const count = run.to - run.from;
  const work = bindRange(WORK, firstMatrix * rows * stride, matrices * rows * stride, facts);
  const state = bindRange(STATE_SLOT, firstMatrix * stateLength(rows), matrices * stateLength(rows), facts);
  const products = bindRange(PRODUCTS, 0, count * parts * ROWS * ROWS, facts);
  const turns = bindRange(TURNS, 0, count * TURN, facts);
  const tiles = Math.ceil(stride / GROUP);
  const params = paramsOf(plan, {
    groups: tiles,
    matrices,
    round,
    firstMeeting: run.from - firstMatrix * meetings,
    baseWork: work.base,
    baseState: state.base,
    span: Math.ceil(plan.length / parts),
    parts,
  });
  return [
    {
      kernel: kernelOf('gram', gramWgsl, ['read', 'read', 'write']),
      groups: count * parts,
      params,
      buffers: [work.binding, state.binding, products.binding],
      work: count * ROWS * plan.length * 16,
    },
    {
      kernel: kernelOf('diagonalize', diagonalizeWgsl, ['read', 'write', 'write']),
      groups: count,
      params,
      buffers: [products.binding, state.binding, turns.binding],
      // Hundreds of barriers: half a millisecond where a CPU plays the lanes, some tens of microseconds where they are real.
      work: count * ROWS * ROWS * ROWS * (facts.software ? 32 : 4),
    },
    {
      kernel: kernelOf('apply', applyWgsl, ['read', 'write']),
      groups: count * tiles,
      params,
      buffers: [turns.binding, work.binding],
      work: count * ROWS * stride * 32,
    },
  ];
}

/** Every matrix is judged, whichever of its meetings this call had: the last ones of all were among them. */
function judgePasses(plan: JacobiPlan, facts: GpuFacts): Pass[] {
  const length = stateLength(plan.rows);
  const atOnce = Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4 / length);
  const passes: Pass[] = [];
  for (let first = 0; first < plan.batches; first += atOnce) {
    const matrices = Math.min(atOnce, plan.batches - first);
    const state = bindRange(STATE_SLOT, first * length, matrices * length, facts);
    const rest = { groups: 1, round: 0, firstMeeting: 0, baseWork: 0, span: 0, parts: 1 };
    passes.push({
      kernel: kernelOf('judge', judgeWgsl, ['write']),
      groups: Math.ceil(matrices / GROUP),
      params: paramsOf(plan, { ...rest, matrices, baseState: state.base }),
      buffers: [state.binding],
      work: matrices * length * 4,
    });
  }
  return passes;
}

const kernelOf = (name: string, file: WgslFile, bindings: readonly ('read' | 'write')[]): Pass['kernel'] => ({
  name: `jacobi/${name}`,
  wgsl: [gridWgsl, paramsWgsl, file],
  constants: { GROUP, ROWS, HALF: BLOCK },
  bindings,
});

interface PassWords {
  readonly groups: number;
  readonly matrices: number;
  readonly round: number;
  readonly firstMeeting: number;
  readonly baseWork: number;
  readonly baseState: number;
  readonly span: number;
  readonly parts: number;
}

const paramsOf = ({ dtype, rows, length, stride, nothing }: JacobiPlan, pass: PassWords): Uint32Array =>
  Uint32Array.from([
    pass.groups,
    pass.matrices,
    rows,
    length,
    stride,
    blocksOf(rows),
    pass.round,
    meetingsOf(rows),
    pass.firstMeeting,
    pass.baseWork,
    pass.baseState,
    stateLength(rows),
    pass.span,
    pass.parts,
    roundsOf(rows) === 1 ? ALONE : AMONG,
    words.float(toleranceOf(dtype, length)),
    words.float(nothing),
  ]);
