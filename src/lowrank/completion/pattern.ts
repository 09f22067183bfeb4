/**
 * The places of known entries on a device, in both orders, and what is computed at them: products of factors there alone, and
 * products of a sparse matrix with thin ones. All of it lies in lists as long as there are entries; nothing is dense.
 */
import { takePrimitive } from '../../arith/index.ts';
import { emptyTensor, launch, type Device, type Pace, type Scope, type Tensor } from '../../tensor/index.ts';
import { orderBy, startsOf, type Observations } from './observations.ts';
import { sampledPrimitive, sparseProductPrimitive, type SampledPlan } from './sparse.ts';

/** One side of a pattern: where each line begins, and the other coordinate of every entry. */
interface Side {
  readonly starts: Tensor;
  readonly others: Tensor;
  readonly lines: number;
  readonly across: number;
}

export class Pattern {
  readonly m: number;
  readonly n: number;
  readonly count: number;
  readonly device: Device;
  readonly dtype: SampledPlan['dtype'];
  readonly #op: string;
  readonly #rows: Tensor;
  readonly #byRow: Side;
  readonly #byColumn: Side;
  /** The entries by columns, as places in the order by rows. */
  readonly #turn: Tensor;

  /** The tensors belong to the scope. */
  constructor({ m, n, rows, columns }: Observations, device: Device, op: string, scope: Scope) {
    const upload = (list: Uint32Array): Tensor => scope.keep(device.upload(list, [list.length], 'uint32', op));
    const turn = orderBy(columns, n);
    [this.m, this.n, this.count, this.device, this.#op] = [m, n, rows.length, device, op];
    this.dtype = device.kind === 'cpu' ? 'float64' : 'float32';
    this.#rows = upload(rows);
    this.#byRow = { starts: upload(startsOf(rows, m)), others: upload(columns), lines: m, across: n };
    const others = upload(Uint32Array.from(turn, e => rows[e] ?? 0));
    this.#byColumn = { starts: upload(startsOf(columns, n)), others, lines: n, across: m };
    this.#turn = upload(turn);
  }

  /** base + sign·(left·rightᵀ) at the entries, for dense left [m, k] and right [n, k]. */
  async sampled(
    left: Tensor,
    right: Tensor,
    { base, sign }: { readonly base: Tensor; readonly sign: 1 | -1 },
    scope: Scope,
    pace: Pace,
  ): Promise<Tensor> {
    const { m, n, count, dtype } = this;
    const [, width = 0] = left.shape;
    if (width === 0) return base;
    const out = scope.keep(emptyTensor(this.device, [count], dtype, this.#op));
    const reads = [this.#rows, this.#byRow.others, left, right, base];
    launch(this.#op, sampledPrimitive, { dtype, count, width, sign, m, n }, reads, [out]);
    await pace.spend(count * (width + 4), out);
    return out;
  }

  /** S·x [m, k], for S with `values` at the entries and dense x [n, k]. */
  times(values: Tensor, x: Tensor, scope: Scope, pace: Pace): Promise<Tensor> {
    return this.#product(this.#byRow, values, x, scope, pace);
  }

  /** Sᵀ·x [n, k], for values as `turned` has them and dense x [m, k]. */
  timesAcross(values: Tensor, x: Tensor, scope: Scope, pace: Pace): Promise<Tensor> {
    return this.#product(this.#byColumn, values, x, scope, pace);
  }

  /** Values in the order of columns. */
  turned(values: Tensor, scope: Scope): Tensor {
    const { count, dtype } = this;
    const out = scope.keep(emptyTensor(this.device, [count], dtype, this.#op));
    // A word that tells of indices out of range, which there are none of.
    const unread = scope.keep(emptyTensor(this.device, [1], 'uint32', this.#op));
    const plan = { dtype, outer: 1, length: count, inner: 1, picks: count, offset: 0, indexOffset: 0 };
    launch(this.#op, takePrimitive, plan, [values, this.#turn], [out, unread]);
    return out;
  }

  async #product(
    { starts, others, lines, across }: Side,
    values: Tensor,
    x: Tensor,
    scope: Scope,
    pace: Pace,
  ): Promise<Tensor> {
    const { count, dtype } = this;
    const [, width = 0] = x.shape;
    const out = scope.keep(emptyTensor(this.device, [lines, width], dtype, this.#op));
    const plan = { dtype, count, width, m: lines, n: across };
    launch(this.#op, sparseProductPrimitive, plan, [starts, others, values, x], [out]);
    await pace.spend((count + lines) * width, out);
    return out;
  }
}
