/** Training: losses with their gradients, steps of optimisers, clipping, and what is done to weights and inputs. */
import {
  adam,
  adamw,
  clipGradNorm,
  clipGradValue,
  fgsm,
  lossHuber,
  lossMae,
  lossMse,
  magnitudePrune,
  mul,
  pgd,
  sgd,
  spectralNormalize,
  type Loss,
  type Optimizer,
  type Tensor,
} from 'unitball';
import { cells, chosen, columns, first, matrixOf, of, only, plainly, rows, second, type Op } from './op.ts';

const losses: Readonly<Record<string, (x: Tensor, y: Tensor) => Loss>> = {
  lossMse: (x, y) => lossMse(x, y),
  lossMae: (x, y) => lossMae(x, y),
  lossHuber: (x, y) => lossHuber(x, y),
};

/** Where the gradient stays the same, a step is the same however many were before. */
const optimizers: Readonly<Record<string, () => Optimizer>> = { sgd, adam, adamw };

const clippings: Readonly<Record<string, { readonly call: string; readonly run: (gradient: Tensor) => Tensor }>> = {
  clipGradNorm: {
    call: 'clipGradNorm([gradient], 1)',
    run(gradient) {
      const { gradients, norm } = clipGradNorm([gradient], 1);
      norm.dispose();
      return first(gradients);
    },
  },
  clipGradValue: { call: 'clipGradValue([gradient], 0.5)', run: gradient => first(clipGradValue([gradient], 0.5)) },
};

const parameters = { letter: 'n', label: 'parameters', start: 1e6, most: 1e7 } as const;
const weights = [rows(1000, 1e4), columns(500)] as const;

export const training: readonly Op[] = [
  {
    name: 'a loss and its gradient',
    room: 'Training',
    choice: { label: 'Loss', of: Object.keys(losses) },
    call: choice => `${choice}(predictions, targets)`,
    sizes: [parameters],
    operands: ({ sizes }) => [[of(sizes, 'n')], [of(sizes, 'n')]],
    results: sizes => of(sizes, 'n'),
    bytes: ({ sizes }) => 12 * of(sizes, 'n'),
    begin: plainly((operands, { choice }) => {
      const { loss, gradient } = chosen(losses, choice)(first(operands), second(operands));
      return only(gradient, loss);
    }),
  },
  {
    name: 'a step of an optimizer',
    room: 'Training',
    choice: { label: 'Optimizer', of: Object.keys(optimizers) },
    call: choice => `optimizer.step([parameters], [gradient]), optimizer = ${choice}()`,
    sizes: [parameters],
    operands: ({ sizes }) => [[of(sizes, 'n')], [of(sizes, 'n')]],
    // Moments, those of the step before, and the parameters.
    results: sizes => 5 * of(sizes, 'n'),
    bytes: ({ sizes, choice }) => (choice === 'sgd' ? 12 : 28) * of(sizes, 'n'),
    begin(operands, { choice }) {
      const optimizer = chosen(optimizers, choice)();
      return {
        run: () => first(optimizer.step([first(operands)], [second(operands)])),
        end: () => optimizer.dispose(),
      };
    },
  },
  {
    name: 'clipping gradients',
    room: 'Training',
    choice: { label: 'Function', of: Object.keys(clippings) },
    call: choice => chosen(clippings, choice).call,
    sizes: [parameters],
    operands: ({ sizes }) => [[of(sizes, 'n')]],
    results: sizes => of(sizes, 'n'),
    bytes: ({ sizes, choice }) => (choice === 'clipGradNorm' ? 12 : 8) * of(sizes, 'n'),
    begin: plainly((operands, { choice }) => chosen(clippings, choice).run(first(operands))),
  },
  {
    name: 'magnitudePrune',
    room: 'Training',
    call: () => 'magnitudePrune(w, { amount: 0.9 })',
    sizes: weights,
    operands: wish => [matrixOf(wish)],
    results: sizes => 2 * cells(sizes),
    bytes: ({ sizes }) => 8 * cells(sizes),
    begin: plainly(operands => {
      const { values, mask } = magnitudePrune(first(operands), { amount: 0.9 });
      return only(values, mask);
    }),
  },
  {
    name: 'spectralNormalize',
    room: 'Training',
    call: () => 'spectralNormalize(w)',
    sizes: weights,
    operands: wish => [matrixOf(wish)],
    results: cells,
    bytes: ({ sizes }) => 8 * cells(sizes),
    // Fifteen steps of power iteration are not the end of it.
    apart: 0.01,
    begin: plainly(operands => {
      const { normalized, norm, u, v } = spectralNormalize(first(operands));
      return only(normalized, norm, u, v);
    }),
  },
  {
    name: 'attacks on inputs',
    room: 'Training',
    choice: { label: 'Function', of: ['fgsm', 'pgd'] },
    call: choice =>
      choice === 'fgsm' ? 'fgsm(x, gradient, { epsilon: 0.1 })' : 'await pgd(x, x => mul(x, 2), { epsilon: 0.1 })',
    sizes: [rows(1000, 1e5), columns(784)],
    operands: wish => [matrixOf(wish), matrixOf(wish)],
    results: cells,
    bytes: ({ sizes, choice }) => (choice === 'fgsm' ? 12 : 80) * cells(sizes),
    begin: plainly(async (operands, { choice }, company) => {
      const x = first(operands);
      if (choice === 'fgsm') return fgsm(x, second(operands), { epsilon: 0.1 });
      const gradients: Tensor[] = [];
      try {
        const gradientOf = (here: Tensor): Tensor => {
          const gradient = mul(here, 2);
          gradients.push(gradient);
          return gradient;
        };
        return await pgd(x, gradientOf, { epsilon: 0.1, ...company });
      } finally {
        gradients.forEach(gradient => gradient.dispose());
      }
    }),
  },
];
