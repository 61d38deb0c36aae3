// Lets the kiosk's page load without a network. It keeps the page that names nobody, its style and its script; the
// roster and what waits to be sent lie elsewhere (kiosk.js).
'use strict';
const CACHE = 'xuefa-kiosk';
const START = '/kiosk';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

async function page(request) {
  const kept = () => caches.match(START, { cacheName: CACHE });
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(8000) });
    // A kiosk that is over no longer has its page, but may still have something to say about what was not sent.
    if (answer.status === 404 || answer.status >= 500) return (await kept()) ?? answer;
    return answer;
  } catch (failure) {
    const found = await kept();
    if (found) return found;
    throw failure;
  }
}

async function file(request) {
  const found = await caches.match(request, { cacheName: CACHE });
  return found ?? fetch(request);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && url.pathname === START) event.respondWith(page(request));
  else if (url.pathname.startsWith('/static/')) event.respondWith(file(request));
});
