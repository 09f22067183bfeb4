/** What becomes of the numbers of pairs, as the files and constants of a kernel. */
import type { WgslFile } from '../device/index.ts';
import { keysWgsl } from '../arith/index.ts';
import sinkCountWgsl from '../../shaders/pairwise/sink-count.wgsl';
import sinkMatrixWgsl from '../../shaders/pairwise/sink-matrix.wgsl';
import sinkMinWgsl from '../../shaders/pairwise/sink-min.wgsl';
import sinkPartialWgsl from '../../shaders/pairwise/sink-partial.wgsl';
import sinkSumWgsl from '../../shaders/pairwise/sink-sum.wgsl';
import { keepsAll, type Sink } from './pairwise.ts';

/** `merging`: for the pass that joins partial results. */
export function sinkFiles(sink: Sink, merging = false): WgslFile[] {
  switch (sink.kind) {
    case 'matrix':
    case 'condensed':
      return [sinkMatrixWgsl];
    case 'min':
    case 'argmin':
      return [keysWgsl, sinkMinWgsl, ...(merging ? [] : [sinkPartialWgsl])];
    case 'sum':
      return [sinkSumWgsl, ...(merging ? [] : [sinkPartialWgsl])];
    case 'countBelow':
      return [sinkCountWgsl, ...(merging ? [] : [sinkPartialWgsl])];
    default:
      throw sink satisfies never;
  }
}

export function sinkConstants(sink: Sink): Record<string, boolean> {
  if (keepsAll(sink)) return { CONDENSED: sink.kind === 'condensed' };
  return sink.kind === 'min' || sink.kind === 'argmin'
    ? { LEAST: true, MAGNITUDE: false, UNSIGNED: false, ARG: sink.kind === 'argmin' }
    : {};
}
