/** Long work, one at a time: its name, how far it is, and a button that stops it. Meanwhile nothing else may be begun. */
import { messageOf } from '../devices.ts';
import { byId, tell } from '../dom.ts';
import { grouped } from '../numbers.ts';
import type { Work } from './collection.ts';

const box = byId('job', HTMLDivElement);
const text = byId('job-text', HTMLElement);
const bar = byId('job-bar', HTMLProgressElement);
const stop = byId('job-stop', HTMLButtonElement);
const openers = [...document.querySelectorAll<HTMLFieldSetElement>('fieldset.opens-jobs')];

let underway: AbortController | undefined;
let ended = Promise.resolve();

/** Resolves when nothing is under way. */
export const idle = (): Promise<void> => ended;

stop.addEventListener('click', () => underway?.abort());

/** Gives the next part of the work another name. */
export type Rename = (name: string) => void;

/**
 * Does the work, and tells in `place` what it resolves with, or what went wrong. It can be stopped where there is something to tell then.
 * Resolves with whether it was done.
 */
export async function job(
  place: HTMLElement,
  name: string,
  work: (work: Work, rename: Rename) => Promise<string>,
  stopped?: () => string,
): Promise<boolean> {
  if (underway) return false;
  const controller = new AbortController();
  underway = controller;
  let finish = (): void => {};
  ended = new Promise(resolve => (finish = resolve));
  let current = name;
  const rename: Rename = next => {
    current = next;
    text.textContent = `${next} …`;
    bar.removeAttribute('value');
  };
  const onProgress: Work['onProgress'] = ({ done, total }) => {
    text.textContent = `${current}: ${grouped(done)} of ${grouped(total)}`;
    bar.value = total > 0 ? done / total : 1;
  };
  for (const opener of openers) opener.disabled = true;
  box.hidden = false;
  stop.hidden = !stopped;
  rename(name);
  tell(place, '');
  try {
    tell(place, await work({ signal: controller.signal, onProgress }, rename));
    return true;
  } catch (error) {
    if (stopped && controller.signal.aborted) tell(place, stopped());
    else tell(place, messageOf(error), true);
    return false;
  } finally {
    underway = undefined;
    finish();
    box.hidden = true;
    for (const opener of openers) opener.disabled = false;
  }
}
