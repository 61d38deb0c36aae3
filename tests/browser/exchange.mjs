// A learning exchange meeting, recorded by the leader and printed.
import { print, printed } from './paper.mjs';
import { DESK, act, day, path, press, text } from './steps.mjs';

// Fills in a record, with two people on leave; `clicks` counts what is chosen.
export async function fillIn(page, clicks, theme) {
  await page.fill('#theme', theme);
  await clicks.choose(() => page.fill('#held_on', day(0)), 'the day it was held');
  await page.fill('#place', '会议室');
  await page.fill('#recorder', '专员');
  const selects = page.locator('select[name=presence]');
  const option = (at, word) => selects.nth(at).locator(`option[value$=":${word}"]`).getAttribute('value');
  for (const at of [2, 3]) {
    const value = await option(at, 'leave');
    await clicks.choose(() => selects.nth(at).selectOption(value), 'somebody on leave');
  }
  const speaker = (await option(0, 'present')).split(':')[0];
  await clicks.choose(() => page.selectOption('#gist_person_1', speaker), 'who spoke');
  await page.fill('#gist_text_1', '结合实际谈了三点体会。');
  await page.fill('#agreed_what_1', '梳理初信初访');
  await page.fill('#agreed_who_1', '办公室');
  await clicks.choose(() => page.fill('#agreed_due_on_1', day(13)), 'by when');
}

export async function anExchangeMeetingRecordedAndPrinted(company) {
  const { check, says, words } = company;
  const page = await company.as('leader', DESK);
  await page.goto('/');
  await press(page, page.locator('main a[href$="/meetings"]'));
  await press(page, page.locator('main a.main-action'));
  const theme = `交流走查 ${company.locale}`;
  await fillIn(page, { choose: (doing) => doing() }, '');
  await act(page);
  check(await page.locator('.error-summary a').count() > 0 && (await page.inputValue('#gist_text_1')).includes('三点体会'), 'without a theme it is not submitted, and what was typed is still there');
  await page.fill('#theme', theme);
  await act(page);
  check(/^\/meetings\/\d+$/.test(path(page)), `submitting leads to the record, not ${page.url()}: ${(await text(page)).slice(0, 300)}`);
  const n = await page.locator('select[name=presence]').count();
  check(n === 0 && await says(page, 'meeting-state-submitted'), 'the record is submitted');
  const counts = words('meeting-counts').exec(await text(page))?.slice(1).map(Number) ?? [];
  check(counts[0] > 3 && counts[2] === 2 && counts[1] === counts[0] - 2, `two of ${counts[0]} were on leave: ${counts}`);
  for (const [paper, by] of [[await print(page), 'the browser'], [await printed(page), 'the program']]) {
    const sheets = paper.sheets.join('\n');
    check(paper.isA4 && paper.n >= 1, `${by} prints A4`);
    for (const said of [theme, '三点体会', '梳理初信初访']) check(sheets.replace(/\s/g, '').includes(said.replace(/\s/g, '')), `${by} prints ${said}`);
    check(words('meeting-sign-chair').test(paper.sheets.at(-1)), `${by} leaves the last sheet to be signed`);
  }
}
