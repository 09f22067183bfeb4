/** The picture of unit balls: the outlines of L1, L2, L∞ and of the p that the slider chooses, and a vector to move. */
import { byId, html, svg } from './dom.ts';
import { nameOfOrder, orderSlider } from './order-slider.ts';
import { lengthOf, outline } from './outline.ts';
import { axes, held, line, makeMovable, placeAt, showPlace, still, type Place } from './plane.ts';
import { latest } from './turns.ts';

const picture = byId('ball', SVGSVGElement);
const lengthsTable = byId('lengths', HTMLTableSectionElement);

const chosen = svg('path', {
  ...still,
  style: line('--accent', 'stroke-width: 3px; fill: var(--accent); fill-opacity: 0.12'),
});
const grown = svg('path', { ...still, style: line('--accent', 'stroke-dasharray: 5 4') });
const arrow = svg('line', { ...still, x1: 0, y1: 0, style: line('--second', 'stroke-width: 3px') });
const grip = svg('circle', {
  r: 0.2,
  style: 'fill: var(--second); fill-opacity: 0.15; cursor: grab; touch-action: none',
});
const tip = svg('circle', { r: 0.05, style: 'fill: var(--second); pointer-events: none' });

let vector: Place = [0.8, 1.2];

const chosenP = orderSlider(byId('p', HTMLInputElement), byId('p-shown', HTMLElement), () => void draw());

const draw = latest(async () => {
  const p = chosenP();
  const place = vector;
  const ords = [1, 2, Infinity, p];
  const [path, ...lengths] = await Promise.all([outline(p), ...ords.map(ord => lengthOf(place, ord))]);
  const own = lengths[3] ?? 0;
  chosen.setAttribute('d', path);
  grown.setAttribute('d', path);
  grown.setAttribute('transform', `scale(${own})`);
  const [right, up] = place;
  for (const mark of [grip, tip]) {
    mark.setAttribute('cx', String(right));
    mark.setAttribute('cy', String(-up));
  }
  arrow.setAttribute('x2', String(right));
  arrow.setAttribute('y2', String(-up));
  showLengths(place, ords, lengths);
});

function showLengths(place: Place, ords: readonly number[], lengths: readonly number[]): void {
  const row = (name: string, value: string): HTMLTableRowElement =>
    html('tr', {}, html('td', {}, name), html('td', {}, value));
  lengthsTable.replaceChildren(
    row('the vector x', showPlace(place)),
    ...ords.map((ord, k) =>
      row(`‖x‖ for p = ${nameOfOrder(ord)}${k === 3 ? ', chosen' : ''}`, (lengths[k] ?? 0).toFixed(4)),
    ),
  );
}

function moveTo(place: Place): void {
  vector = place;
  void draw();
}

/** Draws the picture and keeps it alive. */
export async function showUnitBalls(): Promise<void> {
  const faint = await Promise.all(
    [1, 2, Infinity].map(async ord =>
      svg('path', { ...still, d: await outline(ord), style: line('--soft', 'stroke-width: 1px') }),
    ),
  );
  picture.append(...axes(), ...faint, chosen, grown, arrow, grip, tip);
  picture.addEventListener('click', event => void (event.target !== grip && moveTo(held(placeAt(picture, event)))));
  makeMovable({ picture, grip, focus: picture, place: () => vector, move: moveTo });
  await draw();
}
