/**
 * Lasso, elastic net and ridge through points that can be moved: the path of all coefficients, computed anew by every move on
 * the chosen device, and at a penalty to slide the curve that they make and the coefficients as bars.
 */
import type { Device } from 'unitball';
import { labelOf, messageOf } from '../devices.ts';
import { byId, tell } from '../dom.ts';
import { showFigures } from '../figures.ts';
import { milliseconds, scientific, shortened } from '../numbers.ts';
import type { Place } from '../plane.ts';
import { latest } from '../turns.ts';
import { alphaAxis } from './alpha-axis.ts';
import { bases, type Basis, type BasisName } from './bases.ts';
import { coefficientBars } from './coefficients.ts';
import { dataPicture } from './data-points.ts';
import { errorChart } from './error-chart.ts';
import { folds, leaveOut, type LeftOut } from './left-out.ts';
import { mostOf, pathChart } from './path-chart.ts';
import { alphas, pathThrough, type Path } from './paths.ts';

/** Two hills, a valley between them, and some noise. */
const heights = [0.04, -0.11, 0.18, 0.74, 1.16, 0.81, 0.22, -0.16, -0.62, -0.71, -0.3, 0.05, 0.29, 0.62, 0.33, -0.05];
const asGiven = heights.map((up, k): Place => [Math.round(-145 + (290 * k) / (heights.length - 1)) / 100, up]);

const basisChoice = byId('basis', HTMLSelectElement);
const [ratio, penalty] = [byId('ratio', HTMLInputElement), byId('alpha', HTMLInputElement)];
const bars = byId('coefficients', SVGSVGElement);
const chartPlace = byId('paths', HTMLDivElement);
const time = byId('models-time', HTMLParagraphElement);
const judgement = byId('left-out-time', HTMLParagraphElement);
const [toBest, toSimplest] = [byId('to-best', HTMLButtonElement), byId('to-simplest', HTMLButtonElement)];

const basisNow = (): Basis => bases[basisChoice.value as BasisName];

/** Brings the points and the path to life. Returns how to compute them, on the device that the reader has chosen by then. */
export function modelsPanel(deviceNow: () => Promise<Device>): () => Promise<void> {
  const places = [...asGiven];
  const picture = dataPicture(byId('data', SVGSVGElement), places, () => void compute());
  let shown: { readonly basis: Basis; readonly path: Path } | undefined;
  let axis = alphaAxis(alphas, chartPlace.clientWidth);
  let leftOut: LeftOut | undefined;
  let judged = Promise.resolve();

  const compute = latest(async () => {
    picture.showPoints();
    const basis = basisNow();
    const l1Ratio = Number(ratio.value);
    byId('ratio-shown', HTMLElement).textContent = `${l1Ratio.toFixed(2)}, ${nameOf(l1Ratio)}`;
    try {
      const device = await deviceNow();
      const path = await pathThrough(device, places, basis, l1Ratio);
      shown = { basis, path };
      const gap = path.converged
        ? `gaps of at most ${scientific(path.gap)}`
        : `not at an end: gaps of up to ${scientific(path.gap)}`;
      tell(
        time,
        `${alphas.length} models on ${labelOf(device.info)} in ${milliseconds(path.time)}: ${path.sweeps} sweeps, ${gap}.`,
        !path.converged,
      );
      show();
    } catch (error) {
      return tell(time, messageOf(error), true);
    }
    judged = judge();
  });

  /** Cross-validation takes longer than a path, and does not hold up the next one. */
  const judge = latest(async () => {
    try {
      const device = await deviceNow();
      leftOut = await leaveOut(device, places, basisNow(), Number(ratio.value));
      const { errors, time: taken } = leftOut;
      tell(
        judgement,
        `${folds * errors.length} models, each without every ${folds}th point, in ${milliseconds(taken)}.`,
      );
      show();
    } catch (error) {
      leftOut = undefined;
      tell(judgement, messageOf(error), true);
    }
    for (const button of [toBest, toSimplest]) button.disabled = leftOut === undefined;
  });

  function show(): void {
    if (!shown) return;
    const { basis, path } = shown;
    const chosen = Number(penalty.value);
    const alpha = alphas[chosen] ?? 1;
    const coefs = path.coefs[chosen] ?? [];
    byId('alpha-shown', HTMLElement).textContent = alpha.toPrecision(2);
    penalty.setAttribute('aria-valuetext', alpha.toPrecision(2));
    picture.showCurve(path.curves[chosen] ?? []);
    coefficientBars(bars, basis, coefs, mostOf(path.coefs));
    const width = chartPlace.clientWidth;
    axis = alphaAxis(alphas, width);
    chartPlace.replaceChildren(
      pathChart(axis, path.coefs, chosen, width),
      errorChart(axis, path.errors, leftOut, chosen, width),
    );
    const alive = coefs.filter(coef => coef !== 0).length;
    showFigures([
      ['Coefficients not 0', `${alive} of ${coefs.length}`],
      ['‖w‖₁', shortened(coefs.reduce((sum, coef) => sum + Math.abs(coef), 0))],
      ['‖w‖₂', shortened(Math.hypot(...coefs))],
      ['Error, points seen', (path.errors[chosen] ?? NaN).toPrecision(3)],
      ['Error, left out', leftOut ? (leftOut.errors[chosen] ?? NaN).toPrecision(3) : '…'],
    ]);
  }

  const moveTo = (place: number): void => {
    penalty.value = String(place);
    show();
  };
  const slideTo = ({ clientX }: PointerEvent): void =>
    moveTo(axis.placeAt(clientX - chartPlace.getBoundingClientRect().left));
  chartPlace.addEventListener('pointerdown', event => {
    chartPlace.setPointerCapture(event.pointerId);
    slideTo(event);
  });
  chartPlace.addEventListener('pointermove', event => {
    if (chartPlace.hasPointerCapture(event.pointerId)) slideTo(event);
  });
  penalty.addEventListener('input', show);
  ratio.addEventListener('input', () => void compute());
  basisChoice.addEventListener('change', () => void compute());
  byId('put-back', HTMLButtonElement).addEventListener('click', () => {
    places.splice(0, places.length, ...asGiven);
    void compute();
  });
  const moveToFound = (which: 'best' | 'simplest'): void => {
    if (leftOut) moveTo(leftOut[which]);
  };
  toBest.addEventListener('click', () => moveToFound('best'));
  toSimplest.addEventListener('click', () => moveToFound('simplest'));
  addEventListener('resize', show);
  return async () => {
    await compute();
    await judged;
  };
}

const nameOf = (l1Ratio: number): string => (l1Ratio === 1 ? 'the lasso' : l1Ratio === 0 ? 'ridge' : 'an elastic net');
