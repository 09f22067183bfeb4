/** The order room: `topk`, `argsort`, `sort`, and the selecting of pairs that they stand on. */
export { select, selectInto, type Lists, type Selected, type Selection } from './run.ts';
export { argsort, sort, type SortOptions } from './sort.ts';
export { topk, type Topk, type TopkOptions } from './topk.ts';
