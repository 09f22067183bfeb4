/**
 * The half of the page on distances that is about points in the plane: five to move, the picture of how far everywhere is
 * from the chosen one, and the matrix of distances between them.
 */
import type { Device } from 'unitball';
import { messageOf } from './devices.ts';
import { byId, svg } from './dom.ts';
import { fieldPainter, side } from './field.ts';
import { showMatrix } from './matrix.ts';
import { callOf, metricChoice } from './metric-choice.ts';
import { names, stories } from './metrics.ts';
import { grouped, milliseconds } from './numbers.ts';
import { distancesOf } from './plane-distances.ts';
import { axes, half, held, makeMovable, placeAt, showPlace, type Place } from './plane.ts';
import { latest } from './turns.ts';

const labels = ['A', 'B', 'C', 'D', 'E'];
const places: Place[] = [
  [0.6, 0.4],
  [1.3, 0.7],
  [-0.4, 0.8],
  [-1.2, -0.5],
  [0.5, -0.8],
];
let chosen = 0;

const picture = byId('plane', SVGSVGElement);
const told = byId('points-told', HTMLParagraphElement);
const call = byId('points-call', HTMLElement);
const table = byId('points-matrix', HTMLTableElement);
const time = byId('points-time', HTMLElement);
const status = byId('points-status', HTMLParagraphElement);

/** Brings this half to life. Returns how to draw it, on the device that the reader has chosen by then. */
export function pointsPanel(deviceNow: () => Promise<Device>): () => Promise<void> {
  const planar = names.filter(name => stories[name].plane !== undefined);
  const choice = metricChoice('points', [{ label: 'In the plane', names: planar }], () => void draw());
  const paint = fieldPainter(byId('field', HTMLCanvasElement));
  const move = (k: number, place: Place): void => {
    chosen = k;
    places[k] = place;
    void draw();
  };
  picture.append(...axes(unit));
  const marks = labels.map((_, k) => mark(k, move));
  picture.addEventListener('click', event => {
    if (event.target === picture) move(chosen, held(placeAt(picture, event)));
  });

  const draw = latest(async () => {
    const asked = choice.asked();
    const { spacing = 0.25, plane = '' } = choice.story();
    const from = labels[chosen] ?? '';
    for (const show of marks) show();
    told.textContent = `The bold line is at distance 1 from ${from}, thin lines are ${spacing} apart. ${plane}`;
    call.textContent = callOf('points', asked);
    let complaint = '';
    table.ariaBusy = 'true';
    try {
      const device = await deviceNow();
      const { matrix, field } = await distancesOf(device, places, chosen, asked);
      showMatrix(table, labels, matrix.numbers, labels.indexOf(from));
      paint({ values: field.numbers, spacing });
      time.textContent = `On ${device.info.kind}, the matrix took ${milliseconds(matrix.time)} and the picture, ${grouped(side * side)} pixels, ${milliseconds(field.time)}.`;
    } catch (error) {
      complaint = messageOf(error);
      paint(undefined);
    }
    table.ariaBusy = 'false';
    status.textContent = complaint;
    table.hidden = complaint !== '';
    time.hidden = complaint !== '';
  });
  return draw;
}

/** How many units of the picture are 1 in the plane. */
const unit = picture.viewBox.baseVal.width / (2 * half);

/** A point that can be chosen and moved. Returns how to show it where it is. */
function mark(k: number, move: (k: number, place: Place) => void): () => void {
  const label = labels[k] ?? '';
  const place = (): Place => places[k] ?? [0, 0];
  const choose = (): void => {
    if (chosen !== k) move(k, place());
  };
  const grip = svg('circle', { r: 0.2 * unit, class: 'grip' });
  const point = svg(
    'g',
    { class: 'point', tabindex: 0, role: 'button', 'aria-describedby': 'plane-help' },
    grip,
    svg('circle', { r: 0.05 * unit, class: 'dot' }),
    svg('text', { x: 0.08 * unit, y: -0.08 * unit }, label),
  );
  picture.append(point);
  point.addEventListener('focus', choose);
  grip.addEventListener('pointerdown', choose);
  makeMovable({ picture, grip, focus: point, place, move: to => move(k, to) });
  return () => {
    const [right, up] = place();
    point.setAttribute('transform', `translate(${right * unit} ${-up * unit})`);
    point.setAttribute('aria-label', `${label} at ${showPlace([right, up])}`);
    point.setAttribute('aria-pressed', String(chosen === k));
  };
}
