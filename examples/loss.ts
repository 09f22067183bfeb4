/**
 * What a page does when a device is lost, in a section that every page has for it: a driver crashes, a laptop wakes up with another GPU, or
 * somebody presses the button. The page says so, opens another device or goes on with another kind, and computes again what it shows.
 */
import { DeviceUnavailableError, type DeviceKind, type LostInfo } from 'unitball';
import { messageOf, onLoss } from './devices.ts';
import { byId, html, tell } from './dom.ts';
import { loseGpu } from './losable-gpu.ts';

export interface Tending {
  /** Whether the page computes on a device of this kind. */
  readonly uses: (kind: DeviceKind) => boolean;
  /** Opens another, and shows which. Rejects where there is none. */
  readonly reopen: (kind: DeviceKind) => Promise<unknown>;
  /** Chooses another kind in the place of this one, where the page computes on one at a time. Undefined where there is no other. */
  readonly instead?: (kind: DeviceKind) => DeviceKind | undefined;
  /** Computes what the page shows on this kind, and resolves when that is shown. Without it, the reader begins the next work. */
  readonly again?: (kind: DeviceKind) => Promise<unknown>;
}

const button = html('button', { id: 'lose', type: 'button' }, 'Lose the GPU');
const why = html('span', { id: 'lose-why', class: 'soft' });
const told = html('p', { id: 'loss', role: 'status', 'aria-live': 'polite' });

byId('losing', HTMLElement).append(
  html('h2', {}, 'Lose the device'),
  html(
    'p',
    {},
    'A driver crashes, a laptop wakes up with another GPU: a page can lose its device at any time. The button takes the GPU away from this page, which then opens another.',
  ),
  html('div', { class: 'job-line' }, button, why),
  told,
);
button.disabled = true;
button.addEventListener('click', loseGpu);

let tending: Tending | undefined;
/** How many losses the page has not got over yet. */
let open = 0;

/** Looks after the page's devices from now on. */
export function tendLosses(own: Tending): void {
  tending = own;
  showButton();
}

/** Shows whether there is a GPU to be lost: called when the page computes on another device. */
export function showButton(): void {
  button.disabled = !tending?.uses('webgpu');
  why.textContent = button.disabled ? 'Only a GPU gets lost: choose webgpu above, where there is one.' : '';
}

onLoss((kind, loss) => void getOver(kind, loss));

async function getOver(kind: DeviceKind, { message }: LostInfo): Promise<void> {
  if (!tending) return;
  const { uses, again } = tending;
  const lost = `${kind === 'webgpu' ? 'The GPU' : `The ${kind} device`} was lost: “${message.replace(/\.$/, '')}”.`;
  if (!uses(kind)) return tell(told, `${lost} Nothing was computed on it.`);
  open++;
  try {
    const now = await nextKind(tending, kind, lost);
    showButton();
    if (now !== undefined) await again?.(now);
  } finally {
    open--;
  }
}

/** Finds what the page goes on with, and says so. */
async function nextKind(
  { reopen, instead, again }: Tending,
  kind: DeviceKind,
  lost: string,
): Promise<DeviceKind | undefined> {
  let reason = 'It was the second in the midst of the same work';
  // What takes one device after the other away may be the work itself.
  if (open === 1 || !instead) {
    tell(told, `${lost} Opening another …`);
    try {
      await patiently(() => reopen(kind));
      tell(
        told,
        `${lost} Another is open${again ? ', and the page computes on it again' : ' for what you begin next'}.`,
      );
      return kind;
    } catch (error) {
      reason = `There is no other (${messageOf(error).replace(/\.$/, '')})`;
    }
  }
  const other = instead?.(kind);
  tell(told, `${lost} ${reason}.${other === undefined ? '' : ` The page goes on with ${other}.`}`, other === undefined);
  return other;
}

const attempts = 20;
const pause = 100;

/** Right after a crash, a browser may have no GPU to give. */
async function patiently(reopen: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++)
    try {
      await reopen();
      return;
    } catch (error) {
      if (!(error instanceof DeviceUnavailableError) || attempt === attempts) throw error;
      await new Promise(resolve => setTimeout(resolve, pause));
    }
}
