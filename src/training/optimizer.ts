/**
 * What optimisers have in common: `step` makes new parameters of old ones and their gradients, and what it must remember – a
 * momentum, say – lives in tensors of the optimiser's own. How a parameter moves is sgd.ts's and adam.ts's.
 */
import { OptionError, ShapeError } from '../errors.ts';
import type { SavedTensor } from '../lowrank/index.ts';
import { checkOptions, show } from '../options.ts';
import { checkNumber } from '../prox/index.ts';
import {
  scoped,
  showShape,
  toFloat,
  toTensors,
  type Device,
  type Scope,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { inDtypeOf, sameShape } from './check.ts';

/** What an optimiser remembers: plain numbers and arrays, which can be stored and given to a new one as `state`. */
export interface OptimizerState {
  readonly method: string;
  /** Steps made so far. */
  readonly steps: number;
  /** For each parameter, what belongs to it by name. */
  readonly tensors: readonly Readonly<Record<string, SavedTensor>>[];
}

/** What all optimisers take. */
export interface OptimizerOptions {
  /** How far a step goes. Default: 1e-3. */
  readonly learningRate?: number | undefined;
  /** Where another one stopped: what its `state()` gave. */
  readonly state?: OptimizerState | undefined;
}

export interface StepOptions {
  /** The learning rate of this step alone, for schedules. */
  readonly learningRate?: number | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

/** What belongs to one parameter, by name. */
export type Kept = Readonly<Record<string, Tensor>>;

/** One parameter at a step. */
export interface Step {
  readonly op: string;
  readonly param: Tensor;
  /** In the shape and dtype of the parameter. */
  readonly gradient: Tensor;
  readonly kept: Kept;
  /** The number of this step, from 1. */
  readonly count: number;
  readonly rate: number;
  readonly scope: Scope;
}

/** Moves a parameter. All tensors that it makes, its results included, belong to the scope. */
export type Rule = (step: Step) => { readonly param: Tensor; readonly kept: Kept };

export class Optimizer {
  readonly #method: string;
  readonly #rule: Rule;
  readonly #rate: number;
  #steps = 0;
  #kept: readonly Kept[] | undefined;
  /** What is to be uploaded when the device of the parameters is known. */
  #saved: OptimizerState | undefined;

  /** @internal Use `sgd`, `adam` or `adamw`. */
  constructor(method: string, options: OptimizerOptions, rule: Rule) {
    const { learningRate = 1e-3, state } = options;
    checkNumber(method, 'learningRate', learningRate);
    this.#method = method;
    this.#rule = rule;
    this.#rate = learningRate;
    if (state === undefined) return;
    checkState(method, state);
    this.#saved = state;
    this.#steps = state.steps;
  }

  /** Steps made so far. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * New parameters, in the shapes of the old ones, one gradient for each. The old ones stay as they are, and yours. All steps
   * take the same parameters in the same order. Returns at once.
   */
  step(params: readonly TensorLike[], gradients: readonly TensorLike[], options: StepOptions = {}): Tensor[] {
    const op = this.#method;
    checkOptions(op, options, ['learningRate', 'device']);
    const { learningRate: rate = this.#rate, device } = options;
    checkNumber(op, 'learningRate', rate);
    return scoped(scope => {
      const [own, slopes] = operandsOf(op, params, gradients, scope, device);
      const kept = this.#keptFor(own, scope);
      const count = this.#steps + 1;
      const moved = own.map((param, k) =>
        this.#rule({ op, param, gradient: slopes[k] as Tensor, kept: kept[k] ?? {}, count, rate, scope }),
      );
      for (const one of this.#kept ?? []) for (const tensor of Object.values(one)) tensor.dispose();
      this.#kept = moved.map(one => one.kept);
      for (const one of this.#kept) for (const tensor of Object.values(one)) scope.result(tensor);
      this.#saved = undefined;
      this.#steps = count;
      return moved.map(one => scope.result(one.param));
    });
  }

  /** What is remembered, on the host: an optimiser with the same options that is given it goes on with the same numbers. */
  async state(): Promise<OptimizerState> {
    if (this.#saved) return this.#saved;
    const steps = this.#steps;
    const reads = (this.#kept ?? []).map(async one => {
      const parts = Object.entries(one).map(async ([name, tensor]) => [name, await saved(tensor)] as const);
      return Object.fromEntries(await Promise.all(parts));
    });
    return { method: this.#method, steps, tensors: await Promise.all(reads) };
  }

  /** Gives back what is remembered. The next step begins anew. */
  dispose(): void {
    for (const one of this.#kept ?? []) for (const tensor of Object.values(one)) tensor.dispose();
    this.#kept = undefined;
    this.#saved = undefined;
    this.#steps = 0;
  }

  #keptFor(params: readonly Tensor[], scope: Scope): readonly Kept[] {
    const op = this.#method;
    const before = this.#kept ?? this.#saved?.tensors;
    if (before && before.length !== params.length)
      throw new ShapeError(
        `${op}: there are ${params.length} parameters, and ${before.length} at the steps before. Give the same ones in the same order.`,
      );
    return params.map((param, k) => {
      const own = Object.entries(this.#kept?.[k] ?? restored(this.#saved?.tensors[k] ?? {}, param, op, scope));
      for (const [, tensor] of own)
        if (!sameShape(tensor, param))
          throw new ShapeError(
            `${op}: parameter ${k} has shape ${showShape(param.shape)}, and had ${showShape(tensor.shape)} at the steps before. Give the same ones in the same order.`,
          );
      return Object.fromEntries(own);
    });
  }
}

const saved = async (tensor: Tensor): Promise<SavedTensor> => ({
  shape: [...tensor.shape],
  data: await tensor.data<Float32Array | Float64Array>(),
});

function restored(parts: Readonly<Record<string, SavedTensor>>, param: Tensor, op: string, scope: Scope): Kept {
  const made = Object.entries(parts).map(
    ([name, { shape, data }]) => [name, scope.keep(param.device.upload(data, shape, param.dtype, op))] as const,
  );
  return Object.fromEntries(made);
}

function operandsOf(
  op: string,
  params: readonly TensorLike[],
  gradients: readonly TensorLike[],
  scope: Scope,
  device: Device | undefined,
): [Tensor[], Tensor[]] {
  for (const [name, list] of [
    ['params', params],
    ['gradients', gradients],
  ] as const)
    if (!Array.isArray(list))
      throw new OptionError(`${op}: ${name} is ${show(list)}. Give an array of tensors, one for each parameter.`);
  if (params.length !== gradients.length)
    throw new ShapeError(
      `${op}: there are ${gradients.length} gradients for ${params.length} parameters. Give one each.`,
    );
  const all = toTensors([...params, ...gradients], op, scope, device);
  const own = all.slice(0, params.length).map(one => toFloat(one, op, scope));
  const slopes = own.map((param, k) => {
    const gradient = all[params.length + k] as Tensor;
    if (!sameShape(gradient, param))
      throw new ShapeError(
        `${op}: gradient ${k} has shape ${showShape(gradient.shape)}, its parameter ${showShape(param.shape)}. Give both the same shape.`,
      );
    return inDtypeOf(param, gradient, op, scope);
  });
  return [own, slopes];
}

function checkState(method: string, state: unknown): asserts state is OptimizerState {
  const given = state as Partial<OptimizerState> | null;
  const isCount = (steps: unknown): boolean => Number.isSafeInteger(steps) && (steps as number) >= 0;
  const isRecord = (one: unknown): boolean => typeof one === 'object' && one !== null;
  if (!given || !isCount(given.steps) || !Array.isArray(given.tensors) || !given.tensors.every(isRecord))
    throw new OptionError(`${method}: the state is ${show(state)}. Give what state() of an optimiser gave.`);
  if (given.method !== method)
    throw new OptionError(`${method}: the state is one of ${show(given.method)}. Give one of '${method}'.`);
}
