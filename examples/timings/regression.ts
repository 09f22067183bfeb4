/** Regression: single models, paths of them, and choosing among them. */
import {
  crossValidate,
  elasticNet,
  elasticNetCV,
  elasticNetPath,
  lasso,
  lassoCV,
  lassoIC,
  lassoPath,
  logistic,
  ridge,
  ridgeCV,
  stabilitySelection,
  type LogisticOptions,
  type Tensor,
} from 'unitball';
import {
  cells,
  chosen,
  columns,
  first,
  matrixOf,
  numbersIn,
  of,
  plainly,
  rows,
  second,
  type Company,
  type Op,
  type Sizes,
} from './op.ts';

type Fit = (x: Tensor, y: Tensor, company: Company) => Promise<ArrayLike<number>>;
interface Choice {
  readonly call: string;
  readonly run: Fit;
}

/** The sum of up to ten columns, and noise. */
function target(operands: readonly Float32Array[], { sizes }: { readonly sizes: Sizes }): void {
  const [x, y] = operands;
  const d = of(sizes, 'd');
  y?.forEach((noise, i) => {
    let sum = 0.5 * noise;
    for (let j = 0; j < Math.min(10, d); j++) sum += x?.[i * d + j] ?? 0;
    y[i] = sum;
  });
}

/** Penalties are shares of what the correlation with such a target comes to. */
const models: Readonly<Record<string, Choice>> = {
  lasso: {
    call: 'lasso(x, y, { alpha: 0.05 })',
    run: async (x, y, company) => {
      const model = await lasso(x, y, { alpha: 0.05, ...company });
      return numbersIn(model.coef, model);
    },
  },
  elasticNet: {
    call: 'elasticNet(x, y, { alpha: 0.05 })',
    run: async (x, y, company) => {
      const model = await elasticNet(x, y, { alpha: 0.05, ...company });
      return numbersIn(model.coef, model);
    },
  },
  ridge: {
    call: 'ridge(x, y)',
    run: async (x, y, company) => {
      const model = await ridge(x, y, company);
      return numbersIn(model.coef, model);
    },
  },
};

const paths: Readonly<Record<string, Choice>> = {
  lassoPath: {
    call: 'lassoPath(x, y)',
    run: async (x, y, company) => {
      const path = await lassoPath(x, y, company);
      return numbersIn(path.coefs, path);
    },
  },
  elasticNetPath: {
    call: 'elasticNetPath(x, y)',
    run: async (x, y, company) => {
      const path = await elasticNetPath(x, y, company);
      return numbersIn(path.coefs, path);
    },
  },
};

const selections: Readonly<Record<string, Choice>> = {
  lassoCV: {
    call: 'lassoCV(x, y)',
    run: async (x, y, company) => {
      const { meanErrors, dispose } = await lassoCV(x, y, company);
      dispose();
      return meanErrors;
    },
  },
  elasticNetCV: {
    call: 'elasticNetCV(x, y)',
    run: async (x, y, company) => {
      const { meanErrors, dispose } = await elasticNetCV(x, y, company);
      dispose();
      return meanErrors;
    },
  },
  ridgeCV: {
    call: 'ridgeCV(x, y)',
    run: async (x, y, company) => {
      const { meanErrors, dispose } = await ridgeCV(x, y, company);
      dispose();
      return meanErrors;
    },
  },
  lassoIC: {
    call: 'lassoIC(x, y)',
    run: async (x, y, company) => {
      const { criterion, alpha, dispose } = await lassoIC(x, y, company);
      dispose();
      return [criterion, alpha];
    },
  },
  crossValidate: {
    call: 'crossValidate((x, y) => ridge(x, y), x, y)',
    run: async (x, y, company) => (await crossValidate((rest, known) => ridge(rest, known), x, y, company)).scores,
  },
};

const penalties: Readonly<Record<string, LogisticOptions>> = {
  l2: {},
  l1: { penalty: 'l1' },
  elasticnet: { penalty: 'elasticnet' },
};

/** n rows of d columns, and a number for each row. */
const ofRows = (name: string, start: readonly [n: number, d: number], table: Readonly<Record<string, Choice>>): Op => ({
  name,
  room: 'Regression',
  choice: { label: 'Function', of: Object.keys(table) },
  call: choice => `await ${chosen(table, choice).call}`,
  sizes: [rows(start[0], 1e5), columns(start[1], 2000)],
  operands: wish => [matrixOf(wish), [of(wish.sizes, 'n')]],
  prepare: target,
  apart: 0.01,
  begin: plainly((operands, { choice }, company) =>
    chosen(table, choice).run(first(operands), second(operands), company),
  ),
});

export const regression: readonly Op[] = [
  {
    ...ofRows('linear models', [1000, 200], models),
    // What ridge takes, and what penalties that make zeros cannot do without.
    flops: ({ sizes }) => 2 * cells(sizes) * Math.min(of(sizes, 'n'), of(sizes, 'd')),
  },
  ofRows('paths of penalties', [500, 100], paths),
  ofRows('choosing a penalty', [500, 50], selections),
  {
    ...ofRows('logistic', [500, 50], {}),
    choice: { label: 'Penalty', of: Object.keys(penalties) },
    call: choice => `await logistic(x, y${choice === 'l2' ? '' : `, { penalty: '${choice}' }`})`,
    prepare(operands, wish) {
      target(operands, wish);
      const [, y] = operands;
      y?.forEach((value, i) => (y[i] = Number(value > 0)));
    },
    begin: plainly(async (operands, { choice }, company) => {
      const model = await logistic(first(operands), second(operands), { ...chosen(penalties, choice), ...company });
      return numbersIn(model.coef, model);
    }),
  },
  {
    ...ofRows('stabilitySelection', [200, 50], {}),
    choice: { label: 'Halves of the rows', of: ['20', '100'] },
    call: choice => `await stabilitySelection(x, y, { subsamples: ${choice} })`,
    // Whether a column has a coefficient is decided by rounding where it is about to have one.
    apart: 0.05,
    begin: plainly(async (operands, { choice }, company) => {
      const subsamples = Number(choice);
      return (await stabilitySelection(first(operands), second(operands), { subsamples, ...company })).probabilities;
    }),
  },
];
