/** The kernels of sparse patterns without a device: both binaries, chunks in any order, widths on both sides of their loops. */
import { describe, it } from 'vitest';
import { sampledPrimitive, sparseProductPrimitive } from '../../src/lowrank/completion/sparse.ts';
import kernels from '../../src/lowrank/completion/sparse.as';
import { lowerProductToWasm, lowerSampledToWasm } from '../../src/lowrank/completion/wasm.ts';
import { Findings } from '../support/expect.ts';
import { Random } from '../support/random.ts';
import { runLowered } from '../support/wasm-run.ts';
import { matrixProduct } from '../tolerance.ts';

const bytesOf = (x: Float32Array | Uint32Array): Uint8Array => new Uint8Array(x.buffer, x.byteOffset, x.byteLength);

const hasRelaxed = WebAssembly.validate(Uint8Array.from(atob(kernels.relaxed), character => character.charCodeAt(0)));
const BUILDS = hasRelaxed ? (['relaxed', 'plain'] as const) : (['plain'] as const);
const WAYS = BUILDS.flatMap(build => (['forward', 'backward'] as const).map(order => ({ build, order })));

/** Rows of very different lengths, one of them empty and one longer than a chain of sums. */
function pattern(m: number, n: number) {
  const random = new Random(m);
  const [rows, columns, starts]: [number[], number[], number[]] = [[], [], [0]];
  for (let i = 0; i < m; i++) {
    const length = i === 1 ? 0 : i === 2 ? 200 : i % 9;
    for (let e = 0; e < length; e++) {
      rows.push(i);
      columns.push(Math.floor(random.unit() * n));
    }
    starts.push(rows.length);
  }
  return { rows: Uint32Array.from(rows), columns: Uint32Array.from(columns), starts: Uint32Array.from(starts), random };
}

describe('the wasm kernels', () => {
  it('find what the cpu kernels find, of any width and in any order', () => {
    const findings = new Findings();
    const [m, n] = [700, 40];
    for (const width of [1, 3, 4, 7, 16, 21, 300]) {
      const { rows, columns, starts, random } = pattern(m, n);
      const count = rows.length;
      const [left, right, base] = [random.normal(m * width), random.normal(n * width), random.normal(count)];
      const plan = { dtype: 'float32', count, width, m, n } as const;
      const sampled = { ...plan, sign: -1 } as const;
      const reads = [rows, columns, left, right, base].map(bytesOf);
      const dense = [starts, columns, base, right].map(bytesOf);
      const [one, other] = [new Float32Array(count), new Float32Array(m * width)];
      sampledPrimitive.cpu(sampled, reads, [bytesOf(one)]);
      sparseProductPrimitive.cpu(plan, dense, [bytesOf(other)]);
      const facts = { maxRangeBytes: 2 ** 30 };
      for (const way of WAYS) {
        const label = `width ${width}, ${way.build}, ${way.order}`;
        const [mine, yours] = [new Float32Array(count).fill(NaN), new Float32Array(m * width).fill(NaN)];
        const [first, second] = [lowerSampledToWasm(sampled, facts), lowerProductToWasm(plan, facts)];
        if (!first || !second) throw new Error('there is a kernel');
        runLowered(first, reads, [bytesOf(mine)], way);
        runLowered(second, dense, [bytesOf(yours)], way);
        findings.close(mine, one, matrixProduct(width, 'single', 4 * width), `sampled, ${label}`);
        findings.close(yours, other, matrixProduct(200, 'single', 200), `product, ${label}`);
      }
    }
    findings.end();
  });

  it('leave what is too large for a range to others, and doubles', () => {
    const findings = new Findings();
    const plan = { count: 100, width: 4, m: 10, n: 10 } as const;
    for (const [dtype, maxRangeBytes] of [
      ['float32', 399],
      ['float64', 2 ** 20],
    ] as const) {
      const facts = { maxRangeBytes };
      findings.check(lowerSampledToWasm({ ...plan, dtype, sign: 1 }, facts) === undefined, `sampled, ${dtype}`);
      findings.check(lowerProductToWasm({ ...plan, dtype }, facts) === undefined, `product, ${dtype}`);
    }
    findings.check(lowerProductToWasm({ ...plan, dtype: 'float32' }, { maxRangeBytes: 400 }) !== undefined, 'one fits');
    findings.end();
  });
});
