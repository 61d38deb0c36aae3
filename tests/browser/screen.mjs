// The screen in the hall and the page behind its code: both have to hold on a poor line.
import { scan } from './qr.mjs';
import { openSession, text } from './steps.mjs';

const digitsOn = async (page) => (await page.locator('.screen-digits').innerText()).replace(/\D/g, '');

// The digits that follow on a screen that is looked at; a step is 15 s, and a busy machine is given its time.
async function digitsAfter(page, before) {
  const shown = new RegExp(`${before.slice(0, 3)}\\s*${before.slice(3)}`);
  await page.locator('.screen-digits').filter({ hasNotText: shown }).waitFor({ timeout: 90_000 }).catch(() => {});
  return digitsOn(page);
}

export async function theScreenGoesOn(site, report) {
  const open = await openSession(site);
  const { page } = open;
  await page.goto(open.screens[0]);
  const first = await digitsOn(page);
  const height = await page.locator('.screen-qr svg').first().evaluate((qr) => qr.getBoundingClientRect().height / window.innerHeight);
  report.check(height >= 0.6, `the QR is ${Math.round(height * 100)} % of the screen's height`);
  report.check(await digitsAfter(page, first) !== first, 'without scripts the screen loads the next code by itself');

  const { context, page: scripted } = await site.visitor('hq', { width: 1920, height: 1080 });
  // Both are loaded within one step, or within the next.
  let [shown, other] = ['', ' '];
  for (let tries = 0; tries < 3 && shown !== other; tries += 1) {
    await Promise.all([scripted.goto(open.screens[0]), page.goto(open.screens[0])]);
    [shown, other] = await Promise.all([digitsOn(scripted), digitsOn(page)]);
  }
  report.check(shown === other, 'two screens show one code');
  await scripted.evaluate(() => { window.stays = true; });
  report.check(await digitsAfter(scripted, shown) !== shown, 'with scripts the code changes');
  report.check(await scripted.evaluate(() => window.stays === true), 'without loading the page anew');
  const state = (wanted) => scripted.waitForFunction((said) => {
    const words = document.querySelector('.screen-state').innerText;
    return said === '' ? words === '' : words.includes(said);
  }, wanted, { timeout: 40_000 }).then(() => true, () => false);
  await context.setOffline(true);
  report.check(await state('网络中断'), 'a lost network is said');
  await context.setOffline(false);
  report.check(await state(''), 'and mends by itself');
  await page.goto(open.href);
  report.check(/签到屏 \d+ 块在线/.test(await text(page)), 'the session says how many screens are on');
  await context.close();
  await open.context.close();
}

// The page behind the QR has to come over a poor line: within one first flight of packets, and little comes after it.
export async function theCheckInPageIsSmall(site, report) {
  const open = await openSession(site);
  await open.page.goto(open.screens[0]);
  const code = new URL(await scan(open.page, open.page.locator('.screen-qr svg').first())).pathname;
  for (const locale of ['zh-CN', 'en-GB']) {
    const { context, page } = await site.visitor('trainee', { locale });
    // Signing in has filled the cache; a second window of the same person has none of it.
    const cold = await site.browser.newContext({ baseURL: site.base, locale, viewport: { width: 390, height: 844 } });
    await cold.addCookies(await context.cookies());
    const fresh = await cold.newPage();
    const network = await cold.newCDPSession(fresh);
    const sizes = new Map();
    const kinds = new Map();
    await network.send('Network.enable');
    network.on('Network.responseReceived', ({ requestId, type, response }) => kinds.set(requestId, [type, new URL(response.url).pathname]));
    network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
    await fresh.goto(code, { waitUntil: 'networkidle' });
    const first = [...kinds].filter(([, [type]]) => type === 'Document').map(([id]) => sizes.get(id));
    const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    report.check(await fresh.locator('main button.main-action, main .result-already').count() > 0, 'it is the page of the code');
    report.check(first.length === 1 && first[0] > 0 && first[0] <= 14_000, `the page itself is ${first} bytes`);
    report.check(all <= 30_000 && sizes.size <= 6, `with everything ${all} bytes in ${sizes.size} requests: ${[...kinds.values()].map(([, path]) => path)}`);
    console.log(`the check-in page: ${first} bytes, with everything ${all} in ${sizes.size} requests (${locale})`);
    await cold.close();
    await context.close();
  }
  await open.context.close();
}
