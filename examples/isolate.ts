/**
 * Threads for a site on a server of plain files: memory is shared only in pages that are cross-origin isolated, which takes two headers.
 * Where the server does not send them, a service worker (public/isolate-worker.js) adds them, from the second load of a page on; so the
 * first visit loads its page twice. Where there is no such worker, or it does not help, the page computes on one wasm thread.
 *
 * `?isolate=off` in the address does without, and takes the worker away.
 */

/** Of this tab: that a page was loaded again in the hope to find itself isolated. */
const TRIED = 'unitball: loaded again to be isolated';

/** Longer than a worker takes to begin. A page that waits shows nothing of what it computes. */
const patience = 4000;

const worker = new URL('./isolate-worker.js', location.href);
const isWanted = new URLSearchParams(location.search).get('isolate') !== 'off';

async function isolate(): Promise<void> {
  const { serviceWorker }: { serviceWorker?: ServiceWorkerContainer } = navigator;
  if (!isSecureContext || !serviceWorker) return;
  if (!isWanted) return dismiss(serviceWorker);
  if (crossOriginIsolated) return sessionStorage.removeItem(TRIED);
  if (sessionStorage.getItem(TRIED) !== null) return;
  const registration = await serviceWorker.register(worker);
  await activated(registration);
  sessionStorage.setItem(TRIED, 'yes');
  // Of a page that loads itself again, Chrome keeps the first state, and shows that at the reader's own first reload.
  if (location.hash === '') location.replace(location.href);
  else location.reload();
  // Nothing begins that would not be finished.
  await new Promise(() => {});
}

/** Takes our own worker away; there may be others at home here. */
async function dismiss(serviceWorker: ServiceWorkerContainer): Promise<void> {
  for (const registration of await serviceWorker.getRegistrations())
    if (registration.active?.scriptURL === worker.href) await registration.unregister();
}

async function activated({ installing, waiting, active }: ServiceWorkerRegistration): Promise<void> {
  const own = installing ?? waiting ?? active;
  if (!own || own.state === 'activated') return;
  await new Promise<void>((resolve, reject) =>
    own.addEventListener('statechange', () => {
      if (own.state === 'activated') resolve();
      if (own.state === 'redundant') reject(new Error('The worker was thrown away.'));
    }),
  );
}

/** Resolves when it is settled whether the page can share memory: before that, no device should be opened. */
export const isolation: Promise<unknown> = Promise.race([
  // Storage or workers may be forbidden to the page, which is no reason not to compute.
  isolate().catch(() => undefined),
  new Promise(resolve => setTimeout(resolve, patience)),
]);
