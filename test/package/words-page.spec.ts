/**
 * The page on words as a visitor meets it (support/visiting.ts), and the words themselves. What it finds is compared with plain loops over
 * the same file; what it should find, with common sense.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, it } from 'vitest';
import { closestSpellings, slipsBetween } from '../../examples/words/spelling.ts';
import { formsOf, lemmaOf } from '../../examples/words/lemmas.mjs';
import { root } from '../../scripts/paths.mjs';
import { readNpy } from '../../src/index.ts';
import { visiting } from './support/visiting.ts';

const data = join(root, 'examples/data');
const words = readFileSync(join(data, 'words.txt'), 'utf8').trim().split('\n');
/** [words, dim], each of length 1. */
let rows: number[][] = [];

beforeAll(async () => {
  const { data: numbers, shape } = await readNpy(join(data, 'words.npy'));
  const [count = 0, dim = 0] = shape;
  rows = Array.from({ length: count }, (_, i) => {
    const row = Array.from(numbers.subarray(i * dim, (i + 1) * dim), Number);
    const length = Math.hypot(...row);
    return row.map(x => x / length);
  });
});

const rowOf = (word: string): number[] => rows[words.indexOf(word)] ?? [];
const dot = (x: readonly number[], y: readonly number[]): number =>
  x.reduce((sum, one, k) => sum + one * (y[k] ?? NaN), 0);

interface Hit {
  readonly word: string;
  readonly similarity: number;
}

/** The nearest to a sum of words, but those themselves, by a loop in doubles. */
function nearest(plus: readonly string[], minus: readonly string[] = [], k = 12): Hit[] {
  const sum = rowOf('two').map((_, at) => {
    const total = (list: readonly string[]): number =>
      list.reduce((soFar, word) => soFar + (rowOf(word)[at] ?? NaN), 0);
    return total(plus) - total(minus);
  });
  const length = Math.hypot(...sum);
  return words
    .map((word, i) => ({ word, similarity: dot(sum, rows[i] ?? []) / length }))
    .filter(({ word }) => !plus.includes(word) && !minus.includes(word))
    .toSorted((a, b) => b.similarity - a.similarity)
    .slice(0, k);
}

describe('the words', () => {
  it('are as many as their vectors, none twice, and come with their licence', () => {
    expect(rows).toHaveLength(words.length);
    expect(new Set(words.map(word => word.toLowerCase())).size).toBe(words.length);
    expect(words.filter(word => !/^[A-Za-z]+$/.test(word))).toEqual([]);
    const licence = readFileSync(join(data, 'WORDNET-LICENSE'), 'utf8');
    expect(licence).toMatch(
      /^This software and database is being provided[^]+WordNet 3\.1 Copyright 2011[^]+same\.\n$/,
    );
    expect(readFileSync(join(data, 'README.md'), 'utf8')).toContain(
      `${words.length.toLocaleString('en')} English words`,
    );
  });

  it.for([
    ['violin', 'piano clarinet guitar orchestra musician'],
    ['seven', 'six five eight ten four'],
    ['red', 'yellow purple orange green'],
    ['doctor', 'physician medical nurse'],
    ['bread', 'bake dough pastry cheese'],
    ['king', 'emperor queen reign prince'],
    ['Monday', 'Tuesday Wednesday Thursday Sunday'],
    ['gold', 'silver copper platinum'],
    ['Germany', 'Austria France Italy'],
    ['anger', 'rage resentment emotion'],
  ] as const)('near to %s are what a reader expects: %s', ([word, expected]) => {
    const found = nearest([word]).map(hit => hit.word);
    expect(found).toEqual(expect.arrayContaining(expected.split(' ')));
  });

  it.for([
    ['uncle - man + woman', 'aunt', 1],
    ['actor - man + woman', 'actress', 1],
    ['husband - man + woman', 'wife', 1],
    ['brother - boy + girl', 'sister', 1],
    ['French - France + Italy', 'Italian', 1],
    ['king - man + woman', 'queen', 4],
  ] as const)('%s is %s, or nearly', ([sum, expected, place]) => {
    const [from = '', without = '', to = ''] = sum.split(/ [-+] /);
    expect(nearest([from, to], [without], place).map(hit => hit.word)).toContain(expected);
  });

  it('are found by forms of them, and by what is spelt like them', () => {
    const list = ['string', 'play', 'city', 'physics', 'glass', 'bed', 'run', 'big', 'child', 'church', 'king', 'bake'];
    const isWord = (word: string): boolean => list.includes(word);
    const forms = 'strings played cities physics glasses bed running bigger children churches king baking xyz';
    expect(formsOf(forms).map(form => lemmaOf(form, isWord))).toEqual([...list, undefined]);
    expect(formsOf("The dog's co-op – 3 dogs’")).toEqual(['the', 'dog', 'co-op', 'dogs']);
    expect([slipsBetween('violin', 'violin'), slipsBetween('vilion', 'violin'), slipsBetween('', 'abc')]).toEqual([
      0, 2, 3,
    ]);
    expect([slipsBetween('form', 'from'), slipsBetween('kitten', 'sitting')]).toEqual([1, 3]);
    expect(closestSpellings('vilin', words)[0]).toBe('violin');
    expect(closestSpellings('qqqqq', words)).toEqual([]);
  });
});

describe('the page on words', () => {
  let page: Page;
  const { settled, says, text, press, loseGpu } = visiting('words.html', 2600, fresh => (page = fresh));

  const type = async (field: string, value: string): Promise<void> => {
    await page.$eval(
      field,
      (found, wanted) => {
        (found as HTMLInputElement).value = wanted;
        found.dispatchEvent(new Event('input', { bubbles: true }));
      },
      value,
    );
  };
  /** Waits until the first that is found is this, and compares all. */
  const expectFound = async (right: readonly Hit[]): Promise<void> => {
    await page.waitForFunction(
      (first: string, count: number) =>
        document.querySelector('#hits b')?.textContent === first &&
        document.querySelectorAll('#hits li').length === count,
      {},
      right[0]?.word ?? '',
      right.length,
    );
    const found = await page.$$eval('#hits button', all =>
      all.map(button => [...button.children].map(one => one.textContent)),
    );
    expect(found.map(([word]) => word)).toEqual(right.map(({ word }) => word));
    for (const [i, [, similarity]] of found.entries())
      expect(Math.abs(Number(similarity?.replace('−', '-')) - (right[i]?.similarity ?? NaN))).toBeLessThan(0.00051);
  };
  const use = async (device: string): Promise<void> => {
    await press(`[value='${device}']`);
    await says('#answer', new RegExp(`on ${device}`));
    await settled();
  };

  it('finds the nearest to words and sums of them on every device, maps them, and goes on after its GPU was lost', async () => {
    for (const device of ['cpu', 'wasm', 'webgpu']) {
      await use(device);
      await type('#query', 'seven');
      await expectFound(nearest(['seven']));
      await says('#answer', new RegExp(`^12 of 13,000 words, in .* ms on ${device}`));
      await type('#query', 'actor - man + Woman');
      await expectFound(nearest(['actor', 'woman'], ['man']));
      await page.select('#k', '24');
      await expectFound(nearest(['actor', 'woman'], ['man'], 24));
      await says('#map-told', /^The two directions in which these 27 vary most have \d+\.\d\d % of all/);
      expect(await page.$$eval('#map text', all => all.slice(0, 4).map(one => one.textContent))).toEqual([
        'actor',
        'man',
        'woman',
        'actress',
      ]);
      await page.select('#k', '12');
    }
    await loseGpu();
    await settled();
    await type('#query', 'gold');
    await expectFound(nearest(['gold']));
    expect(await text('#answer')).toContain('on webgpu');
    await type('#list', 'gold silver river copper');
    await says('#odd', /^river does not belong/);
  });

  it('goes from word to word, by mouse and by keyboard', async () => {
    await use('wasm');
    const [, second] = nearest(['violin']);
    await press('#hits li:nth-child(2) button');
    await expectFound(nearest([second?.word ?? '']));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expectFound(nearest([nearest([second?.word ?? ''])[2]?.word ?? '']));
    await press('#examples button:nth-child(4)');
    await expectFound(nearest(['uncle', 'woman'], ['man']));
    await press('#any');
    await says('#call', /^index\.searchById\('[A-Za-z]+', \{ k: 12 \}\)$/);
  });

  it('takes forms as their word, and says what it does not know', async () => {
    await use('cpu');
    await type('#query', 'kings + Women');
    await says('#answer', /^“kings” is taken as king\. “Women” is taken as woman\. 12 of/);
    await expectFound(nearest(['king', 'woman']));
    await type('#query', 'bread + vilin');
    await says('#answer', /^“vilin” is none of the 13,000 words\. Did you mean violin/);
    await press('#answer button');
    await expectFound(nearest(['bread', 'violin']));
    expect(await page.$eval('#query', field => (field as HTMLInputElement).value)).toBe('bread + violin');
    await type('#query', 'qqqqqq');
    await says('#answer', /^“qqqqqq” is none of the 13,000 words\.$/);
    await type('#query', 'king − king');
    await says('#answer', /^These words cancel out/);
    await type('#query', ' + ');
    await says('#answer', /^Type a word/);
  });

  it('tells which word does not belong', async () => {
    await use('wasm');
    await says('#odd', /^hammer does not belong\.$/);
    await press('#lists button');
    await says('#odd', /^seven does not belong\.$/);
    const list = ['red', 'blue', 'seven', 'green'];
    const means = list.map(word => (list.reduce((sum, other) => sum + dot(rowOf(word), rowOf(other)), 0) - 1) / 3);
    const shown = await page.$$eval('#odd-numbers tr', all =>
      all.map(row => [...row.cells].map(cell => cell.textContent)),
    );
    expect(shown.map(([word]) => word)).toEqual(list);
    for (const [i, row] of shown.entries())
      expect(Math.abs(Number(row[2]?.replace('−', '-')) - (means[i] ?? NaN))).toBeLessThan(0.00051);
    await type('#list', 'one two');
    await says('#odd', /^Type three words or more/);
    await type('#list', 'one two tehre');
    await says('#odd', /Did you mean three/);
  });

  it('measures every device, and all are right', async () => {
    await press('#run');
    await says('#status', /^Done\.$/);
    const table = await page.$$eval('#times tbody tr', all =>
      all.map(row => [...row.cells].map(cell => cell.textContent)),
    );
    expect(table.map(([name = '']) => name.split(' ')[0])).toEqual(['webgpu', 'wasm', 'cpu']);
    for (const row of table) {
      expect(row[1]).toMatch(/ms$/);
      expect(Number(row[4])).toBeLessThan(1e-5);
    }
  });

  it('fits a phone', async () => {
    await page.setViewport({ width: 360, height: 800 });
    await page.waitForFunction("document.querySelector('#map svg').clientWidth < 330");
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });
});
