/** The line of a page that tells of its long work: what is being done, how far it is, and a button that stops it. */
import { messageOf } from './devices.ts';
import { byId, tell } from './dom.ts';

const status = byId('status', HTMLParagraphElement);
const progress = byId('progress', HTMLProgressElement);
const stop = byId('stop', HTMLButtonElement);

export const say = (words: string, isError = false): void => tell(status, words, isError);

export interface Underway {
  readonly signal: AbortSignal;
  /** Tells how far the work is, in words and, where that is known, as a share. */
  readonly report: (words: string, share?: number) => void;
}

let underway: AbortController | undefined;
stop.addEventListener('click', () => underway?.abort());

/** Does the work in place of what is being done, which is stopped. Says what it resolves with, or what went wrong. */
export async function startJob(
  name: string,
  work: (underway: Underway) => Promise<string>,
  stopped: () => string,
): Promise<void> {
  underway?.abort();
  const controller = new AbortController();
  underway = controller;
  const { signal } = controller;
  const isLast = (): boolean => underway === controller;
  const report: Underway['report'] = (words, share) => {
    if (signal.aborted) return;
    say(`${name}: ${words}`);
    if (share !== undefined) progress.value = share;
  };
  say(`${name} …`);
  progress.removeAttribute('value');
  progress.hidden = false;
  stop.hidden = false;
  document.body.dataset['state'] = 'busy';
  try {
    const done = await work({ signal, report });
    if (isLast()) say(done);
  } catch (error) {
    if (!isLast()) return;
    if (signal.aborted) say(stopped());
    else say(messageOf(error), true);
  } finally {
    if (isLast()) {
      underway = undefined;
      progress.hidden = true;
      stop.hidden = true;
      document.body.dataset['state'] = 'ready';
    }
  }
}
