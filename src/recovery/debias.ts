/**
 * Least squares over the numbers of x that are not 0, by conjugate gradients (CGLS): what `debias` adds to a recovery. ‖x‖₁ pulls all
 * numbers towards 0; this takes that back, and leaves zeros as they are.
 */
import { add, div, mul, neg, square, sub, sum, where } from '../arith/index.ts';
import { Scope, scoped, type Tensor } from '../tensor/index.ts';
import { multiplied } from './operator.ts';
import { Held, restOf, type Problem } from './shrinkage.ts';

/** Steps between two looks, and at most: each settles a direction, of which a support that is worth its name has few. */
const [AT_ONCE, MOST] = [8, 400];
/** From the rest as it is, and once more from what rounding left of it. */
const ROUNDS = 2;

/** The x with the least ‖A·x − y‖ among those with these zeros, near the one that is given. Yours to dispose. */
export async function debiased(problem: Problem, x: Tensor, tolerance: number): Promise<Tensor> {
  const held = new Held();
  const scope = new Scope();
  try {
    const mask = scope.keep(where(x, 1, 0));
    const all = await squareOf(gradientOf(problem, mask, problem.y, scope), scope).item();
    // What is below rounding cannot be made smaller: directions would be chance, and grow.
    const goal = Math.max(tolerance, 16 * (x.dtype === 'float64' ? 2 ** -52 : 2 ** -23)) ** 2 * all;
    let found = x;
    for (let round = 0; round < ROUNDS; round++) {
      const rest = scope.keep(neg(restOf(problem, found, scope)));
      found = add(found, scope.keep(await solved(problem, mask, rest, goal)));
      held.replace([found]);
    }
    held.release([found]);
    return found;
  } finally {
    held.replace([]);
    scope.close();
  }
}

/** Where conjugate gradients stand: a solution so far, what it leaves, its gradient, a direction, and the gradient's square. */
interface Stand {
  readonly x: Tensor;
  readonly rest: Tensor;
  readonly direction: Tensor;
  readonly square: Tensor;
}

const tensorsOf = ({ x, rest, direction, square: length }: Stand): Tensor[] => [x, rest, direction, length];

/** The shortest c with the least ‖A·c − rest‖ among those that are 0 outside the mask, until the square of its gradient is `goal`. */
async function solved(problem: Problem, mask: Tensor, rest: Tensor, goal: number): Promise<Tensor> {
  const { op, operator, pace } = problem;
  const [m, n] = operator.shape;
  const cost = 2 * (operator.cost ?? m * n);
  const held = new Held();
  try {
    let stand = scoped(scope => {
      const direction = gradientOf(problem, mask, rest, scope);
      const zeros = mul(mask, 0);
      return handed({ x: zeros, rest: rest.alias(op), direction, square: squareOf(direction, scope) }, scope);
    });
    held.replace(tensorsOf(stand));
    let before = Infinity;
    for (let step = 0; step < MOST; step++) {
      if (step % AT_ONCE === 0) {
        const left = await stand.square.item();
        if (!(left > goal && left < before)) break;
        before = left;
      }
      stand = scoped(scope => handed(stepped(problem, mask, stand, scope), scope));
      held.replace(tensorsOf(stand));
      await pace.spend(cost, stand.x);
    }
    held.release([stand.x]);
    return stand.x;
  } finally {
    held.replace([]);
  }
}

function handed(stand: Stand, scope: Scope): Stand {
  for (const tensor of tensorsOf(stand)) scope.result(tensor);
  return stand;
}

const squareOf = (x: Tensor, scope: Scope): Tensor => scope.keep(sum(scope.keep(square(x))));

const gradientOf = ({ op, operator }: Problem, mask: Tensor, rest: Tensor, scope: Scope): Tensor =>
  scope.keep(mul(scope.keep(multiplied(operator, 'adjoint', rest, op)), mask));

function stepped(problem: Problem, mask: Tensor, { x, rest, direction, square: before }: Stand, scope: Scope): Stand {
  const { op, operator } = problem;
  const image = scope.keep(multiplied(operator, 'apply', direction, op));
  const length = ratio(before, squareOf(image, scope), scope);
  const next = scope.keep(add(x, scope.keep(mul(direction, length))));
  const left = scope.keep(sub(rest, scope.keep(mul(image, length))));
  const gradient = gradientOf(problem, mask, left, scope);
  const after = squareOf(gradient, scope);
  const kept = scope.keep(mul(direction, ratio(after, before, scope)));
  return { x: next, rest: left, direction: scope.keep(add(gradient, kept)), square: after };
}

/** a / b, and 0 where nothing is left to divide by. */
const ratio = (a: Tensor, b: Tensor, scope: Scope): Tensor =>
  scope.keep(where(b, scope.keep(div(a, scope.keep(where(b, b, 1)))), 0));
