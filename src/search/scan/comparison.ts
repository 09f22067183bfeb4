/**
 * The two sides of a scan made ready for a metric: what `cdist` would make of them, but tile by tile. Rows that the metric takes
 * as they are (or as packed bits) are prepared once; what would be a copy of all points is made of each tile's alone.
 */
import { take } from '../../arith/index.ts';
import { chooseMetric, factored, prepare, runPrepared, type Chosen, type Prepared } from '../../distance/index.ts';
import { OptionError } from '../../errors.ts';
import { isFloat, Tensor, type Device, type Dtype, type Scope } from '../../tensor/index.ts';
import { admit } from './admit.ts';
import type { ColumnNames } from './lists.ts';
import { planScan, type ScanPlan, type Stretch } from './plan.ts';
import type { PointBlock, ScanOptions } from './scan.ts';

/** One block of points as it is compared. */
interface Side {
  readonly block: PointBlock;
  readonly points: Tensor;
  /** The rows that are gathered, where not all are compared. */
  readonly picks: Tensor | undefined;
  /** Left out where each tile is prepared by itself. */
  readonly prepared: Prepared | undefined;
  /** What was measured of the rows before. */
  readonly numbers: Tensor | undefined;
}

export class Comparison {
  readonly device: Device;
  /** The dtype of the distances. */
  readonly dtype: Dtype;
  readonly plan: ScanPlan;
  readonly queries: number;
  /** Points of all blocks together. */
  readonly points: number;
  /** Elements of a row. */
  readonly length: number;
  readonly #op: string;
  readonly #chosen: Chosen;
  readonly #left: Tensor;
  readonly #sides: readonly Side[];
  /** Preparations whose checks some result carries already. */
  readonly #checked: Set<Prepared> = new Set();

  constructor(
    queries: Tensor,
    blocks: readonly PointBlock[],
    k: number,
    { op, metric, limits }: ScanOptions,
    scope: Scope,
  ) {
    this.#op = op;
    const chosen = chooseMetric(op, metric);
    const { entry, options } = chosen;
    const learns = entry.name === 'seuclidean' ? 'V' : entry.name === 'mahalanobis' ? 'VI' : undefined;
    if (learns && options[learns] === undefined && blocks.length > 1)
      throw new OptionError(
        `${op}: '${entry.name}' of points in ${blocks.length} blocks has nothing to find ${learns} from. Give ${learns}.`,
      );
    this.device = queries.device;
    this.#chosen = factored(op, chosen, this.device, queries.shape.at(-1) ?? 0, scope);
    // The caller may dispose of his own meanwhile.
    this.#left = scope.keep(queries.alias(op));
    this.#sides = blocks.map(block => {
      const points = block.points === queries ? this.#left : scope.keep(block.points.alias(op));
      const allowed = block.allowed && scope.keep(block.allowed.alias(op));
      const whole = this.#takesWhole(points);
      return {
        block: { ...block, allowed },
        points,
        picks: block.only && scope.keep(this.device.tensor(block.only, [block.only.length], { dtype: 'uint32' })),
        prepared: whole ? prepare(op, [this.#left, points], this.#chosen, scope) : undefined,
        numbers: whole ? block.numbers && scope.keep(block.numbers.alias(op)) : undefined,
      };
    });
    // What is wrong with shapes and options is told even where there is nothing to compare.
    const none = scope.keep(queries.ndim === 2 ? this.#left.slice(0, 0) : this.#left);
    const trial =
      this.#sides.find(side => side.prepared)?.prepared ??
      prepare(op, [none, scope.keep((this.#sides[0]?.points ?? none).slice(0, 0))], this.#chosen, scope);
    this.dtype = trial.dtype;
    this.queries = queries.shape[0] ?? 0;
    this.length = trial.a.shape[1] ?? 0;
    const counts = this.#sides.map(({ points, picks }) => (picks ?? points).shape[0] ?? 0);
    this.points = counts.reduce((sum, count) => sum + count, 0);
    const { kernels, kind } = this.device.info;
    const shape = {
      queries: this.queries,
      blocks: counts,
      length: this.length,
      k,
      copies: this.#sides.some(
        ({ prepared, picks, numbers }) =>
          !prepared || picks || (kind === 'webgpu' && prepared.metric.gpu.prepare && !numbers),
      ),
      inPage: (kernels[`pairs/${trial.metric.name}`] ?? kernels.others) === 'cpu',
    };
    this.plan = planScan(shape, limits);
  }

  /** The numbers of a stretch's points, on the device. */
  namesOf({ block, first, count }: Stretch, scope: Scope): ColumnNames {
    const side = this.#sides[block] as Side;
    if (!side.picks) return { first: side.block.first + first, ids: undefined };
    return { first: side.block.first, ids: scope.keep(side.picks.slice(first, first + count)) };
  }

  /** The numbers of some points of a stretch, by their places in it. */
  rowsAt({ block, first }: Stretch, places: Uint32Array): Uint32Array {
    const { only, first: base } = (this.#sides[block] as Side).block;
    return places.map(place => base + (only ? (only[first + place] as number) : first + place));
  }

  /** Distances of some queries from a stretch of points, NaN where they must not be found. */
  distances(row: number, rows: number, stretch: Stretch, radius: number | undefined, scope: Scope): Tensor {
    const side = this.#sides[stretch.block] as Side;
    const { first, count } = stretch;
    const part = (x: Tensor, from: number, length: number): Tensor => scope.keep(x.slice(from, from + length));
    const points = (x: Tensor): Tensor =>
      side.picks ? pickRows(x, part(side.picks, first, count), scope) : part(x, first, count);
    const tile = side.prepared
      ? {
          ...side.prepared,
          a: part(side.prepared.a, row, rows),
          b: points(side.prepared.b),
          numbers: side.numbers && points(side.numbers),
          checks: this.#checked.has(side.prepared) ? [] : side.prepared.checks,
        }
      : prepare(this.#op, [part(this.#left, row, rows), points(side.points)], this.#chosen, scope);
    const distances = scope.keep(runPrepared(this.#op, tile, { kind: 'matrix' }, scope));
    // A check goes with all that comes of the result, and so with the rows of lists that later tiles add to.
    if (side.prepared) this.#checked.add(side.prepared);
    admit(this.#op, distances, { radius, allowed: side.block.allowed, first });
    return distances;
  }

  /** Whether preparing all rows at once copies nothing of size, or must see all of them. */
  #takesWhole(points: Tensor): boolean {
    const { entry, options, factor } = this.#chosen;
    if (entry.name === 'mahalanobis') return factor === undefined;
    if (entry.boolean || entry.name === 'seuclidean') return true;
    const { dtype } = points;
    const asTheyAre = isFloat(dtype) || (dtype === 'bool' && entry.bits !== undefined && options.w === undefined);
    return dtype === this.#left.dtype && asTheyAre;
  }
}

/** Some rows of a matrix. Packed bits are taken as the words that they lie in. */
function pickRows(x: Tensor, rows: Tensor, scope: Scope): Tensor {
  if (x.dtype !== 'bool') return scope.keep(take(x, rows));
  const [count = 0, columns = 0] = x.shape;
  const words = scope.keep(seenAs(x, 'uint32', [count, Math.ceil(columns / 32)]));
  return scope.keep(seenAs(scope.keep(take(words, rows)), 'bool', [rows.size, columns]));
}

/** The same storage under another dtype. */
const seenAs = (x: Tensor, dtype: 'uint32' | 'bool', shape: readonly number[]): Tensor =>
  new Tensor({ device: x.device, storage: x.storageFor('take').retain(), shape, dtype, offset: x.offset });
