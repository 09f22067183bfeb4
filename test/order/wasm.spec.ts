/**
 * The wasm kernels of select against the primitive's own `cpu`: any chunk order, both builds, ranges of any size, both sides
 * of every boundary. They run here without the device; all other specs of this room run on it as well.
 */
import { describe, expect, it } from 'vitest';
import { lowerSelectToWasm } from '../../src/order/select/wasm.ts';
import { selectPrimitive, type SelectPlan } from '../../src/order/select/select.ts';
import { Findings } from '../support/expect.ts';
import { rowKinds, ROW_KINDS } from '../support/orders.ts';
import { Random } from '../support/random.ts';
import { runLowered } from '../support/wasm-run.ts';

const FITS = Number.MAX_SAFE_INTEGER;

type Case = Pick<SelectPlan, 'rows' | 'length' | 'k'> & Partial<SelectPlan>;

const planOf = ({ rows, length, k, ...rest }: Case): SelectPlan => ({
  op: 'test',
  dtype: 'float32',
  rows,
  length,
  k,
  largest: false,
  values: { offset: 3, stride: length + 1 },
  ids: undefined,
  keep: { values: true, ids: true },
  inner: 1,
  ...rest,
});

const bytesOf = (x: Float32Array | Uint32Array): Uint8Array => new Uint8Array(x.buffer, x.byteOffset, x.byteLength);

/** Runs a plan on both, and compares the bits of all results; what neither writes must stay. */
function compare(
  findings: Findings,
  plan: SelectPlan,
  elements: Float32Array | Uint32Array,
  ids: Uint32Array | undefined,
  { maxRangeBytes = FITS, build, order }: { maxRangeBytes?: number; build?: 'plain'; order?: 'backward' } = {},
): void {
  const { rows, k, keep, out } = plan;
  const count = out ? out.offset + rows * out.stride : rows * k;
  const results = (): Uint32Array[] =>
    [keep.values, keep.ids].filter(Boolean).map(() => new Uint32Array(count).fill(77));
  const reads = [bytesOf(elements), ...(ids ? [bytesOf(ids)] : [])];
  const [expected, found] = [results(), results()];
  selectPrimitive.cpu(plan, reads, expected.map(bytesOf));
  const label = JSON.stringify({ ...plan, maxRangeBytes, order });
  const lowered = lowerSelectToWasm(plan, { maxRangeBytes });
  findings.check(lowered !== undefined, `${label}: no kernel`);
  if (!lowered) return;
  for (const { bytes } of lowered.passes.flatMap(pass => pass.buffers))
    findings.check(bytes <= maxRangeBytes, `${label}: a range of ${bytes} bytes`);
  runLowered(lowered, reads, found.map(bytesOf), { ...(build && { build }), ...(order && { order }) });
  expected.forEach((bits, which) => {
    // The values' bits: −0 and other NaNs would be seen.
    findings.exact(found[which] ?? [], bits, `${label}: result ${which}`);
  });
}

/** Numbers of a kind for the rows of a plan, with something in front and between. */
function elementsFor(plan: SelectPlan, kind: (typeof ROW_KINDS)[number]): Float32Array {
  return rowKinds[kind](plan.values.offset + plan.rows * plan.values.stride);
}

describe('selecting on wasm', () => {
  for (const kind of ROW_KINDS)
    it(`of ${kind} numbers`, () => {
      const findings = new Findings();
      for (const [rows, length, k] of [
        [1, 1, 1],
        [3, 17, 16],
        [2, 33, 33],
        [5, 100, 10],
        [2, 1000, 65],
        [1, 70_000, 10],
        [2, 140_000, 100],
      ] as const)
        for (const largest of [false, true])
          for (const order of [undefined, 'backward'] as const) {
            const plan = planOf({ rows, length, k, largest });
            compare(findings, plan, elementsFor(plan, kind), undefined, order && { order });
          }
      findings.end();
    });

  it('of uint32, both ways', () => {
    const findings = new Findings();
    for (const [rows, length, k] of [
      [2, 40, 7],
      [1, 90_000, 33],
    ] as const)
      for (const largest of [false, true]) {
        const plan = planOf({ rows, length, k, largest, dtype: 'uint32' });
        const random = new Random(length);
        const count = 3 + rows * (length + 1);
        const any = Uint32Array.from({ length: count }, () => random.bits());
        compare(findings, plan, any, undefined);
        compare(
          findings,
          plan,
          any.map(x => (x % 3 === 0 ? 0xffffffff : x % 3 === 1 ? 0 : 0x80000000)),
          undefined,
        );
      }
    findings.end();
  });

  it('with given ids: one a row of pairs, or one row for all', () => {
    const findings = new Findings();
    for (const kind of ['random', 'constant', 'duplicates', 'specials', 'mostly NaN'] as const)
      for (const [rows, length, k] of [
        [4, 50, 8],
        [2, 70_000, 20],
      ] as const)
        for (const stride of [length, 0]) {
          const plan = planOf({ rows, length, k, ids: { offset: 2, stride } });
          const random = new Random(length + stride);
          const keys = Array.from({ length: 2 + rows * length }, () => random.bits());
          const ids = Uint32Array.from(keys.keys()).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
          compare(findings, plan, elementsFor(plan, kind), ids);
        }
    findings.end();
  });

  it('into a part of lists, with ids from any number on', () => {
    const findings = new Findings();
    for (const length of [30, 70_000]) {
      const plan = planOf({ rows: 3, length, k: 4, out: { offset: 9, stride: 11 }, firstId: 0xfffff000 });
      compare(findings, plan, elementsFor(plan, 'random'), undefined);
    }
    findings.end();
  });

  it('one result alone, and results side by side', () => {
    const findings = new Findings();
    for (const length of [30, 70_000])
      for (const keep of [
        { values: true, ids: false },
        { values: false, ids: true },
        { values: true, ids: true },
      ])
        for (const inner of [1, 3]) {
          const plan = planOf({ rows: 6, length, k: 5, keep, inner });
          compare(findings, plan, elementsFor(plan, 'duplicates'), undefined);
        }
    findings.end();
  });

  it('in ranges of any size', () => {
    const findings = new Findings();
    for (const maxRangeBytes of [4096, 65_536, 300_000])
      for (const [rows, length, k] of [
        [100, 30, 5],
        [3, 70_000, 12],
        [9, 20_000, 64],
      ] as const) {
        const plan = planOf({ rows, length, k });
        // The merge of a row wants all its lists at once.
        if (lowerSelectToWasm(plan, { maxRangeBytes }))
          compare(findings, plan, elementsFor(plan, 'random'), undefined, { maxRangeBytes });
        else findings.check(maxRangeBytes === 4096, `${length} elements in ranges of ${maxRangeBytes} bytes`);
      }
    findings.end();
  });

  it('in the build without relaxed SIMD', () => {
    const findings = new Findings();
    const plan = planOf({ rows: 3, length: 70_000, k: 30 });
    compare(findings, plan, elementsFor(plan, 'waves'), undefined, { build: 'plain' });
    findings.end();
  });

  it('leaves longer lists and doubles to the cpu', () => {
    const lower = (more: Case): unknown => lowerSelectToWasm(planOf(more), { maxRangeBytes: FITS });
    expect(lower({ rows: 1, length: 70_000, k: 65_537 })).toBeUndefined();
    expect(lower({ rows: 1, length: 70_000, k: 65_536 })).toBeDefined();
    expect(lower({ rows: 1, length: 10, k: 2, dtype: 'float64' })).toBeUndefined();
    expect(lower({ rows: 0, length: 10, k: 2 })).toEqual({ scratch: [], passes: [] });
  });
});
