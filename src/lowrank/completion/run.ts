/**
 * What the methods of completing a matrix have in common: the problem on a device, what an iteration tells, and states that
 * go on where they ended. The methods are svt.ts, impute.ts and als.ts.
 */
import { OptionError } from '../../errors.ts';
import { Scope, type Tensor } from '../../tensor/index.ts';
import { tripletsOf, type Place, type Triplets } from './factors.ts';

/** What an iteration came to. */
export interface CompletionStep {
  readonly iteration: number;
  /** ‖P(M − X)‖_F / ‖P(M)‖_F, over what is observed. */
  readonly residual: number;
  readonly rank: number;
  /** What the method makes small; its doc comment has the formula. */
  readonly objective: number;
  /** The weight of the nuclear norm, where a method takes several. */
  readonly lambda?: number;
}

/** Numbers of a tensor on the host. */
export interface SavedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** Where a run ended: plain numbers and arrays, which can be stored, sent to a worker, and given back to `completeMatrix`. */
export interface CompletionState {
  readonly method: string;
  readonly shape: readonly [number, number];
  /** How many entries were observed. */
  readonly count: number;
  readonly iteration: number;
  readonly history: readonly CompletionStep[];
  readonly numbers: Readonly<Record<string, number>>;
  readonly tensors: Readonly<Record<string, SavedTensor>>;
}

/** M at the entries, in units of a power of two that makes its largest number about 1. */
export interface Problem {
  readonly place: Place;
  readonly values: Tensor;
  /** ‖P(M)‖_F in those units, above 0. */
  readonly size: number;
  readonly unit: number;
}

export interface Limits {
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly seed: number;
  /** Hears of every iteration; ends the work by what it throws. */
  readonly tell: (done: number) => void;
}

/** What a method ends with. The tensors of `x` belong to the scope that it was given. */
export interface Found {
  readonly x: Triplets;
  readonly iterations: number;
  readonly converged: boolean;
  readonly residual: number;
  readonly history: readonly CompletionStep[];
  readonly state: CompletionState;
}

/** Tensors that live from one iteration to the next: those of the last one end when the next ones are there. */
export class Carried {
  #scope = new Scope();

  /** What an iteration hands on, out of its own scope. */
  replace(own: Scope, tensors: readonly (Tensor | undefined)[]): void {
    const next = new Scope();
    for (const one of tensors) if (one) next.keep(own.result(one));
    this.#scope.close();
    this.#scope = next;
  }

  /** Hands the tensors of the last iteration over. */
  release(to: Scope, tensors: readonly Tensor[]): void {
    for (const one of tensors) to.keep(this.#scope.result(one));
  }

  close(): void {
    this.#scope.close();
  }
}

export async function saved(
  tensors: Readonly<Record<string, Tensor | undefined>>,
): Promise<CompletionState['tensors']> {
  const given = Object.entries(tensors).flatMap(([name, one]) => (one ? [[name, one] as const] : []));
  const read = given.map(
    async ([name, one]) => [name, { shape: one.shape, data: await one.data<Float32Array | Float64Array>() }] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}

/** A tensor of a state, on the device of the problem. */
export function restored(state: CompletionState, name: string, { pattern, op }: Place, scope: Scope): Tensor {
  const one = state.tensors[name];
  if (!one) throw new OptionError(`${op}: the state has no '${name}'. Give the state of an earlier result, unchanged.`);
  return scope.keep(pattern.device.upload(one.data, one.shape, pattern.dtype, op));
}

export function numberOf(state: CompletionState, name: string, op: string): number {
  const one = state.numbers[name];
  if (one === undefined)
    throw new OptionError(`${op}: the state has no '${name}'. Give the state of an earlier result, unchanged.`);
  return one;
}

/** The triplets of a state that were saved under a name. */
export function restoredTriplets(state: CompletionState, name: string, place: Place, scope: Scope): Triplets {
  const [u, v] = [restored(state, `${name}U`, place, scope), restored(state, `${name}V`, place, scope)];
  const s = state.tensors[`${name}S`];
  if (!s) throw new OptionError(`${place.op}: the state is not whole. Give it unchanged.`);
  return tripletsOf(u, Float64Array.from(s.data), v, place, scope);
}

export const namedTensors = (name: string, { u, v }: Triplets): Record<string, Tensor> => ({
  [`${name}U`]: u,
  [`${name}V`]: v,
});

export const savedValues = (name: string, s: Float64Array): Record<string, SavedTensor> => ({
  [`${name}S`]: { shape: [s.length], data: s },
});
