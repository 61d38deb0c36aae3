// The kiosk in the browser: finds people while one types, stores each check-in before it says so, sends what is stored
// by itself, and goes on without a network. Without this script the page works by its forms.
'use strict';
(async () => {
  const RESULT_MS = 3000;
  const UNDO_MS = 60000;
  const BATCH = 100;
  const SHOWN = 8;
  const box = document.getElementById('kiosk');
  if (!box || !window.indexedDB) return;
  const addresses = box.dataset;
  const kiosk = Number(addresses.kiosk);
  const words = {};
  for (const item of box.content.querySelectorAll('[data-word]')) words[item.dataset.word] = item.textContent;
  const word = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
  const part = (id) => document.getElementById(id);
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: addresses.zone });
  const time = (at) => clock.format(new Date(at));
  const make = (tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text) element.textContent = text;
    return element;
  };

  // What is kept on this device: the queue in the open (numbers and times), the roster encrypted by a key that cannot
  // leave the browser.
  const opened = await new Promise((done) => {
    const request = indexedDB.open('xuefa-kiosk', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('queue', { keyPath: 'key' });
      request.result.createObjectStore('kept', { keyPath: 'name' });
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => done(null);
  });
  if (!opened) return;
  const within = (store, mode, act) => new Promise((done, failed) => {
    const transaction = opened.transaction(store, mode, { durability: 'strict' });
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => done(request?.result);
    transaction.onerror = () => failed(transaction.error);
    transaction.onabort = () => failed(transaction.error);
  });
  const all = () => within('queue', 'readonly', (queue) => queue.getAll());
  const store = (entry) => within('queue', 'readwrite', (queue) => queue.put(entry));
  const kept = (name) => within('kept', 'readonly', (rows) => rows.get(name));
  const keep = (row) => within('kept', 'readwrite', (rows) => rows.put(row));
  const canEncrypt = window.isSecureContext && !!crypto.subtle;
  const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

  let people = [];
  let digest = '';
  let opensAt = 0;
  let works = !!part('search');
  let known = true;
  let offline = false;
  let own = [];
  let others = [];
  let last = null;

  async function keepRoster(roster) {
    if (!canEncrypt) return;
    let key = (await kept('key'))?.value;
    if (!key) {
      key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
      await keep({ name: 'key', value: key });
    }
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(JSON.stringify(roster)));
    await keep({ name: 'roster', kiosk, iv, data });
  }
  async function readRoster() {
    const [row, key] = [await kept('roster'), await kept('key')];
    if (!row || !key || row.kiosk !== kiosk || !canEncrypt) return;
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: row.iv }, key.value, row.data).catch(() => null);
    if (plain) use(JSON.parse(new TextDecoder().decode(plain)));
  }
  function use(roster) {
    people = roster.people;
    digest = roster.digest;
    opensAt = roster.opens_at;
    const waiting = new Set(own.filter((entry) => !entry.undone_at).map((entry) => entry.person));
    for (const person of people) {
      person.low = person.name.toLowerCase();
      person.no = person.number.toLowerCase();
      person.first = person.say.map(([reading]) => [reading]);
      if (waiting.has(person.id)) person.is ??= 'present';
    }
  }
  // Check-in has ended: whom one could find is forgotten, what waits to be sent is not.
  async function forget() {
    works = false;
    people = [];
    digest = '';
    cameraOff();
    await within('kept', 'readwrite', (rows) => rows.clear());
    part('search')?.remove();
    part('people')?.replaceChildren();
    part('newest').hidden = true;
  }
  async function leave() {
    if (own.length || others.length) return;
    if (window.caches) await caches.delete('xuefa-kiosk');
    const worker = await navigator.serviceWorker?.getRegistration(addresses.start);
    await worker?.unregister();
  }

  // Talking to the server. Whoever is not answered is offline, and tried again.
  async function ask(address, options = {}) {
    try {
      const answer = await fetch(address, { ...options, headers: { 'x-xuefa-kiosk': '1', ...options.headers }, cache: 'no-store', signal: AbortSignal.timeout(10000) });
      offline = answer.status >= 500;
      if (answer.status === 404 || answer.status === 410) {
        known = answer.status === 410;
        await forget();
      }
      return answer.ok ? answer : null;
    } catch {
      offline = true;
      return null;
    }
  }
  async function loadRoster() {
    if (!works) return;
    const answer = await ask(`${addresses.roster}?have=${digest}`);
    if (answer?.status !== 200) return;
    const roster = await answer.json();
    use(roster);
    await keepRoster(roster);
    if (part('q')?.value) list();
  }

  let sending = false;
  async function send(evenNothing) {
    if (sending) return;
    sending = true;
    try {
      for (let first = true; ; first = false) {
        await count();
        const batch = own.slice(0, BATCH);
        if (!batch.length && !(first && evenNothing)) break;
        const rest = own.slice(BATCH);
        const entries = batch.map(({ key, person, at, undone_at }) => ({ key, person, at, undone_at }));
        const answer = await ask(addresses.sync, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ now: Date.now(), waiting: rest.length, oldest: rest[0]?.at ?? null, entries }),
        });
        if (!answer) break;
        const said = await answer.json();
        const done = new Map(said.entries.map((entry) => [entry.key, entry]));
        await within('queue', 'readwrite', (queue) => {
          for (const sent of batch.filter((entry) => done.has(entry.key))) {
            // What was taken back while it was on its way has to be sent again.
            const row = queue.get(sent.key);
            row.onsuccess = () => { if (row.result && row.result.undone_at === sent.undone_at) queue.delete(sent.key); };
          }
        });
        for (const sent of batch) if (done.has(sent.key)) learn(sent, done.get(sent.key));
        if (!said.works) await forget();
      }
    } finally {
      sending = false;
      await count();
    }
    if (!works && !offline) await leave();
  }
  function learn(sent, said) {
    const person = people.find((one) => one.id === sent.person);
    if (person && !sent.undone_at) {
      person.is = said.effect === 'exempt' ? 'exempt' : said.effect === 'refused' ? null : 'present';
      person.at = said.at ?? person.at;
    }
    if (last?.key !== sent.key || sent.undone_at) return;
    const other = { repeated: ['already', 'repeated'], exempt: ['already', 'exempt-text'], refused: ['needs', 'refused'] }[said.effect];
    if (!other) return;
    if (!part('result').hidden && person) show(other[0], word(other[1]), person, said.at);
    last = null;
    newest();
  }

  // The line at the foot: connected or not, how many wait, since when.
  async function count() {
    const rows = (await all()).sort((one, next) => one.at - next.at);
    own = rows.filter((entry) => entry.kiosk === kiosk);
    others = rows.filter((entry) => entry.kiosk !== kiosk);
    const waiting = known ? own : rows;
    const oldest = waiting[0]?.at;
    const values = { n: waiting.length, at: oldest ? time(oldest) : '', age: oldest ? Math.max(0, Math.floor((Date.now() - oldest) / 60000)) : 0 };
    const some = waiting.length > 0;
    let name = some ? 'waiting' : 'online';
    if (offline) name = some ? 'offline-waiting' : 'offline';
    else if (!known) name = some ? 'lost-waiting' : 'over';
    else if (!works) name = some ? 'over-waiting' : 'over';
    let text = word(name, values);
    if (known && others.length) text += ` ${word('lost-waiting', { n: others.length, at: time(others[0].at), age: Math.floor((Date.now() - others[0].at) / 60000) })}`;
    const status = part('status');
    status.hidden = false;
    if (status.textContent !== text) status.textContent = text;
    status.classList.toggle('status-bar-problem', offline || some || !known || others.length > 0);
    status.dataset.waiting = rows.length;
  }

  // Finding: the same rule as in src/attendance/spelling.rs.
  function spells(typed, say, from = 0) {
    if (!typed) return true;
    if (from >= say.length) return false;
    return say[from].some((reading) => {
      let n = 0;
      while (n < reading.length && n < typed.length && reading[n] === typed[n]) n += 1;
      for (; n > 0; n -= 1) if (spells(typed.slice(n), say, from + 1)) return true;
      return false;
    });
  }
  const isCode = (typed) => /^xf:/i.test(typed);
  function find(input) {
    const plain = input.trim().replaceAll('：', ':');
    if (isCode(plain)) return people.filter((person) => person.code.toLowerCase() === plain.toLowerCase());
    const typed = plain.replace(/\s+/g, '').toLowerCase();
    if (!typed) return [];
    const rank = (person) => {
      if (person.no === typed || person.low.startsWith(typed)) return 0;
      if (spells(typed, person.first)) return 1;
      if (spells(typed, person.say)) return 2;
      return person.low.includes(typed) || (/\d/.test(typed) && person.no.includes(typed)) ? 3 : 4;
    };
    // Who is in already is looked for least.
    const isIn = (person) => person.is === 'present' || person.is === 'exempt';
    return people.map((person) => [2 * rank(person) + isIn(person), person]).filter(([n]) => n < 8).sort(([one], [next]) => one - next).map(([, person]) => person);
  }
  function list() {
    const typed = part('q').value;
    const place = part('people');
    if (!typed.trim() || isCode(typed.trim().replaceAll('：', ':'))) return place.replaceChildren();
    const found = find(typed);
    if (!found.length) {
      const empty = make('div', 'empty');
      empty.append(make('p', '', word('none')), make('p', '', word('none-what')));
      return place.replaceChildren(empty);
    }
    const rows = make('ul', 'rows kiosk-rows');
    for (const person of found.slice(0, SHOWN)) {
      const item = make('li');
      const pick = make('button', 'row');
      pick.type = 'button';
      pick.append(make('span', 'row-title', person.name), make('span', 'row-note', `${person.unit} ${person.post}`));
      const end = make('span', 'row-end');
      if (person.is) end.append(make('span', `state state-${person.is}`, `${word(person.is)}${person.at ? ` ${time(person.at)}` : ''}`));
      else end.append(make('span', 'button', word('check-in')));
      pick.append(end);
      pick.addEventListener('click', () => checkIn(person));
      const door = make('button', 'button button-quiet', word('door'));
      door.type = 'button';
      door.addEventListener('click', () => openDoor(person));
      item.append(pick, door);
      rows.append(item);
    }
    place.replaceChildren(make('p', 'quiet', word('found', { n: found.length, shown: Math.min(found.length, SHOWN) })), rows);
  }

  // One check-in: stored first, then said, then sent.
  async function checkIn(person) {
    if (person.is === 'exempt') return show('already', word('exempt-text'), person);
    if (person.is) return show('already', word('repeated'), person, person.at);
    if (Date.now() < opensAt) return show('needs', word('early', { at: time(opensAt) }), person);
    const entry = { key: random(), kiosk, person: person.id, at: Date.now(), undone_at: null };
    person.is = 'present';
    person.at = entry.at;
    try {
      await store(entry);
    } catch {
      // Nothing can be stored here: the page's own form records it.
      const form = part('check-in');
      form.elements.form_key.value = random();
      form.elements.person.value = person.id;
      return form.submit();
    }
    last = { ...entry, name: person.name };
    show('done', word('done'), person, entry.at);
    newest();
    await count();
    await send();
  }
  let closing = 0;
  function show(kind, text, person, at) {
    const result = part('result');
    result.className = `result kiosk-result result-${kind}`;
    result.replaceChildren(make('h1', '', text));
    if (person) result.append(make('p', 'result-who', `${person.name} ${person.unit}`));
    if (at) result.append(make('p', '', time(at)));
    result.hidden = false;
    clearTimeout(closing);
    closing = setTimeout(close, RESULT_MS);
  }
  function close() {
    clearTimeout(closing);
    part('result').hidden = true;
    const input = part('q');
    if (!input) return;
    input.value = '';
    list();
    input.focus();
  }
  function newest() {
    const place = part('newest');
    document.querySelectorAll('.kiosk-newest:not(#newest)').forEach((old) => old.remove());
    place.hidden = !last;
    if (!last) return;
    const button = make('button', 'button button-secondary', word('undo'));
    button.type = 'button';
    button.addEventListener('click', undo);
    place.replaceChildren(make('p', '', word('newest', { name: last.name, at: time(last.at) })), button);
    const { key } = last;
    setTimeout(() => { if (last?.key === key) { last = null; newest(); } }, Math.max(0, last.at + UNDO_MS - Date.now()));
  }
  async function undo() {
    if (!last || Date.now() > last.at + UNDO_MS) return;
    const { name, ...entry } = last;
    last = null;
    newest();
    const person = people.find((one) => one.id === entry.person);
    if (person) Object.assign(person, { is: null, at: null });
    await store({ ...entry, undone_at: Date.now() });
    show('needs', word('undone'), person ?? { name, unit: '' });
    await send();
  }
  function openDoor(person) {
    if (offline) return show('needs', word('door-offline'), person);
    const form = part('door');
    form.elements.person.value = person.id;
    form.elements.form_key.value = random();
    form.submit();
  }

  // The camera. Codes are read by the browser where it can, else by the reader that comes with the program.
  let stream = null;
  const readsByItself = async () => (await window.BarcodeDetector?.getSupportedFormats() ?? []).includes('qr_code');
  async function reader() {
    const { BarcodeDetector } = await readsByItself() ? window : await import(addresses.reader);
    return new BarcodeDetector({ formats: ['qr_code'] });
  }
  function cameraOff() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    part('view').hidden = true;
  }
  async function camera() {
    if (stream) return cameraOff();
    const [view, button] = [part('view'), part('camera')];
    let codes;
    button.disabled = true;
    try {
      codes = await reader();
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      view.srcObject = stream;
      view.hidden = false;
      await view.play();
    } catch {
      cameraOff();
      return show('needs', word('camera-not'));
    } finally {
      button.disabled = false;
    }
    // A code counts once for as long as it is held up, also when it is not seen for a moment.
    const mine = stream;
    let [held, missed] = ['', 0];
    while (stream === mine) {
      const seen = await codes.detect(view).catch(() => []);
      const code = seen.map(({ rawValue }) => rawValue).find(isCode);
      missed = code ? 0 : missed + 1;
      if (missed > 5) held = '';
      if (code && code !== held && part('result').hidden) {
        held = code;
        const [person] = find(code);
        if (person) await checkIn(person);
        else show('needs', word('none'));
      }
      await new Promise((next) => { setTimeout(next, 300); });
    }
    return undefined;
  }

  await count();
  await readRoster();
  if (works) {
    part('search').addEventListener('submit', (event) => {
      event.preventDefault();
      const found = find(part('q').value);
      if (found.length === 1) checkIn(found[0]);
      else if (isCode(part('q').value.trim())) { show('needs', word('none')); }
      else list();
    });
    part('q').addEventListener('input', list);
    if (navigator.mediaDevices) {
      part('camera').hidden = false;
      part('camera').addEventListener('click', camera);
    }
  }
  part('result').addEventListener('click', close);
  window.addEventListener('online', () => { send(true).then(loadRoster); });
  window.addEventListener('offline', () => { offline = true; count(); });
  setInterval(() => { if (own.length || offline) send(true); else count(); }, 5000);
  setInterval(() => send(true), 30000);
  setInterval(loadRoster, 60000);
  navigator.storage?.persist?.().catch(() => {});
  if (window.isSecureContext && navigator.serviceWorker && window.caches) {
    if (works && navigator.onLine) {
      await navigator.serviceWorker.register(addresses.worker, { scope: addresses.start }).then(async () => {
        const files = [...document.querySelectorAll('link[rel=stylesheet],link[rel=icon],script[src]')].map((item) => item.href ?? item.src);
        if (navigator.mediaDevices && !await readsByItself()) files.push(new URL(addresses.reader, location.href).href);
        const cache = await caches.open('xuefa-kiosk');
        await cache.addAll(files);
        const shell = await fetch(`${addresses.start}?shell=1`);
        if (shell.ok) await cache.put(addresses.start, shell);
        const wanted = new Set([...files, new URL(addresses.start, location.href).href]);
        for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
        part('status').dataset.ready = 'yes';
      }).catch(() => {});
    }
  } else {
    part('offline-not').hidden = false;
  }
  await loadRoster();
  await send(true);
  part('status').dataset.people = people.length;
})();
