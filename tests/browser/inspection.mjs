// An inspector holds a report on paper: is it ours, are its figures true, what changed since, and are its people real?
import { printed } from './paper.mjs';
import { scanPaper } from './qr.mjs';
import { checkIn } from './scan.mjs';
import { close, confirm, project, publish, unitOfLeader } from './sessions.mjs';
import { PHONE, act, path, press, text } from './steps.mjs';

// HQ makes the report of a session final, and prints it.
async function handOut(company) {
  const session = await publish(company, `检查走查 ${company.locale}`, { unit: await unitOfLeader(company) });
  await checkIn(await company.as('trainee', PHONE), await project(company, session));
  await close(company, session);
  await confirm(company, session);
  const page = await company.as('hq');
  await page.goto(`${session.address}/report/final`);
  await act(page);
  return { session, paper: await printed(page) };
}

// HQ says of the first of the unit, after the report was made, that they were there after all.
async function correctLater(company, session) {
  const page = await company.as('hq');
  await page.goto(`${session.address}?state=absent`);
  await press(page, page.locator(`main table a[href^="${session.address}/people/"]`));
  await page.check('input[name=state][value=present]');
  await page.fill('#reason', '核对纸质签到表（走查）');
  await act(page);
  return (await page.locator('h1').innerText()).trim();
}

export async function anInspectorChecksAPaperReport(company) {
  const { check, says, figure, words } = company;
  const { session, paper } = await handOut(company);
  const sheets = paper.sheets.join('\n');
  const number = /\d{4}-\d{4}/.exec(words('final-number').exec(sheets)?.[0] ?? '')?.[0];
  const page = await company.as('inspector');

  // By the number, typed; by the code, read off the paper.
  await page.goto('/');
  await press(page, page.locator('nav a[href="/inspection"], main a[href="/inspection"]'));
  await press(page, page.locator('main a[href="/reports/final"]'));
  await page.fill('#number', '1999-0001');
  await act(page);
  check(await says(page, 'final-not-found'), 'a number that is not ours is not found, and the page says what to do');
  await page.fill('#number', number);
  await act(page);
  const behind = path(page);
  check(behind === `/reports/final/${number}`, `the number on the paper leads to its page: ${number}, ${page.url()}`);
  const scanned = await scanPaper(paper.picture);
  check(scanned !== null && new URL(scanned).pathname === behind, `so does the code on the last sheet: ${scanned}`);

  const total = (sentence) => words('report-total').exec(sentence)?.slice(1, 8).map((n) => Number.parseInt(n, 10));
  const [onPaper, onPage] = [total(sheets.replace(/\n/g, ' ')), total(await text(page))];
  check(onPaper?.[0] === session.n && `${onPaper}` === `${onPage}`, `the figures are those of the paper: ${onPaper} and ${onPage}`);
  check(await says(page, 'final-same'), 'and nothing has changed since');

  const corrected = await correctLater(company, session);
  await page.reload();
  check(await figure(page, 'final-differs') === 1, `one person differs now: ${(await text(page)).slice(0, 300)}`);
  const difference = page.locator('section.panel > ul.rows > li').first();
  const said = await difference.innerText();
  check(said.includes(corrected) && words('attendance-state-absent').test(said) && words('attendance-state-present').test(said), `it says who, and from what to what: ${said}`);
  check(said.includes('核对纸质签到表'), 'and when, by whom and why');
  check(`${total(await text(page))}` === `${onPaper}`, 'what was on paper stays as it was');

  // Five people at random, each of whom is on the paper with the same word.
  await page.locator('#check summary').click();
  await page.fill('#n', '5');
  await press(page, page.locator('#check button'));
  const drawn = await page.locator('#check ul.rows > li .row-title').allInnerTexts();
  check(drawn.length === 5 && new Set(drawn).size === 5, `five people are drawn: ${drawn}`);
  const flat = sheets.replace(/\s/g, '');
  for (const one of drawn) check(flat.includes(one.replace(/^\d+\s*/, '').replace(/\s/g, '')), `${one} is on the paper`);
  await page.reload();
  check(`${await page.locator('#check ul.rows > li .row-title').allInnerTexts()}` === `${drawn}`, 'the address shows the same people again');
}
