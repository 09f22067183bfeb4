/**
 * Planning a selection for a GPU: the steps that lead from rows to their first k pairs, by (rows, length, k) and the strategy
 * table. Pure arithmetic; cutting steps to what a binding spans is webgpu.ts's.
 *
 * - **Lists**: the first k of each segment of a row, by an invocation with a heap (`heap`) or a workgroup (`group`); then the
 *   same over what is left, until there is one list. For short lists.
 * - **Merge**: sorted runs, merged two by two, of which never more than k pairs are kept. For any list.
 * - **Filter**, before merging, where rows are much longer than lists: the k-th of a sample is a limit behind which nothing
 *   can be wanted, and what remains is few. The sample takes every s-th element; the order of pairs has no ties, so rows of
 *   equal numbers are thinned as well. How many remain only the device knows, so the merges behind are planned for all.
 */
import type { GpuFacts, Selection } from '../../device/index.ts';
import { strategyTable, type Strategy, type StrategyTable } from './strategy-table.ts';

/** What a step reads: the elements as they came, or what an earlier step wrote, of which only the device may know the count. */
export type From = 'elements' | 'pairs' | 'survivors';

export interface ListsStep {
  readonly kind: 'heap' | 'group';
  readonly from: From;
  /** Elements of a row to look at, `step` apart. */
  readonly length: number;
  readonly step: number;
  /** Elements of a segment, and the pairs that are kept of it at most. */
  readonly segment: number;
  readonly k: number;
  /** Pairs that a kernel has room for. */
  readonly capacity: number;
  /** Invocations of a workgroup. */
  readonly group: number;
  /** Pairs of a row that this writes at most. */
  readonly pairs: number;
}

export interface FilterStep {
  readonly kind: 'filter';
  readonly from: 'elements';
  readonly length: number;
  readonly step: 1;
  readonly segment: number;
  readonly k: number;
  readonly items: number;
  readonly group: number;
  readonly pairs: number;
}

export interface MergeStep {
  readonly kind: 'merge';
  readonly from: 'pairs' | 'survivors';
  /** Elements of a row that all its lists cover. */
  readonly length: number;
  readonly step: 1;
  /** Elements that a list covers before it is merged. */
  readonly segment: number;
  /** Pairs of a merged list at most. */
  readonly k: number;
  readonly items: number;
  readonly group: number;
  readonly pairs: number;
}

/** Every step reads what the one before wrote, but that a filter and steps from `elements` read the row. */
export type Step = ListsStep | FilterStep | MergeStep;

/** Pairs in the lists of a row of `length` elements, each of which covers `segment` and keeps k. */
export const pairsOf = (length: number, segment: number, k: number): number =>
  Math.floor(length / segment) * Math.min(k, segment) + Math.min(k, length % segment);

/** Words that a binding can span, whatever its offset: it may have to begin up to one alignment earlier. */
export const bindingWords = (facts: GpuFacts): number =>
  Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4);

/** The least room of a heap and of a workgroup; as few sizes as possible, since each is a pipeline. */
const CAPACITIES = { heap: [16, 64, 256, 512], group: [256, 1024] } as const;
/** Rows of fewer segments than this are not cut: a second step would take longer. */
const FEW = 4;
const HEAP_GROUP = 16;
const MERGE_GROUP = 64;

export function planSelect(
  rows: number,
  length: number,
  k: number,
  facts: GpuFacts,
  table: StrategyTable = strategyTable,
): Step[] {
  const strategy = table[facts.software ? 'software' : 'hardware'];
  const how = facts.selection ?? selectionFor(rows, length, k, strategy, facts);
  switch (how) {
    case 'heap':
    case 'group':
      return listSteps(how, rows, length, k, strategy, facts);
    case 'merge':
      return runSteps('elements', length, 1, k, strategy, facts);
    case 'filter':
      return filterSteps(length, k, strategy, facts);
    default:
      throw how satisfies never;
  }
}

/** What the table says of rows of this length and lists of k. */
export function selectionFor(rows: number, length: number, k: number, strategy: Strategy, facts: GpuFacts): Selection {
  const filtered = isFiltered(length, k, strategy, facts);
  if (!(filtered && k > strategy.filterAbove && length <= strategy.filterMost)) {
    const heaps = isForHeaps(rows, length, k, strategy);
    if (k <= strategy.groupMost && !heaps) return 'group';
    if (k <= strategy.heapMost && (strategy.groupMost === 0 || heaps)) return 'heap';
  }
  return filtered ? 'filter' : 'merge';
}

function filterSteps(length: number, k: number, strategy: Strategy, facts: GpuFacts): Step[] {
  const group = Math.min(MERGE_GROUP, facts.maxInvocations);
  // As many are in the sample as are expected to remain: k·length/sample = sample.
  const step = Math.max(1, Math.floor(length / Math.max(2 * k, Math.sqrt(k * length))));
  return [
    ...runSteps('elements', Math.ceil(length / step), step, k, strategy, facts),
    {
      kind: 'filter',
      from: 'elements',
      length,
      step: 1,
      segment: group * strategy.filterItems,
      k,
      items: strategy.filterItems,
      group,
      pairs: length,
    },
    ...runSteps('survivors', length, 1, k, strategy, facts),
  ];
}

const isForHeaps = (rows: number, length: number, k: number, strategy: Strategy): boolean =>
  k <= strategy.heapMost && length <= strategy.heapLength && rows >= strategy.heapRows;

/** A row's survivors may be all its elements, and they need to lie in one binding. */
const isFiltered = (length: number, k: number, strategy: Strategy, facts: GpuFacts): boolean =>
  length >= strategy.filterLength && length >= strategy.filterShare * k && 2 * length <= bindingWords(facts);

function listSteps(
  kind: 'heap' | 'group',
  rows: number,
  length: number,
  k: number,
  strategy: Strategy,
  facts: GpuFacts,
): ListsStep[] {
  const steps: ListsStep[] = [];
  const least = kind === 'heap' ? strategy.heapSegment : strategy.groupSegment;
  let left = length;
  do {
    const from = steps.length === 0 ? 'elements' : 'pairs';
    const most = Math.floor(bindingWords(facts) / 2);
    const even = Math.ceil((left * rows) / strategy.busy[kind]);
    const wanted = Math.max(least, 8 * k, even);
    const segment = Math.min(left, most, left <= FEW * wanted ? left : wanted);
    const next = listsStep(kind, from, left, 1, segment, k, facts);
    // Too little room for two lists side by side: what merging does not get around either.
    if (next.pairs >= left && left > segment) break;
    steps.push(next);
    left = next.pairs;
  } while (left > k);
  return steps;
}

function listsStep(
  kind: 'heap' | 'group',
  from: From,
  length: number,
  step: number,
  segment: number,
  most: number,
  facts: GpuFacts,
): ListsStep {
  const k = Math.min(most, segment);
  // A workgroup has room for all elements of a segment, or for twice its list.
  const needed = kind === 'heap' ? k : Math.min(2 * k, segment);
  const capacity = CAPACITIES[kind].find(size => size >= needed) ?? needed;
  const group = Math.min(kind === 'heap' ? HEAP_GROUP : capacity / 4, facts.maxInvocations);
  return { kind, from, length, step, segment, k, capacity, group, pairs: pairsOf(length, segment, k) };
}

/** Sorted runs, merged until there is one. */
function runSteps(
  from: 'elements' | 'survivors',
  length: number,
  step: number,
  k: number,
  strategy: Strategy,
  facts: GpuFacts,
): Step[] {
  const kind = strategy.groupMost > 0 ? 'group' : 'heap';
  const steps: Step[] = [listsStep(kind, from, length, step, Math.min(strategy.run, length), k, facts)];
  for (let segment = Math.min(strategy.run, length); segment < length; segment *= 2)
    steps.push({
      kind: 'merge',
      from: from === 'survivors' ? 'survivors' : 'pairs',
      length,
      step: 1,
      segment,
      k: Math.min(k, 2 * segment),
      items: strategy.mergeItems,
      group: Math.min(MERGE_GROUP, facts.maxInvocations),
      pairs: pairsOf(length, 2 * segment, k),
    });
  return steps;
}
