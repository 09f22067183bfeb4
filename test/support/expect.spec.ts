/** The comparisons themselves: a suite whose comparisons cannot fail proves nothing. */
import { describe, expect, it } from 'vitest';
import { exact, norm, reduction } from '../tolerance.ts';
import { expectClose, expectExact, expectRejects, expectShape, expectThrows, Findings } from './expect.ts';
import { Random } from './random.ts';

const loose = { relative: 0.1, absolute: 0 };

describe('expectClose', () => {
  it('takes what is within the tolerance, NaN for NaN, and 0 for −0', () => {
    expectClose([1.05, NaN, 0, Infinity], [1, NaN, -0, Infinity], loose, 'fine');
    expectExact(new Float32Array([1, 2]), [1, 2], 'fine');
  });

  it('refuses what is outside, and tells index, numbers and error', () => {
    expect(() => expectClose([1, 2.5], [1, 2], loose, 'rows')).toThrow(
      /rows: 1 of 2 differ[^]*index +actual +expected +error +allowed[^]*1 +2\.5 +2 +5\.00e-1 +2\.00e-1/,
    );
  });

  it('refuses NaN, infinities and lengths that do not match', () => {
    expect(() => expectClose([NaN], [1], loose, 'x')).toThrow('differ');
    expect(() => expectClose([1], [NaN], loose, 'x')).toThrow('differ');
    expect(() => expectClose([3e38], [Infinity], loose, 'x')).toThrow('differ');
    expect(() => expectClose([Infinity], [3e38], loose, 'x')).toThrow('differ');
    expect(() => expectClose([-Infinity], [Infinity], loose, 'x')).toThrow('differ');
    expect(() => expectClose([1], [1], { relative: NaN, absolute: NaN }, 'x')).not.toThrow();
    expect(() => expectClose([1.001], [1], { relative: NaN, absolute: 0 }, 'x')).toThrow('differ');
    expect(() => expectClose([], [1], loose, 'x')).toThrow('0 numbers where 1 are expected');
    expect(() => expectShape([2, 3], [3, 2], 'x')).toThrow('[2, 3] where [3, 2]');
  });

  it('takes a tolerance for each element', () => {
    const each = (index: number) => ({ relative: 0, absolute: index });
    expectClose([0, 1, 2], [0, 0, 0], each, 'x');
    expect(() => expectClose([0.5, 1, 2], [0, 0, 0], each, 'x')).toThrow('1 of 3');
  });
});

describe('Findings', () => {
  it('reports all that is wrong at the end', () => {
    const findings = new Findings();
    findings.exact([1], [1], 'right');
    findings.exact([1], [2], 'first');
    findings.shape([1], [2], 'second');
    findings.check(false, 'third');
    expect(() => findings.end()).toThrow(/3 of 4[^]*first[^]*second[^]*third/);
  });

  it('fails where nothing was compared', () => {
    expect(() => new Findings().end()).toThrow('tests nothing');
  });
});

describe('expectThrows and expectRejects', () => {
  const fail = (message: string) => () => {
    throw new RangeError(message);
  };

  it('want the class, the name of the operation in front, and every mention', async () => {
    expectThrows(fail('norm: bad axis 7'), RangeError, 'norm', 'axis', /\d/);
    expect(() => expectThrows(fail('norm: bad'), TypeError, 'norm')).toThrow('should have failed with a TypeError');
    expect(() => expectThrows(fail('sum: bad'), RangeError, 'norm')).toThrow("begin with 'norm: '");
    expect(() => expectThrows(fail('norm: bad'), RangeError, 'norm', 'axis')).toThrow('should mention axis');
    expect(() => expectThrows(() => 1, RangeError, 'norm')).toThrow('should have thrown');
    await expectRejects(Promise.reject(new RangeError('norm: bad')), RangeError, 'norm');
    await expect(expectRejects(Promise.resolve(1), RangeError, 'norm')).rejects.toThrow('but resolved');
  });
});

describe('Random', () => {
  it('gives the same float32 numbers for the same seed', () => {
    const draw = (seed: number) => new Random(seed).normal(5);
    expect([...draw(1)]).toEqual([...draw(1)]);
    expect([...draw(1)]).not.toEqual([...draw(2)]);
  });

  it('spreads as it says', () => {
    const random = new Random(3);
    const uniform = random.uniform(10_000, -1, 3);
    const normal = random.normal(10_000, 2);
    const mean = (xs: Float32Array) => xs.reduce((sum, x) => sum + x, 0) / xs.length;
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...uniform)).toBeLessThanOrEqual(3);
    expect(mean(uniform)).toBeCloseTo(1, 1);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(Math.sqrt(mean(normal.map(x => x * x)))).toBeCloseTo(2, 1);
    expect(new Set(random.ints(1000, 2, 7))).toEqual(new Set([2, 3, 4, 5, 6]));
    const zeros = random.sparse(10_000, 0.3).filter(x => x === 0).length;
    expect(zeros / 10_000).toBeCloseTo(0.3, 1);
  });
});

describe('tolerance', () => {
  it('holds the promises of the documentation', () => {
    expect(norm(1e7, 2, 'single').relative).toBe(2 ** -24 * Math.log2(1e7));
    expect(norm(1e7, 1, 'single').relative).toBe(2 ** -24 * Math.log2(1e7));
    expect(norm(1e7, Infinity, 'single')).toBe(exact);
    expect(norm(1e7, 3, 'single').relative).toBe((4 + Math.log2(1e7) / 3) * 2 ** -22);
    expect(norm(1e7, 2, 'rounded').relative).toBeLessThan(2 ** -23);
    expect(reduction(1000, 'single', 10).absolute).toBeCloseTo(100 * 2 ** -24, 12);
  });
});
