/** Element by element, rearranging, and orders: the rooms `arith` and `order`. */
import {
  abs,
  add,
  argmax,
  argmin,
  argsort,
  cast,
  clip,
  concat,
  contiguous,
  div,
  exp,
  log,
  max,
  mean,
  min,
  mul,
  neg,
  sort,
  sqrt,
  square,
  sub,
  sum,
  take,
  tensor,
  topk,
  transpose,
  where,
  type Tensor,
} from 'unitball';
import {
  cells,
  chosen,
  columns,
  first,
  makePositive,
  matrixOf,
  of,
  only,
  plainly,
  rows,
  second,
  type Op,
} from './op.ts';

const ofOne: Readonly<Record<string, (x: Tensor) => Tensor>> = { abs, neg, square, sqrt, exp, log };
const ofTwo: Readonly<Record<string, (x: Tensor, y: Tensor) => Tensor>> = { add, sub, mul, div };
const asIs: Readonly<Record<string, { readonly call: string; readonly run: (x: Tensor, y: Tensor) => Tensor }>> = {
  clip: { call: 'clip(x, 0.6, 0.9)', run: x => clip(x, 0.6, 0.9) },
  where: { call: 'where(x, y, x)', run: (x, y) => where(x, y, x) },
  cast: { call: "cast(x, 'uint32')", run: x => cast(x, 'uint32') },
};

const ofRows: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  sum: x => sum(x, { axis: 1 }),
  mean: x => mean(x, { axis: 1 }),
  max: x => max(x, { axis: 1 }),
  min: x => min(x, { axis: 1 }),
  argmax: x => argmax(x, { axis: 1 }),
  argmin: x => argmin(x, { axis: 1 }),
};

const length = { letter: 'n', label: 'elements', start: 1e6, most: 1e7 } as const;

export const elements: readonly Op[] = [
  {
    name: 'there and back',
    room: 'Elements',
    call: () => 'await tensor(values, shape).data()',
    sizes: [length],
    operands: ({ sizes }) => [[of(sizes, 'n')]],
    results: sizes => of(sizes, 'n'),
    bytes: ({ sizes }) => 8 * of(sizes, 'n'),
    async begin(operands, _, device) {
      const values = await first(operands).data();
      return {
        async run() {
          const x = tensor(values, [values.length], { device });
          try {
            return await x.data();
          } finally {
            x.dispose();
          }
        },
      };
    },
  },
  {
    name: 'element by element',
    room: 'Elements',
    choice: { label: 'Function', of: [...Object.keys(ofTwo), ...Object.keys(ofOne), ...Object.keys(asIs)] },
    call: choice => asIs[choice]?.call ?? `${choice}(${choice in ofTwo ? 'x, y' : 'x'})`,
    sizes: [length],
    operands: ({ sizes }) => [[of(sizes, 'n')], [of(sizes, 'n')]],
    prepare: operands => operands.forEach(makePositive),
    results: sizes => of(sizes, 'n'),
    bytes: ({ sizes, choice }) => (choice in ofTwo || choice === 'where' ? 12 : 8) * of(sizes, 'n'),
    begin: plainly((operands, { choice }) => {
      const [x, y] = [first(operands), second(operands)];
      const ofBoth = asIs[choice]?.run ?? ofTwo[choice];
      return ofBoth ? ofBoth(x, y) : chosen(ofOne, choice)(x);
    }),
  },
  {
    name: 'one number of each row',
    room: 'Elements',
    choice: { label: 'Function', of: Object.keys(ofRows) },
    call: choice => `${choice}(x, { axis: 1 })`,
    sizes: [rows(50_000), columns(128)],
    operands: wish => [matrixOf(wish)],
    bytes: ({ sizes }) => 4 * (cells(sizes) + of(sizes, 'n')),
    begin: plainly((operands, { choice }) => chosen(ofRows, choice)(first(operands))),
  },
  {
    name: 'rows to columns',
    room: 'Elements',
    call: () => 'contiguous(transpose(x))',
    sizes: [rows(5000, 1e5), columns(1000)],
    operands: wish => [matrixOf(wish)],
    results: cells,
    bytes: ({ sizes }) => 8 * cells(sizes),
    begin: plainly(operands => {
      const turned = transpose(first(operands));
      return only(contiguous(turned), turned);
    }),
  },
  {
    name: 'one behind the other',
    room: 'Elements',
    call: () => 'concat([x, y])',
    sizes: [rows(20_000, 1e5), columns(128)],
    operands: wish => [matrixOf(wish), matrixOf(wish)],
    results: sizes => 2 * cells(sizes),
    bytes: ({ sizes }) => 16 * cells(sizes),
    begin: plainly(operands => concat([first(operands), second(operands)])),
  },
  {
    name: 'rows by their numbers',
    room: 'Elements',
    call: () => 'take(x, indices, { axis: 0 })',
    sizes: [rows(50_000), columns(128), { letter: 'm', label: 'picks', start: 10_000, most: 1e5 }],
    operands: ({ sizes }) => [[of(sizes, 'n'), of(sizes, 'd')], [of(sizes, 'm')]],
    prepare: ([, picks], { sizes }) =>
      picks?.forEach((value, k) => (picks[k] = Math.floor(Math.abs(value) * (of(sizes, 'n') - 1)))),
    results: sizes => of(sizes, 'm') * of(sizes, 'd'),
    bytes: ({ sizes }) => 4 * of(sizes, 'm') * (2 * of(sizes, 'd') + 1),
    begin(operands) {
      const picks = cast(second(operands), 'uint32');
      return { run: () => take(first(operands), picks, { axis: 0 }), end: () => picks.dispose() };
    },
  },
  {
    name: 'topk of each row',
    room: 'Order',
    call: () => 'topk(x, k)',
    sizes: [rows(100, 1e5), columns(10_000, 1e6), { letter: 'k', label: 'k', start: 10, most: 1000 }],
    operands: wish => [matrixOf(wish)],
    results: sizes => 2 * of(sizes, 'n') * of(sizes, 'k'),
    bytes: ({ sizes }) => 4 * cells(sizes),
    begin: plainly((operands, { sizes }) => {
      const { values, indices } = topk(first(operands), Math.min(of(sizes, 'k'), of(sizes, 'd')));
      return only(values, indices);
    }),
  },
  {
    name: 'order of each row',
    room: 'Order',
    choice: { label: 'Function', of: ['sort', 'argsort'] },
    call: choice => `${choice}(x, { axis: 1 })`,
    sizes: [rows(100, 1e5), columns(10_000, 1e6)],
    operands: wish => [matrixOf(wish)],
    results: cells,
    bytes: ({ sizes }) => 8 * cells(sizes),
    begin: plainly((operands, { choice }) => (choice === 'sort' ? sort : argsort)(first(operands), { axis: 1 })),
  },
];
