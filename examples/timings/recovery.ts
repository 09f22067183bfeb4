/** Sparse recovery: a signal of few spikes from a quarter of as many numbers, and the transforms that it is seen through. */
import {
  composeOperators,
  haarWavelet,
  matrixOperator,
  partialDct,
  partialFourier,
  sparseRecover,
  type LinearOperator,
  type Tensor,
} from 'unitball';
import { chosen, first, of, second, type Op, type Sizes, type Task, type Wish } from './op.ts';

/** So many different whole numbers below n, in an order of no meaning. */
function picksOf(n: number, count: number): number[] {
  // Whatever has no divisor in common with n visits all.
  const shares = (a: number, b: number): boolean => (b === 0 ? a > 1 : shares(b, a % b));
  let stride = Math.max(1, Math.floor(0.618 * n));
  while (stride > 1 && shares(stride, n)) stride--;
  return Array.from({ length: count }, (_, k) => (k * stride) % n);
}

const quarter = (n: number): number => Math.max(1, n >> 2);

/** Half of the frequencies are the mirror images of the others. */
const operators: Readonly<Record<string, (n: number, matrix: Tensor) => LinearOperator | Promise<LinearOperator>>> = {
  'partialDct(n, picks)': n => partialDct(n, picksOf(n, quarter(n))),
  'partialFourier(n, picks)': n => partialFourier(n, picksOf(Math.max(1, n >> 1), quarter(n >> 1))),
  'composeOperators(partialDct(n, picks), haarWavelet(n))': n =>
    composeOperators(partialDct(n, picksOf(n, quarter(n))), haarWavelet(n)),
  'await matrixOperator(a)': (_, matrix) => matrixOperator(matrix),
};
const choice = { label: 'Operator', of: Object.keys(operators) };
const isMatrix = (name: string): boolean => name.includes('matrix');

const shapes = ({ sizes, choice: name }: Wish): readonly (readonly number[])[] => {
  const n = of(sizes, 'n');
  return [[n], isMatrix(name) ? [quarter(n), n] : [1]];
};

/** An operator, a signal of one spike in sixty, and what is seen of it. */
async function problem(
  operands: readonly Tensor[],
  { sizes, choice: name }: Wish,
): Promise<{ readonly operator: LinearOperator; readonly x: Tensor; readonly y: Tensor }> {
  const operator = await chosen(operators, name)(of(sizes, 'n'), second(operands));
  const x = first(operands);
  return { operator, x, y: operator.apply(x) };
}

const spike = ([x]: readonly Float32Array[]): void =>
  x?.forEach((value, k) => (x[k] = k % 60 === 7 ? Math.sign(value) + value : 0));

const withOperator =
  (task: (parts: Awaited<ReturnType<typeof problem>>, sizes: Sizes) => Task['run']): Op['begin'] =>
  async (operands, wish) => {
    const parts = await problem(operands, wish);
    return {
      run: task(parts, wish.sizes),
      end() {
        parts.y.dispose();
        parts.operator.dispose?.();
      },
    };
  };

export const recovery: readonly Op[] = [
  {
    name: 'sparseRecover',
    room: 'Recovery',
    choice,
    call: name => `await sparseRecover(y, ${name})`,
    sizes: [{ letter: 'n', label: 'length of the signal', start: 2000, most: 1e5 }],
    operands: shapes,
    prepare: spike,
    apart: 0.01,
    begin: withOperator(
      ({ operator, y }) =>
        async company =>
          (await sparseRecover(y, operator, company)).x,
    ),
  },
  {
    name: 'operators, applied',
    room: 'Recovery',
    choice: { ...choice, of: [...choice.of, 'haarWavelet(n)'] },
    call: name => `(${name}).apply(x)`,
    sizes: [{ letter: 'n', label: 'length of the signal', start: 10_000, most: 1e6 }],
    operands: wish => (isMatrix(wish.choice) ? shapes(wish) : [[of(wish.sizes, 'n')], [1]]),
    results: sizes => of(sizes, 'n'),
    begin: (operands, wish, device) => {
      if (wish.choice !== 'haarWavelet(n)')
        return withOperator(
          ({ operator, x }) =>
            () =>
              operator.apply(x),
        )(operands, wish, device);
      const operator = haarWavelet(of(wish.sizes, 'n'));
      return { run: () => operator.apply(first(operands)), end: () => operator.dispose?.() };
    },
  },
];
