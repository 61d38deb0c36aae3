// What every page has to keep, whoever looks at it on whatever screen. The numbers are those of the user-experience bar:
// weights on the wire, sizes of targets and letters, shifts of the layout.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { HtmlValidate } from 'html-validate';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
const CONTRAST = { runOnly: { type: 'rule', values: ['color-contrast'] } };
const html = new HtmlValidate({ extends: ['html-validate:standard'] });

// Names of texts that no sentence contains by chance.
const locales = new URL('../../content/locales/en/', import.meta.url);
const KEYS = new Set(readdirSync(locales).flatMap((name) => (
  [...readFileSync(new URL(name, locales), 'utf8').matchAll(/^([a-z0-9]+(?:-[a-z0-9]+){2,}) *=/gm)].map((found) => found[1])
)));

// Kilobytes on the wire, cold and warm, and requests.
const limits = (role, width) => (
  width <= 390 && (role === null || role === 'trainee') ? { cold: 30, warm: 8, requests: 6 } : { cold: 100, warm: 100, requests: 6 }
);

// What is loaded for the page that is open: how much of it was sent, and what lies in the browser's store.
export function traffic(page) {
  let asked = [];
  const sizes = new Map();
  page.on('request', (request) => asked.push(request));
  return {
    begin() { asked = []; },
    async weigh(answer) {
      const parts = asked.filter((request) => ['stylesheet', 'script', 'image', 'font'].includes(request.resourceType()));
      for (const request of parts) {
        const { responseBodySize } = await request.sizes().catch(() => ({ responseBodySize: 0 }));
        sizes.set(request.url(), Math.max(responseBodySize, sizes.get(request.url()) ?? 0));
      }
      const own = (await answer.request().sizes()).responseBodySize;
      const rest = [...new Set(parts.map((request) => request.url()))].reduce((sum, url) => sum + sizes.get(url), 0);
      return { warm: own / 1024, cold: (own + rest) / 1024, requests: asked.filter((request) => request.resourceType() !== 'fetch').length };
    },
  };
}

// What is true of the page as it is shown; runs in the browser.
function look(isPhone) {
  const shown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && element.getClientRects().length > 0;
  const named = (element) => `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ''}.${[...element.classList].join('.')} “${(element.textContent || element.value || '').trim().slice(0, 20)}”`;
  const small = [];
  const controls = 'button, select, textarea, summary, input:not([type=hidden], [type=checkbox], [type=radio])';
  for (const control of document.querySelectorAll(controls)) {
    const height = control.getBoundingClientRect().height;
    const least = control.matches('.main-action') ? 48 : 44;
    if (isPhone && shown(control) && control.tabIndex >= 0 && height < least - 0.5 && height > 1) small.push(`${named(control)} is ${height.toFixed(0)} px high`);
  }
  const tiny = new Set();
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const size = parseFloat(getComputedStyle(node.parentElement).fontSize);
    if (node.data.trim() && shown(node.parentElement) && size < (isPhone ? 14 : 12)) tiny.add(`${named(node.parentElement)} has ${size} px`);
  }
  const squeezed = [...document.querySelectorAll('.button')].filter((button) => shown(button) && button.offsetHeight > 1.5 * button.offsetWidth);
  const beyond = [...document.querySelectorAll('.screen *')].filter((element) => shown(element) && element.getBoundingClientRect().right > innerWidth + 1);
  return {
    lang: document.documentElement.lang,
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    headings: document.querySelectorAll('h1').length,
    title: document.title,
    switchesLanguage: Boolean(document.querySelector('[hreflang], button[name=switch_language], .screen')),
    // A kiosk opens no page but its own.
    hasHelp: Boolean(document.querySelector('a[href="/help"], .screen, body.kiosk')),
    beginsWithin: Boolean(document.querySelector('[autofocus]')),
    isScreen: Boolean(document.querySelector('.screen')),
    links: [...document.querySelectorAll('a[href]')].map((link) => link.getAttribute('href')),
    text: document.body.innerText,
    small,
    tiny: [...tiny],
    squeezed: squeezed.map(named),
    beyond: beyond.map(named),
  };
}

// How much of the page's words came with it, before any script; runs in the browser.
function share(raw) {
  const words = (root) => {
    const body = root.body.cloneNode(true);
    body.querySelectorAll('script, style, template, noscript').forEach((element) => element.remove());
    return body.textContent.replace(/\s+/g, '').length;
  };
  return words(new DOMParser().parseFromString(raw, 'text/html')) / Math.max(words(document), 1);
}

// Goes through everything that the keyboard reaches; runs in the browser after a first Tab.
function byKeyboard() {
  const lost = [];
  const first = document.activeElement;
  const reached = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')].filter((element) => element.tabIndex >= 0);
  for (const element of reached.filter((candidate) => candidate.checkVisibility({ checkVisibilityCSS: true }) && !candidate.disabled)) {
    element.focus();
    if (document.activeElement !== element) continue;
    // Of a card the whole of it is outlined, by what comes after its link.
    const styles = [getComputedStyle(element), getComputedStyle(element, '::after')];
    const name = `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ''} “${(element.textContent || element.value || '').trim().slice(0, 20)}”`;
    if (styles.every((style) => style.outlineStyle === 'none')) lost.push(`${name}: nobody sees that it has the focus`);
    // A link that wraps is looked at where it begins.
    const box = element.getClientRects()[0];
    const [x, y] = [box.left + Math.min(box.width / 2, 20), box.top + box.height / 2];
    const over = document.elementFromPoint(x, y);
    // Nothing at all is there on the very edge of the window.
    const isOwn = !over || element.contains(over) || over.contains(element) || over.closest('label')?.contains(element);
    if (x >= 0 && y >= 0 && x < innerWidth && y < innerHeight && !isOwn) lost.push(`${name}: under ${over?.tagName}.${over?.className}`);
    if (box.bottom < 0 || box.top > innerHeight) lost.push(`${name}: has the focus out of sight`);
  }
  return { lost, first: first?.getAttribute('href') ?? first?.tagName };
}

const shifted = () => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value; }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 50);
});

// Looks at the page that `answer` brought and says what is wrong with it; gives back where its links lead.
export async function judge({ page, answer, weight, role, options, where, again, report }) {
  const { check } = report;
  const isPhone = options.width <= 390;
  const facts = await again(() => page.evaluate(look, isPhone));
  check(facts.lang === (options.locale.startsWith('zh') ? 'zh-CN' : 'en'), `${where}: lang is ${facts.lang}`);
  check(facts.sideways <= 0, `${where}: scrolls sideways by ${facts.sideways} px`);
  check(facts.headings === 1, `${where}: has ${facts.headings} h1`);
  check(/.+(学法|Xuefa)$/.test(facts.title) || facts.isScreen, `${where}: has the title “${facts.title}”`);
  check(facts.switchesLanguage, `${where}: has no language switch`);
  check(facts.hasHelp, `${where}: has no help`);
  check(facts.small.length === 0, `${where}: too small for a thumb: ${facts.small.slice(0, 4).join(' ; ')}`);
  check(facts.tiny.length === 0, `${where}: too small to read: ${facts.tiny.slice(0, 4).join(' ; ')}`);
  check(facts.squeezed.length === 0, `${where}: higher than wide: ${facts.squeezed.slice(0, 4).join(' ; ')}`);
  check(facts.beyond.length === 0, `${where}: runs off the screen: ${facts.beyond.slice(0, 4).join(' ; ')}`);
  const keys = facts.text.split(/[\s“”"（）()，。,.:：]+/).filter((word) => KEYS.has(word));
  check(keys.length === 0 && !/\{\s*\$|\{\{/.test(facts.text), `${where}: names of texts in place of texts: ${keys.join(' ')}`);

  const most = limits(role, options.width);
  check(weight.cold <= most.cold && weight.warm <= most.warm, `${where}: weighs ${weight.cold.toFixed(1)} kB cold, ${weight.warm.toFixed(1)} kB warm`);
  check(weight.requests <= most.requests, `${where}: asks ${weight.requests} times`);
  const raw = await answer.text();
  const faults = html.validateStringSync(raw).results.flatMap((result) => result.messages);
  check(faults.length === 0, `${where}: HTML: ${faults.slice(0, 3).map((fault) => `${fault.ruleId} ${fault.line}:${fault.column} ${fault.message}`).join(' ; ')}`);
  const words = await again(() => page.evaluate(share, raw));
  check(words >= 0.7, `${where}: only ${(100 * words).toFixed(0)} % of its words come without scripts`);
  const shift = await again(() => page.evaluate(shifted));
  check(shift < 0.05, `${where}: shifts by ${shift.toFixed(3)}`);

  const violations = await again(async () => {
    await page.evaluate(AXE);
    const found = await page.evaluate((rules) => window.axe.run(document, rules), RULES);
    await page.emulateMedia({ colorScheme: options.dark ? 'light' : 'dark' });
    const other = await page.evaluate((rules) => window.axe.run(document, rules), CONTRAST);
    await page.emulateMedia({ colorScheme: options.dark ? 'dark' : 'light' });
    return [...found.violations, ...other.violations];
  });
  for (const violation of violations) {
    const nodes = violation.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`);
    check(false, `${where}: axe ${violation.id}: ${nodes.join(' ; ')}`);
  }
  report.count('pages looked at by axe, light and dark');

  if (!facts.isScreen) {
    const keyboard = await again(async () => {
      await page.keyboard.press('Tab');
      return page.evaluate(byKeyboard);
    });
    check(facts.beginsWithin || /^#/.test(keyboard.first ?? ''), `${where}: the keyboard begins at ${keyboard.first}, not at the way to the content`);
    check(keyboard.lost.length === 0, `${where}: ${keyboard.lost.slice(0, 4).join(' ; ')}`);
  }
  return facts.links;
}

// What a refused form has to say besides: that it is one, first of all, and of each mistake where it is.
export async function judgeRefused({ page, where, report }) {
  const { check } = report;
  check(/^(错误|Error)/.test(await page.title()), `${where}: the title does not begin with the mistake: ${await page.title()}`);
  const summary = await page.locator('.error-summary').evaluateAll(([box]) => box && {
    isReached: document.activeElement === box || scrollY === 0,
    n: box.querySelectorAll('li').length,
    astray: [...box.querySelectorAll('a')].map((link) => link.getAttribute('href')).filter((href) => !document.getElementById(href.slice(1))),
    unsaid: [...box.querySelectorAll('a')].filter((link) => {
      const said = [...document.querySelectorAll('.field-error')].map((error) => error.textContent.trim());
      return !said.includes(link.textContent.trim());
    }).map((link) => link.textContent),
  });
  check(summary?.n > 0, `${where}: says no mistake at its head`);
  if (!summary) return;
  check(summary.isReached, `${where}: neither the focus nor the eye is at the mistakes`);
  check(summary.astray.length === 0, `${where}: its mistakes lead to nothing: ${summary.astray.join(' ')}`);
  check(summary.unsaid.length === 0, `${where}: is silent at the field about: ${summary.unsaid.join(' ')}`);
  report.count('refused forms looked at');
}
