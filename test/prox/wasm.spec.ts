/** The wasm kernel of the simplex primitive beside the loop of the cpu device: lengths, radii, ranges, chunks in any order. */
import { describe, it } from 'vitest';
import { lowerSimplexToWasm } from '../../src/prox/simplex/wasm.ts';
import { simplexPrimitive, type SimplexPlan } from '../../src/prox/simplex/simplex.ts';
import { Findings } from '../support/expect.ts';
import { Random } from '../support/random.ts';
import { runLowered } from '../support/wasm-run.ts';
import { projectedElement } from '../tolerance.ts';

const bytesOf = (values: Float32Array): Uint8Array => new Uint8Array(values.buffer);

describe('projections on wasm', () => {
  it('rows of all lengths, one radius or many, in any order of chunks', () => {
    const findings = new Findings();
    for (const [rows, length] of [
      [1, 1],
      [3, 2],
      [5, 3],
      [4, 4],
      [7, 7],
      [40, 33],
      [300, 64],
      [2, 20_001],
    ] as const)
      for (const ball of [false, true])
        for (const radiusStep of [0, 1] as const) {
          const random = new Random(rows + length);
          const [offset, radiusOffset] = [5, 2];
          const x = random.normal(offset + rows * length, 2);
          if (rows > 3) x[offset + length] = NaN;
          const radii = random.uniform(radiusOffset + rows, 0, 8).map((radius, k) => (k % 7 === 4 ? 0 : radius));
          const plan: SimplexPlan = {
            op: 'test',
            dtype: 'float32',
            ball,
            rows,
            length,
            offset,
            radiusOffset,
            radiusStep,
            slack: 2 ** -20,
          };
          const reads = [bytesOf(x), bytesOf(radii)];
          const expected = new Float32Array(rows * length);
          simplexPrimitive.cpu(plan, reads, [bytesOf(expected)]);
          for (const maxRangeBytes of [2 ** 31, length * 4 * 3]) {
            const lowered = lowerSimplexToWasm(plan, { maxRangeBytes });
            if (!lowered) {
              findings.check(false, `[${rows}, ${length}]: not lowered`);
              continue;
            }
            const fits = lowered.passes.every(pass => pass.buffers.every(range => range.bytes <= maxRangeBytes));
            findings.check(fits, `[${rows}, ${length}]: a range of more than ${maxRangeBytes} bytes`);
            for (const options of [{ order: 'forward' }, { order: 'backward', build: 'plain' }] as const) {
              const out = new Float32Array(rows * length).fill(7);
              const bytes = bytesOf(out);
              runLowered(lowered, reads, [bytes], options);
              const label = `[${rows}, ${length}], ${ball ? 'ball' : 'sum'}, ranges of ${maxRangeBytes}`;
              findings.close(out, expected, projectedElement(length, 'rounded', 8, 8), label);
            }
          }
        }
    findings.end();
  });

  it('doubles, and rows larger than a range, fall through', () => {
    const findings = new Findings();
    const plan: SimplexPlan = {
      op: 'test',
      dtype: 'float32',
      ball: true,
      rows: 2,
      length: 100,
      offset: 0,
      radiusOffset: 0,
      radiusStep: 0,
      slack: 0,
    };
    findings.check(
      lowerSimplexToWasm({ ...plan, dtype: 'float64' }, { maxRangeBytes: 2 ** 31 }) === undefined,
      'doubles',
    );
    findings.check(lowerSimplexToWasm(plan, { maxRangeBytes: 399 }) === undefined, 'a row of 400 bytes');
    findings.end();
  });
});
