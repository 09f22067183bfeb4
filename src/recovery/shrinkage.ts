/**
 * The iteration behind `sparseRecover`: the least ½‖A·x − (y + b)‖² + λ‖x‖₁ by accelerated proximal gradients (FISTA; Beck and
 * Teboulle 2009), which begin anew where momentum goes uphill (O'Donoghue and Candès 2015). All of it stays on the device. Every
 * few steps some numbers are read at once: whether to begin anew, whether x still moves, how far A·x is from y.
 */
import { abs, add, mul, square, sub, sum } from '../arith/index.ts';
import { OptionError } from '../errors.ts';
import { softThreshold } from '../prox/index.ts';
import { Scope, scoped, type Pace, type Tensor } from '../tensor/index.ts';
import { multiplied, type LinearOperator } from './operator.ts';

/** What some steps came to, in the units of y. */
export interface RecoveryStep {
  readonly iteration: number;
  /** The weight of ‖x‖₁ in these steps. */
  readonly lambda: number;
  /** ‖A·x − y‖ / ‖y‖ */
  readonly residual: number;
  /** ‖x‖₁ */
  readonly l1: number;
  /** How far the last step went, in shares of ‖x‖. */
  readonly change: number;
}

/** A problem on a device: y in units of a power of two that makes its largest number about 1. */
export interface Problem {
  readonly op: string;
  readonly operator: LinearOperator;
  readonly y: Tensor;
  /** ‖y‖ in those units, above 0. */
  readonly size: number;
  readonly pace: Pace;
  /** Of all rounds together. */
  readonly maxIterations: number;
  /** Hears of some steps, in these units. */
  readonly tell: (step: RecoveryStep) => void;
}

/** One minimisation: a round of several, or the only one. */
export interface Round {
  readonly lambda: number;
  /** b, which is added to y; nothing where left out. */
  readonly added?: Tensor | undefined;
  /** Ends where a step changes x by no more than this share of ‖x‖. */
  readonly tolerance: number;
}

/** Where a run stands. The tensors are the owner's. */
export interface Standing {
  readonly x: Tensor;
  /** A·x − y */
  readonly rest: Tensor;
  readonly iterations: number;
  readonly last: RecoveryStep;
}

/** Steps between two looks. */
const AT_ONCE = 8;
/** ‖A·x − y‖ / ‖y‖ that no run comes to which goes downhill. */
const WILD = 1e3;

/** Tensors that are held until others take their place. */
export class Held {
  #tensors: readonly Tensor[] = [];

  /** Takes these over, and gives those of before back that are not among them. */
  replace(tensors: readonly Tensor[]): void {
    const before = this.#tensors;
    this.#tensors = tensors;
    for (const one of before) if (!tensors.includes(one)) one.dispose();
  }

  /** Gives all back but these, which somebody else holds from now on. */
  release(tensors: readonly Tensor[]): void {
    this.replace(tensors);
    this.#tensors = [];
  }
}

/** Goes on from x until a step is short or iterations are used up. The tensors of the result are the caller's to dispose. */
export async function shrinkUntilStill(
  problem: Problem,
  { lambda, added, tolerance }: Round,
  start: Pick<Standing, 'x' | 'iterations'>,
): Promise<Standing> {
  const { operator, y, pace, maxIterations, tell } = problem;
  const [m, n] = operator.shape;
  const cost = 2 * (operator.cost ?? m * n);
  const round = new Scope();
  const held = new Held();
  let { iterations } = start;
  try {
    const target = added ? round.keep(add(y, added)) : y;
    let from: Start = { x: start.x, ahead: start.x, momentum: 1 };
    for (;;) {
      let point: Point | undefined;
      for (let step = 0; step < AT_ONCE; step++) {
        point = stepped(problem, target, lambda, point ?? from);
        held.replace([point.x, point.ahead, point.back, point.onward]);
        iterations++;
        await pace.spend(cost, point.x);
      }
      if (!point) throw new Error('broken invariant: some steps are taken');
      const rest = restOf(problem, point.x, round);
      const { isUphill, ...seen } = await look(problem, point, rest);
      const last = { iteration: iterations, lambda, ...seen };
      tell(last);
      if (last.change <= tolerance || iterations >= maxIterations) {
        held.release([point.x]);
        return { x: point.x, rest: round.result(rest), iterations, last };
      }
      rest.dispose();
      from = isUphill ? { x: point.x, ahead: point.x, momentum: 1 } : point;
    }
  } finally {
    held.replace([]);
    round.close();
  }
}

/** Where a step begins: at x, moved on by its momentum. */
interface Start {
  readonly x: Tensor;
  readonly ahead: Tensor;
  readonly momentum: number;
}

/** Where it ended, with its way back from x to where it began, and its way on from the x before. */
interface Point extends Start {
  readonly back: Tensor;
  readonly onward: Tensor;
}

function stepped({ op, operator }: Problem, target: Tensor, lambda: number, { x, ahead, momentum }: Start): Point {
  return scoped(scope => {
    const rest = scope.keep(sub(scope.keep(multiplied(operator, 'apply', ahead, op)), target));
    const gradient = scope.keep(multiplied(operator, 'adjoint', rest, op));
    const length = 1 / operator.norm ** 2;
    const way = length === 1 ? gradient : scope.keep(mul(gradient, length));
    const free = scope.keep(sub(ahead, way));
    const next = scope.keep(softThreshold(free, lambda * length));
    const onward = scope.keep(sub(next, x));
    const grown = (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2;
    const further = scope.keep(add(next, scope.keep(mul(onward, (momentum - 1) / grown))));
    const back = scope.keep(sub(ahead, next));
    for (const tensor of [next, further, back, onward]) scope.result(tensor);
    return { x: next, ahead: further, momentum: grown, back, onward };
  });
}

/** A·x − y */
export const restOf = ({ op, operator, y }: Problem, x: Tensor, scope: Scope): Tensor =>
  scope.keep(sub(scope.keep(multiplied(operator, 'apply', x, op)), y));

/** What some numbers, read together, say of a point. */
async function look(
  { op, size }: Problem,
  { x, back, onward }: Point,
  rest: Tensor,
): Promise<Omit<RecoveryStep, 'iteration' | 'lambda'> & { isUphill: boolean }> {
  const scope = new Scope();
  try {
    const squares = (t: Tensor): Tensor => scope.keep(sum(scope.keep(square(t))));
    const [against = NaN, moved = NaN, length = NaN, missed = NaN, l1 = NaN] = await Promise.all(
      [
        scope.keep(sum(scope.keep(mul(back, onward)))),
        squares(back),
        squares(x),
        squares(rest),
        scope.keep(sum(scope.keep(abs(x)))),
      ].map(one => one.item()),
    );
    const residual = Math.sqrt(missed) / size;
    if (!(residual < WILD))
      throw new OptionError(
        `${op}: steps lead away from every solution. Give the operator a norm that is no less than ‖A‖₂, and an adjoint that is its transpose.`,
      );
    const change = moved === 0 ? 0 : Math.sqrt(moved / length);
    return { isUphill: against > 0, residual, l1, change };
  } finally {
    scope.close();
  }
}
