/** The charts of the report, as text of SVG: bars of times and shares, and cost against size on logarithms. */

export const escape = text => String(text).replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);

/** The classes that colour ours, by device; everybody else is `other`. */
const tones = { webgpu: 'gpu', wasm: 'wasm', cpu: 'cpu' };
const toneOf = ({ isOurs, device }) => (isOurs ? tones[device] : 'other');

/**
 * Horizontal bars, a name before each and its value behind, or both above it where there is little room; `low` and `high` draw the range.
 * Bars that are longer than `cut` times the shortest are drawn torn, lest the others vanish. Lengths are per cent, so it fits any width.
 * @param {string} title
 * @param {readonly { name: string, device: string, isOurs: boolean, value: number, low?: number, high?: number, shown: string }[]} bars
 */
export function barChart(title, bars, cut = Infinity) {
  const shortest = Math.min(...bars.map(({ value }) => value));
  const end = Math.min(Math.max(...bars.map(({ value, high = value }) => Math.max(value, high))), cut * shortest);
  const at = value => `${((100 * Math.min(value, end)) / end).toFixed(2)}%`;
  const rows = bars.map(bar => {
    const { value, low, high } = bar;
    const parts = [`<rect class="${toneOf(bar)}" width="${at(value)}" height="16" rx="2"/>`];
    if (value > end)
      parts.push('<svg x="96%" overflow="visible"><path class="tear" d="M5 -2l-5 20m8 -20l-5 20"/></svg>');
    else if (high !== undefined) {
      parts.push(`<line class="range" x1="${at(low)}" x2="${at(high)}" y1="8" y2="8"/>`);
      for (const tip of [low, high]) parts.push(`<line class="range" x1="${at(tip)}" x2="${at(tip)}" y1="4" y2="12"/>`);
    }
    return `<span>${escape(bar.name)}</span><svg>${parts.join('')}</svg><span>${escape(bar.shown)}</span>`;
  });
  const summary = `${title}: ${bars.map(({ name, shown }) => `${name} ${shown}`).join(', ')}`;
  return `<div class="bars" role="img" aria-label="${escape(summary)}">${rows.map(row => `<div>${row}</div>`).join('')}</div>`;
}

const [PLOT_WIDTH, PLOT_HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [350, 262, 58, 40, 24, 26];

/** The powers of ten that enclose some numbers. */
function decades(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)].map(Math.log10);
  const [from, to] = [Math.floor(low), Math.ceil(high)];
  return { from, to: Math.max(to, from + 1) };
}

const power = exponent =>
  exponent >= 4 || exponent <= -4
    ? `10<tspan dy="-5" class="small">${exponent}</tspan>`
    : (10 ** exponent).toLocaleString('en');

const lineTone = ({ device, isOurs = true }) => toneOf({ device, isOurs });

/**
 * Lines on logarithmic axes, the vertical one named above it; `limits` are drawn across, as what nothing goes beyond.
 * @param {readonly { device: string, isOurs?: boolean, points: readonly (readonly [number, number])[] }[]} lines
 * @param {readonly { device: string, value: number }[]} limits
 */
export function logChart(title, xLabel, yLabel, lines, limits = []) {
  const points = lines.flatMap(line => line.points);
  const xs = decades(points.map(([at]) => at));
  const ys = decades([...points.map(([, value]) => value), ...limits.map(({ value }) => value)]);
  const x = value => LEFT + ((PLOT_WIDTH - LEFT - RIGHT) * (Math.log10(value) - xs.from)) / (xs.to - xs.from);
  const y = value =>
    PLOT_HEIGHT - BOTTOM - ((PLOT_HEIGHT - BOTTOM - TOP) * (Math.log10(value) - ys.from)) / (ys.to - ys.from);
  const exponents = ({ from, to }) => Array.from({ length: to - from + 1 }, (_, k) => from + k);
  const across = exponents(ys).map(
    exponent =>
      `<path class="grid" d="M${LEFT} ${y(10 ** exponent).toFixed(1)}H${PLOT_WIDTH - RIGHT}"/><text class="soft" x="${LEFT - 6}" y="${(y(10 ** exponent) + 4).toFixed(1)}" text-anchor="end">${power(exponent)}</text>`,
  );
  const up = exponents(xs).map(
    exponent =>
      `<path class="grid" d="M${x(10 ** exponent).toFixed(1)} ${TOP}V${PLOT_HEIGHT - BOTTOM}"/><text class="soft" x="${x(10 ** exponent).toFixed(1)}" y="${PLOT_HEIGHT - BOTTOM + 16}" text-anchor="middle">${power(exponent)}</text>`,
  );
  const drawn = lines.map(line => {
    const tone = lineTone(line);
    const places = line.points.map(([at, value]) => [x(at).toFixed(1), y(value).toFixed(1)]);
    const dots = places.map(([cx, cy]) => `<circle class="${tone}" cx="${cx}" cy="${cy}" r="3"/>`);
    return `<polyline class="line ${tone}" points="${places.map(pair => pair.join()).join(' ')}"/>${dots.join('')}`;
  });
  const ends = limits.map(
    ({ device, value }) =>
      `<path class="line limit ${lineTone({ device })}" d="M${LEFT} ${y(value).toFixed(1)}H${PLOT_WIDTH - RIGHT}"/>`,
  );
  return [
    `<svg viewBox="0 0 ${PLOT_WIDTH} ${PLOT_HEIGHT}" role="img" aria-label="${escape(title)}">`,
    ...across,
    ...up,
    `<text class="soft" x="${PLOT_WIDTH - RIGHT}" y="${PLOT_HEIGHT - 6}" text-anchor="end">${escape(xLabel)}</text>`,
    `<text class="soft" x="2" y="12">${escape(yLabel)}</text>`,
    ...ends,
    ...drawn,
    '</svg>',
  ].join('');
}
