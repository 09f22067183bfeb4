/**
 * The things that the search page searches: small pictures, a shape on a ground. Each is made from its number alone, so that a
 * hundred thousand of them need no file, and any can be drawn again. They come in clusters: pictures of one cluster are variations
 * of one design. How pictures look in pixels and in numbers is in paint.ts, how people call them in words.ts.
 */

/** Each is told by its distance function in paint.ts. */
export const shapes = ['disc', 'ring', 'square', 'triangle', 'star', 'cross', 'moon', 'leaf'] as const;
export const patterns = ['plain', 'striped', 'dotted'] as const;

export type Shape = (typeof shapes)[number];
export type Pattern = (typeof patterns)[number];

/** Red, green and blue, from 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number];

export const colours = {
  red: [0.86, 0.16, 0.2],
  orange: [0.96, 0.55, 0.1],
  yellow: [0.97, 0.84, 0.2],
  green: [0.2, 0.62, 0.25],
  teal: [0.1, 0.64, 0.66],
  blue: [0.18, 0.38, 0.86],
  purple: [0.53, 0.27, 0.74],
  pink: [0.94, 0.45, 0.68],
} as const satisfies Readonly<Record<string, Colour>>;

export const grounds = {
  white: [0.96, 0.95, 0.93],
  grey: [0.6, 0.61, 0.63],
  black: [0.12, 0.12, 0.14],
  navy: [0.1, 0.16, 0.34],
  sand: [0.88, 0.78, 0.6],
  mint: [0.72, 0.9, 0.8],
  rose: [0.95, 0.8, 0.82],
  sky: [0.7, 0.85, 0.97],
} as const satisfies Readonly<Record<string, Colour>>;

export type ColourName = keyof typeof colours;
export type GroundName = keyof typeof grounds;
export const colourNames = Object.keys(colours) as readonly ColourName[];
export const groundNames = Object.keys(grounds) as readonly GroundName[];

/** What words can tell of a picture. */
export interface Design {
  readonly shape: Shape;
  readonly pattern: Pattern;
  readonly colour: ColourName;
  readonly ground: GroundName;
  /** Of half the picture. */
  readonly size: number;
  /** In turns, clockwise. */
  readonly turn: number;
}

/** A design with what makes it one of many. */
export interface Picture extends Design {
  /** From the middle, in halves of the picture. */
  readonly right: number;
  readonly down: number;
  /** Added to the colours of shape and ground. */
  readonly tint: Colour;
  readonly groundTint: Colour;
}

/** Every shape with every pattern in every colour on every ground. */
const clusters = shapes.length * patterns.length * colourNames.length * groundNames.length;

const clusterOf = (id: number): number => Math.floor(chance(id, 0) * clusters);

/** The design that a picture is a variation of. */
export const clusterDesign = (id: number): Design => designs[clusterOf(id)] ?? designOf(0);

export function pictureOf(id: number): Picture {
  const design = clusterDesign(id);
  const about = (trait: number, spread: number): number => (2 * chance(id, trait) - 1) * spread;
  return {
    ...design,
    size: design.size * (1 + about(1, 0.1)),
    turn: design.turn + about(2, 0.04),
    right: about(3, 0.1),
    down: about(4, 0.1),
    tint: [about(5, 0.05), about(6, 0.05), about(7, 0.05)],
    groundTint: [about(8, 0.03), about(9, 0.03), about(10, 0.03)],
  };
}

function designOf(cluster: number): Design {
  let left = cluster;
  const pick = <Name>(names: readonly Name[]): Name => {
    const name = names[left % names.length] as Name;
    left = Math.floor(left / names.length);
    return name;
  };
  return {
    shape: pick(shapes),
    pattern: pick(patterns),
    colour: pick(colourNames),
    ground: pick(groundNames),
    size: 0.5 + 0.3 * chance(cluster, 20),
    turn: chance(cluster, 21) < 0.75 ? 0 : chance(cluster, 22),
  };
}

const designs: readonly Design[] = Array.from({ length: clusters }, (_, cluster) => designOf(cluster));

/** A picture of exactly this design. */
export const drawn = (design: Design): Picture => ({
  ...design,
  right: 0,
  down: 0,
  tint: [0, 0, 0],
  groundTint: [0, 0, 0],
});

/** A number from 0 to 1 that looks random, and is always the same for the same id and trait. */
function chance(id: number, trait: number): number {
  let bits = Math.imul(id + 1, 0x9e3779b1) ^ Math.imul(trait + 1, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}
