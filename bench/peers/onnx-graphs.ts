/** The graphs that the ops of benches are for ONNX Runtime, as small as they get. Inputs' shapes come with the call. */
import type { Constant, Graph, Step } from './onnx-model.ts';
import type { PairMetric } from './peer.ts';

/** A graph but for its inputs. */
export type Body = Omit<Graph, 'inputs'>;

const number = (value: number): Constant => ({ values: Float32Array.of(value), shape: [] });
const integers = (...values: number[]): Constant => ({ values: values.map(BigInt), shape: [values.length] });

/** Dimensions that are reduced, and whether they stay with length 1. */
const reduced = (axes: readonly number[]): Body['constants'] => ({ axes: integers(...axes) });
const KEPT = { keepdims: 1n };
const GONE = { keepdims: 0n };

const body = (constants: Body['constants'], steps: readonly Step[], ...outputs: string[]): Body => ({
  constants,
  steps,
  outputs,
});

/**
 * On a GPU a kernel of its own squares, adds and takes the root. On wasm ReduceL2 takes several times as long as the
 * product, ReduceSum and the root, one after another.
 */
function l2(onGpu: boolean, from: string, to: string, kept: typeof KEPT | typeof GONE): Step[] {
  if (onGpu) return [['ReduceL2', [from, 'axes'], [to], kept]];
  return [
    ['Mul', [from, from], [`${to} squares`]],
    ['ReduceSum', [`${to} squares`, 'axes'], [`${to} squared`], kept],
    ['Sqrt', [`${to} squared`], [to]],
  ];
}

function normSteps(onGpu: boolean, ord: number, to: string): Step[] {
  if (ord === 2) return l2(onGpu, 'x', to, GONE);
  const size: Step = ['Abs', ['x'], [`${to} size`]];
  if (ord !== 0) return [size, [ord === 1 ? 'ReduceSum' : 'ReduceMax', [`${to} size`, 'axes'], [to], GONE]];
  return [size, ['Sign', [`${to} size`], [`${to} ones`]], ['ReduceSum', [`${to} ones`, 'axes'], [to], GONE]];
}

const unitSteps = (onGpu: boolean, from: string, to: string): Step[] => [
  ...l2(onGpu, from, `${to} length`, KEPT),
  ['Div', [from, `${to} length`], [to]],
];

const squareSums = (from: string, to: string): Step[] => [
  ['Mul', [from, from], [`${to} squares`]],
  ['ReduceSum', [`${to} squares`, 'axes'], [to], KEPT],
];

export const norm = (onGpu: boolean, ord: number, axes: readonly number[]): Body =>
  body(reduced(axes), normSteps(onGpu, ord, 'y'), 'y');

export const normSummary = (onGpu: boolean, axis: number): Body =>
  body(
    reduced([axis]),
    [0, 1, 2, Infinity].flatMap(ord => normSteps(onGpu, ord, `l${ord}`)),
    'l0',
    'l1',
    'l2',
    'lInfinity',
  );

export const normalize = (onGpu: boolean, axis: number): Body => body(reduced([axis]), unitSteps(onGpu, 'x', 'y'), 'y');

export const softThreshold = (t: number): Body =>
  body(
    { least: number(-t), most: number(t) },
    [
      ['Clip', ['x', 'least', 'most'], ['clipped']],
      ['Sub', ['x', 'clipped'], ['y']],
    ],
    'y',
  );

/** The product of all rows, and what follows from it. Differences of all pairs would take gigabytes. */
export function pairs(onGpu: boolean, metric: PairMetric): Body | undefined {
  switch (metric) {
    case 'inner':
      return body({}, [['Gemm', ['a', 'b'], ['y'], { transB: 1n }]], 'y');
    case 'cosine':
      return body(
        { ...reduced([1]), one: number(1) },
        [
          ...unitSteps(onGpu, 'a', 'unit a'),
          ...unitSteps(onGpu, 'b', 'unit b'),
          ['Gemm', ['unit a', 'unit b'], ['product'], { transB: 1n }],
          ['Sub', ['one', 'product'], ['y']],
        ],
        'y',
      );
    case 'euclidean':
      return body(
        reduced([1]),
        [
          ...squareSums('a', 'left'),
          ...squareSums('b', 'column'),
          ['Transpose', ['column'], ['right']],
          ['Gemm', ['a', 'b', 'left'], ['part'], { transB: 1n, alpha: -2 }],
          ['Add', ['part', 'right'], ['squared']],
          ['Relu', ['squared'], ['positive']],
          ['Sqrt', ['positive'], ['y']],
        ],
        'y',
      );
    case 'cityblock':
      return undefined;
  }
}

const INT32 = 6n;

/** Points are an input or, where they are given here, weights. */
export const search = (k: number, points?: Constant): Body => ({
  constants: { k: integers(k), ...(points && { points }) },
  steps: [
    ['Gemm', ['queries', 'points'], ['products'], { transB: 1n }],
    ['TopK', ['products', 'k'], ['largest', 'where']],
    ['Neg', ['largest'], ['distances']],
    ['Cast', ['where'], ['indices'], { to: INT32 }],
  ],
  outputs: ['distances', 'indices'],
  integers: ['indices'],
});
