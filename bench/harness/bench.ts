/**
 * What a file `bench/<room>/<op>.bench.ts` declares: one op on one kind of data, what the answer is, and the ways in which
 * a library may get there. It says nothing of time; rounds.ts does the measuring.
 */
import type { Session } from '../peers/peer.ts';

export interface Bench {
  /** `room/op`, the path of the file. What a filter on the command line matches. */
  readonly name: string;
  readonly title: string;
  /** The input's shape in a full run and, smaller, in a quick one. */
  readonly shape: { readonly full: readonly number[]; readonly quick: readonly number[] };
  /** The least bytes that have to move for an input of a shape: inputs read once, outputs written once. */
  readonly bytes: (shape: readonly number[]) => number;
  /** What operands are made of random numbers: a definite matrix, say. Left out, the random numbers themselves. */
  readonly data?: (random: Float32Array<ArrayBuffer>, shape: readonly number[]) => Float32Array<ArrayBuffer>;
  /** The shapes of several operands, which lie one behind the other in the numbers; then `x` is a list of them. */
  readonly parts?: (shape: readonly number[]) => readonly (readonly number[])[];
  /** Additions and multiplications, where they and not bytes are what takes time. */
  readonly flops?: (shape: readonly number[]) => number;
  /** Answers smaller than this count as it when errors are judged: what cancels has no relative error to speak of. */
  readonly floor?: (shape: readonly number[]) => number;
  /** The answer in doubles, by a loop of its own. One array an output. */
  readonly expected: (x: Float32Array, shape: readonly number[]) => Float64Array[];
  /** How many problems, each of other numbers, are solved once apart from the rounds, so that `remark` hears of more than one. Default: 1. */
  readonly samples?: number;
  /** What is to be said of answers beside their time and in place of how far off they are. It may hear of more outputs than are expected. */
  readonly remark?: (all: readonly Solved[]) => string;
  /** What is made of the operands before any call, once for all ways of a library: an index. Undefined where it makes none. */
  readonly build?: (
    session: Session<unknown>,
    x: unknown,
    problem: Problem,
    shape: readonly number[],
  ) => Promise<Built | undefined>;
  /** How good answers are, where they may be others than those expected. Left out, how far off they are is looked at element by element. */
  readonly judge?: (answers: readonly Float32Array[], problem: Problem, shape: readonly number[]) => Judgement;
  /** False where the result is too large to be read back each time: then a round ends when the result is there. */
  readonly readback: boolean;
  /** False where many calls at once are another thing than one: then they are not timed. */
  readonly queues?: false;
  /** Which of the ways look at as much as `build` found to be needed. */
  readonly withEffort?: readonly string[];
  /** Ways to the answer, most benches having one. A library that cannot go one returns undefined. */
  readonly ways: Readonly<Record<string, Way>>;
}

/** The answers to a problem, and what they should be. */
export interface Solved {
  readonly answers: readonly Float32Array[];
  readonly expected: readonly Float64Array[];
}

/** The numbers of the operands, one behind the other, and the answer in doubles. */
export interface Problem {
  readonly values: Float32Array<ArrayBuffer>;
  readonly expected: readonly Float64Array[];
}

export interface Built {
  readonly ms: number;
  /** How much an approximate index must look at – its ef – for as good answers as the bench wants, where some effort does. */
  readonly effort?: number;
}

export interface Judgement {
  /** The largest relative error of the numbers that were given. */
  readonly error: number;
  /** The share of what was to be found that was found. */
  readonly recall: number;
}

export type Way = (
  session: Session<unknown>,
  x: unknown,
  built: Built | undefined,
) => unknown[] | undefined | Promise<unknown[] | undefined>;

/** The one way of most benches; reports leave its name out. */
export const plainly = (way: Way): Bench['ways'] => ({ '': way });

export const floats = (shape: readonly number[]): number => 4 * shape.reduce((product, length) => product * length, 1);

/** The only result of a call, or word that there is none. */
export const single = (result: unknown): unknown[] | undefined => (result === undefined ? undefined : [result]);
