/** The norm room: `norm`, `normalize`, `normSummary`. */
export { norm, type NormOptions } from './norm.ts';
export { normalize, type NormalizeOptions } from './normalize.ts';
export type { Ord } from './order.ts';
export { normSummary, type NormSummary } from './summary.ts';
