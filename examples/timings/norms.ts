/** Norms and proximal operators. */
import {
  groupSoftThreshold,
  hardThreshold,
  huberProx,
  norm,
  normalize,
  normSummary,
  projectL1Ball,
  projectL2Ball,
  projectLinfBall,
  projectNuclearBall,
  projectSimplex,
  schattenNorm,
  softThreshold,
  spectralNorm,
  type Ord,
  type Tensor,
} from 'unitball';
import { cells, chosen, columns, first, matrixOf, of, only, order, plainly, rows, type Op, type Sizes } from './op.ts';

const ords: Readonly<Record<string, Ord>> = { 2: 2, 1: 1, Infinity: Infinity, 0: 0, 3: 3 };
const ofAll: Readonly<Record<string, Ord>> = { fro: 'fro', 1: 1, Infinity: Infinity };
const ordsOf = (table: Readonly<Record<string, Ord>>): NonNullable<Op['choice']> => ({
  label: 'Order',
  // 2 and 'fro' first: what is meant where nothing is said.
  of: Object.keys(table).toSorted((a, b) => Number(b === '2' || b === 'fro') - Number(a === '2' || a === 'fro')),
});
const shown = (choice: string): string => (choice === 'fro' ? "'fro'" : choice);

/** One operand of n rows and d columns, which is read once. */
const ofRows = (
  name: string,
  call: Op['call'],
  run: (x: Tensor, choice: string) => Tensor,
  written: (sizes: Sizes) => number = sizes => of(sizes, 'n'),
): Op => ({
  name,
  room: 'Norms',
  call,
  sizes: [rows(50_000), columns(128)],
  operands: wish => [matrixOf(wish)],
  results: written,
  bytes: ({ sizes }) => 4 * (cells(sizes) + written(sizes)),
  begin: plainly((operands, { choice }) => run(first(operands), choice)),
});

const thresholds: Readonly<Record<string, { readonly call: string; readonly run: (x: Tensor) => Tensor }>> = {
  softThreshold: { call: 'softThreshold(x, 0.5)', run: x => softThreshold(x, 0.5) },
  hardThreshold: { call: 'hardThreshold(x, 0.5)', run: x => hardThreshold(x, 0.5) },
  huberProx: { call: 'huberProx(x, 0.5)', run: x => huberProx(x, 0.5) },
  groupSoftThreshold: { call: 'groupSoftThreshold(x, 0.5)', run: x => groupSoftThreshold(x, 0.5) },
};
const projections: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  projectL1Ball: x => projectL1Ball(x, 1),
  projectSimplex: x => projectSimplex(x, 1),
  projectL2Ball: x => projectL2Ball(x, 1),
  projectLinfBall: x => projectLinfBall(x, 0.5),
};

export const norms: readonly Op[] = [
  {
    ...ofRows(
      'norm of each row',
      choice => (choice === '2' ? 'norm(x, { axis: 1 })' : `norm(x, { ord: ${choice}, axis: 1 })`),
      (x, choice) => norm(x, { ord: chosen(ords, choice), axis: 1 }),
    ),
    choice: ordsOf(ords),
  },
  {
    ...ofRows(
      'norm of each column',
      choice => (choice === '2' ? 'norm(x, { axis: 0 })' : `norm(x, { ord: ${choice}, axis: 0 })`),
      (x, choice) => norm(x, { ord: chosen(ords, choice), axis: 0 }),
      sizes => of(sizes, 'd'),
    ),
    choice: ordsOf(ords),
  },
  {
    ...ofRows(
      'norm of a matrix',
      choice => `norm(x, { ord: ${shown(choice)} })`,
      (x, choice) => norm(x, { ord: chosen(ofAll, choice) }),
      () => 1,
    ),
    choice: ordsOf(ofAll),
  },
  ofRows(
    'five norms of each row',
    () => 'normSummary(x, { axis: 1 })',
    x => {
      const { l0, l1, l2, linf, min } = normSummary(x, { axis: 1 });
      return only(l2, l0, l1, linf, min);
    },
    sizes => 5 * of(sizes, 'n'),
  ),
  ofRows(
    'rows to unit length',
    () => 'normalize(x, { axis: 1 })',
    x => normalize(x, { axis: 1 }),
    cells,
  ),
  {
    name: 'spectralNorm',
    room: 'Norms',
    call: () => 'spectralNorm(a)',
    sizes: [rows(1000, 2e4), columns(300, 2000)],
    operands: wish => [matrixOf(wish)],
    bytes: ({ sizes }) => 4 * cells(sizes),
    begin: plainly(operands => spectralNorm(first(operands))),
  },
  {
    name: 'schattenNorm',
    room: 'Norms',
    choice: { label: 'p', of: ['1', '2', '4', 'Infinity'] },
    call: choice => `schattenNorm(a, ${choice})`,
    sizes: [order(100, 1000)],
    operands: ({ sizes }) => [[of(sizes, 'n'), of(sizes, 'n')]],
    begin: plainly((operands, { choice }) => schattenNorm(first(operands), Number(choice))),
  },
];

export const proximal: readonly Op[] = [
  {
    ...ofRows(
      'thresholds',
      choice => chosen(thresholds, choice).call,
      (x, choice) => chosen(thresholds, choice).run(x),
      cells,
    ),
    room: 'Proximal operators',
    choice: { label: 'Function', of: Object.keys(thresholds) },
  },
  {
    ...ofRows(
      'projections of each row',
      choice => `${choice}(x, ${choice === 'projectLinfBall' ? 0.5 : 1})`,
      (x, choice) => chosen(projections, choice)(x),
      cells,
    ),
    room: 'Proximal operators',
    choice: { label: 'Function', of: Object.keys(projections) },
  },
  {
    name: 'projectNuclearBall',
    room: 'Proximal operators',
    call: () => 'await projectNuclearBall(a, radius)',
    sizes: [rows(200, 2000), columns(100, 1000)],
    operands: wish => [matrixOf(wish)],
    results: cells,
    // Half of what the singular values of such numbers come to.
    begin: plainly((operands, { sizes }, company) => {
      const [m, n] = [of(sizes, 'n'), of(sizes, 'd')];
      return projectNuclearBall(first(operands), 0.25 * Math.min(m, n) * Math.sqrt(Math.max(m, n)), company);
    }),
  },
];
