/** Golden cases of the prox room, and how each function is called and how far off it may be. */
import {
  groupSoftThreshold,
  hardThreshold,
  huberProx,
  projectL1Ball,
  projectL2Ball,
  projectLinfBall,
  projectNuclearBall,
  projectSimplex,
  softThreshold,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import golden from '../golden/prox.json';
import type { Grid } from '../oracle/grid.ts';
import { goldenGrid, namedInput, type GoldenArray } from './golden.ts';
import { Batch, floatsOf, tensorOf } from './tensors.ts';
import {
  exact,
  inputRounding,
  plus,
  projectedElement,
  projectedOntoSphere,
  thresholded,
  thresholdedElement,
  thresholdedGroup,
  type Precision,
  type Tolerance,
} from '../tolerance.ts';

interface Case {
  readonly function: string;
  readonly x: string;
  readonly options: Readonly<Record<string, number>>;
  readonly expected: GoldenArray;
}

interface Way {
  readonly run: (x: Tensor, options: Case['options']) => Tensor | Promise<Tensor>;
  readonly bound: (x: Grid, options: Case['options'], precision: Precision) => Tolerance;
}

export const peakOf = (x: Grid): number =>
  Array.from(x.data).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const radiusOf = ({ radius = 0 }: Case['options']): number => radius;
const onSimplex: Way['bound'] = (x, options, precision) =>
  projectedElement(x.data.length, precision, radiusOf(options), peakOf(x));
const ofElement: Way['bound'] = (x, _, precision) => thresholdedElement(precision, peakOf(x));

const ways = {
  projectSimplex: { run: (x, options) => projectSimplex(x, radiusOf(options)), bound: onSimplex },
  projectL1Ball: { run: (x, options) => projectL1Ball(x, radiusOf(options)), bound: onSimplex },
  projectL2Ball: {
    run: (x, options) => projectL2Ball(x, radiusOf(options)),
    bound: (x, _, precision) => projectedOntoSphere(x.data.length, precision),
  },
  projectLinfBall: { run: (x, options) => projectLinfBall(x, radiusOf(options)), bound: () => exact },
  projectNuclearBall: {
    run: (x, options) => projectNuclearBall(x, radiusOf(options)),
    bound: (x, _, precision) =>
      plus(thresholded(Math.max(...x.shape), precision, Math.hypot(...Array.from(x.data))), inputRounding(precision)),
  },
  softThreshold: { run: (x, { threshold = 0 }) => softThreshold(x, threshold), bound: ofElement },
  hardThreshold: { run: (x, { threshold = 0 }) => hardThreshold(x, threshold), bound: () => exact },
  huberProx: { run: (x, { step = 0, delta = 0 }) => huberProx(x, step, { delta }), bound: ofElement },
  groupSoftThreshold: {
    run: (x, { threshold = 0 }) => groupSoftThreshold(x, threshold),
    bound: (x, _, precision) => thresholdedGroup(x.data.length, precision, peakOf(x)),
  },
} satisfies Readonly<Record<string, Way>>;

export type ProxName = keyof typeof ways;
export const proxNames = Object.keys(ways) as readonly ProxName[];

const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;
const cases = golden.cases as unknown as readonly Case[];

/** Runs the golden cases of one function. */
export async function compareGolden(device: Device, name: ProxName): Promise<void> {
  const batch = new Batch();
  const way: Way = ways[name];
  for (const one of cases.filter(({ function: own }) => own === name)) {
    const x = namedInput(inputs, one.x);
    for (const dtype of floatsOf(device)) {
      const result = await way.run(tensorOf(device, x, dtype), one.options);
      batch.expect(
        `${name}(${one.x}, ${JSON.stringify(one.options)})`,
        () => result,
        goldenGrid(one.expected),
        precision => way.bound(x, one.options, precision),
      );
    }
  }
  await batch.end();
}
