/**
 * Paths of large designs: the device finds the Gram matrix by one product and goes down all penalties in float32, a chain for each target;
 * the host proves in doubles how far off each is. What is not near enough is left to descent, which goes on from there.
 */
import { matmul } from '../linalg/index.ts';
import { Scope, type Device, type Pace, type Tensor } from '../tensor/index.ts';
import type { Design } from './design.ts';
import { columnsOf, type Columns } from './doubles/columns.ts';
import { descendAll } from './gram/grams.ts';
import { certificate, problemOf, squareSum, type Penalty, type Problem } from './problem.ts';

export interface ChainRun {
  readonly tol: number;
  readonly maxIterations: number;
  readonly device: Device;
  readonly pace: Pace;
  readonly op: string;
}

/** What a chain came to for one penalty. */
export interface Link {
  readonly weights: Float64Array;
  readonly sweeps: number;
  /** In units of ½·‖y − X·w‖², in doubles. */
  readonly gap: number;
  /** True where the gap and the last change are small enough. */
  readonly isSolved: boolean;
}

/** The Gram matrix of a design on its device, in float32, of columns that are all multiplied by `unit`. */
export class DeviceGram {
  readonly #design: Design;
  readonly #run: ChainRun;
  readonly #scope = new Scope();
  readonly #unit: number;
  #tensor: Tensor | undefined;
  #read: Promise<Float64Array> | undefined;

  constructor(design: Design, run: ChainRun) {
    this.#design = design;
    this.#run = run;
    const largest = design.squares.reduce((most, square) => Math.max(most, square), 0);
    this.#unit = largest > 0 ? 1 / Math.sqrt(largest) : 1;
  }

  async #products(): Promise<Tensor> {
    if (this.#tensor) return this.#tensor;
    const { n, p, columns } = this.#design;
    const { device, op, pace } = this.#run;
    const own = new Scope();
    try {
      const unit = this.#unit;
      const scaled = new Float32Array(n * p);
      for (let at = 0; at < scaled.length; at++) scaled[at] = (columns[at] as number) * unit;
      const rows = own.keep(device.upload(scaled, [p, n], 'float32', op));
      const products = matmul(rows, rows, { transposeB: true });
      this.#tensor = this.#scope.keep(products);
      await pace.spend(n * p * p, products);
      return products;
    } finally {
      own.close();
    }
  }

  /** [p, p] on the host, of the columns as they are. Read once, when it is first asked for. */
  onHost(): Promise<Float64Array> {
    const read = async (): Promise<Float64Array> => {
      const values = await (await this.#products()).data();
      const back = this.#unit ** -2;
      const all = new Float64Array(values.length);
      for (let at = 0; at < all.length; at++) all[at] = (values[at] as number) * back;
      return all;
    };
    return (this.#read ??= read());
  }

  /** All targets' paths down the same penalties, a list of links each. */
  async paths(penalties: readonly Penalty[]): Promise<Link[][]> {
    const { p, targets } = this.#design;
    const { tol, maxIterations, device, pace, op } = this.#run;
    const unit = this.#unit;
    const steps = penalties.length;
    const problems = Array.from({ length: targets }, (_, k) => problemOf(this.#design, k));
    const sizes = problems.map(({ y }) => Math.sqrt(squareSum(y)) || 1);
    const q = new Float64Array(targets * (p + 1));
    const lambdas = new Float64Array(targets * steps * 2);
    const scope = new Scope();
    const doubles = columnsOf(this.#design, targets * steps, { device, pace, op });
    try {
      const grams = scope.keep((await this.#products()).reshape([1, p, p]));
      for (const [k, problem] of problems.entries()) {
        const size = sizes[k] as number;
        const { products } = await doubles.fit(problem.y, new Float64Array(p));
        const own = k * (p + 1);
        for (let j = 0; j < p; j++) q[own + j] = ((products[j] as number) * unit) / size;
        q[own + p] = squareSum(problem.y) / size ** 2;
        penalties.forEach(({ l1, l2 }, step) =>
          lambdas.set([(l1 * unit) / size, l2 * unit ** 2], 2 * (k * steps + step)),
        );
      }
      const set = {
        grams,
        which: new Uint32Array(targets),
        q,
        lambdas,
        positive: penalties[0]?.positive ?? false,
        // A half, so that what float32 is off by does not matter.
        tolerance: tol / 2,
        maxSweeps: maxIterations,
      };
      const { w, went } = await descendAll(set, { device, dtype: 'float32', pace, op }, scope);
      const [found, how] = await Promise.all([w.data(), went.data()]);
      const all: Link[][] = [];
      for (const [k, problem] of problems.entries()) {
        const back = unit * (sizes[k] as number);
        const weights = new Float64Array(found.subarray(k * steps * p, (k + 1) * steps * p)).map(value => value * back);
        const gaps = await gapsOf(problem, doubles, penalties, weights);
        const enough = tol * squareSum(problem.y);
        all.push(
          penalties.map((_, step) => {
            const [sweeps = 0, left = 0] = how.subarray(2 * (k * steps + step));
            const gap = gaps[step] as number;
            const own = weights.subarray(step * p, (step + 1) * p);
            return { weights: own, sweeps, gap, isSolved: gap <= enough && left <= set.tolerance };
          }),
        );
      }
      return all;
    } finally {
      doubles.dispose();
      scope.close();
    }
  }

  dispose(): void {
    this.#scope.close();
  }
}

/** The most doubles of residuals and products that are found together. */
const TOGETHER = 2 ** 22;

/** The duality gaps of several weights, [penalties, p], each for a penalty of its own: in doubles, from the columns. */
async function gapsOf(
  problem: Problem,
  columns: Columns,
  penalties: readonly Penalty[],
  weights: Float64Array,
): Promise<Float64Array> {
  const { n, p, y } = problem;
  const gaps = new Float64Array(penalties.length);
  const all = Int32Array.from({ length: p }, (_, j) => j);
  const atOnce = Math.max(1, Math.floor(TOGETHER / (n + p)));
  for (let first = 0; first < penalties.length; first += atOnce) {
    const some = penalties.slice(first, first + atOnce);
    const own = weights.subarray(first * p, (first + some.length) * p);
    const { residuals, products } = await columns.fit(y, own);
    for (const [k, penalty] of some.entries()) {
      const square = squareSum(residuals.subarray(k * n, (k + 1) * n));
      const [w, c] = [own, products].map(list => list.subarray(k * p, (k + 1) * p)) as [Float64Array, Float64Array];
      gaps[first + k] = certificate(penalty, square, w, c, all, p).gap;
    }
  }
  return gaps;
}
