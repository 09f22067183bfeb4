/** The page on norms: the picture of unit balls, and norms of a matrix measured on the devices of this browser. */
import { OptionError, ShapeError, UnsupportedError, type DeviceKind } from 'unitball';
import { bars, type Bar } from './bars.ts';
import { offerSeveral } from './device-choice.ts';
import { deviceOf, kinds, labelOf, messageOf } from './devices.ts';
import { byId, html, tell } from './dom.ts';
import { breath, measureDevice, measurePlain, type Measured, type Task } from './measure.ts';
import { grouped, megabytes, milliseconds, scientific } from './numbers.ts';
import { fillWithNoise, promisedError, worstError } from './plain-loops.mjs';
import { showUnitBalls } from './unit-ball.ts';

const form = byId('form', HTMLFormElement);
const choices = byId('devices', HTMLFieldSetElement);
const runButton = byId('run', HTMLButtonElement);
const stopButton = byId('stop', HTMLButtonElement);
const status = byId('status', HTMLParagraphElement);
const results = byId('results', HTMLTableElement);
const chart = byId('chart', HTMLDivElement);

/** What one device, or the plain loop, made of the task. */
interface Result {
  readonly name: string;
  readonly colour: string;
  readonly measured?: Measured;
  readonly error?: string;
}

const plain = 'plain loop';
const colours: Readonly<Record<DeviceKind, string>> = {
  webgpu: 'var(--accent)',
  wasm: 'var(--second)',
  cpu: 'var(--second)',
};
/** 256 MB: much more than that and a phone closes the page. */
const mostElements = 64_000_000;

const valueOf = (id: string): string => byId(id, HTMLSelectElement).value;

function readTask(): Omit<Task, 'x'> {
  const ord = valueOf('ord');
  const axis = valueOf('axis');
  return {
    rows: Number(valueOf('rows')),
    columns: Number(valueOf('columns')),
    ord: ord === '' ? undefined : ord === 'fro' ? ord : Number(ord),
    axis: axis === '' ? undefined : axis === '0' ? 0 : 1,
  };
}

function showCall(): void {
  const { ord, axis } = readTask();
  const parts = [
    ord !== undefined && `ord: ${ord === 'fro' ? "'fro'" : ord}`,
    axis !== undefined && `axis: ${axis}`,
  ].filter(part => part !== false);
  byId('call', HTMLElement).textContent = parts.length > 0 ? `norm(x, { ${parts.join(', ')} })` : 'norm(x)';
}

const say = (words: string, isError = false): void => tell(status, words, isError);

let noise = new Float32Array(0);

function matrixOf(count: number): Float32Array {
  if (noise.length !== count) noise = fillWithNoise(new Float32Array(count));
  return noise;
}

async function run(signal: AbortSignal): Promise<void> {
  const chosen = kinds.filter(kind => form.querySelector<HTMLInputElement>(`[value='${kind}']`)?.checked);
  const shape = readTask();
  const count = shape.rows * shape.columns;
  if (chosen.length === 0) return say('Tick at least one device.', true);
  if (count > mostElements)
    return say(
      `${grouped(shape.rows)} × ${shape.columns} numbers take ${megabytes(count * 4)}. Choose at most ${megabytes(mostElements * 4)}.`,
      true,
    );
  say('Making the numbers …');
  await breath();
  const task: Task = { ...shape, x: matrixOf(count) };
  const done: Result[] = [];
  show(task, done);
  for (const kind of chosen) {
    say(`Running on ${kind} …`);
    done.push(await runOn(kind, task, signal));
    show(task, done);
  }
  say('Running the plain loop …');
  await breath();
  done.push({ name: plain, colour: 'var(--soft)', measured: await measurePlain(task, signal) });
  show(task, done);
  say(`Done: ${megabytes(count * 4)}, ${grouped(shape.rows)} × ${shape.columns}.`);
}

async function runOn(kind: DeviceKind, task: Task, signal: AbortSignal): Promise<Result> {
  const colour = colours[kind];
  try {
    const device = await deviceOf(kind);
    return {
      name: labelOf(device.info),
      colour,
      measured: await measureDevice(device, task, signal),
    };
  } catch (error) {
    signal.throwIfAborted();
    // What the call itself refuses, every device refuses: that ends the run.
    if (error instanceof OptionError || error instanceof ShapeError || error instanceof UnsupportedError) throw error;
    return { name: kind, colour, error: messageOf(error) };
  }
}

function show(task: Task, done: readonly Result[]): void {
  const timed = done.flatMap(({ name, colour, measured }): Bar[] =>
    measured ? [{ label: name, value: measured.median, shown: milliseconds(measured.median), colour }] : [],
  );
  chart.replaceChildren(...(timed.length > 0 ? [bars('Median time: shorter is faster', timed)] : []));
  const exact = done.find(({ name }) => name === plain)?.measured?.answer;
  results.tBodies[0]?.replaceChildren(...done.map(result => html('tr', {}, ...cells(task, result, exact))));
  results.hidden = done.length === 0;
  byId('note', HTMLParagraphElement).hidden = done.length === 0;
}

const headings = ['device', 'first call', 'median', 'GB/s', 'off by', 'promised', 'check'];

function cells(task: Task, result: Result, exact: ArrayLike<number> | undefined): HTMLTableCellElement[] {
  if (result.error !== undefined)
    return [
      html('td', {}, result.name),
      html('td', { colspan: 6, class: 'error', style: 'white-space: normal' }, result.error),
    ];
  return textsOf(task, result, exact).map((text, k) => {
    const tone = text === right ? 'good' : text === wrong ? 'error' : '';
    return html('td', { 'data-label': headings[k] ?? '', class: tone }, text);
  });
}

const right = '✓ right';
const wrong = '✗ wrong';

/** A row of the table: name, first call, median, GB/s, and, once the plain loop is done, how far off and how far allowed. */
function textsOf(task: Task, { name, measured }: Result, exact: ArrayLike<number> | undefined): string[] {
  if (!measured) return [name];
  const { first, median, answer } = measured;
  const times = [name, milliseconds(first), milliseconds(median), (task.x.byteLength / median / 1e6).toFixed(2)];
  if (name === plain) return [...times, '', '', ''];
  if (!exact) return [...times, '…', '…', '…'];
  const off = worstError(answer, exact);
  const bound = promisedError(task.ord, termsOf(task));
  return [...times, scientific(off), scientific(bound), off <= bound ? right : wrong];
}

/** How many numbers one norm adds up; a matrix's norm of 1 or ∞ compares sums, and is as good as each. */
function termsOf({ rows, columns, ord, axis }: Task): number {
  if (axis !== undefined) return axis === 0 ? rows : columns;
  if (ord === undefined || ord === 'fro') return rows * columns;
  return Math.abs(ord) === 1 ? rows : columns;
}

let underway: AbortController | undefined;

async function start(): Promise<void> {
  if (underway) return;
  underway = new AbortController();
  runButton.disabled = true;
  stopButton.disabled = false;
  try {
    await run(underway.signal);
  } catch (error) {
    if (underway.signal.aborted) say('Stopped.');
    else say(messageOf(error), true);
  }
  underway = undefined;
  runButton.disabled = false;
  stopButton.disabled = true;
}

form.addEventListener('submit', event => {
  event.preventDefault();
  void start();
});
form.addEventListener('input', showCall);
stopButton.addEventListener('click', () => underway?.abort());

showCall();
byId('columns-shown', HTMLTableRowElement).append(...headings.map(text => html('th', { scope: 'col' }, text)));
await Promise.all([
  showUnitBalls(),
  // All that compute by themselves are ticked.
  offerSeveral(choices, ({ kind, info }) => kind !== 'wasm' || !info.isFallback),
]);
document.body.dataset['state'] = 'ready';
