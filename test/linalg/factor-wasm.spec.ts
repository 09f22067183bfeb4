/**
 * The wasm kernels of factorisations and substitutions beside the primitives' own `cpu`, without a device: both builds, chunks in
 * either order, ranges that hold all and that hold few matrices. Their bits must not depend on any of these.
 */
import { describe, expect, it } from 'vitest';
import { choleskyPrimitive, type CholeskyPlan } from '../../src/linalg/factor/cholesky.ts';
import kernels from '../../src/linalg/factor/factor.as';
import { luPrimitive, type LuPlan } from '../../src/linalg/factor/lu.ts';
import { triangularPrimitive, type TriangularPlan } from '../../src/linalg/factor/triangular.ts';
import {
  lowerCholeskyToWasm,
  lowerInvertToWasm,
  lowerLuToWasm,
  lowerTriangularToWasm,
} from '../../src/linalg/factor/wasm.ts';
import type { LoweredToWasm } from '../../src/device/index.ts';
import { factored } from '../tolerance.ts';
import { Findings } from '../support/expect.ts';
import { definite } from '../support/linalg.ts';
import { checkNumbers, identity, normal, triangleOf, triangular } from '../support/solve.ts';
import { gridOf } from '../support/tensors.ts';
import { runLowered } from '../support/wasm-run.ts';

type Values = Float32Array | Float64Array | Uint32Array;

const bytesOf = (x: Values): Uint8Array => new Uint8Array(x.buffer, x.byteOffset, x.byteLength);
const hasRelaxed = WebAssembly.validate(Uint8Array.from(atob(kernels.relaxed), character => character.charCodeAt(0)));
const BUILDS = hasRelaxed ? (['relaxed', 'plain'] as const) : (['plain'] as const);
const ALL = 2 ** 31;

/** What the kernels write, for one build; the same in any order and for all ranges. */
function outputsOf(
  findings: Findings,
  label: string,
  lower: (maxRangeBytes: number) => LoweredToWasm | undefined,
  ranges: readonly number[],
  reads: readonly Values[],
  fresh: () => Values[],
  build: (typeof BUILDS)[number],
): Values[] {
  let first: Values[] | undefined;
  for (const maxRangeBytes of ranges) {
    const lowered = lower(maxRangeBytes);
    if (!lowered) throw new Error(`${label}: not lowered for ranges of ${maxRangeBytes} bytes`);
    findings.check(
      lowered.passes.every(pass => pass.buffers.every(range => range.bytes <= maxRangeBytes && range.byteOffset >= 0)),
      `${label}: a range of more than ${maxRangeBytes} bytes`,
    );
    for (const order of ['forward', 'backward'] as const) {
      const found = fresh();
      runLowered(lowered, reads.map(bytesOf), found.map(bytesOf), { build, order });
      first ??= found;
      first.forEach((values, k) =>
        findings.exact(found[k] ?? [], values, `${label}, ${order}, ${maxRangeBytes} bytes`),
      );
    }
  }
  return first ?? [];
}

/** Orders on both sides of panels, tiles and of what is factored by one thread; stacks on both sides of many. */
const ORDERS = [
  [1, 3],
  [3, 40],
  [4, 1],
  [7, 2],
  [31, 2],
  [32, 9],
  [33, 3],
  [64, 1],
  [65, 2],
  [97, 1],
  [130, 1],
  [70, 9],
] as const;

interface Stored {
  readonly data: Float32Array;
  readonly offset: number;
  readonly batchStride: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Matrices with something in front of the first and behind each, or each transposed. */
function stored(matrices: readonly (readonly number[])[], n: number, turned: boolean): Stored {
  const stride = n * n + 2;
  const data = new Float32Array(1 + matrices.length * stride).fill(NaN);
  matrices.forEach((one, k) =>
    one.forEach((value, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      data[1 + k * stride + (turned ? j * n + i : at)] = value;
    }),
  );
  return {
    data,
    offset: 1,
    batchStride: stride,
    rowStride: turned ? 1 : n,
    columnStride: turned ? n : 1,
  };
}

const stacked = (count: number, n: number, make: (k: number) => ArrayLike<number>): number[][] =>
  Array.from({ length: count }, (_, k) => Array.from(make(k)).slice(0, n * n));

/** One test for both builds: all lanes count the same. */
function each(title: string, compare: (findings: Findings, build: (typeof BUILDS)[number]) => void): void {
  it(title, () => {
    const findings = new Findings();
    for (const build of BUILDS) compare(findings, build);
    findings.end();
  });
}

describe('on wasm', () => {
  each('L·U is P·A', (findings, build) => {
    for (const [n, batches] of ORDERS)
      for (const turned of [false, true]) {
        const matrices = stacked(batches, n, k => normal([n, n], k).data);
        const { data, ...at } = stored(matrices, n, turned);
        const plan: LuPlan = { op: 'test', dtype: 'float32', tells: true, order: n, batches, ...at };
        const label = `${batches} × ${n}${turned ? ', transposed' : ''}`;
        const [factors = [], rows = [], exchanges = [], status = []] = outputsOf(
          findings,
          label,
          maxRangeBytes => lowerLuToWasm(plan, { maxRangeBytes }),
          [ALL, n * (n + 2) * 8],
          [data],
          () => [
            new Float32Array(batches * n * n),
            new Uint32Array(batches * n),
            new Uint32Array(batches * n),
            new Uint32Array(1),
          ],
          build,
        );
        const expected = [
          new Float32Array(batches * n * n),
          new Uint32Array(batches * n),
          new Uint32Array(batches * n),
        ];
        luPrimitive.cpu(plan, [bytesOf(data)], [...expected, new Uint32Array(1)].map(bytesOf));
        findings.exact(rows, expected[1] ?? [], `${label}: rows`);
        findings.exact(exchanges, expected[2] ?? [], `${label}: exchanges`);
        findings.exact(status, [0], `${label}: status`);
        matrices.forEach((one, k) => {
          const own = Array.from(factors).slice(k * n * n, (k + 1) * n * n);
          const back = new Float64Array(n * n);
          const wanted = Array.from(back, (_, e) => one[(rows[k * n + Math.floor(e / n)] ?? 0) * n + (e % n)] ?? NaN);
          for (let i = 0; i < n; i++)
            for (let j = 0; j < n; j++)
              for (let s = 0; s <= Math.min(i, j); s++)
                back[i * n + j] =
                  (back[i * n + j] ?? 0) + (s === i ? 1 : (own[i * n + s] ?? NaN)) * (own[s * n + j] ?? NaN);
          const most = Math.max(...own.map(Math.abs));
          findings.close(back, wanted, factored(n, 'single', most), `${label}, matrix ${k}`);
        });
      }
  });

  each('L·Lᵀ is A', (findings, build) => {
    for (const [n, batches] of ORDERS)
      for (const turned of [false, true]) {
        const matrices = stacked(batches, n, k => definite(n, k + 1).data);
        const { data, ...at } = stored(matrices, n, turned);
        const plan: CholeskyPlan = { dtype: 'float32', order: n, batches, tolerance: 0, nanFails: true, ...at };
        const label = `${batches} × ${n}${turned ? ', transposed' : ''}`;
        const [factors = [], status = []] = outputsOf(
          findings,
          label,
          maxRangeBytes => lowerCholeskyToWasm(plan, { maxRangeBytes }),
          [ALL, n * (n + 2) * 8],
          [data],
          () => [new Float32Array(batches * n * n), new Uint32Array(1)],
          build,
        );
        findings.exact(status, [0], `${label}: status`);
        matrices.forEach((one, k) => {
          const own = Array.from(factors).slice(k * n * n, (k + 1) * n * n);
          const back = new Float64Array(n * n);
          for (let i = 0; i < n; i++)
            for (let j = 0; j < n; j++)
              for (let s = 0; s < n; s++)
                back[i * n + j] = (back[i * n + j] ?? 0) + (own[i * n + s] ?? NaN) * (own[j * n + s] ?? NaN);
          const size = (i: number): number => Math.sqrt(one[i * (n + 1)] ?? NaN);
          findings.close(
            back,
            one,
            e => factored(n, 'single', size(Math.floor(e / n)) * size(e % n)),
            `${label}, matrix ${k}`,
          );
          findings.check(
            own.every((value, e) => e % n <= Math.floor(e / n) || value === 0),
            `${label}, matrix ${k}: zeros above the diagonal`,
          );
        });
      }
  });

  each('T·X is B', (findings, build) => {
    for (const [n, m, batches] of [
      [1, 1, 3],
      [3, 1, 50],
      [5, 9, 2],
      [32, 8, 2],
      [33, 17, 1],
      [67, 3, 2],
      [140, 1, 1],
    ] as const)
      for (const lower of [false, true])
        for (const unit of [false, true]) {
          const matrices = stacked(batches, n, k => triangular(n, lower, { unit, seed: k }).data);
          const { data, ...triangle } = stored(matrices, n, lower !== unit);
          const b = normal([batches, n, m]);
          const right = { offset: 0, batchStride: n * m, rowStride: m, columnStride: 1 };
          const plan: TriangularPlan = {
            op: 'test',
            tells: true,
            dtype: 'float32',
            order: n,
            columns: m,
            batches,
            lower,
            unit,
            triangle,
            right,
            rows: { offset: 2, batchStride: n },
          };
          const rows = Uint32Array.from({ length: 2 + batches * n }, (_, at) => n - 1 - ((at - 2 + n) % n));
          const label = `${batches} × ${n}, ${m} columns, ${lower ? 'lower' : 'upper'}, ${unit ? 'ones' : 'diagonal'}`;
          const [x = [], status = []] = outputsOf(
            findings,
            label,
            maxRangeBytes => lowerTriangularToWasm(plan, { maxRangeBytes }),
            [ALL, Math.max(n * n, n * m) * 12],
            [data, Float32Array.from(b.data), rows],
            () => [new Float32Array(batches * n * m), new Uint32Array(1)],
            build,
          );
          findings.exact(status, [0], `${label}: status`);
          matrices.forEach((one, k) => {
            const part = Array.from(b.data).slice(k * n * m, (k + 1) * n * m);
            const turned = gridOf(
              [n, m],
              part.map((_, at) => part[(n - 1 - Math.floor(at / m)) * m + (at % m)] ?? NaN),
            );
            const own = Array.from(x).slice(k * n * m, (k + 1) * n * m);
            checkNumbers(findings, own, triangleOf(gridOf([n, n], one), lower, unit), turned, {
              label: `${label}, matrix ${k}`,
              byElement: true,
              precision: 'single',
            });
          });
        }
  });

  each('the identity comes in whole columns and skips what stays 0', (findings, build) => {
    for (const n of [1, 7, 8, 9, 40, 70]) {
      const lower = triangleOf(triangular(n, true), true, false);
      const data = Float32Array.from([NaN, ...Array.from(lower.data)]);
      const [inverse = []] = outputsOf(
        findings,
        `order ${n}`,
        maxRangeBytes => lowerInvertToWasm({ dtype: 'float32', order: n, offset: 1 }, { maxRangeBytes }),
        [ALL],
        [data],
        () => [new Float32Array(n * n)],
        build,
      );
      checkNumbers(findings, inverse, lower, identity(n), {
        label: `order ${n}`,
        byElement: true,
        precision: 'single',
      });
      findings.check(
        Array.from(inverse).every((value, at) => at % n <= Math.floor(at / n) || value === 0),
        `order ${n}: zeros above the diagonal`,
      );
      // Upwards the columns skip from the other end.
      const upper = { offset: 0, batchStride: 0, rowStride: 1, columnStride: n };
      const plan: TriangularPlan = {
        op: 'test',
        tells: true,
        dtype: 'float32',
        order: n,
        columns: n,
        batches: 1,
        lower: false,
        unit: false,
        triangle: upper,
      };
      const [turned = []] = outputsOf(
        findings,
        `order ${n}, upper`,
        maxRangeBytes => lowerTriangularToWasm(plan, { maxRangeBytes }),
        [ALL],
        [Float32Array.from(lower.data), new Float32Array(1), new Uint32Array(1)],
        () => [new Float32Array(n * n), new Uint32Array(1)],
        build,
      );
      const wanted = Float64Array.from(inverse, (_, at) => Number(inverse[(at % n) * n + Math.floor(at / n)]));
      const most = Math.max(...Array.from(wanted, Math.abs));
      findings.close(turned, wanted, factored(n, 'single', most * most * 4), `order ${n}: the transposed inverse`);
    }
  });

  it('status words name the first failure of all matrices', () => {
    const findings = new Findings();
    const n = 70;
    for (const batches of [3, 9]) {
      const zeroAt = new Map([
        [1, 66],
        [2, 3],
      ]);
      const matrices = stacked(batches, n, k =>
        Array.from({ length: n * n }, (_, at) => Number(at % (n + 1) === 0 && at / (n + 1) !== zeroAt.get(k))),
      );
      const { data, ...at } = stored(matrices, n, false);
      const counted = { op: 'test', tells: true, dtype: 'float32', order: n, batches, ...at } as const;
      const place = n + 66;
      const wordOf = (lowered: LoweredToWasm | undefined, writes: Values[]): number => {
        if (!lowered) throw new Error('not lowered');
        runLowered(lowered, [bytesOf(data)], writes.map(bytesOf), { order: 'backward' });
        return writes.at(-1)?.[0] ?? 0;
      };
      const matrix = (): Float32Array => new Float32Array(batches * n * n);
      const list = (): Uint32Array => new Uint32Array(batches * n);
      const facts = { maxRangeBytes: ALL };
      const lu = wordOf(lowerLuToWasm(counted, facts), [matrix(), list(), list(), new Uint32Array(1)]);
      findings.exact([lu], [0xffffffff - place], `LU of ${batches}`);
      // Whom nobody asks, writes the word to scratch memory.
      const quiet = [matrix(), list(), list()];
      wordOf(lowerLuToWasm({ ...counted, tells: false }, facts), quiet);
      findings.exact(
        quiet[2] ?? [],
        Array.from({ length: batches * n }, (_, row) => row % n),
        `exchanges of ${batches}`,
      );
      const cholesky = { ...counted, tolerance: 0, nanFails: true };
      const failed = wordOf(lowerCholeskyToWasm(cholesky, facts), [matrix(), new Uint32Array(1)]);
      findings.exact([failed], [0xffffffff - 2 * place], `Cholesky of ${batches}`);
    }
    findings.end();
  });

  it('doubles, and what no range or bench holds, are left to cpu', () => {
    const at = { offset: 0, batchStride: 0, rowStride: 40, columnStride: 1 };
    const plan = { op: 'test', tells: true, dtype: 'float32', batches: 1, order: 40, ...at } as const;
    const doubles = { ...plan, dtype: 'float64' } as const;
    const [all, few] = [{ maxRangeBytes: ALL }, { maxRangeBytes: 4096 }];
    const more = { tolerance: 0, nanFails: true };
    const sides = { columns: 2, lower: true, unit: false, triangle: at };
    expect(lowerLuToWasm(doubles, all)).toBeUndefined();
    expect(lowerLuToWasm(plan, few)).toBeUndefined();
    expect(lowerCholeskyToWasm({ ...doubles, ...more }, all)).toBeUndefined();
    expect(lowerCholeskyToWasm({ ...plan, ...more }, few)).toBeUndefined();
    expect(lowerTriangularToWasm({ ...doubles, ...sides }, all)).toBeUndefined();
    expect(lowerTriangularToWasm({ ...plan, ...sides }, few)).toBeUndefined();
    expect(lowerTriangularToWasm({ ...plan, ...sides, order: 20_000 }, all)).toBeUndefined();
    expect(lowerInvertToWasm({ dtype: 'float64', order: 3, offset: 0 }, all)).toBeUndefined();
    // Each primitive finds them.
    for (const primitive of [luPrimitive, choleskyPrimitive, triangularPrimitive]) expect(primitive.wasm).toBeDefined();
  });
});
