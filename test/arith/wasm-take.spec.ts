/** The wasm kernels of take: what is picked, windows of all sizes, and the status word. */
import { describe, it } from 'vitest';
import { takePrimitive, type TakePlan } from '../../src/arith/take/take.ts';
import { Findings } from '../support/expect.ts';
import { Random } from '../support/random.ts';
import { loweringOf } from '../support/wasm-reduce.ts';
import { runLowered } from '../support/wasm-run.ts';

const bytes = (words: Uint32Array): Uint8Array => new Uint8Array(words.buffer);

async function compare(
  findings: Findings,
  plan: TakePlan,
  indices: Uint32Array,
  ranges: readonly number[],
): Promise<void> {
  const lower = await loweringOf(takePrimitive);
  const random = new Random(plan.length + plan.inner);
  const source = Uint32Array.from({ length: plan.offset + plan.outer * plan.length * plan.inner }, () => random.bits());
  const fresh = (): Uint32Array => new Uint32Array(plan.outer * plan.picks * plan.inner).fill(0x3f3f3f3f);
  const expected = fresh();
  takePrimitive.cpu(plan, [bytes(source), bytes(indices)], [bytes(expected), new Uint8Array(4)]);
  const outside = indices.subarray(plan.indexOffset).filter(index => index >= plan.length);
  // The largest index that does not exist, and 1, as far as a word can tell.
  const status = Math.min(
    0xffffffff,
    outside.reduce((most, index) => Math.max(most, index + 1), 0),
  );
  for (const maxRangeBytes of ranges)
    for (const options of [{ order: 'forward' }, { order: 'backward', build: 'plain' }] as const) {
      const label = `take ${JSON.stringify(plan)}, ranges of ${maxRangeBytes}, ${options.order}`;
      const lowered = lower(plan, { maxRangeBytes });
      if (!lowered) {
        findings.check(false, `${label}: not lowered`);
        continue;
      }
      const fits = lowered.passes.every(pass => pass.buffers.every(range => range.bytes <= maxRangeBytes));
      findings.check(fits, `${label}: a range is too large`);
      const out = fresh();
      const word = new Uint32Array(1);
      runLowered(lowered, [bytes(source), bytes(indices)], [bytes(out), bytes(word)], options);
      findings.exact(out, expected, label);
      findings.exact(word, [status], `${label}: status`);
    }
}

const planOf = (outer: number, length: number, inner: number, picks: number, offset = 0): TakePlan => ({
  dtype: 'uint32',
  outer,
  length,
  inner,
  picks,
  offset,
  indexOffset: offset,
});

const picked = (plan: TakePlan): Uint32Array =>
  Uint32Array.from(new Random(plan.picks).ints(plan.indexOffset + plan.picks, 0, plan.length));

describe('take on wasm', () => {
  it('picks of every length, from any place, in windows', async () => {
    const findings = new Findings();
    for (const inner of [1, 2, 3, 4, 5, 16, 37, 300])
      for (const outer of [1, 3])
        for (const picks of [1, 8, 67]) {
          const plan = planOf(outer, 50, inner, picks, inner % 2 ? 3 : 0);
          await compare(findings, plan, picked(plan), [2 ** 31, 4096, 1300]);
        }
    for (const plan of [planOf(1, 9, 70_001, 3), planOf(2, 100_000, 1, 70_003), planOf(2, 3, 0, 5), planOf(0, 3, 4, 5)])
      await compare(findings, plan, picked(plan), [2 ** 31, 2 ** 19]);
    findings.end();
  });

  it('tells the largest index that does not exist, and takes the others', async () => {
    const findings = new Findings();
    for (const wrong of [[20], [21, 1000, 20], [0xffffffff], [0xffffffff, 25], [0xfffffffe]])
      for (const inner of [1, 7]) {
        const plan = planOf(2, 20, inner, 90);
        const indices = picked(plan);
        wrong.forEach((index, k) => (indices[13 + 30 * k] = index));
        await compare(findings, plan, indices, [2 ** 31, 300]);
      }
    findings.end();
  });

  it('leaves what is larger than a range to cpu, and doubles', async () => {
    const findings = new Findings();
    const lower = await loweringOf(takePrimitive);
    findings.check(lower(planOf(1, 5, 100, 2), { maxRangeBytes: 399 }) === undefined, 'an index picks 400 bytes');
    const doubles = { ...planOf(1, 5, 1, 2), dtype: 'float64' } as const;
    findings.check(lower(doubles, { maxRangeBytes: 2 ** 31 }) === undefined, 'doubles have no kernel');
    findings.end();
  });
});
