// Keeps a projected code in step with the server: the next one is there before the present one ends, the figures are
// fresh, and a lost network is said and mended. Without this script the page loads itself again.
(() => {
  'use strict';
  const POLL = 5000, EARLY = 2500, RETRY = 2000, PATIENCE = 4000;
  let main = document.querySelector('.screen-page');
  let endsAt = Infinity, countsUntil = Infinity, nextAsk = 0, next = null, asking = false, isLost = false;

  // Times are counted from before the question was sent: a slow answer makes a code end early here, never late.
  const settle = (from) => {
    endsAt = from + Number(main.dataset.left || Infinity);
    countsUntil = from + Number(main.dataset.counts || Infinity);
  };

  const ask = async (query) => {
    const from = performance.now();
    const answer = await fetch(main.dataset.address + query, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
    if (answer.redirected || answer.status === 404) { location.reload(); return null; }
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('.screen-page');
    if (!page) throw new Error('no screen');
    return { page, from };
  };

  const show = (fresh) => {
    main.replaceWith(fresh.page);
    main = fresh.page;
    settle(fresh.from);
  };

  // The figures and the clock; the code stays where it is.
  const freshen = (page) => {
    for (const part of page.querySelectorAll('[data-live]')) {
      const place = main.querySelector(`[data-live="${part.dataset.live}"]`);
      if (place) place.replaceChildren(...part.childNodes);
    }
  };

  const left = (until, now) => String(Math.max(0, Math.ceil((until - now) / 1000)));

  const say = () => {
    const now = performance.now();
    const isGone = isLost && countsUntil <= now;
    main.classList.toggle('screen-lost', isLost);
    main.classList.toggle('screen-gone', isGone);
    const state = main.querySelector('.screen-state');
    const words = isLost ? (isGone ? main.dataset.gone : main.dataset.lost.replace('#', left(countsUntil, now))) : '';
    if (state && state.textContent !== words) state.textContent = words;
    const seconds = main.querySelector('.screen-seconds');
    if (seconds) seconds.textContent = seconds.dataset.seconds.replace('#', left(endsAt, now));
  };

  const tick = async () => {
    const now = performance.now();
    if (next && endsAt <= now) { show(next); next = null; nextAsk = now + POLL; }
    if (!asking && nextAsk <= now) {
      const isNear = endsAt - now <= EARLY;
      asking = true;
      try {
        const fresh = await ask(isNear && !next ? '&next=1' : '&poll=1');
        if (fresh) {
          isLost = false;
          const has = fresh.page.dataset.left, had = main.dataset.left;
          if (!has || !had || endsAt <= performance.now()) show(fresh);
          else if (isNear && !next) { next = fresh; freshen(fresh.page.cloneNode(true)); }
          else freshen(fresh.page);
        }
        const after = performance.now();
        nextAsk = next ? endsAt + POLL : Math.max(after + 500, Math.min(after + POLL, endsAt - EARLY));
      } catch {
        isLost = true;
        nextAsk = performance.now() + RETRY;
      }
      asking = false;
    }
    say();
  };

  // Browsers may refuse, or let go when the page is hidden: then it is asked for again.
  const stayAwake = () => {
    if (document.visibilityState === 'visible' && navigator.wakeLock) navigator.wakeLock.request('screen').catch(() => {});
  };
  document.addEventListener('visibilitychange', stayAwake);
  stayAwake();

  const start = performance.getEntriesByType('navigation')[0];
  settle(start ? start.requestStart : 0);
  nextAsk = Math.min(performance.now() + POLL, endsAt - EARLY);
  setInterval(tick, 200);
})();
