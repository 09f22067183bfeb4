/** A chart of horizontal bars, each with its label and its value in words. Lengths are per cent, so it fits any width. */
import { svg } from './dom.ts';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The value as a reader wants it, with its unit. */
  readonly shown: string;
  readonly colour: string;
}

const step = 46;

export function bars(title: string, list: readonly Bar[]): SVGSVGElement {
  const longest = Math.max(...list.map(bar => bar.value));
  const rows = list.flatMap(({ label, value, shown, colour }, k) => {
    const top = (k + 0.5) * step;
    const share = longest > 0 ? (100 * value) / longest : 0;
    return [
      svg('text', { x: 0, y: top + 15 }, label),
      svg('text', { x: '100%', y: top + 15, 'text-anchor': 'end' }, shown),
      svg('rect', {
        x: 0,
        y: top + 21,
        width: `${Math.max(share, 0.4)}%`,
        height: 14,
        rx: 3,
        style: `fill: ${colour}`,
      }),
    ];
  });
  const heading = svg('text', { x: 0, y: 14, class: 'soft' }, title);
  const summary = `${title}: ${list.map(({ label, shown }) => `${label} ${shown}`).join(', ')}`;
  return svg(
    'svg',
    { width: '100%', height: (list.length + 0.5) * step, role: 'img', 'aria-label': summary },
    heading,
    ...rows,
  );
}
