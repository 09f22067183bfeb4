/** The slider for p, which Minkowski's norms and distances share. */

/** Where the slider stops. */
const stops = [0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2, 3, 4, 5, 6, 8, 12, 16, Infinity];

export const nameOfOrder = (p: number): string => (p === Infinity ? '∞' : String(p));

/** Gives the slider its stops, writes beside it which one is chosen, and returns how to ask for that. */
export function orderSlider(slider: HTMLInputElement, shown: HTMLElement, changed: () => void): () => number {
  const chosen = (): number => stops[Number(slider.value)] ?? 2;
  const show = (): void => {
    shown.textContent = nameOfOrder(chosen());
    slider.setAttribute('aria-valuetext', chosen() === Infinity ? 'infinity' : String(chosen()));
  };
  slider.min = '0';
  slider.max = String(stops.length - 1);
  slider.addEventListener('input', () => {
    show();
    changed();
  });
  show();
  return chosen;
}
