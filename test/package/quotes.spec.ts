/** What the README quotes of the benchmark's results: tables of what is in a file, and an error where something is not. */
import { describe, expect, it } from 'vitest';
import { figuresOf, withFigures } from '../../scripts/quote-results.mjs';

const entries = [
  { name: 'unitball cpu', rounds: [9, 1.5, 1.52], error: 1e-7 },
  { name: 'rough wasm', rounds: [1234.4], error: 0.01 },
  { name: 'ended wasm', rounds: [], error: 0 },
  { name: 'numpy native', rounds: [12.34], error: 0 },
];
const run = { hosts: [{ host: 'chrome', outcomes: [{ bench: 'norm/rows', shape: [1000, 20], entries }] }] };
const columns = [
  { label: 'ours', entry: 'unitball cpu' },
  { label: 'rough', entry: 'rough wasm' },
  { label: 'ended', entry: 'ended wasm' },
  { label: 'native', entry: /^(?<who>.*) native$/ },
];
const table = { file: 'a.json', host: 'chrome', about: 'Rows', columns, rows: [{ label: 'L2', bench: 'norm/rows' }] };

describe('figures', () => {
  it('are medians, with errors that are large, and the file they are from', () => {
    expect(figuresOf([table], () => run).split('\n')).toEqual([
      'Rows (`a.json`):',
      '',
      '|  | ours | rough | ended | native |',
      '| --- | --- | --- | --- | --- |',
      '| L2, 1,000 × 20 | 1.5 | 1,234 | – | numpy 12.3 |',
      '',
      'Relative errors above 2⁻¹²: rough wasm 1.0 % (L2).',
    ]);
  });

  it('tell what an index misses, and what it took to build', () => {
    const found = [
      { name: 'exact', rounds: [2], error: 0, recall: 1, built: 8 },
      { name: 'graph', rounds: [3], error: 0, recall: 0.6923, built: 28_894 },
    ];
    const indexes = { hosts: [{ host: 'chrome', outcomes: [{ bench: 'search/index', shape: [7], entries: found }] }] };
    const ask = {
      ...table,
      columns: found.map(({ name }) => ({ label: name, entry: name })),
      rows: [{ label: 'search', bench: 'search/index' }],
    };
    expect(
      figuresOf([ask], () => indexes)
        .split('\n')
        .at(-1),
    ).toBe('| search, 7 | 2.0 | 3.0 (finds 69.2 %, built in 28.9 s) |');
  });

  it('tell what a bench remarks in place of its largest error', () => {
    const remark = '117.4 iterations, relative error 1.64e-4 (means of 5)';
    const found = [{ name: 'svt', rounds: [728], error: 0.004, remark }];
    const completed = {
      hosts: [{ host: 'node', outcomes: [{ bench: 'lowrank/completion', shape: [9], entries: found }] }],
    };
    const ask = {
      ...table,
      host: 'node',
      columns: [{ label: 'svt', entry: 'svt' }],
      rows: [{ label: 'rank 10', bench: 'lowrank/completion' }],
    };
    expect(
      figuresOf([ask], () => completed)
        .split('\n')
        .at(-1),
    ).toBe('| rank 10, 9 | 728 (117.4 iterations, relative error 1.64e-4) |');
  });

  it('are refused where the run has no such bench', () => {
    const rows = [{ label: 'L2', bench: 'norm/columns' }];
    expect(() => figuresOf([{ ...table, rows }], () => run)).toThrow("a.json has no 'norm/columns' in chrome");
  });

  it('replace those before them and nothing else', () => {
    const [begin, end] = ['<!-- figures: written by scripts/quote-results.mjs -->', '<!-- end of figures -->'];
    const text = `before\n${begin}\nold\n${end}\nafter`;
    expect(withFigures(text, 'new')).toBe(`before\n${begin}\nnew\n${end}\nafter`);
    expect(withFigures(withFigures(text, 'other'), 'new')).toBe(withFigures(text, 'new'));
    expect(() => withFigures(`${end}\n${begin}`, 'new')).toThrow('README.md lacks a line');
  });
});
