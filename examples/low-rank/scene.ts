/** A landscape to compress, drawn in the page: hills, a lake, a lighthouse. Each seed is another evening. */
import { contextOf } from '../canvas.ts';

/** Numbers in [0, 1) that a seed determines. */
function chance(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

/** Draws on a unit that is 400 wide and 300 high, whatever the size of the canvas. */
export function drawScene(canvas: HTMLCanvasElement, width: number, height: number, seed: number): void {
  canvas.width = width;
  canvas.height = height;
  const brush = contextOf(canvas);
  const next = chance(seed);
  brush.scale(width / 400, height / 300);
  const hue = 10 + 40 * next();
  const sun = { x: 90 + 220 * next(), y: 95 + 40 * next() };
  const horizon = 190;
  paintSky(brush, hue, sun);
  for (let ridge = 0; ridge < 3; ridge++) paintRidge(brush, next, horizon, ridge, hue);
  paintLake(brush, next, horizon, hue, sun.x);
  paintLighthouse(brush, 60 + 260 * next(), horizon + 22);
  paintTrees(brush, next);
}

function paintSky(brush: CanvasRenderingContext2D, hue: number, sun: { readonly x: number; readonly y: number }): void {
  const sky = brush.createLinearGradient(0, 0, 0, 200);
  sky.addColorStop(0, `hsl(${hue + 205} 55% 32%)`);
  sky.addColorStop(0.6, `hsl(${hue} 70% 66%)`);
  sky.addColorStop(1, `hsl(${hue + 15} 85% 78%)`);
  brush.fillStyle = sky;
  brush.fillRect(0, 0, 400, 300);
  const glow = brush.createRadialGradient(sun.x, sun.y, 8, sun.x, sun.y, 90);
  glow.addColorStop(0, 'rgb(255 244 214 / 0.95)');
  glow.addColorStop(0.2, 'rgb(255 226 160 / 0.5)');
  glow.addColorStop(1, 'rgb(255 226 160 / 0)');
  brush.fillStyle = glow;
  brush.fillRect(0, 0, 400, 300);
  brush.fillStyle = '#fff6dd';
  brush.beginPath();
  brush.arc(sun.x, sun.y, 17, 0, 2 * Math.PI);
  brush.fill();
}

function paintRidge(
  brush: CanvasRenderingContext2D,
  next: () => number,
  horizon: number,
  ridge: number,
  hue: number,
): void {
  const waves = Array.from({ length: 5 }, (_, k) => ({
    length: 260 / (k + 1.5) ** 1.3,
    turn: 7 * next(),
    rise: (34 - 9 * ridge) / (k + 1),
  }));
  brush.fillStyle = `hsl(${hue + 215 + 12 * ridge} ${22 + 6 * ridge}% ${46 - 13 * ridge}%)`;
  brush.beginPath();
  brush.moveTo(0, horizon);
  for (let x = 0; x <= 400; x += 2)
    brush.lineTo(
      x,
      horizon -
        44 +
        15 * ridge -
        waves.reduce((sum, wave) => sum + wave.rise * Math.sin(x / wave.length + wave.turn), 0),
    );
  brush.lineTo(400, horizon);
  brush.fill();
}

function paintLake(
  brush: CanvasRenderingContext2D,
  next: () => number,
  horizon: number,
  hue: number,
  sun: number,
): void {
  const lake = brush.createLinearGradient(0, horizon, 0, 300);
  lake.addColorStop(0, `hsl(${hue + 8} 45% 58%)`);
  lake.addColorStop(1, `hsl(${hue + 208} 45% 22%)`);
  brush.fillStyle = lake;
  brush.fillRect(0, horizon, 400, 110);
  for (let k = 0; k < 130; k++) {
    const y = horizon + 110 * next() ** 1.6;
    const isLit = next() < 0.4;
    const x = isLit ? sun + (next() - 0.5) * (20 + (y - horizon)) : 400 * next();
    brush.fillStyle = isLit ? 'rgb(255 236 190 / 0.55)' : 'rgb(20 30 60 / 0.18)';
    brush.fillRect(x - 9, y, 8 + 20 * next(), 1 + (y - horizon) / 60);
  }
}

function paintLighthouse(brush: CanvasRenderingContext2D, x: number, foot: number): void {
  brush.fillStyle = '#2c2b35';
  brush.beginPath();
  brush.ellipse(x, foot + 4, 46, 9, 0, 0, 2 * Math.PI);
  brush.fill();
  for (let band = 0; band < 6; band++) {
    brush.fillStyle = band % 2 === 0 ? '#f4efe6' : '#b3332b';
    const [top, bottom] = [6.5 + 0.8 * band, 7.3 + 0.8 * band];
    const y = foot - 78 + 13 * band;
    brush.beginPath();
    brush.moveTo(x - top, y);
    brush.lineTo(x + top, y);
    brush.lineTo(x + bottom, y + 13);
    brush.lineTo(x - bottom, y + 13);
    brush.fill();
  }
  brush.fillStyle = '#24242c';
  brush.fillRect(x - 9, foot - 82, 18, 4);
  brush.fillRect(x - 6, foot - 97, 12, 3);
  brush.fillStyle = '#ffe9a8';
  brush.fillRect(x - 5, foot - 94, 10, 12);
  brush.fillStyle = '#b3332b';
  brush.beginPath();
  brush.moveTo(x - 8, foot - 97);
  brush.lineTo(x, foot - 107);
  brush.lineTo(x + 8, foot - 97);
  brush.fill();
}

function paintTrees(brush: CanvasRenderingContext2D, next: () => number): void {
  for (let k = 0; k < 9; k++) {
    const x = (k < 5 ? 80 : 400) * next() * (k < 5 ? 1 : 0.25) + (k < 5 ? -8 : 310);
    const size = 26 + 34 * next();
    brush.fillStyle = `rgb(${16 + 10 * next()} ${26 + 14 * next()} ${28 + 8 * next()})`;
    for (let tier = 0; tier < 4; tier++) {
      const y = 300 - size * (1.5 - 0.32 * tier);
      const half = size * (0.13 + 0.09 * tier);
      brush.beginPath();
      brush.moveTo(x, y);
      brush.lineTo(x + half, y + size * 0.5);
      brush.lineTo(x - half, y + size * 0.5);
      brush.fill();
    }
  }
}
