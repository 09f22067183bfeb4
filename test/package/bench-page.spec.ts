/** The page with charts that a benchmark writes: what it says of a run, and the exponents of cost against size. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pageOf } from '../../bench/html.mjs';
import { exponentOf } from '../../bench/slopes.mjs';

const points = (cost: (at: number) => number) =>
  [10, 32, 100, 316, 1000].map(at => ({ at, ms: cost(at), peak: 8 * at * at }));

describe('exponents', () => {
  it('are those of a power law', () => {
    expect(
      exponentOf(
        points(n => 1e-6 * n ** 3),
        'ms',
      ),
    ).toBeCloseTo(3, 10);
    expect(
      exponentOf(
        points(n => n),
        'peak',
      ),
    ).toBeCloseTo(2, 10);
  });

  it('leave out what is the price of a call, however small', () => {
    const exponent = exponentOf(
      points(n => Math.max(2, 1e-6 * n ** 3)),
      'ms',
    );
    expect(exponent).toBeCloseTo(3, 10);
  });

  it('are not there where nothing grew', () => {
    expect(
      exponentOf(
        points(() => 2),
        'ms',
      ),
    ).toBeUndefined();
  });
});

describe('the page', () => {
  // 8 n² bytes in n²/10⁶ ms are 8 GB/s.
  const counted = points(n => 1e-6 * n ** 2).map(point => ({ ...point, bytes: 8 * point.at ** 2 }));
  const withoutMemory = counted.map(({ at, ms, bytes }) => ({ at, ms: 2 * ms, bytes }));
  const entry = { name: 'unitball wasm', device: 'wasm', first: 9, rounds: [1, 2, 3], queued: 1.5, error: 0 };
  const run = {
    date: '2026-01-02T03:04:05Z',
    quick: false,
    machine: { platform: 'linux', architecture: 'x64', cores: 2, load: 0 },
    versions: { unitball: '1.2.3' },
    hosts: [
      {
        host: 'chrome',
        version: 'Chrome/1',
        machine: { host: { copy: 10, sum: 5 } },
        outcomes: [
          {
            bench: 'norm/rows',
            title: 'Norms of <all> rows',
            shape: [1000, 20],
            bytes: 3e6,
            readback: true,
            entries: [
              entry,
              { name: 'slow wasm', device: 'wasm', first: 9, rounds: [90], error: 0, remark: 'in 7 steps' },
              { ...entry, name: 'near wasm', built: 1500, recall: 0.9921, effort: 64 },
              { name: 'none wasm', device: 'wasm', note: 'no such op' },
            ],
          },
          { bench: 'norm/broken', entries: [], problem: 'it has no device' },
        ],
        sweeps: [
          { op: 'norm', varies: 'n', shape: 'n × 2', device: 'wasm', points: points(n => n), note: 'too large' },
          { op: 'product', varies: 'n', shape: 'n × n', device: 'cpu', points: counted },
          { op: 'product', varies: 'n', shape: 'n × n', name: 'PyTorch <cpu>', device: 'cpu', points: withoutMemory },
        ],
      },
    ],
    ratios: [{ kept: false, text: 'norm/rows: 2 of its time' }],
  };
  const page = pageOf(run);

  it('tells medians, ratios, shares, exponents, and what went wrong', () => {
    for (const words of [
      'Norms of &#60;all&#62; rows',
      'unitball wasm 2.00 ms',
      'slow wasm 90.0 ms · 45.0 ×',
      'norm/rows wasm 20 % of copy',
      'none wasm: no such op',
      'slow wasm: in 7 steps',
      'near wasm: recall 0.992 at ef 64, built in 1500 ms',
      'norm/broken',
      'it has no device',
      'wasm n<sup>1.00</sup>',
      'wasm n<sup>2.00</sup>',
      'wasm ended: too large',
      'time: cpu n<sup>2.00</sup>, PyTorch &#60;cpu&#62; n<sup>2.00</sup>',
      'memory: cpu n<sup>2.00</sup></p>',
      'rate: cpu 8.00 GB/s (80 % of copy), PyTorch &#60;cpu&#62; 4.00 GB/s (40 % of copy) at most',
      'Grey: PyTorch &#60;cpu&#62;.',
      'aria-label="product: rate against n"',
      '<b>broken</b>: norm/rows: 2 of its time',
    ])
      expect(page).toContain(words);
    expect(page).toMatch(/class="tear"/);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('is complete in itself', () => {
    expect(page).not.toMatch(/<script|<link|src=|href=|url\(/);
  });

  it('is made of every run that is kept', () => {
    const folder = join(process.cwd(), 'bench/results');
    const dated = readdirSync(folder).filter(name => /^\d.*\.json$/.test(name));
    expect(dated.length).toBeGreaterThan(0);
    for (const name of dated) {
      const text = pageOf(JSON.parse(readFileSync(join(folder, name), 'utf8')));
      expect([name, text.includes('<svg'), /NaN|undefined/.test(text)]).toEqual([name, true, false]);
    }
  });
});
