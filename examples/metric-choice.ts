/** A reader's choice of a metric, its p, and what is told of it. Both halves of the page on distances have one. */
import type { MetricName } from 'unitball';
import { byId, html } from './dom.ts';
import { stories, type Story } from './metrics.ts';
import { orderSlider } from './order-slider.ts';

/** A metric as the library takes it. */
export interface Asked {
  readonly metric: MetricName;
  readonly p?: number;
  readonly shrinkage?: 'ledoit-wolf';
}

export interface MetricChoice {
  readonly asked: () => Asked;
  readonly story: () => Story;
}

export interface Group {
  readonly label: string;
  readonly names: readonly MetricName[];
}

/** Fills the elements whose ids begin with `prefix`, and tells when the reader changed something. */
export function metricChoice(prefix: string, groups: readonly Group[], changed: () => void): MetricChoice {
  const select = byId(`${prefix}-metric`, HTMLSelectElement);
  const field = byId(`${prefix}-p-field`, HTMLElement);
  const option = (name: MetricName): HTMLOptionElement => html('option', {}, name);
  select.append(
    ...(groups.length === 1
      ? groups.flatMap(group => group.names.map(option))
      : groups.map(group => html('optgroup', { label: group.label }, ...group.names.map(option)))),
  );
  const p = orderSlider(byId(`${prefix}-p`, HTMLInputElement), byId(`${prefix}-p-shown`, HTMLElement), changed);
  const name = (): MetricName => select.value as MetricName;
  const story = (): Story => stories[name()];
  const tell = (): void => {
    field.hidden = name() !== 'minkowski';
    byId(`${prefix}-formula`, HTMLElement).textContent = story().formula;
    byId(`${prefix}-says`, HTMLElement).textContent = story().says;
  };
  select.addEventListener('change', () => {
    tell();
    changed();
  });
  tell();
  return { story, asked: () => ({ metric: name(), ...(name() === 'minkowski' && { p: p() }) }) };
}

/** The call that the page makes, as a reader would write it. */
export function callOf(rows: string, { metric, p, shrinkage }: Asked): string {
  const steers = [p !== undefined && `p: ${p}`, shrinkage && `shrinkage: '${shrinkage}'`].filter(Boolean);
  const last = steers.length > 0 ? `{ metric: '${metric}', ${steers.join(', ')} }` : `'${metric}'`;
  return `cdist(${rows}, ${rows}, ${last})`;
}
