// What HQ and a unit print: whole, on A4, without what belongs to the screen.
import { print } from './paper.mjs';
import { hrefs, press, text } from './steps.mjs';

// The notice's meeting, which was held in 2024.
async function noticeMeeting(page) {
  await page.goto('/sessions?year=2024');
  const link = page.locator('main a[href^="/sessions/"]', { hasText: '信访工作法治化培训会' }).first();
  return link.getAttribute('href');
}

export async function hqPrintsTheReport(site, report) {
  const { context, page } = await site.visitor('hq', { width: 1440, height: 900, dark: true });
  const href = await noticeMeeting(page);
  await page.goto(href);
  for (const words of ['集团领导班子', '什么是信访工作法治化', '示例']) {
    report.check((await text(page)).includes(words), `the notice's meeting says ${words}`);
  }
  await page.goto(`${href}/report`);
  const { sheets, isA4, bytes } = await print(page);
  const words = sheets.join('\n');
  report.check(isA4, 'the paper is A4');
  report.check(sheets.every((sheet) => sheet.trim().length > 20), 'no sheet is blank');
  report.check(sheets.every((sheet) => /第\s*\d+\s*页/.test(sheet)), 'every sheet has its number');
  report.check(sheets.at(-1).includes('审核人'), 'the signature stands on the last sheet');
  report.check((sheets.at(-1).match(/^\s*\d+\s+\S+/gm) ?? []).length >= 2, 'with at least two rows of the list');
  report.check(!words.includes('退出登录') && !words.includes('/sessions/'), 'no navigation and no addresses on paper');
  report.check(bytes > 10_000, 'the fonts are within');

  const answer = await page.request.get(`${href}/report.csv`);
  const csv = await answer.body();
  report.check(csv.subarray(0, 3).toString('hex') === 'efbbbf', 'the CSV begins with a BOM');
  report.check(/attachment/.test(answer.headers()['content-disposition'] ?? ''), 'and is a download');
  await context.close();
}

// The leader's first form of a kind that can still be written.
async function formToWrite(page, kind) {
  await page.goto('/');
  const calls = await hrefs(page.locator('main a[href*="/calls/"]'));
  for (const call of new Set(calls)) {
    await page.goto(call);
    for (const href of await hrefs(page.locator(`main a[href^="/unit-tasks/"][href$="/${kind}"]`))) {
      await page.goto(href);
      if (await page.locator('main button[name=step][value=draft]').count() > 0) return href;
    }
  }
  throw new Error(`the leader has no ${kind} to write`);
}

export async function aFullReportAndASelfCheckAreOnePageEach(site, report) {
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
    report.check((await print(page)).n === 1, `a report of ten rows is one page of paper (${locale})`);
    const check = await formToWrite(page, 'volumes');
    await press(page, page.locator('button[name=step][value=draft]'));
    await page.goto(`${check}/paper`);
    report.check((await print(page)).n === 1, `a self-check is one page of paper (${locale})`);
    await context.close();
  }
}
