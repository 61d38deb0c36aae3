// A roster: brought in with mistakes, which are named by row and column, mended, looked at, written.
import { path, press, text } from './steps.mjs';
import { workbook } from './xlsx.mjs';

const COLUMNS = ['employee-number', 'name', 'unit', 'branch', 'post', 'category', 'email'];
const csv = (rows) => Buffer.from(`\uFEFF${rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\r\n')}\r\n`);

// Uploads a file and waits for the page that says what it would do.
export async function upload(page, name, buffer) {
  await page.goto('/import');
  await page.setInputFiles('#file', { name, mimeType: 'application/octet-stream', buffer });
  await press(page, page.locator('main button.main-action'));
  await arrive(page);
}

// Until the work behind a page is done, and the page of the roster says what came of it.
export async function arrive(page) {
  for (let tries = 0; tries < 120 && await page.locator('main .figures, main .notice-problem').count() === 0; tries += 1) {
    await page.waitForTimeout(250);
    await page.reload();
  }
}

// How many rows are new, changed, unchanged and wrong.
const verdicts = (page) => page.locator('.figures a').evaluateAll((links) => Object.fromEntries(links.map((link) => [new URL(link.href).searchParams.get('show'), Number(link.innerText)])));

export async function aRosterIsMended(company) {
  const { check, says, figure, words } = company;
  const page = await company.as('hq');
  const mark = company.locale.slice(0, 2).toUpperCase();
  const head = COLUMNS.map((column) => words.plain(`roster-column-${column}`));
  const person = (n, changes = {}) => Object.values({ number: `${mark}90${n}`, name: `走查${mark}人${n}`, unit: '安全环保部', branch: '', post: '专员', category: '一般人员', email: '', ...changes });
  const wrong = [
    person(1),
    person(2, { unit: '没有的单位' }),
    person(3, { email: 'wang@@lihe' }),
    person(4, { name: '' }),
    person(1, { name: '另一个人' }),
    person(6, { category: '贵宾' }),
  ];
  await upload(page, 'roster.csv', csv([head, ...wrong]));
  check((await verdicts(page)).error === 5, `five rows have mistakes: ${JSON.stringify(await verdicts(page))}, at ${page.url()}`);
  const rows = await page.locator('tr.row-wrong').evaluateAll((lines) => lines.map((line) => [line.cells[0].innerText, line.cells[4].innerText]));
  const expected = [['3', 'unit', 'unknown-unit'], ['4', 'email', 'bad-email'], ['5', 'name', 'missing'], ['6', 'employee-number', 'twice'], ['7', 'category', 'unknown-category']];
  for (const [number, column, reason] of expected) {
    const said = rows.find(([row]) => row === number)?.[1] ?? '';
    check(words(`roster-column-${column}`).test(said) && words(`roster-reason-${reason}`).test(said), `row ${number} says what is wrong in which column: ${said}`);
  }
  check(await says(page, 'import-correct-first') && await page.locator('form[action$="/apply"]').count() === 0, 'and cannot be written');
  const found = async () => {
    await page.goto(`/people?q=${mark}90`);
    return page.locator('main tbody tr').count();
  };
  check(await found() === 0, 'nobody was added');

  const right = [1, 2, 3, 4, 5, 6].map((n) => person(n));
  await upload(page, 'roster.xlsx', workbook([head, ...right]));
  const first = await verdicts(page);
  check(first.new === 6 && first.error === 0, `as a mended workbook, six are new: ${JSON.stringify(first)}`);
  check(await says(page, 'import-what-happens') && await found() === 0, 'which the preview says, and still nobody was added');
  await page.goBack();
  await press(page, page.locator('form[action$="/apply"] button'));
  await arrive(page);
  check(await figure(page, 'import-applied') === 6, `confirmed, it is written: ${(await text(page)).slice(0, 200)}`);
  check(await found() === 6, 'and the six are there');

  await upload(page, 'roster.csv', csv([head, person(1, { post: '主管' }), ...right.slice(1)]));
  const again = await verdicts(page);
  check(again.new === 0 && again.changed === 1 && again.unchanged === 5, `once more, only what changed: ${JSON.stringify(again)}`);
  await page.goto(`${path(page)}?show=changed`);
  check(/专员 → 主管/.test(await text(page)), 'with what it was and what it will be');
}
