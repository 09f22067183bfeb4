/**
 * The service worker of a site that lies on a server of plain files (isolate.ts registers it): answers with pages and workers come through
 * it, and leave with the headers that make a page cross-origin isolated. It keeps nothing, and touches nothing else.
 */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** What must carry the headers itself: all else of this origin may be embedded anyway. */
const wanting = ['document', 'worker', 'sharedworker'];

addEventListener('install', () => skipWaiting());

addEventListener('fetch', event => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== location.origin || !wanting.includes(request.destination)) return;
  if (address.searchParams.get('isolate') === 'off') return;
  event.respondWith(isolated(request));
});

async function isolated(request) {
  const response = await fetch(request);
  // A redirection is followed by the browser, which then asks again.
  if (response.type === 'opaqueredirect' || response.type === 'error') return response;
  const changed = new Response(response.body, response);
  for (const [name, value] of Object.entries(headers)) changed.headers.set(name, value);
  return changed;
}
