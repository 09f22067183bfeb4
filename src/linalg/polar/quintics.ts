/**
 * The odd polynomials of degree five that bring singular values to 1, one after the other: p₁, p₂, … until pₖ(…p₁(σ)) is close
 * to 1 for all σ from `least` to 1, with σ below `least` between 0 and 1 (N. Amsel, D. Persson, C. Musco, R. Gower: The Polar Express,
 * 2025, whose chains are the best there are of their length). Plain arithmetic on a few numbers.
 */

/**
 * p(x) = x·(scale·(x² − root)² + rest): as a product, so that what is added is never negative and little is lost to rounding
 * where x is a matrix.
 */
export interface Quintic {
  readonly scale: number;
  readonly root: number;
  readonly rest: number;
}

/** Room above 1 for what rounding adds to the largest singular value on the way. */
const SAFETY = 1.01;
/**
 * Where the range begins that a polynomial is the best for, at least. The best one for less would bring some of the large values
 * down as far as it brings the least up, and with them what rounding added beside them would count so much more: by as much
 * as 1 / least, which no later step mends. From here none falls below 0.37, and a long chain is one polynomial longer.
 */
const FLOOR = 0.1;
/** From here to 1 the best polynomial is told from its limit by rounding alone. */
const CLOSE = 1 - 2 ** -10;

/** The chain that brings [least, 1] to within `tolerance` of 1. */
export function quintics(least: number, tolerance: number): Quintic[] {
  const chain: Quintic[] = [];
  for (let low = least; ;) {
    const { a, b, c, error } = minimax(Math.max(low, FLOOR));
    if (error <= tolerance && low >= FLOOR) return [...chain, factored(a, b, c)];
    // x stands for σ / SAFETY, and the range is brought back to an end at 1.
    const top = 1 + error;
    chain.push(factored(a / SAFETY / top, b / SAFETY ** 3 / top, c / SAFETY ** 5 / top));
    const x = low / SAFETY;
    low = Math.min((1 - error) / top, (a * x + b * x ** 3 + c * x ** 5) / top);
  }
}

function factored(a: number, b: number, c: number): Quintic {
  return { scale: c, root: -b / (2 * c), rest: a - b ** 2 / (4 * c) };
}

interface Minimax {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly error: number;
}

/**
 * The a·x + b·x³ + c·x⁵ closest to 1 on [low, 1]: its error has equal size and changing sign at both ends and two places between
 * them, which Remez's exchange finds in a few steps.
 */
function minimax(low: number): Minimax {
  // The limit: 1 − p has a triple zero at 1.
  if (low >= CLOSE) return { a: 15 / 8, b: -10 / 8, c: 3 / 8, error: 2.5 * (1 - low) ** 3 };
  let first = (3 * low + 1) / 4;
  let second = (low + 3) / 4;
  let best: Minimax = { a: 0, b: 0, c: 0, error: Infinity };
  for (let step = 0; step < 100; step++) {
    const signs = [1, -1, 1, -1];
    const [a = NaN, b = NaN, c = NaN, error = NaN] = solved(
      [low, first, second, 1].map((x, i) => [x, x ** 3, x ** 5, signs[i] ?? NaN, 1]),
    );
    const settled = Math.abs(error - best.error) <= 2 ** -50;
    best = { a, b, c, error };
    if (settled) break;
    // Where the slope a + 3b·x² + 5c·x⁴ is 0.
    const width = Math.sqrt(9 * b * b - 20 * a * c);
    first = Math.sqrt((-3 * b - width) / (10 * c));
    second = Math.sqrt((-3 * b + width) / (10 * c));
  }
  return best;
}

/** Gaussian elimination with the largest pivots: rows are equations, their last elements the right sides. */
function solved(rows: readonly number[][]): number[] {
  const rest = rows.map(row => [...row]);
  const used: number[][] = [];
  for (let k = 0; k < rows.length; k++) {
    const sizes = rest.map(row => Math.abs(row[k] ?? NaN));
    const [pivot = []] = rest.splice(sizes.indexOf(Math.max(...sizes)), 1);
    for (const row of [...rest, ...used]) {
      const share = (row[k] ?? NaN) / (pivot[k] ?? NaN);
      for (let j = k; j < row.length; j++) row[j] = (row[j] ?? NaN) - share * (pivot[j] ?? NaN);
    }
    used.push(pivot);
  }
  return used.map((row, k) => (row.at(-1) ?? NaN) / (row[k] ?? NaN));
}
