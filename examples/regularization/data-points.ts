/** The picture of a data set: points to move, and the curve that a model draws through them. Computes nothing. */
import { svg } from '../dom.ts';
import { half, line, makeMovable, showPlace, still, type Place } from '../plane.ts';

export interface DataPicture {
  /** Draws the points where they are. */
  readonly showPoints: () => void;
  /** Draws a curve through heights that are evenly apart from −1.5 to 1.5. */
  readonly showCurve: (heights: ArrayLike<number>) => void;
}

/** How far curves and points reach to both sides. */
const reach = 1.5;

/** Fills the picture with points that can be moved; `moved` hears of every move. One of them is in the order of the tab key. */
export function dataPicture(picture: SVGSVGElement, places: Place[], moved: () => void): DataPicture {
  const { width, height } = picture.viewBox.baseVal;
  const [wide, high] = [width / (2 * half), height / (2 * half)];
  const curve = svg('path', { ...still, style: line('--accent', 'stroke-width: 3px') });
  picture.append(
    svg('line', { ...still, x1: -width / 2, x2: width / 2, style: line('--line', 'stroke-width: 1px') }),
    curve,
  );
  const points = places.map((_, k) => {
    const grip = svg('circle', { r: 17, class: 'grip' });
    const point = svg(
      'g',
      { class: 'point', role: 'button', 'aria-describedby': 'data-help' },
      grip,
      svg('circle', { r: 5, class: 'dot' }),
    );
    picture.append(point);
    const place = (): Place => places[k] ?? [0, 0];
    const move = (to: Place): void => {
      places[k] = to;
      moved();
    };
    point.addEventListener('focus', () => choose(k));
    point.addEventListener('keydown', ({ key }) => {
      const by = key === 'PageDown' ? 1 : key === 'PageUp' ? -1 : 0;
      if (by !== 0) points[(k + by + points.length) % points.length]?.focus();
    });
    makeMovable({ picture, grip, focus: point, place, move });
    return point;
  });
  const choose = (chosen: number): void =>
    points.forEach((point, k) => point.setAttribute('tabindex', k === chosen ? '0' : '-1'));
  choose(0);
  // The page would scroll.
  picture.addEventListener('keydown', event => void (event.key.startsWith('Page') && event.preventDefault()));
  return {
    showPoints() {
      points.forEach((point, k) => {
        const place = places[k] ?? [0, 0];
        point.setAttribute('transform', `translate(${place[0] * wide} ${-place[1] * high})`);
        point.setAttribute('aria-label', `Point ${k + 1} of ${points.length} at ${showPlace(place)}`);
      });
    },
    showCurve(heights) {
      const steps = heights.length - 1;
      const pairs = Array.from(heights, (up, k) => {
        const right = reach * ((2 * k) / steps - 1);
        return `${(right * wide).toFixed(2)},${(-up * high).toFixed(2)}`;
      });
      curve.setAttribute('d', `M${pairs.join('L')}`);
    },
  };
}
