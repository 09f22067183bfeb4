/** The wasm kernels of Householder's factorisation without a device: matrices alone and in stacks, chunks in any order. */
import { describe, it } from 'vitest';
import { householderPrimitive, type HouseholderPlan } from '../../src/linalg/householder/householder.ts';
import { Findings } from '../support/expect.ts';
import { Random } from '../support/random.ts';
import { loweringOf } from '../support/wasm-reduce.ts';
import { runLowered } from '../support/wasm-run.ts';
import { triangle } from '../tolerance.ts';

const bytes = (values: Float32Array): Uint8Array => new Uint8Array(values.buffer);

interface Shape {
  readonly batches?: number;
  readonly rows: number;
  readonly columns: number;
  readonly complete?: boolean;
  readonly turned?: boolean;
  readonly noQ?: boolean;
}

function planOf({ batches = 1, rows, columns, complete = false, turned = false, noQ = false }: Shape): HouseholderPlan {
  const heightR = complete ? rows : Math.min(rows, columns);
  return {
    dtype: 'float32',
    from: 0,
    to: batches,
    rows,
    columns,
    offset: 3,
    batchStride: rows * columns + 5,
    rowStride: turned ? 1 : columns,
    columnStride: turned ? rows : 1,
    heightR,
    widthQ: noQ ? 0 : heightR,
  };
}

async function compare(findings: Findings, plan: HouseholderPlan, ranges: readonly number[]): Promise<void> {
  const lower = await loweringOf(householderPrimitive);
  const { to, rows, columns, heightR, widthQ } = plan;
  const source = new Random(rows + columns).normal(plan.offset + to * plan.batchStride);
  const fresh = (): Float32Array[] => [
    new Float32Array(to * heightR * columns).fill(NaN),
    ...(widthQ > 0 ? [new Float32Array(to * rows * widthQ).fill(NaN)] : []),
  ];
  const expected = fresh();
  householderPrimitive.cpu(plan, [bytes(source)], expected.map(bytes));
  for (const maxRangeBytes of ranges) {
    const label = `${JSON.stringify(plan)}, ranges of ${maxRangeBytes}`;
    const lowered = lower(plan, { maxRangeBytes });
    if (!lowered) {
      findings.check(false, `${label}: not lowered`);
      continue;
    }
    const fits = lowered.passes.every(pass => pass.buffers.every(range => range.bytes <= maxRangeBytes));
    findings.check(fits, `${label}: a range is too large`);
    const results = (['forward', 'backward'] as const).map(order => {
      const out = fresh();
      runLowered(lowered, [bytes(source)], out.map(bytes), { order });
      return out;
    });
    const plain = fresh();
    runLowered(lowered, [bytes(source)], plain.map(bytes), { build: 'plain' });
    // Random columns of length √rows, of a condition of a few times the order at most.
    const condition = 4 * Math.min(rows, columns) + 10;
    for (const [name, k] of [
      ['R', 0],
      ['Q', 1],
    ] as const) {
      const wanted = expected[k];
      if (!wanted) continue;
      const bound = triangle(Math.max(rows, columns), 'single', condition, k === 0 ? Math.sqrt(rows) : 1);
      findings.close(results[0]?.[k] ?? [], wanted, bound, `${label}: ${name}`);
      findings.close(plain[k] ?? [], wanted, bound, `${label}: ${name}, plain`);
      findings.exact(results[1]?.[k] ?? [], results[0]?.[k] ?? [], `${label}: ${name}, backwards`);
    }
  }
}

describe('householder on wasm', () => {
  it('a matrix alone, on both sides of panels and of eights', async () => {
    const findings = new Findings();
    for (const shape of [
      { rows: 1, columns: 1 },
      { rows: 9, columns: 4 },
      { rows: 4, columns: 9 },
      { rows: 70, columns: 31 },
      { rows: 70, columns: 32, noQ: true },
      { rows: 70, columns: 33, turned: true },
      { rows: 40, columns: 75 },
      { rows: 66, columns: 34, complete: true },
      { rows: 300, columns: 3, complete: false },
      { rows: 12, columns: 1, complete: true },
    ])
      await compare(findings, planOf(shape), [2 ** 31]);
    findings.end();
  });

  it('stacks, all at once and in parts', async () => {
    const findings = new Findings();
    for (const shape of [
      { batches: 9, rows: 20, columns: 7 },
      { batches: 5, rows: 37, columns: 40, turned: true },
      { batches: 4, rows: 65, columns: 35, noQ: true },
      { batches: 3, rows: 16, columns: 16, complete: true },
    ])
      await compare(findings, planOf(shape), [2 ** 31, 60_000]);
    findings.end();
  });

  it('some matrices of a stack, and no others', async () => {
    const findings = new Findings();
    const lower = await loweringOf(householderPrimitive);
    const plan = { ...planOf({ batches: 7, rows: 6, columns: 3 }), from: 2, to: 6 };
    const source = new Random(1).normal(plan.offset + 7 * plan.batchStride);
    const [expected, actual] = [0, 1].map(() => [new Float32Array(63).fill(9), new Float32Array(126).fill(9)]);
    if (!expected || !actual) throw new Error('two of them');
    householderPrimitive.cpu(plan, [bytes(source)], expected.map(bytes));
    const lowered = lower(plan, { maxRangeBytes: 2 ** 31 });
    if (lowered) runLowered(lowered, [bytes(source)], actual.map(bytes));
    actual.forEach((values, k) =>
      findings.close(values, expected[k] ?? [], triangle(6, 'single', 50, 3), k === 0 ? 'R' : 'Q'),
    );
    findings.end();
  });

  it('leaves what is larger than a range to cpu, and doubles', async () => {
    const findings = new Findings();
    const lower = await loweringOf(householderPrimitive);
    const plan = planOf({ rows: 40, columns: 20 });
    findings.check(lower(plan, { maxRangeBytes: 8192 }) === undefined, 'more than 8,192 bytes');
    findings.check(lower({ ...plan, dtype: 'float64' }, { maxRangeBytes: 2 ** 31 }) === undefined, 'doubles');
    findings.end();
  });
});
