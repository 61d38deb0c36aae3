// From “meeting over” to the final report in the tray: the whole group was called, twenty sat in a hall without signal and
// signed on paper. Every act of HQ is counted and listed: a press, a tick, a file or a day that is picked; not what is typed.
import { printed } from './paper.mjs';
import { figures, publish } from './sessions.mjs';
import { PDF, act, counter, hrefs, press, text } from './steps.mjs';

const WITHOUT_SIGNAL = '利和禾渚水务';
const NOT_THERE = 15;

// The meeting up to its end: all but a few in the hall with signal have checked in.
async function hold(company) {
  const session = await publish(company, `集团学法大会 ${company.locale}`, { venues: ['总部三楼会议室', '禾渚水务三楼会议室（无信号）'], unit: '集团' });
  const page = await company.as('hq');
  await page.goto(`${session.address}/places`);
  await page.selectOption('#unit', await page.locator('#unit option', { hasText: WITHOUT_SIGNAL }).first().getAttribute('value'));
  await page.selectOption('#venue', { index: 1 });
  await press(page, page.locator('form:has(#venue) button'));
  await page.goto(`${session.address}/roll`);
  const [hall, other] = await hrefs(page.locator('details a.row[href*="venue="]'));
  const ids = [];
  for (let next = hall; next;) {
    await page.goto(next);
    ids.push(...await page.locator('input[type=hidden][name^="was-"]').evaluateAll((inputs) => inputs.map((input) => input.name.slice(4))));
    [next] = await hrefs(page.locator('a[rel=next]'));
  }
  await page.goto(`${session.address}/several?${ids.slice(NOT_THERE).map((id) => `person=${id}`).join('&')}`);
  await page.check('input[name=mark][value=present]');
  await act(page);
  company.check(Boolean(other), 'the hall without signal has a sheet of its own');
  return session;
}

export async function meetingOverToFinalReport(company) {
  const { check, done } = company;
  const session = await hold(company);
  check(session.n >= 350, `the whole group was called: ${session.n}`);
  const before = await figures(company, session);
  const page = await company.as('hq');
  const hq = counter(page);
  const main = page.locator('main button.main-action');

  await hq.click(page.locator('.steps a[href$="/close"]'), 'End check-in');
  await hq.click(main, 'Confirm the end');
  await hq.click(page.locator('.steps a[href*="/roll"]'), 'Go to the roll');
  await hq.click(page.locator('details a.row[href*="venue="]').nth(1), 'Choose the hall without signal: page 1 of 1 of its sheet, 20 rows');
  await hq.choose(() => page.check('input[name=method][value=paper]'), 'Tick “signed sheet”');
  await page.fill('#numbers', '7');
  await hq.click(page.locator('button[name=fill]'), 'Fill the page: all but number 7 signed');
  await hq.click(main, 'Save the page');
  await done(page, 'attendance-roll-saved');
  await hq.click(page.locator('.breadcrumbs a[href^="/sessions/"]').last(), 'Back to the session');
  await hq.click(page.locator('.steps a[href$="/confirm"]'), 'Go to the confirmation');
  await hq.click(page.locator('main a[href$="/scans"]'), 'Go to the scans of the sheet');
  await hq.choose(() => page.setInputFiles('#file', PDF), 'Choose the scan');
  await hq.click(main, 'Hand it in');
  check(await page.locator('main a[href*="/scans/"]').count() > 0, `the scan is kept: ${(await text(page)).slice(0, 200)}`);
  await hq.click(page.locator('main a.more[href$="/confirm"]'), 'Back to the confirmation');
  await hq.click(main, 'Confirm the roster');
  await done(page, 'attendance-confirmed-done');
  await hq.click(page.locator('.page-head a[href*="/follow-up"]'), 'Assign catch-up study to all who were not there');
  await hq.click(main, 'Check it');
  await hq.click(main, 'Confirm it');
  await done(page, 'follow-up-done');
  await hq.click(page.locator(`.page-head a[href="${session.address}/report"]`), 'Go to the report');
  await hq.click(page.locator('main a[href$="/report/final"]'), 'Make it final');
  await hq.click(main, 'Confirm the number');
  hq.acts.push('Print the PDF');
  const paper = await printed(page);

  const after = await figures(company, session);
  check(after.present === before.present + 19, `nineteen of the twenty signed: ${JSON.stringify([before, after])}`);
  const words = paper.sheets.join('\n');
  const total = company.words('report-total').exec(words.replace(/\n/g, ' '))?.slice(1).map((n) => Number.parseInt(n, 10)) ?? [];
  check(total[0] === session.n && total[2] === after.present && total[5] === after.absent, `the paper has these figures: ${total} ${JSON.stringify(after)}`);
  check(paper.isA4 && company.words('final-number').test(words) && !company.words('report-draft').test(words), 'a numbered report, not a draft, comes out of the printer');
  check(hq.n() <= 25, `${hq.n()} acts from the end of the meeting to the paper: ${(await text(page)).slice(0, 100)}`);
  console.log(`from the end of a meeting of ${session.n} people to the final report on paper (${paper.n} sheets), ${company.locale}: ${hq.n()} acts`);
  hq.acts.forEach((said, i) => console.log(`  ${i + 1}. ${said}`));
}
