/**
 * Lasso, elastic net and ridge on real data: the paths of ten measurements of 442 people with diabetes, with their names, and which penalty
 * cross-validation takes.
 */
import { elasticNetCV, elasticNetPath, type Device } from 'unitball';
import table from '../data/diabetes.csv?raw';
import { labelOf, messageOf } from '../devices.ts';
import { byId, html, tell } from '../dom.ts';
import { milliseconds, scientific, shortened } from '../numbers.ts';
import { latest } from '../turns.ts';
import { alphaAxis } from './alpha-axis.ts';
import { colourOf } from './bases.ts';
import { errorChart } from './error-chart.ts';
import type { LeftOut } from './left-out.ts';
import { pathChart } from './path-chart.ts';

/** Twenty-five penalties for each power of ten, from 100 down to 0.01. */
const alphas = Array.from({ length: 101 }, (_, k) => 10 ** (2 - k / 25));
const folds = 5;

const words: Readonly<Record<string, string>> = {
  age: 'age',
  sex: 'sex',
  bmi: 'body mass index',
  bp: 'blood pressure',
  tc: 'total cholesterol',
  ldl: 'LDL',
  hdl: 'HDL',
  tch: 'cholesterol / HDL',
  ltg: 'log of triglycerides',
  glu: 'blood sugar',
};

const [ratio, penalty] = [byId('measured-ratio', HTMLInputElement), byId('measured-alpha', HTMLInputElement)];
const chart = byId('measured-paths', HTMLDivElement);
const numbers = byId('measured-coefficients', HTMLTableSectionElement);
const [time, told] = [byId('measured-time', HTMLParagraphElement), byId('measured-told', HTMLParagraphElement)];
const toBest = byId('measured-best', HTMLButtonElement);

interface Data {
  readonly names: readonly string[];
  /** [rows, names], each column with mean 0 and variance 1. */
  readonly x: readonly (readonly number[])[];
  readonly y: readonly number[];
}

function parse(text: string): Data {
  const [head = '', ...lines] = text.trim().split('\n');
  const rows = lines.map(line => line.split(',').map(Number));
  const names = head.split(',').slice(0, -1);
  const columns = names.map((_, j) => standardized(rows.map(row => row[j] ?? NaN)));
  return {
    names: names.map(name => words[name] ?? name),
    x: rows.map((_, i) => columns.map(column => column[i] ?? NaN)),
    y: rows.map(row => row.at(-1) ?? NaN),
  };
}

function standardized(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map(value => (value - mean) / deviation);
}

interface Shown {
  readonly coefs: readonly (readonly number[])[];
  readonly seen: readonly number[];
  readonly leftOut: LeftOut;
}

/** Brings this part to life. Returns how to compute it, on the device that the reader has chosen by then. */
export function diabetesPanel(deviceNow: () => Promise<Device>): () => Promise<void> {
  const data = parse(table);
  let shown: Shown | undefined;
  const compute = latest(async () => {
    const l1Ratio = Number(ratio.value);
    byId('measured-ratio-shown', HTMLElement).textContent = l1Ratio.toFixed(2);
    try {
      const device = await deviceNow();
      const start = performance.now();
      const found = await fit(device, data, l1Ratio);
      shown = found;
      tell(
        time,
        `${alphas.length} models, and ${folds * alphas.length} without a fifth of the rows, on ${labelOf(device.info)} in ${milliseconds(performance.now() - start)}: gaps of at most ${scientific(found.gap)}.`,
      );
      show();
    } catch (error) {
      tell(time, messageOf(error), true);
    }
    toBest.disabled = shown === undefined;
  });
  const show = (): void => {
    if (!shown) return;
    const place = Number(penalty.value);
    const coefs = shown.coefs[place] ?? [];
    const alpha = (alphas[place] ?? NaN).toPrecision(3);
    byId('measured-alpha-shown', HTMLElement).textContent = alpha;
    penalty.setAttribute('aria-valuetext', alpha);
    const axis = alphaAxis(alphas, chart.clientWidth);
    chart.replaceChildren(
      pathChart(axis, shown.coefs, place, chart.clientWidth),
      errorChart(axis, shown.seen, shown.leftOut, place, chart.clientWidth),
    );
    numbers.replaceChildren(
      ...data.names.map((name, j) => rowOf(name, coefs[j] ?? NaN, colourOf(j, data.names.length))),
    );
    const alive = coefs.filter(coef => coef !== 0).length;
    const error = Math.sqrt(shown.leftOut.errors[place] ?? NaN);
    tell(
      told,
      `${alive} of ${coefs.length} are not 0. On rows left out it is off by ${error.toFixed(2)}, root mean square.`,
    );
  };
  penalty.addEventListener('input', show);
  ratio.addEventListener('input', () => void compute());
  toBest.addEventListener('click', () => {
    penalty.value = String(shown?.leftOut.best ?? penalty.value);
    show();
  });
  addEventListener('resize', show);
  return compute;
}

async function fit(device: Device, { x, y }: Data, l1Ratio: number): Promise<Shown & { readonly gap: number }> {
  const [rows, targets] = [device.tensor(x), device.tensor(y)];
  const options = { alphas, l1Ratio, tol: 1e-10, maxIterations: 10_000 };
  try {
    const path = await elasticNetPath(rows, targets, options);
    const [flat, intercepts] = await Promise.all([path.coefs.data(), path.intercepts.data()]);
    path.dispose();
    const width = x[0]?.length ?? 0;
    const coefs = alphas.map((_, k) => Array.from(flat.subarray(k * width, (k + 1) * width)));
    const start = performance.now();
    const model = await elasticNetCV(rows, targets, { ...options, folds });
    model.dispose();
    return {
      coefs,
      seen: coefs.map((list, k) => meanSquare(x, y, list, intercepts[k] ?? NaN)),
      leftOut: {
        errors: Array.from(model.meanErrors),
        best: alphas.indexOf(model.alpha),
        simplest: alphas.indexOf(model.alpha1se),
        time: performance.now() - start,
      },
      gap: Math.max(...path.dualGaps),
    };
  } finally {
    rows.dispose();
    targets.dispose();
  }
}

const meanSquare = (x: Data['x'], y: Data['y'], coefs: readonly number[], intercept: number): number =>
  x.reduce((sum, row, i) => {
    const product = row.reduce((soFar, one, j) => soFar + one * (coefs[j] ?? NaN), 0);
    return sum + ((y[i] ?? NaN) - intercept - product) ** 2;
  }, 0) / y.length;

function rowOf(name: string, coef: number, colour: string): HTMLTableRowElement {
  const swatch = html('span', { 'aria-hidden': 'true', style: `color: ${colour}` }, coef === 0 ? '○' : '●');
  return html('tr', {}, html('td', {}, swatch, ` ${name}`), html('td', {}, coef === 0 ? '0' : shortened(coef)));
}
