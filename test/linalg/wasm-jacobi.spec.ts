/** The wasm kernels of the jacobi primitive, without a device: both binaries, chunks in any order, small ranges, calls cut anywhere. */
import { describe, it } from 'vitest';
import { jacobiPrimitive } from '../../src/linalg/jacobi/jacobi.ts';
import { meetingsOf, nothingOf, roundsOf, STATE, stateLength, type JacobiPlan } from '../../src/linalg/jacobi/plan.ts';
import { Findings } from '../support/expect.ts';
import { Random } from '../support/random.ts';
import { loweringOf } from '../support/wasm-reduce.ts';
import { runLowered } from '../support/wasm-run.ts';
import { orthogonalFactors } from '../tolerance.ts';

const bytes = (numbers: Float32Array): Uint8Array => new Uint8Array(numbers.buffer);

const planOf = (batches: number, rows: number, length: number, stride: number, sweeps: number): JacobiPlan => ({
  dtype: 'float32',
  batches,
  rows,
  length,
  stride,
  nothing: nothingOf('float32', 0),
  first: 0,
  rounds: sweeps * roundsOf(rows),
  from: 0,
  to: batches * meetingsOf(rows),
});

const statesOf = ({ batches, rows }: JacobiPlan): Float32Array =>
  Float32Array.from({ length: batches * stateLength(rows) }, (_, k) => Number(k % stateLength(rows) === STATE.cosine));

/** Random rows whose last elements are the identity. */
function rowsOf({ batches, rows, length, stride }: JacobiPlan): Float32Array {
  const values = new Random(rows * 31 + length).normal(batches * rows * stride);
  return values.map((value, at) => {
    const [row, column] = [Math.floor(at / stride) % rows, at % stride];
    return column < length ? value * 4 ** -(row % 5) : Number(column - length === row);
  });
}

/** How far J·X is from the rows, and rows from orthogonal, in shares of their lengths. */
function checkRows(
  findings: Findings,
  plan: JacobiPlan,
  before: Float32Array,
  after: Float32Array,
  label: string,
): void {
  const { batches, rows, length, stride } = plan;
  const at = (x: Float32Array, batch: number, row: number, k: number): number =>
    x[(batch * rows + row) * stride + k] ?? NaN;
  const product = (batch: number, p: number, q: number): number => {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += at(after, batch, p, k) * at(after, batch, q, k);
    return sum;
  };
  let [cosine, off] = [0, 0];
  for (let batch = 0; batch < batches; batch++)
    for (let p = 0; p < rows; p++) {
      for (let q = p + 1; q < rows; q++) {
        const size = Math.sqrt(product(batch, p, p) * product(batch, q, q));
        cosine = Math.max(cosine, Math.abs(product(batch, p, q)) / size);
      }
      for (let k = 0; k < length; k++) {
        let found = 0;
        for (let row = 0; row < rows; row++) found += at(after, batch, p, length + row) * at(before, batch, row, k);
        off = Math.max(off, Math.abs(found - at(after, batch, p, k)) / Math.sqrt(product(batch, 0, 0)));
      }
    }
  const bound = orthogonalFactors(Math.max(rows, length), 'single');
  findings.check(cosine <= bound, `${label}: two rows have the cosine ${cosine}`);
  findings.check(off <= bound, `${label}: J·X is ${off} from a row`);
}

describe('jacobi on wasm', () => {
  it('makes rows orthogonal, with the same bits in any order of chunks', async () => {
    const findings = new Findings();
    const lower = await loweringOf(jacobiPrimitive);
    for (const [batches, rows, length] of [
      [1, 1, 5],
      [1, 2, 3],
      [3, 9, 11],
      [1, 17, 18],
      [2, 33, 40],
      [1, 40, 530],
    ] as const) {
      const plan = planOf(batches, rows, length, length + rows, 14);
      const before = rowsOf(plan);
      // The fused one where this engine has it.
      for (const build of [undefined, 'plain'] as const) {
        const results: Float32Array[] = [];
        for (const [order, cut, maxRangeBytes] of [
          ['forward', false, 2 ** 31],
          ['backward', true, rows * (length + rows) * 4],
        ] as const) {
          const label = `${batches} × [${rows}, ${length}], ${build ?? 'own'} build, ${order}`;
          const [work, states] = [before.slice(), statesOf(plan)];
          // Calls of one round each, and of some of its meetings.
          const middle = Math.ceil(plan.to / 2);
          const calls = cut
            ? Array.from({ length: plan.rounds }, (_, first) => ({ ...plan, first, rounds: 1 })).flatMap(one => [
                { ...one, to: middle },
                { ...one, from: middle },
              ])
            : [plan];
          for (const call of calls.filter(({ from, to }) => from < to)) {
            const lowered = lower(call, { maxRangeBytes });
            findings.check(lowered !== undefined, `${label}: not lowered`);
            if (!lowered) continue;
            const fits = lowered.passes.every(pass => pass.buffers.every(range => range.bytes <= maxRangeBytes));
            findings.check(fits, `${label}: a range is too large`);
            runLowered(lowered, [], [bytes(work), bytes(states)], { order, ...(build && { build }) });
          }
          for (let batch = 0; batch < batches; batch++)
            findings.check(states[batch * stateLength(rows) + STATE.done] === plan.nothing, `${label}: not done`);
          checkRows(findings, plan, before, work, label);
          results.push(work);
        }
        findings.exact(results[1] ?? [], results[0] ?? [], `[${rows}, ${length}], ${build ?? 'own'} build: bits`);
      }
    }
    findings.end();
  });

  it('leaves rows alone that are nothing, or orthogonal, and matrices that are done', async () => {
    const findings = new Findings();
    const lower = await loweringOf(jacobiPrimitive);
    const plan = planOf(1, 4, 4, 4, 1);
    const run = (work: Float32Array, states = statesOf(plan)): Float32Array => {
      const lowered = lower(plan, { maxRangeBytes: 2 ** 31 });
      if (lowered) runLowered(lowered, [], [bytes(work), bytes(states)]);
      return states;
    };
    const apart = Float32Array.of(8, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, -2, 0, 0, 1, 0);
    const kept = apart.slice();
    findings.exact(run(kept).subarray(0, 2), [plan.nothing, 0], 'orthogonal rows: done, no cosine');
    findings.exact(kept, apart, 'orthogonal rows');
    const tiny = Float32Array.of(1, 1, 1, 1, 2e-16, 2e-16, 0, 0, 1e-16, 0, 0, 0, 0, 0, 0, 0);
    const same = tiny.slice();
    findings.exact(run(same).subarray(0, 2), [plan.nothing, 0], 'rows that are nothing: done, no cosine');
    findings.exact(same, tiny, 'rows that are nothing');
    const done = statesOf(plan);
    done[STATE.done] = 1;
    const ones = new Float32Array(16).fill(1);
    run(ones, done);
    findings.exact(ones, new Float32Array(16).fill(1), 'a matrix that is done');
    const descending = Float32Array.of(1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4);
    run(descending);
    findings.exact(descending, Float32Array.of(0, 0, 0, 4, 0, 0, 3, 0, 0, 2, 0, 0, 1, 0, 0, 0), 'longer rows first');
    findings.end();
  });

  it('leaves to cpu what is larger than a range, and doubles', async () => {
    const findings = new Findings();
    const lower = await loweringOf(jacobiPrimitive);
    const plan = planOf(2, 10, 10, 20, 1);
    findings.check(lower(plan, { maxRangeBytes: 799 }) === undefined, 'a matrix takes 800 bytes');
    findings.check(
      lower({ ...plan, dtype: 'float64' }, { maxRangeBytes: 2 ** 31 }) === undefined,
      'doubles have no kernel',
    );
    findings.end();
  });
});
