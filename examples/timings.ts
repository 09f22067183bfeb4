/** The page on timings: any operation, at sizes to choose, on the devices of this browser, as bars, as a table, and to copy. */
import type { DeviceInfo, DeviceKind } from 'unitball';
import { bars } from './bars.ts';
import { offerSeveral } from './device-choice.ts';
import { deviceOf, kinds, labelOf, messageOf } from './devices.ts';
import { byId, html, tell } from './dom.ts';
import { cellsFor } from './figures.ts';
import { say, startJob } from './job-line.ts';
import { grouped, megabytes, milliseconds } from './numbers.ts';
import type { Op, Size, Wish } from './timings/op.ts';
import { choicesOf, opNamed, ops } from './timings/ops.ts';
import { countInWords, isSame, numbersIn, time, tooMuch, type Came, type Timing } from './timings/time.ts';

const form = byId('form', HTMLFormElement);
const select = byId('op', HTMLSelectElement);
const choices = byId('devices', HTMLFieldSetElement);
const table = byId('times', HTMLTableElement);
const chart = byId('chart', HTMLDivElement);
const choosing = byId('choosing', HTMLLabelElement);

const patience = { repeats: 7, enough: 2000 };

const colours: Readonly<Record<DeviceKind, string>> = {
  webgpu: 'var(--accent)',
  wasm: 'var(--second)',
  cpu: 'var(--good)',
};

/** What one device made of it. */
interface Result {
  readonly kind: DeviceKind;
  readonly info?: DeviceInfo;
  readonly timing?: Timing;
  readonly error?: string;
}

interface Run {
  readonly op: Op;
  readonly wish: Wish;
  readonly results: readonly Result[];
}

/** 1, 2, 5, 10, … up to the most. */
function stepsTo(most: number): number[] {
  const steps: number[] = [];
  for (let power = 1; ; power *= 10)
    for (const digit of [1, 2, 5]) {
      if (digit * power > most) return steps;
      steps.push(digit * power);
    }
}

const opNow = (): Op => {
  const op = opNamed(select.value);
  if (!op) throw new Error(`There is no operation '${select.value}'.`);
  return op;
};

/** What the sliders stand at, and the list of choices. */
function wishNow(): Wish {
  const op = opNow();
  const sizes = op.sizes.map(({ letter, most }): [string, number] => {
    const { valueAsNumber } = byId(`size-${letter}`, HTMLInputElement);
    return [letter, stepsTo(most)[valueAsNumber] ?? 1];
  });
  return { sizes: Object.fromEntries(sizes), choice: op.choice ? byId('choice', HTMLSelectElement).value : '' };
}

function slider({ letter, label, most, start: usual }: Size): HTMLLabelElement {
  const steps = stepsTo(most);
  const nearest = steps.findLastIndex(step => step <= usual);
  const input = html('input', { id: `size-${letter}`, type: 'range', min: 0, max: steps.length - 1, value: nearest });
  const told = html('b', { class: 'number' });
  const tellSize = (): void => {
    told.textContent = grouped(steps[input.valueAsNumber] ?? 1);
    input.setAttribute('aria-valuetext', told.textContent);
  };
  input.addEventListener('input', tellSize);
  tellSize();
  return html('label', { class: 'field' }, html('span', {}, `${label}: `, told), input);
}

/** Another operation: its choices and its sliders. */
function showOp(): void {
  const { choice, sizes } = opNow();
  choosing.hidden = !choice;
  byId('choice-label', HTMLElement).textContent = choice?.label ?? '';
  byId('choice', HTMLSelectElement).replaceChildren(...(choice?.of ?? []).map(name => html('option', {}, name)));
  byId('sizes', HTMLDivElement).replaceChildren(...sizes.map(slider));
  showCall();
}

function showCall(): void {
  const [op, wish] = [opNow(), wishNow()];
  byId('call', HTMLElement).textContent = op.call(wish.choice);
  byId('amount', HTMLElement).textContent = [
    ...amountOf(op, wish),
    `${megabytes(4 * numbersIn(op, wish))} of operands and results`,
  ].join(', ');
}

function amountOf({ bytes, flops }: Op, wish: Wish): string[] {
  if (flops) return [`${countInWords(flops(wish))} operations`];
  return bytes ? [`${megabytes(bytes(wish))} to move`] : [];
}

/** Billions a second: of operations where those count, else of bytes. Undefined of what takes as many as the numbers make it take. */
function rateOf({ bytes, flops }: Op, wish: Wish, { median }: Timing): number | undefined {
  const amount = (flops ?? bytes)?.(wish);
  return amount === undefined ? undefined : amount / median / 1e6;
}
const rateName = ({ bytes, flops }: Op): string => (flops ? 'GFLOP/s' : bytes ? 'GB/s' : 'rate');

let shown: Run | undefined;

function show(run: Run): void {
  shown = run;
  const { op, results } = run;
  byId('rate', HTMLElement).textContent = rateName(op);
  chart.replaceChildren(
    ...(results.some(({ timing }) => timing)
      ? [
          bars(
            'Median time: shorter is faster',
            results.flatMap(({ kind, info, timing }) =>
              timing && info
                ? [
                    {
                      label: labelOf(info),
                      value: timing.median,
                      shown: milliseconds(timing.median),
                      colour: colours[kind],
                    },
                  ]
                : [],
            ),
          ),
        ]
      : []),
  );
  table.tBodies[0]?.replaceChildren(...results.map(result => rowOf(run, result)));
  table.hidden = results.length === 0;
  byId('copying', HTMLDivElement).hidden = results.length === 0;
  tell(byId('copied', HTMLElement), '');
}

function rowOf(run: Run, result: Result): HTMLTableRowElement {
  if (result.error !== undefined)
    return html(
      'tr',
      {},
      html('td', {}, result.kind),
      html('td', { colspan: 5, class: 'error', style: 'white-space: normal' }, result.error),
    );
  const texts = textsOf(run, result);
  const row = html('tr', {}, ...cellsFor(table, texts));
  row.lastElementChild?.classList.add(texts.at(-1) === wrong ? 'error' : 'good');
  return row;
}

const right = '✓ agrees';
const wrong = '✗ differs';

/** What the others are compared with: the cpu's, or else that of whoever came last. */
const referenceOf = ({ results }: Run): Result | undefined =>
  results.findLast(({ kind, timing }) => kind === 'cpu' && timing) ?? results.findLast(({ timing }) => timing);

function textsOf(run: Run, { kind, info, timing }: Result): string[] {
  if (!timing) return [kind];
  const reference = referenceOf(run);
  const cpu = run.results.find(one => one.kind === 'cpu')?.timing;
  const rate = rateOf(run.op, run.wish, timing);
  const speedUp = cpu ? `${(cpu.median / timing.median).toPrecision(3)} ×` : '';
  const check =
    reference?.timing && reference.kind !== kind ? isSame(run.op, timing.answer, reference.timing.answer) : undefined;
  return [
    info ? labelOf(info) : kind,
    milliseconds(timing.first),
    milliseconds(timing.median),
    rate?.toPrecision(3) ?? '–',
    speedUp,
    check === undefined ? '' : check ? right : wrong,
  ];
}

async function start(): Promise<void> {
  const op = opNow();
  const wish = wishNow();
  const chosen = kinds.filter(kind => form.querySelector<HTMLInputElement>(`[value='${kind}']`)?.checked);
  const refusal = tooMuch(op, wish);
  if (chosen.length === 0) return say('Tick at least one device.', true);
  if (refusal !== undefined) return say(refusal, true);
  const results: Result[] = [];
  show({ op, wish, results });
  await startJob(
    'Measuring',
    async ({ signal, report }) => {
      for (const [k, kind] of chosen.entries()) {
        const came = ({ call, progress }: Came): void => {
          const { stage, done, total } = progress ?? { stage: '', done: 0, total: 1 };
          const share = total > 0 ? Math.min(1, done / total) : 0;
          const words = progress ? `, ${stage} ${grouped(done)} of ${grouped(total)}` : '';
          report(`${op.name} on ${kind}, call ${call}${words}`, (k + share) / chosen.length);
        };
        results.push(await resultOn(kind, op, wish, { signal, report: came }));
        show({ op, wish, results });
      }
      return `Done: ${[op.name, ...choiceInWords(wish), sizesInWords(op, wish)].join(', ')}.`;
    },
    () => 'Stopped.',
  );
}

const choiceInWords = ({ choice }: Wish): string[] => (choice === '' ? [] : [choice]);
const sizesInWords = (op: Op, { sizes }: Wish): string =>
  op.sizes.map(({ letter, label }) => `${label} ${grouped(sizes[letter] ?? 1)}`).join(', ');

async function resultOn(
  kind: DeviceKind,
  op: Op,
  wish: Wish,
  company: { readonly signal: AbortSignal; readonly report: (came: Came) => void },
): Promise<Result> {
  try {
    const device = await deviceOf(kind);
    const refusal = tooMuch(op, wish, device.info);
    if (refusal !== undefined) return { kind, error: refusal };
    return { kind, info: device.info, timing: await time(op, wish, device, patience, company) };
  } catch (error) {
    company.signal.throwIfAborted();
    return { kind, error: messageOf(error) };
  }
}

function asJson({ op, wish, results }: Run): string {
  const devices = results.map(({ kind, info, timing, error }) => ({
    device: kind,
    ...(info && { name: [info.vendor, info.architecture, info.description].filter(Boolean).join(' ') }),
    ...(timing && { firstMs: timing.first, medianMs: timing.median, ...rateAsJson(op, wish, timing) }),
    ...(error !== undefined && { error }),
  }));
  const { sizes, choice } = wish;
  const call = op.call(choice);
  return JSON.stringify({ op: op.name, call, sizes, browser: navigator.userAgent, devices }, undefined, 2);
}

function rateAsJson(op: Op, wish: Wish, timing: Timing): Readonly<Record<string, number>> {
  const rate = rateOf(op, wish, timing);
  return rate === undefined ? {} : { [rateName(op)]: rate };
}

function asMarkdown(run: Run): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const headings = Array.from(table.tHead?.querySelectorAll('th') ?? [], ({ textContent }) => textContent);
  const rows = run.results.map(result =>
    result.error === undefined ? textsOf(run, result) : [result.kind, result.error, '', '', '', ''],
  );
  return [
    `\`${run.op.call(run.wish.choice)}\`, ${sizesInWords(run.op, run.wish)}:`,
    '',
    line(headings),
    line(headings.map(() => '---')),
    ...rows.map(line),
    '',
  ].join('\n');
}

function copier(id: string, text: (run: Run) => string): void {
  byId(id, HTMLButtonElement).addEventListener('click', () => {
    const place = byId('copied', HTMLElement);
    if (!shown) return;
    navigator.clipboard.writeText(text(shown)).then(
      () => tell(place, 'Copied.'),
      (error: unknown) => tell(place, `The browser does not let pages copy: ${messageOf(error)}`, true),
    );
  });
}

for (const room of new Set(ops.map(op => op.room)))
  select.append(
    html(
      'optgroup',
      { label: room },
      ...ops.filter(op => op.room === room).map(({ name }) => html('option', {}, name)),
    ),
  );
const asked = new URLSearchParams(location.search);
const askedOp = opNamed(asked.get('op') ?? '');
if (askedOp) select.value = askedOp.name;
select.addEventListener('change', showOp);
byId('choice', HTMLSelectElement).addEventListener('change', showCall);
byId('sizes', HTMLDivElement).addEventListener('input', showCall);
form.addEventListener('submit', event => {
  event.preventDefault();
  void start();
});
copier('copy-json', asJson);
copier('copy-markdown', asMarkdown);
showOp();
const askedChoice = asked.get('choice') ?? '';
if (choicesOf(opNow()).includes(askedChoice)) {
  byId('choice', HTMLSelectElement).value = askedChoice;
  showCall();
}
// A GPU that is played by the CPU takes long at such sizes: it is there for those who ask for it.
await offerSeveral(choices, ({ info }) => !info.isFallback);
document.body.dataset['state'] = 'ready';
