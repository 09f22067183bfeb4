/** What proximal operators do to a number: their curves, computed by the library on the chosen device, for a threshold to slide. */
import { groupSoftThreshold, hardThreshold, huberProx, softThreshold, type Device, type Tensor } from 'unitball';
import { labelOf, messageOf } from '../devices.ts';
import { byId, html, svg, tell } from '../dom.ts';
import { milliseconds, shortened, timed } from '../numbers.ts';
import { axes, line, still } from '../plane.ts';
import { latest } from '../turns.ts';

interface Rule {
  readonly name: string;
  readonly formula: string;
  readonly colour: string;
  readonly dashes: string;
  /** Takes x beside a companion of 1, [n, 2], since a group is more than one number. Returns the same shape. */
  readonly of: (rows: Tensor, threshold: number) => Tensor;
}

const rules: readonly Rule[] = [
  { name: 'soft', formula: 'sign(x)·max(|x| − t, 0)', colour: '--accent', dashes: 'none', of: softThreshold },
  { name: 'hard', formula: 'x where |x| > t, else 0', colour: '--second', dashes: 'none', of: hardThreshold },
  {
    name: 'group of (x, 1)',
    formula: 'x·max(1 − t/‖(x, 1)‖₂, 0)',
    colour: '--good',
    dashes: '9 4',
    of: (rows, threshold) => groupSoftThreshold(rows, threshold, { axis: 1 }),
  },
  { name: 'Huber, δ = 1', formula: 'x/(1 + t), or x ∓ t beyond 1 + t', colour: '--bad', dashes: '3 3', of: huberProx },
];

const picture = byId('thresholds', SVGSVGElement);
const table = byId('thresholds-numbers', HTMLTableSectionElement);
const time = byId('thresholds-time', HTMLParagraphElement);
const [threshold, probe] = [byId('threshold', HTMLInputElement), byId('probe', HTMLInputElement)];

/** The picture reaches from −3.2 to 3.2. */
const reach = 3.2;
const unit = picture.viewBox.baseVal.width / (2 * reach);
const grid = Array.from({ length: 641 }, (_, k) => (k - 320) / 100);

const curves = rules.map(({ colour, dashes }) =>
  svg('path', { ...still, style: line(colour, `stroke-width: 2.5px; stroke-dasharray: ${dashes}`) }),
);
const marks = rules.map(({ colour }) =>
  svg('circle', { r: 5, style: `fill: var(${colour}); stroke: var(--card); stroke-width: 1.5px` }),
);
const dead = svg('rect', { y: -160, height: 320, style: 'fill: var(--soft); fill-opacity: 0.1' });
const plumb = svg('line', { ...still, y1: -160, y2: 160, style: line('--soft', 'stroke-width: 1px') });

/** Brings the curves to life. Returns how to draw them, on the device that the reader has chosen by then. */
export function thresholdsPanel(deviceNow: () => Promise<Device>): () => Promise<void> {
  picture.append(
    dead,
    ...axes(unit * 2),
    svg('line', { ...still, x1: -160, y1: 160, x2: 160, y2: -160, style: line('--soft', 'stroke-width: 1px') }),
    svg('text', { class: 'soft', x: 156, y: -6, 'text-anchor': 'end' }, 'x'),
    plumb,
    ...curves,
    ...marks,
  );
  const draw = latest(async () => {
    const [t, x] = [Number(threshold.value), Number(probe.value)];
    byId('threshold-shown', HTMLElement).textContent = t.toFixed(2);
    byId('probe-shown', HTMLElement).textContent = shortened(x).slice(0, -1);
    try {
      const device = await deviceNow();
      const start = performance.now();
      const values = await valuesOf(device, [...grid, x], t);
      tell(
        time,
        `${grid.length} numbers by each of the four on ${labelOf(device.info)}: ${milliseconds(performance.now() - start)}.`,
      );
      dead.setAttribute('x', String(-t * unit));
      dead.setAttribute('width', String(2 * t * unit));
      plumb.setAttribute('x1', String(x * unit));
      plumb.setAttribute('x2', String(x * unit));
      const atX = values.map((list, k) => {
        curves[k]?.setAttribute('d', pathOf(list));
        const value = list[grid.length] ?? NaN;
        marks[k]?.setAttribute('cx', String(x * unit));
        marks[k]?.setAttribute('cy', String(-value * unit));
        return value;
      });
      showValues(atX);
    } catch (error) {
      tell(time, messageOf(error), true);
    }
  });
  for (const slider of [threshold, probe]) slider.addEventListener('input', () => void draw());
  return draw;
}

/** What each rule makes of the numbers. */
async function valuesOf(device: Device, numbers: readonly number[], t: number): Promise<number[][]> {
  const rows = device.tensor(numbers.map(x => [x, 1]));
  try {
    const all = await Promise.all(rules.map(({ of }) => timed(() => of(rows, t))));
    return all.map(({ numbers: found }) => numbers.map((_, k) => found[2 * k] ?? NaN));
  } finally {
    rows.dispose();
  }
}

/** A line through the values over the grid, lifted where they jump. */
function pathOf(values: readonly number[]): string {
  return grid
    .map((x, k) => {
      const isJump = k === 0 || Math.abs((values[k] ?? 0) - (values[k - 1] ?? 0)) > 0.05;
      return `${isJump ? 'M' : 'L'}${(x * unit).toFixed(2)},${(-(values[k] ?? 0) * unit).toFixed(2)}`;
    })
    .join('');
}

function showValues(values: readonly number[]): void {
  table.replaceChildren(
    ...rules.map(({ name, formula, colour, dashes }, k) => {
      const swatch = svg(
        'svg',
        { width: 28, height: 10, 'aria-hidden': 'true', style: 'display: inline-block' },
        svg('line', { x1: 0, x2: 28, y1: 5, y2: 5, style: line(colour, `stroke-dasharray: ${dashes}`) }),
      );
      const value = values[k] ?? NaN;
      return html(
        'tr',
        {},
        html('td', {}, swatch, ` ${name}`, html('br'), html('span', { class: 'soft' }, formula)),
        html('td', {}, value === 0 ? '0' : shortened(value)),
      );
    }),
  );
}
