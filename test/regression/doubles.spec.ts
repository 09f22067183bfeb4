/** Residuals and correlations in doubles: both wasm binaries and the cpu kernels against sums as they are written down. */
import { describe, expect, it } from 'vitest';
import type { Primitive } from '../../src/device/index.ts';
import { correlationsPrimitive, residualsPrimitive, type DoublesPlan } from '../../src/regression/doubles/doubles.ts';
import kernels from '../../src/regression/doubles/doubles.as';
import { lowerCorrelationsToWasm, lowerResidualsToWasm } from '../../src/regression/doubles/wasm.ts';
import { Findings } from '../support/expect.ts';
import { Random } from '../support/random.ts';
import { runLowered } from '../support/wasm-run.ts';
import { matrixProduct } from '../tolerance.ts';

const hasRelaxed = WebAssembly.validate(Uint8Array.from(atob(kernels.relaxed), character => character.charCodeAt(0)));
const BUILDS = hasRelaxed ? (['relaxed', 'plain'] as const) : (['plain'] as const);

const bytesOf = (x: Float64Array): Uint8Array => new Uint8Array(x.buffer, x.byteOffset, x.byteLength);
const room = { maxRangeBytes: 2 ** 30 };

/** On both sides of what few columns and vectors, chunks of columns and of rows, packed columns and pieces of rows are. */
const SHAPES = [
  [1, 1, 1],
  [2, 3, 2],
  [5, 2, 4],
  [511, 15, 3],
  [512, 16, 5],
  [513, 17, 1],
  [32, 1024, 3],
  [35, 1025, 2],
  [1030, 34, 9],
].map(([n = 1, p = 1, count = 1]): DoublesPlan => ({ n, p, count }));

const at = (list: Float64Array, index: number): number => list[index] ?? NaN;

/** What a primitive writes, by each of its kernels. */
function* results(
  primitive: Primitive<DoublesPlan>,
  lower: typeof lowerResidualsToWasm,
  plan: DoublesPlan,
  given: readonly Float64Array[],
  size: number,
): Generator<{ readonly label: string; readonly found: Float64Array }> {
  const reads = given.map(bytesOf);
  const own = new Float64Array(size);
  primitive.cpu(plan, reads, [bytesOf(own)]);
  yield { label: 'cpu', found: own };
  const lowered = lower(plan, room);
  if (!lowered) throw new Error('there is a kernel');
  for (const build of BUILDS)
    for (const order of ['forward', 'backward'] as const) {
      const found = new Float64Array(size);
      runLowered(lowered, reads, [bytesOf(found)], { build, order });
      yield { label: `${build}, ${order}`, found };
    }
}

describe('in doubles', () => {
  it('residuals are y less what weights make of columns', () => {
    const findings = new Findings();
    for (const plan of SHAPES) {
      const { n, p, count } = plan;
      const random = new Random(n + p);
      const [columns, y] = [random.normal(n * p), random.normal(n)].map(list => Float64Array.from(list)) as [
        Float64Array,
        Float64Array,
      ];
      // Weights of 0 are passed by: a third of each list, and some columns of all lists.
      const weights = Float64Array.from(random.normal(count * p), (value, k) =>
        k % 3 === 0 || (k % p) % 5 === 1 ? 0 : value,
      );
      const [expected, sizes] = [new Float64Array(count * n), new Float64Array(count * n)];
      for (let k = 0; k < count; k++)
        for (let i = 0; i < n; i++) {
          const terms = Array.from({ length: p }, (_, j) => at(columns, j * n + i) * at(weights, k * p + j));
          expected[k * n + i] = terms.reduce((rest, term) => rest - term, at(y, i));
          sizes[k * n + i] = terms.reduce((sum, term) => sum + Math.abs(term), Math.abs(at(y, i)));
        }
      for (const { label, found } of results(
        residualsPrimitive,
        lowerResidualsToWasm,
        plan,
        [columns, y, weights],
        count * n,
      ))
        findings.close(
          found,
          expected,
          k => matrixProduct(p + 1, 'double', at(sizes, k)),
          `${n} × ${p}, ${count} lists, ${label}`,
        );
    }
    findings.end();
  });

  it('correlations are products of columns with vectors', () => {
    const findings = new Findings();
    for (const plan of SHAPES) {
      const { n, p, count } = plan;
      const random = new Random(n + p + count);
      const [columns, vectors] = [random.normal(n * p), random.normal(count * n)].map(list =>
        Float64Array.from(list),
      ) as [Float64Array, Float64Array];
      const [expected, sizes] = [new Float64Array(count * p), new Float64Array(count * p)];
      for (let k = 0; k < count; k++)
        for (let j = 0; j < p; j++)
          for (let i = 0; i < n; i++) {
            const term = at(columns, j * n + i) * at(vectors, k * n + i);
            expected[k * p + j] = at(expected, k * p + j) + term;
            sizes[k * p + j] = at(sizes, k * p + j) + Math.abs(term);
          }
      for (const { label, found } of results(
        correlationsPrimitive,
        lowerCorrelationsToWasm,
        plan,
        [columns, vectors],
        count * p,
      ))
        findings.close(
          found,
          expected,
          k => matrixProduct(n, 'double', at(sizes, k)),
          `${n} × ${p}, ${count} vectors, ${label}`,
        );
    }
    findings.end();
  });

  it('are left to others where an operand is larger than a range', () => {
    const plan = { n: 10, p: 4, count: 3 };
    for (const lower of [lowerResidualsToWasm, lowerCorrelationsToWasm]) {
      expect(lower(plan, { maxRangeBytes: 320 })).toBeDefined();
      expect(lower(plan, { maxRangeBytes: 319 })).toBeUndefined();
    }
  });

  it('have no shader', () => {
    const facts = { maxBindingBytes: 2 ** 27, maxBufferBytes: 2 ** 28, maxGroups: 65_535, maxInvocations: 256 };
    for (const primitive of [residualsPrimitive, correlationsPrimitive])
      expect(() =>
        primitive.webgpu(
          { n: 1, p: 1, count: 1 },
          { ...facts, bindingAlignment: 256, software: false, sharedTiles: false, tileSide: 0 },
        ),
      ).toThrow('doubles');
  });
});
