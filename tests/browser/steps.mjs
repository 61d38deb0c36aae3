// Steps that several walks take, and the company in which a journey is played.
import { wordsOf } from './words.mjs';

export const DESK = { width: 1440, height: 900, scripts: false };
export const PHONE = { width: 390, height: 844, scripts: false };

export const text = (page) => page.locator('main').innerText();
export const press = (page, locator) => Promise.all([page.waitForNavigation(), locator.first().click()]);
// Presses what a page is there for.
export const act = (page) => press(page, page.locator('main button.main-action'));
// Opens the folds that something lies in, the outermost first.
export async function unfold(locator) {
  for (const fold of await locator.locator('xpath=ancestor::details').all()) {
    if (await fold.getAttribute('open') === null) await fold.locator('> summary').click();
  }
}
export const path = (page) => new URL(page.url()).pathname;
export const hrefs = (locator) => locator.evaluateAll((links) => links.map((link) => link.getAttribute('href')));

// The scan of a signed sheet.
export const PDF = { name: 'sheet.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\nscan\nstartxref\n9\n%%EOF\n') };

// A day so many days from today, and now with so many minutes more, as the organisation's clock has them.
const local = (ms) => new Date(Date.now() + ms).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' });
export const day = (days) => local(days * 86_400_000).slice(0, 10);
export const moment = (minutes) => ({ day: local(minutes * 60_000).slice(0, 10), time: local(minutes * 60_000).slice(11, 16) });

// A person's clicks: choosing in a list and picking a day count, writing does not.
export function counter(page) {
  const acts = [];
  return {
    acts,
    n: () => acts.length,
    async click(locator, what) { acts.push(what); await press(page, locator); },
    async choose(doing, what) { acts.push(what); await doing(); },
  };
}

// Plays a journey in one language: whoever takes part comes with a browser of their own, which is shut at the end.
export const inLanguage = (locale, journey) => async (site, report) => {
  const words = wordsOf(locale);
  const [pages, contexts] = [new Map(), []];
  const join = async (role, options) => {
    const { context, page } = await site.visitor(role, { locale, ...options });
    contexts.push(context);
    return page;
  };
  const company = {
    site,
    locale,
    words,
    check: (holds, sentence) => report.check(holds, `${locale}: ${sentence}`),
    // The page of a role, which stays signed in, at a desk unless on a phone.
    async as(role, options = DESK) {
      if (!pages.has(role)) pages.set(role, await join(role, options));
      return pages.get(role);
    },
    // Somebody who comes anew.
    join,
    // Whether the page says a text, and the first number in it: 1 when it writes that out.
    says: async (page, key) => words(key).test(await text(page)),
    async figure(page, key) {
      const said = words(key).exec(await text(page))?.[0];
      return said === undefined ? null : Number(/\d+/.exec(said)?.[0] ?? 1);
    },
    // That a verb ended with one sentence, which is one of these texts.
    async done(page, ...keys) {
      const said = page.locator('.notice-done');
      const sentence = await said.count() === 1 ? await said.innerText() : '';
      report.check(keys.some((key) => words(key).test(sentence)), `${locale}: “${sentence}” says ${keys}, at ${page.url()}: ${(await text(page)).slice(0, 200)}`);
    },
  };
  try {
    await journey(company);
  } finally {
    for (const context of contexts) await context.close();
  }
};

// The session that is in progress, by its page's address, and its screens.
export async function openSession(site) {
  const { context, page } = await site.visitor('hq', DESK);
  await page.goto('/sessions');
  for (const href of new Set((await hrefs(page.locator('main a[href^="/sessions/"]'))).filter((found) => /^\/sessions\/\d+$/.test(found)))) {
    await page.goto(href);
    const screens = await hrefs(page.locator('main a[href*="/screen?"]'));
    if (screens.length > 0 && await page.locator('.state-open').count() > 0) return { href, screens, context, page };
  }
  throw new Error('no session is in progress');
}
