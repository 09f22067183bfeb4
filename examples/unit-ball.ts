/**
 * The picture of unit balls: the outlines of L1, L2, L∞ and of the p that the slider chooses, and a vector to move. All
 * lengths are unitball's own, on its cpu device: an outline is a fan of directions divided by their norms.
 */
import { div, norm, openDevice, type Tensor } from 'unitball';
import { byId, html, svg } from './dom.ts';

/** Directions from one axis to the next and all the way round, crowded at the axes, where outlines may have cusps. */
const fan = Array.from({ length: 4 * 96 }, (_, i) => {
  const t = (i % 96) / 48 - 1;
  const angle = (Math.PI / 4) * (1 + Math.sign(t) * (1 - (1 - Math.abs(t)) ** 5)) + (Math.floor(i / 96) * Math.PI) / 2;
  return [Math.cos(angle), Math.sin(angle)];
});

const reach = 1.5;
const device = await openDevice({ device: 'cpu' });
const directions = device.tensor(fan);

/** x / ‖x‖ for all directions: the points of length 1. */
async function outline(ord: number): Promise<string> {
  const lengths = norm(directions, { ord, axis: 1, keepdims: true });
  const points = div(directions, lengths);
  const flat = await read(points);
  lengths.dispose();
  const pairs = fan.map((_, i) => `${(flat[2 * i] ?? 0).toFixed(4)},${(-(flat[2 * i + 1] ?? 0)).toFixed(4)}`);
  return `M${pairs.join('L')}Z`;
}

async function read(tensor: Tensor): Promise<ArrayLike<number>> {
  const data = await tensor.data();
  tensor.dispose();
  return data;
}

const picture = byId('ball', SVGSVGElement);
const slider = byId('p', HTMLInputElement);
const shownP = byId('p-shown', HTMLElement);
const lengthsTable = byId('lengths', HTMLTableSectionElement);

const line = (colour: string, extra = ''): string => `fill: none; stroke: var(${colour}); stroke-width: 2px; ${extra}`;
const still = { 'vector-effect': 'non-scaling-stroke' };
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

/** The place of the vector, first coordinate to the right, second upwards. */
let vector: readonly [number, number] = [0.8, 1.2];

/** Where the slider stops. */
const stops = [0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2, 3, 4, 5, 6, 8, 12, 16, Infinity];

const chosenP = (): number => stops[Number(slider.value)] ?? 2;

const nameOf = (p: number): string => (p === Infinity ? '∞' : String(p));

let latest = 0;

async function draw(): Promise<void> {
  const turn = ++latest;
  const p = chosenP();
  shownP.textContent = nameOf(p);
  slider.setAttribute('aria-valuetext', p === Infinity ? 'infinity' : String(p));
  const x = device.tensor([...vector]);
  const ords = [1, 2, Infinity, p];
  const [path, ...lengths] = await Promise.all([
    outline(p),
    ...ords.map(async ord => (await read(norm(x, { ord })))[0] ?? 0),
  ]);
  x.dispose();
  if (turn !== latest) return;
  const own = lengths[3] ?? 0;
  chosen.setAttribute('d', path);
  grown.setAttribute('d', path);
  grown.setAttribute('transform', `scale(${own})`);
  const [right, up] = vector;
  for (const mark of [grip, tip]) {
    mark.setAttribute('cx', String(right));
    mark.setAttribute('cy', String(-up));
  }
  arrow.setAttribute('x2', String(right));
  arrow.setAttribute('y2', String(-up));
  showLengths(ords, lengths);
}

function showLengths(ords: readonly number[], lengths: readonly number[]): void {
  const row = (name: string, value: string): HTMLTableRowElement =>
    html('tr', {}, html('td', {}, name), html('td', {}, value));
  lengthsTable.replaceChildren(
    row('the vector x', `(${vector.map(part => part.toFixed(2)).join(', ')})`),
    ...ords.map((ord, k) =>
      row(`‖x‖ for p = ${nameOf(ord)}${k === 3 ? ', chosen' : ''}`, (lengths[k] ?? 0).toFixed(4)),
    ),
  );
}

function moveTo(right: number, up: number): void {
  const held = (part: number): number => Math.round(Math.min(reach, Math.max(-reach, part)) * 100) / 100;
  vector = [held(right), held(up)];
  void draw();
}

function follow(event: PointerEvent): void {
  const box = picture.getBoundingClientRect();
  const side = picture.viewBox.baseVal.width;
  moveTo(((event.clientX - box.left) / box.width - 0.5) * side, (0.5 - (event.clientY - box.top) / box.height) * side);
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-0.05, 0],
  ArrowRight: [0.05, 0],
  ArrowUp: [0, 0.05],
  ArrowDown: [0, -0.05],
};

/** Draws the picture and keeps it alive. */
export async function showUnitBalls(): Promise<void> {
  const axis = (x2: number, y2: number): SVGLineElement =>
    svg('line', { ...still, x1: -x2, y1: -y2, x2, y2, style: line('--line', 'stroke-width: 1px') });
  const faint = await Promise.all(
    [1, 2, Infinity].map(async ord =>
      svg('path', { ...still, d: await outline(ord), style: line('--soft', 'stroke-width: 1px') }),
    ),
  );
  picture.append(axis(1.6, 0), axis(0, 1.6), ...faint, chosen, grown, arrow, grip, tip);
  slider.addEventListener('input', () => void draw());
  picture.addEventListener('click', follow);
  grip.addEventListener('pointerdown', event => grip.setPointerCapture(event.pointerId));
  grip.addEventListener('pointermove', event => void (grip.hasPointerCapture(event.pointerId) && follow(event)));
  picture.addEventListener('keydown', event => {
    const by = steps[event.key];
    if (!by) return;
    event.preventDefault();
    moveTo(vector[0] + by[0], vector[1] + by[1]);
  });
  await draw();
}
