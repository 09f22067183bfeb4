/** What is true of norms whatever the numbers: identities between results, with seeded random data and no reference at all. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { add, concat, div, mul, norm, sub, sum, transpose, abs, type Device, type Tensor } from '../../src/index.ts';
import { Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { floatsOf, type FloatDtype } from '../support/tensors.ts';
import {
  elementwise,
  identity,
  norm as normBound,
  precisionOf,
  reduction,
  type Precision,
  type Tolerance,
} from '../tolerance.ts';

const ROWS = 11;
const LENGTHS = [1, 5, 64, 301];
const ORDS = [1, 2, Infinity, 3, 1.5, 7] as const;

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** Rows of seeded normal numbers. */
const rows = (n: number, dtype: FloatDtype, seed: number): Tensor =>
  device.tensor(new Random(seed).normal(ROWS * n), [ROWS, n], { dtype });
const read = (x: Tensor): Promise<ArrayLike<number>> => x.data();
const rowNorms = (x: Tensor, ord: number): Promise<ArrayLike<number>> => norm(x, { ord, axis: 1 }).data();
const each = (values: ArrayLike<number>, f: (x: number, i: number) => number): number[] => Array.from(values, f);

/** Runs a law for every dtype and length. */
async function lawful(
  law: (findings: Findings, n: number, dtype: FloatDtype, precision: Precision) => Promise<void>,
): Promise<void> {
  const findings = new Findings();
  for (const dtype of floatsOf(device)) {
    const probe = device.tensor([0], [1], { dtype });
    for (const n of LENGTHS) await law(findings, n, dtype, precisionOf(probe));
  }
  findings.end();
}

/** a ≤ b, where both sides carry errors relative to b. */
function notAbove(
  findings: Findings,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  tolerance: Tolerance,
  label: string,
): void {
  for (let i = 0; i < a.length; i++) {
    const limit = Number(b[i]);
    findings.check(
      Number(a[i]) <= limit + tolerance.absolute + tolerance.relative * Math.abs(limit),
      `${label}: ${a[i]} is above ${limit} in row ${i}`,
    );
  }
}

describe('norms', () => {
  it('are homogeneous: ‖a·x‖ = |a|·‖x‖', () =>
    lawful(async (findings, n, dtype, precision) => {
      const x = rows(n, dtype, n);
      for (const ord of [...ORDS, -Infinity, -1, 0.5]) {
        const plain = await rowNorms(x, ord);
        const one = normBound(n, ord, precision);
        for (const factor of [-3, 0.375, 1000]) {
          const scaled = await rowNorms(mul(x, factor), ord);
          findings.close(
            scaled,
            each(plain, v => Math.abs(factor) * v),
            identity([one, one, elementwise('mul', precision)]),
            `ord ${ord}, n ${n}, factor ${factor}`,
          );
        }
      }
    }));

  it('but ord 0 does not see a factor', () =>
    lawful(async (findings, n, dtype) => {
      const x = device.tensor(new Random(n).sparse(ROWS * n, 0.4), [ROWS, n], { dtype });
      findings.exact(await rowNorms(mul(x, -3), 0), await rowNorms(x, 0), `n ${n}`);
    }));

  it('obey the triangle inequality, and its reverse', () =>
    lawful(async (findings, n, dtype, precision) => {
      const x = rows(n, dtype, 2 * n);
      const y = rows(n, dtype, 2 * n + 1);
      for (const ord of ORDS) {
        const [a, b, both, between] = await Promise.all([
          rowNorms(x, ord),
          rowNorms(y, ord),
          rowNorms(add(x, y), ord),
          rowNorms(sub(x, y), ord),
        ]);
        const bound = normBound(n, ord, precision);
        const total = each(a, (v, i) => v + Number(b[i]));
        const slack = {
          relative: 3 * bound.relative + elementwise('add', precision).relative,
          absolute: bound.absolute,
        };
        notAbove(findings, both, total, slack, `‖x + y‖, ord ${ord}, n ${n}`);
        notAbove(findings, between, total, slack, `‖x − y‖, ord ${ord}, n ${n}`);
        const gap = each(a, (v, i) => Math.abs(v - Number(b[i])));
        const wide = { relative: 0, absolute: slack.relative * Math.max(...total) };
        notAbove(findings, gap, between, wide, `|‖x‖ − ‖y‖|, ord ${ord}, n ${n}`);
      }
    }));

  it('and ‖x + x‖ = 2‖x‖: the triangle inequality is tight', () =>
    lawful(async (findings, n, dtype, precision) => {
      const x = rows(n, dtype, 3 * n);
      for (const ord of ORDS) {
        const bound = normBound(n, ord, precision);
        findings.close(
          await rowNorms(add(x, x), ord),
          each(await rowNorms(x, ord), v => 2 * v),
          identity([bound, bound]),
          `ord ${ord}, n ${n}`,
        );
      }
    }));

  it('come in dual pairs: |Σxy| ≤ ‖x‖ₚ·‖y‖_q (Hölder)', () =>
    lawful(async (findings, n, dtype, precision) => {
      const x = rows(n, dtype, 5 * n);
      const y = rows(n, dtype, 5 * n + 1);
      const product = each(await read(sum(mul(x, y), { axis: 1 })), Math.abs);
      for (const [p, q] of [
        [1, Infinity],
        [2, 2],
        [3, 1.5],
        [1.25, 5],
      ] as const) {
        const [a, b] = await Promise.all([rowNorms(x, p), rowNorms(y, q)]);
        const limit = each(a, (v, i) => v * Number(b[i]));
        const slack = identity([
          normBound(n, p, precision),
          normBound(n, q, precision),
          reduction(n, precision, Math.max(...limit)),
          elementwise('mul', precision),
        ]);
        notAbove(findings, product, limit, slack, `p ${p}, n ${n}`);
      }
    }));

  it('and the dual pair is tight: the y that ‖x‖ₚ points at attains it', () =>
    lawful(async (findings, n, dtype, precision) => {
      const x = rows(n, dtype, 7 * n);
      // p = 2: y = x / ‖x‖₂ gives Σxy = ‖x‖₂. p = 1: y = sign(x), of ‖y‖_∞ = 1, gives ‖x‖₁.
      const l2 = norm(x, { ord: 2, axis: 1, keepdims: true });
      const l1 = await rowNorms(x, 1);
      const parts = [normBound(n, 2, precision), elementwise('div', precision), elementwise('mul', precision)];
      const bound = (size: number): Tolerance =>
        identity([...parts, reduction(n, precision, size), normBound(n, 1, precision)]);
      const norms = await read(l2);
      findings.close(
        await read(sum(mul(x, div(x, l2)), { axis: 1 })),
        norms,
        bound(Math.max(...Array.from(norms))),
        `p 2, n ${n}`,
      );
      const sign = div(x, abs(x));
      findings.close(await read(sum(mul(x, sign), { axis: 1 })), l1, bound(Math.max(...Array.from(l1))), `p 1, n ${n}`);
    }));

  it('are ordered: ‖x‖₋∞ ≤ ‖x‖∞ ≤ ‖x‖₃ ≤ ‖x‖₂ ≤ ‖x‖₁ ≤ √n‖x‖₂ ≤ n‖x‖∞', () =>
    lawful(async (findings, n, dtype, precision) => {
      const x = rows(n, dtype, 11 * n);
      const of = (ord: number): Promise<ArrayLike<number>> => rowNorms(x, ord);
      const [least, largest, l3, l2, l1] = await Promise.all([of(-Infinity), of(Infinity), of(3), of(2), of(1)]);
      const slack = identity([normBound(n, 3, precision), normBound(n, 2, precision), normBound(n, 1, precision)]);
      notAbove(findings, least, largest, slack, `‖x‖₋∞ ≤ ‖x‖∞, n ${n}`);
      notAbove(findings, largest, l3, slack, `‖x‖∞ ≤ ‖x‖₃, n ${n}`);
      notAbove(findings, l3, l2, slack, `‖x‖₃ ≤ ‖x‖₂, n ${n}`);
      notAbove(findings, l2, l1, slack, `‖x‖₂ ≤ ‖x‖₁, n ${n}`);
      notAbove(
        findings,
        l1,
        each(l2, v => Math.sqrt(n) * v),
        slack,
        `‖x‖₁ ≤ √n‖x‖₂, n ${n}`,
      );
      notAbove(
        findings,
        each(l2, v => Math.sqrt(n) * v),
        each(largest, v => n * v),
        slack,
        `√n‖x‖₂ ≤ n‖x‖∞, n ${n}`,
      );
    }));

  it('and p-norms of equal numbers are n^(1/p) of one', () =>
    lawful(async (findings, n, dtype, precision) => {
      const x = device.tensor(new Float32Array(n).fill(-2.5), [1, n], { dtype });
      for (const ord of [...ORDS, 0.5, -1, -3])
        findings.close(
          await rowNorms(x, ord),
          [2.5 * n ** (1 / ord)],
          normBound(n, ord, precision),
          `ord ${ord}, n ${n}`,
        );
    }));
});

describe('the 2-norm', () => {
  it('is unitarily invariant: rotations and reflections keep it', () =>
    lawful(async (findings, n, dtype, precision) => {
      const x = rows(n, dtype, 13 * n);
      const y = rows(n, dtype, 13 * n + 1);
      const before = await rowNorms(concat([x, y], { axis: 1 }), 2);
      for (const [cos, sin] of [
        [0.6, 0.8],
        [-0.28, 0.96],
      ] as const) {
        // Every pair (x[i], y[i]) turned by the same angle: an orthogonal map of the 2n numbers.
        const turned = concat([sub(mul(x, cos), mul(y, sin)), add(mul(x, sin), mul(y, cos))], { axis: 1 });
        const bound = normBound(2 * n, 2, precision);
        // cos and sin themselves are rounded in float32, and each number takes two products and a sum.
        const steps = [
          elementwise('mul', precision),
          elementwise('mul', precision),
          elementwise('add', precision),
          elementwise('add', precision),
        ];
        findings.close(await rowNorms(turned, 2), before, identity([bound, bound, ...steps]), `n ${n}, cos ${cos}`);
      }
    }));

  it('of a matrix is that of its elements in any order', () =>
    lawful(async (findings, n, dtype, precision) => {
      const x = rows(n, dtype, 17 * n);
      const bound = normBound(ROWS * n, 2, precision);
      const whole = await read(norm(x));
      for (const other of [
        norm(x.reshape([ROWS * n])),
        norm(transpose(x)),
        norm(x, { ord: 'fro', axis: [0, 1] }),
        norm(norm(x, { axis: 0 })),
        norm(norm(x, { axis: 1 })),
      ])
        findings.close(await read(other), whole, identity([bound, bound, bound]), `n ${n}`);
    }));
});

describe('any p-norm', () => {
  it('of a whole is the p-norm of the p-norms of its parts', () =>
    lawful(async (findings, n, dtype, precision) => {
      const x = rows(n, dtype, 19 * n);
      for (const ord of [...ORDS, 0, -Infinity]) {
        const bound = normBound(ROWS * n, ord, precision);
        const whole = await read(norm(x.reshape([ROWS * n]), { ord }));
        const parts = norm(x, { ord, axis: 1 });
        const again = ord === 0 ? sum(parts) : norm(parts, { ord });
        findings.close(await read(again), whole, identity([bound, bound]), `ord ${ord}, n ${n}`);
      }
    }));
});

describe('matrix norms', () => {
  it('of the transpose change places: ‖A‖₁ = ‖Aᵀ‖∞', () =>
    lawful(async (findings, n, dtype, precision) => {
      const x = rows(n, dtype, 23 * n);
      const turned = transpose(x);
      const bound = normBound(Math.max(n, ROWS), 1, precision);
      const pair = identity([bound, bound]);
      for (const [left, right] of [
        [1, Infinity],
        [-1, -Infinity],
      ] as const) {
        findings.close(
          await read(norm(x, { ord: left })),
          await read(norm(turned, { ord: right })),
          pair,
          `ord ${left}, n ${n}`,
        );
        findings.close(
          await read(norm(x, { ord: right })),
          await read(norm(turned, { ord: left })),
          pair,
          `ord ${right}, n ${n}`,
        );
      }
      findings.close(
        await read(norm(x, { ord: 1, axis: [0, 1] })),
        await read(norm(x, { ord: Infinity, axis: [1, 0] })),
        pair,
        `axes, n ${n}`,
      );
    }));

  it('are the largest and smallest of the vector norms: ‖A‖₁ = max ‖column‖₁', () =>
    lawful(async (findings, n, dtype, precision) => {
      const x = rows(n, dtype, 29 * n);
      const bound = normBound(Math.max(n, ROWS), 1, precision);
      const [columns, lines] = await Promise.all([read(norm(x, { ord: 1, axis: 0 })), rowNorms(x, 1)]);
      const most = (values: ArrayLike<number>): number[] => [Math.max(...Array.from(values))];
      const least = (values: ArrayLike<number>): number[] => [Math.min(...Array.from(values))];
      const pair = identity([bound, bound]);
      findings.close(await read(norm(x, { ord: 1 })), most(columns), pair, `1, n ${n}`);
      findings.close(await read(norm(x, { ord: -1 })), least(columns), pair, `−1, n ${n}`);
      findings.close(await read(norm(x, { ord: Infinity })), most(lines), pair, `∞, n ${n}`);
      findings.close(await read(norm(x, { ord: -Infinity })), least(lines), pair, `−∞, n ${n}`);
    }));
});
