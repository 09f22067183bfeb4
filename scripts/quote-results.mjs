/**
 * `node scripts/quote-results.mjs`: writes the figures that the README quotes, from bench/results and nowhere else. Which they are
 * stands in bench/quotes.mjs. With --check it writes nothing, and fails where the README says something else; `npm run check` does that.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../bench/report.mjs';
import { quotes } from '../bench/quotes.mjs';
import { root } from './paths.mjs';

const readme = join(root, 'README.md');
const results = join(root, 'bench/results');

const BEGIN = '<!-- figures: written by scripts/quote-results.mjs -->';
const END = '<!-- end of figures -->';

/** Errors above this are told under the table. */
const LOOSE = 2 ** -12;

/** Milliseconds from which on it is told what the building of an index took. */
const LONG_TO_BUILD = 500;

const inWords = value =>
  value >= 99.95 ? Math.round(value).toLocaleString('en') : value.toPrecision(value >= 9.995 ? 3 : 2);

/** A text with what stands between the marks replaced. */
export function withFigures(text, figures) {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md lacks a line '${BEGIN}' and, behind it, '${END}'.`);
  return `${text.slice(0, from + BEGIN.length)}\n${figures}\n${text.slice(to)}`;
}

/** All tables, as Markdown; `read` gives the run of a file. */
export function figuresOf(tables, read) {
  return tables.map(table => describe(table, read)).join('\n\n');
}

function describe({ file, host, about, columns, rows }, read) {
  const loose = [];
  const lines = rows.map(({ label, bench, file: own = file }) => {
    const outcome = outcomeOf(read(own), host, bench, own);
    const cells = columns.map(column => cellOf(outcome, column, entry => loose.push({ label, ...entry })));
    return [`${label}, ${outcome.shape.map(length => length.toLocaleString('en')).join(' × ')}`, ...cells];
  });
  const files = [...new Set([file, ...rows.flatMap(row => row.file ?? [])])].map(name => `\`${name}\``);
  const remarks = loose.map(({ label, name, error }) => `${name} ${inWords(100 * error)} % (${label})`);
  return [
    `${about} (${files.join(' and ')}):`,
    '',
    row(['', ...columns.map(({ label }) => label)]),
    row(Array.from({ length: columns.length + 1 }, () => '---')),
    ...lines.map(row),
    ...(remarks.length > 0 ? ['', `Relative errors above 2⁻¹²: ${remarks.join(', ')}.`] : []),
  ].join('\n');
}

const row = cells => `| ${cells.join(' | ')} |`;

function outcomeOf(run, host, bench, file) {
  const outcome = run.hosts.find(place => place.host === host)?.outcomes.find(one => one.bench === bench);
  if (outcome === undefined) throw new Error(`bench/quotes.mjs: bench/results/${file} has no '${bench}' in ${host}.`);
  return outcome;
}

/** The median in ms, what an index misses and took to build, and what the bench remarks. A dash where a library has no such op, or none that ended. */
function cellOf({ entries }, { entry }, tellLoose) {
  const match = name => (typeof entry === 'string' ? entry === name && {} : entry.exec(name)?.groups);
  const found = entries.find(({ name, rounds }) => match(name) && rounds?.length > 0);
  if (found === undefined) return '–';
  if (found.error > LOOSE && found.remark === undefined) tellLoose(found);
  const { who } = match(found.name);
  const { recall = 1, built = 0, remark } = found;
  const notes = [
    ...(recall < 1 ? [`finds ${(100 * recall).toFixed(1)} %`] : []),
    ...(built >= LONG_TO_BUILD ? [`built in ${inWords(built / 1000)} s`] : []),
    // Of how many problems that is stands in the file.
    ...(remark === undefined ? [] : [remark.replace(/ \([^)]*\)$/, '')]),
  ].join(', ');
  return `${who ? `${who} ` : ''}${inWords(median(found.rounds))}${notes && ` (${notes})`}`;
}

function main() {
  const read = file => JSON.parse(readFileSync(join(results, file), 'utf8'));
  const text = readFileSync(readme, 'utf8');
  const wanted = withFigures(text, figuresOf(quotes, read));
  if (text === wanted) return;
  if (process.argv.includes('--check')) {
    console.error(
      'README.md quotes figures that bench/results does not have. `node scripts/quote-results.mjs` writes them.',
    );
    process.exitCode = 1;
    return;
  }
  writeFileSync(readme, wanted);
  console.log('Written: the figures in README.md.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
