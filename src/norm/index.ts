/** The norm room: `norm`, `normalize`, `normSummary`, `schattenNorm`, `spectralNorm`. */
export { norm, type NormOptions } from './norm.ts';
export { normalize, type NormalizeOptions } from './normalize.ts';
export { parseOrd, type Ord, type ParsedOrd } from './order.ts';
export { schattenNorm, type SchattenOptions } from './schatten.ts';
export { spectralNorm, type SpectralNorm, type SpectralNormOptions } from './spectral.ts';
export { normSummary, type NormSummary } from './summary.ts';
