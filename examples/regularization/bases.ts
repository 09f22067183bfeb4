/** Features that a model may put together to a curve: bumps, steps or polynomials of one variable. No page in here. */

export interface Basis {
  /** What a coefficient belongs to, one for each feature. */
  readonly names: readonly string[];
  /** Where each feature is drawn, from −1.5 to 1.5. */
  readonly middles: readonly number[];
  /** All features of an x from −1.5 to 1.5. */
  readonly features: (x: number) => number[];
}

const evenly = (count: number, from: number, to: number): number[] =>
  Array.from({ length: count }, (_, k) => from + ((to - from) * k) / (count - 1));

/** Neighbours are 0.25 apart and overlap. */
const width = 0.16;
const bumps = evenly(13, -1.5, 1.5);
const edges = evenly(12, -1.375, 1.375);
const degrees = Array.from({ length: 10 }, (_, k) => k + 1);

const at = (x: number): string => x.toFixed(2).replace('-', '−');

export const bases = {
  bumps: {
    names: bumps.map(middle => `the bump at ${at(middle)}`),
    middles: bumps,
    features: x => bumps.map(middle => Math.exp(-(((x - middle) / width) ** 2) / 2)),
  },
  steps: {
    names: edges.map(edge => `the step at ${at(edge)}`),
    middles: edges,
    features: x => edges.map(edge => (x < edge ? 0 : 1)),
  },
  // Chebyshev's, which are as large as 1 everywhere: powers would want coefficients of all sizes.
  polynomials: {
    names: degrees.map(degree => `the polynomial of degree ${degree}`),
    middles: evenly(degrees.length, -1.4, 1.4),
    features: x => degrees.map(degree => Math.cos(degree * Math.acos(x / 1.5))),
  },
} as const satisfies Readonly<Record<string, Basis>>;

export type BasisName = keyof typeof bases;

/** A colour for each feature, told apart on light and on dark. */
export const colourOf = (feature: number, count: number): string => {
  const hue = Math.round((360 * feature) / count);
  return `light-dark(hsl(${hue} 70% 36%), hsl(${hue} 75% 70%))`;
};
