// The paths that people walk, as sentences. Scripts are off: everything has to work without.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aKioskGoesOnWithoutANetwork, aKioskReadsACodeByItsCamera } from './kiosk.mjs';
import { aMeetingFromPlanToReport } from './meeting.mjs';
import { openSession, press, text } from './steps.mjs';
import { aUnitAnswersAWholeCall, hqFollowsUpInFourClicks } from './study.mjs';

const digitsOn = async (page) => (await page.locator('.screen-digits').innerText()).replace(/\D/g, '');

// The six digits on the main screen now.
async function digitsOnScreen({ screens, page }) {
  await page.goto(screens[0]);
  return digitsOn(page);
}

// The digits that follow on a screen that is looked at; a step is 15 s, and a busy machine is given its time.
async function digitsAfter(page, before) {
  const shown = new RegExp(`${before.slice(0, 3)}\\s*${before.slice(3)}`);
  await page.locator('.screen-digits').filter({ hasNotText: shown }).waitFor({ timeout: 90_000 }).catch(() => {});
  return digitsOn(page);
}

// Types the digits of the moment, anew when the code has left the screen before a busy machine had typed it.
async function typeDigits(open, page) {
  for (let tries = 0; tries < 5; tries += 1) {
    const digits = await digitsOnScreen(open);
    await page.goto('/c');
    await page.fill('#code', digits);
    await press(page, page.locator('main button.main-action'));
    if (/^\/c\/./.test(new URL(page.url()).pathname)) return;
  }
}

// What the QR holds now: the address that the digits beside it lead to.
async function codeOnScreen(open) {
  await typeDigits(open, open.page);
  return new URL(open.page.url()).pathname;
}

// The notice's meeting, which was held in 2024.
async function noticeMeeting(page) {
  await page.goto('/sessions?year=2024');
  const link = page.locator('main a[href^="/sessions/"]', { hasText: '信访工作法治化培训会' }).first();
  return link.getAttribute('href');
}

async function aTraineeChecksIn(site, report) {
  const open = await openSession(site);
  const code = await codeOnScreen(open);
  const { context, page } = await site.visitor('trainee', { scripts: false });
  await page.goto(code);
  report.check(await page.locator('main button.main-action').count() === 1, 'a scan leads to the button');
  await page.goto(open.href);
  report.check((await text(page)).includes('待签到'), 'opening the link checked nobody in');

  await typeDigits(open, page);
  await press(page, page.locator('main button.main-action'));
  const result = await text(page);
  report.check(await page.locator('.result-done h1').count() === 1 && result.includes('已签到'), `check-in is confirmed: ${result}`);

  await page.goto(await codeOnScreen(open));
  report.check(/您已于 ?\d\d:\d\d ?签到/.test(await text(page)), `a repeat is calm: ${await text(page)}`);
  await page.goto('/c/000000');
  report.check(!(await text(page)).includes('已签到'), 'a wrong code checks nobody in');
  await open.context.close();
  await context.close();
}

async function aSignedOutScanIsNotLost(site, report) {
  const open = await openSession(site);
  const code = await codeOnScreen(open);
  const { context, page } = await site.visitor(null, { scripts: false });
  await page.goto(code);
  report.check(new URL(page.url()).pathname === '/login', 'a signed-out visitor is asked to sign in');
  // Until the code has left the screen and the time that it is good for afterwards is over.
  const shown = await digitsOnScreen(open);
  await digitsAfter(open.page, await digitsAfter(open.page, shown));
  await page.fill('#user_name', 'leader');
  await page.fill('#password', 'walk through the demo');
  await press(page, page.locator('main form:has(#user_name) button.main-action'));
  report.check(new URL(page.url()).pathname === code, `after signing in comes the check-in, not ${page.url()}`);
  report.check(!(await text(page)).includes('签到码已更换'), 'the scan counts although its code has left the screen');
  const button = page.locator('main button.main-action');
  if (await button.count() > 0) {
    await press(page, button);
    report.check(await page.locator('.result-done').count() === 1, `the result says so: ${await text(page)}`);
    await press(page, page.locator('.result-next form button'));
  }
  const late = await site.visitor('clerk', { scripts: false });
  await late.page.goto(code);
  report.check((await text(late.page)).includes('签到码已更换') || /您已于/.test(await text(late.page)), 'the same code is too old for whoever opens it now');
  await late.context.close();
  await open.context.close();
  await context.close();
}

async function theScreenGoesOn(site, report) {
  const open = await openSession(site);
  const { page } = open;
  const first = await digitsOnScreen(open);
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

async function aTraineeMarksAReadingRead(site, report) {
  const { context, page } = await site.visitor('trainee', { scripts: false });
  await page.goto('/readings');
  await press(page, page.locator('main a[href^="/readings/"]').first());
  const address = page.url();
  const isRead = () => page.locator('form[action$="/unread"]').count();
  if (await isRead()) await press(page, page.locator('form[action$="/unread"] button'));
  await press(page, page.locator('form[action$="/read"] button'));
  report.check(page.url() === address && await isRead() === 1, 'one tap marks it read, in place');
  await press(page, page.locator('form[action$="/unread"] button'));
  report.check(await isRead() === 0, 'one tap takes it back');
  await context.close();
}

async function aLeaderFollowsUp(site, report) {
  const { context, page } = await site.visitor('leader', { width: 1440, height: 900, scripts: false });
  await page.goto('/');
  report.check(/^\/units\/\d+/.test(new URL(page.url()).pathname), `a leader begins on the unit's board, not ${page.url()}`);
  const link = page.locator('a[href*="/follow-up"], form[action*="/follow-up"] button').first();
  report.check(await link.count() === 1, 'the board offers the follow-up');
  await press(page, link);
  for (let clicks = 2; clicks <= 4 && page.url().includes('follow-up'); clicks += 1) {
    await press(page, page.locator('main button.main-action'));
  }
  report.check(!page.url().includes('follow-up'), `at most four clicks, still at ${page.url()}: ${(await text(page)).slice(0, 200)}`);
  report.check(await page.locator('.notice-done').count() === 1, 'one sentence says what was done');
  await context.close();
}

async function hqPrintsTheReport(site, report) {
  const { context, page } = await site.visitor('hq', { width: 1440, height: 900, dark: true });
  const href = await noticeMeeting(page);
  await page.goto(href);
  for (const words of ['集团领导班子', '什么是信访工作法治化', '示例']) {
    report.check((await text(page)).includes(words), `the notice's meeting says ${words}`);
  }
  await page.goto(`${href}/report`);
  const folder = mkdtempSync(join(tmpdir(), 'xuefa-print-'));
  const file = join(folder, 'report.pdf');
  await page.pdf({ path: file, preferCSSPageSize: true });
  const facts = execFileSync('pdfinfo', [file], { encoding: 'utf8' });
  const pages = Number(/Pages:\s+(\d+)/.exec(facts)[1]);
  report.check(/Page size:\s+(594\.9|595|596)\S* x (841|842)/.test(facts), `the paper is A4: ${/Page size:.*/.exec(facts)[0]}`);
  const words = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  const sheets = words.split('\f').slice(0, pages);
  report.check(sheets.every((sheet) => sheet.trim().length > 20), 'no sheet is blank');
  report.check(sheets.every((sheet) => /第\s*\d+\s*页/.test(sheet)), 'every sheet has its number');
  report.check(sheets.at(-1).includes('审核人'), 'the signature stands on the last sheet');
  report.check((sheets.at(-1).match(/^\s*\d+\s+\S+/gm) ?? []).length >= 2, 'with at least two rows of the list');
  report.check(!words.includes('退出登录') && !words.includes('/sessions/'), 'no navigation and no addresses on paper');
  report.check(statSync(file).size > 10_000, 'the fonts are within');
  rmSync(folder, { recursive: true });

  const answer = await page.request.get(`${href}/report.csv`);
  const bytes = await answer.body();
  report.check(bytes.subarray(0, 3).toString('hex') === 'efbbbf', 'the CSV begins with a BOM');
  report.check(/attachment/.test(answer.headers()['content-disposition'] ?? ''), 'and is a download');
  await context.close();
}

// How many sheets a page takes on paper.
async function sheetsOf(page) {
  const folder = mkdtempSync(join(tmpdir(), 'xuefa-print-'));
  const file = join(folder, 'paper.pdf');
  await page.pdf({ path: file, preferCSSPageSize: true });
  const facts = execFileSync('pdfinfo', [file], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return Number(/Pages:\s+(\d+)/.exec(facts)[1]);
}

// The leader's first form of a kind that can still be written.
async function formToWrite(page, kind) {
  await page.goto('/');
  const calls = await page.locator('main a[href*="/calls/"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  for (const call of new Set(calls)) {
    await page.goto(call);
    const hrefs = await page.locator(`main a[href^="/unit-tasks/"][href$="/${kind}"]`).evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    for (const href of hrefs) {
      await page.goto(href);
      if (await page.locator('main button[name=step][value=draft]').count() > 0) return href;
    }
  }
  throw new Error(`the leader has no ${kind} to write`);
}

async function aFullReportAndASelfCheckAreOnePageEach(site, report) {
  for (const [locale, cell] of [['zh-CN', '登记不及时、告知超过期限，逐件核对台账并补录'], ['en-GB', 'Register on the day it arrives, check weekly']]) {
    const { context, page } = await site.visitor('leader', { width: 1440, height: 900, locale, scripts: false });
    const href = await formToWrite(page, 'report');
    while (await page.locator('[name="problem-10"]').count() === 0) await press(page, page.locator('button[name=step][value=add]'));
    for (let row = 1; row <= 10; row += 1) {
      for (const field of ['problem', 'measure']) await page.fill(`[name="${field}-${row}"]`, cell);
      await page.fill(`[name="responsible-${row}"]`, '综合办公室何联');
      await page.fill(`[name="due_on-${row}"]`, '2099-12-31');
    }
    await press(page, page.locator('button[name=step][value=draft]'));
    await page.goto(`${href}/paper`);
    report.check(await page.locator('.paper-table tbody tr').count() === 10, 'the report has its ten rows');
    report.check(await sheetsOf(page) === 1, `a report of ten rows is one page of paper (${locale})`);
    const check = await formToWrite(page, 'volumes');
    await press(page, page.locator('button[name=step][value=draft]'));
    await page.goto(`${check}/paper`);
    report.check(await sheetsOf(page) === 1, `a self-check is one page of paper (${locale})`);
    await context.close();
  }
}

async function theLanguageSwitchKeepsWhatWasTyped(site, report) {
  const { context, page } = await site.visitor('hq', { width: 1440, height: 900, scripts: false });
  await page.goto('/sessions/new');
  await page.fill('#title', '没有写完的标题');
  await press(page, page.locator('button[name=switch_language]').first());
  report.check(await page.locator('html').getAttribute('lang') === 'en', 'the form is in English');
  report.check(await page.inputValue('#title') === '没有写完的标题', 'what was typed is still there');
  await page.fill('#title', '');
  await press(page, page.locator('main button.main-action').first());
  report.check(await page.locator('.error-summary a').count() > 0, 'a refused form says what is wrong');
  report.check((await page.title()).startsWith('Error:'), `and its title says so: ${await page.title()}`);
  await context.close();
}

async function somebodyElsesUnitIsNotFound(site, report) {
  const { context, page } = await site.visitor('leader');
  for (const path of ['/import', '/sessions/new', '/people', '/units/1', '/mail', '/nowhere']) {
    const answer = await page.goto(path);
    report.check(answer.status() === 404, `a leader at ${path} gets ${answer.status()}`);
  }
  await context.close();
}

// The page behind the QR has to come over a poor line: within one first flight of packets, and little comes after it.
async function theCheckInPageIsSmall(site, report) {
  const open = await openSession(site);
  const code = await codeOnScreen(open);
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

export const walks = [
  ['a trainee checks in with the code', aTraineeChecksIn],
  ['the check-in page is small, cold and with everything', theCheckInPageIsSmall],
  ['a scan is not lost by signing in', aSignedOutScanIsNotLost],
  ['the screen goes on without scripts, and with them through a lost network', theScreenGoesOn],
  ['a trainee marks a reading read and takes it back', aTraineeMarksAReadingRead],
  ['a leader follows up on those not there', aLeaderFollowsUp],
  ['HQ prints the report of the notice’s meeting', hqPrintsTheReport],
  ['a report of ten rows and a self-check are one page each', aFullReportAndASelfCheckAreOnePageEach],
  ['the language switch keeps what was typed', theLanguageSwitchKeepsWhatWasTyped],
  ['what is out of reach is not found', somebodyElsesUnitIsNotFound],
  ['a kiosk goes on without a network and sends each check-in once', aKioskGoesOnWithoutANetwork],
  ['a kiosk reads a personal code by its camera, and can be installed', aKioskReadsACodeByItsCamera],
  ['HQ follows up on a confirmed session in at most four clicks', hqFollowsUpInFourClicks],
  ['a unit answers a whole call in at most 25 acts, and all is accepted at once', aUnitAnswersAWholeCall],
  ['a meeting from plan to report, by its three kinds of people', aMeetingFromPlanToReport],
];
